//! The encoder of one topic, made from the fields that a scenario chose. Must not depend on: single topics.

use super::encoder::Encoder;
use super::format_encoder::FormatEncoder;
use super::json::{JsonCache, JsonEncoder};
use super::key::KeyText;
use crate::batch::{Content, WrittenRecord};
use crate::buffer::{RecordBuffer, RecordWriter};
use crate::choice::{ChosenFields, TopicError, format_of};
use crate::constant::Constant;
use crate::field::{Column, FieldClass, FieldSpec, Source, TopicEvent};
use crate::format::TopicFormat;
use populace_sim::TopicChoice;
use std::ops::Range;
use std::slice;

/// An encoder for the events of one topic.
#[derive(Clone, Debug)]
pub struct TopicEncoder<E: TopicEvent> {
    format: TopicFormat,
    namespace: String,
    columns: Vec<Column>,
    sources: Vec<Source<E::Field>>,
    key: Source<E::Field>,
    key_column: Option<usize>,
    encoder: FormatEncoder,
    /// Encodes the key alone, where the text of the key is no part of the record.
    key_encoder: JsonEncoder,
    tombstones: Tombstones<E>,
}

/// The name of the field that says in JSON that a row is gone.
pub const DELETED: &str = "deleted";

/// The encoder of records that say that a row is gone.
#[derive(Clone, Debug)]
struct Tombstones<E: TopicEvent> {
    sources: Vec<Source<E::Field>>,
    key: usize,
    encoder: JsonEncoder,
}

impl<E: TopicEvent> Tombstones<E> {
    /// Returns the encoder for a choice of columns: of these, it keeps constants, the key and the time. The latter two it adds
    /// if they are not chosen, so that every reader of lines can tell the row.
    fn new(columns: &[Column], sources: &[Source<E::Field>], key: &'static FieldSpec<E::Field>) -> Self {
        let time = E::FIELDS.iter().find(|spec| spec.name == E::TIME_FIELD).expect("a topic has the field of its time");
        let kept = |source: &Source<E::Field>| match source {
            Source::Field(field) => [key.field, time.field].contains(field),
            Source::Constant(_) => true,
        };
        let chosen = columns.iter().cloned().zip(sources.iter().cloned()).filter(|(_, source)| kept(source));
        let mut all: Vec<(Column, Source<E::Field>)> = chosen.collect();
        for spec in [key, time] {
            if all.iter().all(|(_, source)| *source != Source::Field(spec.field)) {
                all.push((Column::of_field(spec.name, &spec.kind), Source::Field(spec.field)));
            }
        }
        let deleted = Constant::Boolean(true);
        all.push((Column::of_constant(DELETED, deleted.clone()), Source::Constant(deleted)));
        let (columns, sources): (Vec<Column>, Vec<Source<E::Field>>) = all.into_iter().unzip();
        let key = sources.iter().position(|source| *source == Source::Field(key.field));
        Tombstones { key: key.expect("it is added"), encoder: JsonEncoder::new(&columns), sources }
    }

    #[cold]
    fn write(&self, event: &E, cache: &mut JsonCache, out: &mut RecordBuffer) -> WrittenRecord {
        let out = out.writer();
        let start = out.place();
        let (out, key) = self.encoder.encode(event, &self.sources, Some(self.key), cache, out);
        let value_len = (out.place() - start) as u32;
        out.finish();
        let key = key.expect("JSON holds the text of every field that can be a key");
        WrittenRecord { content: Content::Tombstone, ..written(event, start, value_len, key) }
    }
}

/// Returns whether the first columns are those of the contract, under their own names and in their order.
fn begins_with_contract<E: TopicEvent>(columns: &[Column], sources: &[Source<E::Field>]) -> bool {
    let mut contract = E::FIELDS.iter().filter(|spec| spec.class == FieldClass::Contract);
    let mut chosen = columns.iter().zip(sources);
    contract.all(|spec| {
        chosen.next().is_some_and(|(column, source)| column.name == spec.name && *source == Source::Field(spec.field))
    })
}

impl<E: TopicEvent> TopicEncoder<E> {
    /// Returns the encoder for the fields, the key and the format of `choice`.
    ///
    /// # Errors
    /// If a field does not exist, is named twice, or cannot be the key, or the format is unknown; the error has the nearest
    /// valid names.
    pub fn new(choice: &TopicChoice) -> Result<Self, TopicError> {
        let ChosenFields { columns, sources, key } = ChosenFields::<E>::of(choice)?;
        let key_column = sources.iter().position(|source| *source == Source::Field(key.field));
        let key_alone = Column::of_field(key.name, &key.kind);
        let is_contract = begins_with_contract::<E>(&columns, &sources);
        let format = format_of(E::STREAM.section(), choice)?;
        Ok(TopicEncoder {
            format,
            namespace: choice.namespace.clone(),
            encoder: if is_contract {
                FormatEncoder::of_contract::<E>(format, &columns)
            } else {
                FormatEncoder::new(format, &columns)
            },
            tombstones: Tombstones::new(&columns, &sources, key),
            columns,
            sources,
            key: Source::Field(key.field),
            key_column,
            key_encoder: JsonEncoder::new(&[key_alone]),
        })
    }

    /// Returns the format of the records.
    pub fn format(&self) -> TopicFormat {
        self.format
    }

    /// Returns the namespace of the record's Avro types, and the package of its Protobuf messages.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Returns the fields of a record, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the source of each column's values, in the order of the columns: what a reader of typed values needs, who takes
    /// no record.
    pub fn sources(&self) -> &[Source<E::Field>] {
        &self.sources
    }

    /// Appends the record of `event` and returns the place of its key. The cache is that of JSON, in which every format has
    /// its keys.
    #[inline]
    pub fn write(&self, event: &E, cache: &mut JsonCache, out: &mut RecordBuffer) -> WrittenRecord {
        if event.is_tombstone() {
            return self.tombstones.write(event, cache, out);
        }
        match &self.encoder {
            FormatEncoder::Json(encoder) => self.write_json(encoder, event, cache, out),
            FormatEncoder::Avro(encoder) => self.write_binary(encoder, event, cache, out),
            FormatEncoder::Protobuf(encoder) => self.write_binary(encoder, event, cache, out),
        }
    }

    #[inline(always)]
    fn write_json(
        &self,
        encoder: &JsonEncoder,
        event: &E,
        cache: &mut JsonCache,
        out: &mut RecordBuffer,
    ) -> WrittenRecord {
        let out = out.writer();
        let start = out.place();
        let (out, key) = encoder.encode(event, &self.sources, self.key_column, cache, out);
        let value_len = (out.place() - start) as u32;
        let (out, key) = if let Some(key) = key { (out, key) } else { self.append_key(event, cache, out) };
        out.finish();
        written(event, start, value_len, key)
    }

    /// Appends a record that does not hold the text of its key, and the key behind it.
    #[inline(never)]
    fn write_binary<C: Encoder<Cache = ()>>(
        &self,
        encoder: &C,
        event: &E,
        cache: &mut JsonCache,
        out: &mut RecordBuffer,
    ) -> WrittenRecord {
        let out = out.writer();
        let start = out.place();
        let (mut out, _) = encoder.encode(event, &self.sources, None, &mut (), out);
        let value_len = (out.place() - start) as u32;
        let from = out.place();
        let is_written = self.key.serialize(event, KeyText { out: &mut out });
        let (out, key) = if is_written {
            let to = out.place();
            (out, from..to)
        } else {
            self.append_key(event, cache, out)
        };
        out.finish();
        written(event, start, value_len, key)
    }

    /// Appends a record with the key alone and returns the range of the key's text.
    #[cold]
    fn append_key<'a>(
        &self,
        event: &E,
        cache: &mut JsonCache,
        out: RecordWriter<'a>,
    ) -> (RecordWriter<'a>, Range<usize>) {
        let (out, key) = self.key_encoder.encode(event, slice::from_ref(&self.key), Some(0), cache, out);
        (out, key.expect("JSON holds the text of every field that can be a key"))
    }
}

/// Returns the lengths and places of a record that begins at `start` and has its key at `key`.
#[inline(always)]
fn written<E: TopicEvent>(event: &E, start: usize, value_len: u32, key: Range<usize>) -> WrittenRecord {
    WrittenRecord {
        value_len,
        key_at: (key.start - start) as u32,
        key_len: key.len() as u16,
        entity_sequence: event.entity_sequence(),
        content: Content::Value,
    }
}
