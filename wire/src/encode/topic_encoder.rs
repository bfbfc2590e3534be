//! The encoder of one topic, made from the fields that a scenario chose. Must not depend on: single topics.

use super::encoder::Encoder;
use super::json::{JsonCache, JsonEncoder};
use crate::batch::WrittenRecord;
use crate::buffer::{RecordBuffer, RecordWriter};
use crate::choice::{ChosenFields, TopicError, format_of};
use crate::field::{Column, FieldClass, TopicEvent};
use crate::format::TopicFormat;
use populace_sim::TopicChoice;
use std::ops::Range;

/// An encoder for the events of one topic.
#[derive(Clone, Debug)]
pub struct TopicEncoder<E: TopicEvent, C = JsonEncoder> {
    format: TopicFormat,
    namespace: String,
    columns: Vec<Column>,
    fields: Vec<E::Field>,
    key: E::Field,
    key_column: Option<usize>,
    encoder: C,
    /// Encodes the key alone, where the text of the key is no part of the record.
    key_encoder: JsonEncoder,
}

/// Returns whether the columns are those of the contract, under their own names and in their order.
fn is_contract<E: TopicEvent>(columns: &[Column], fields: &[E::Field]) -> bool {
    let contract = E::FIELDS.iter().filter(|spec| spec.class == FieldClass::Contract);
    let chosen = columns.iter().zip(fields).map(|(column, field)| (column.name.as_str(), *field));
    chosen.eq(contract.map(|spec| (spec.name, spec.field)))
}

impl<E: TopicEvent, C: Encoder> TopicEncoder<E, C> {
    /// Returns the encoder for the fields and the key of `choice`.
    ///
    /// # Errors
    /// If a field does not exist, is named twice, or cannot be the key, or the format is unknown; the error has the nearest
    /// valid names.
    pub fn new(choice: &TopicChoice) -> Result<Self, TopicError> {
        let ChosenFields { columns, fields, key } = ChosenFields::<E>::of(choice)?;
        let key_column = fields.iter().position(|field| *field == key.field);
        let key_alone = Column { name: key.name.to_owned(), kind: &key.kind };
        let is_contract = is_contract::<E>(&columns, &fields);
        Ok(TopicEncoder {
            format: format_of(E::STREAM.section(), choice)?,
            namespace: choice.namespace.clone(),
            encoder: if is_contract { C::of_contract::<E>(&columns) } else { C::new(&columns) },
            columns,
            fields,
            key: key.field,
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

    /// Appends the record of `event` and returns the place of its key.
    #[inline]
    pub fn write(&self, event: &E, cache: &mut C::Cache, out: &mut RecordBuffer) -> WrittenRecord {
        let out = out.writer();
        let start = out.place();
        let (out, key) = self.encoder.encode(event, &self.fields, self.key_column, cache, out);
        let value_len = (out.place() - start) as u32;
        let (out, key) = if let Some(key) = key { (out, key) } else { self.append_key(event, out) };
        out.finish();
        WrittenRecord {
            value_len,
            key_at: (key.start - start) as u32,
            key_len: key.len() as u16,
            entity_sequence: event.entity_sequence(),
        }
    }

    /// Appends a record with the key alone and returns the range of the key's text.
    #[cold]
    fn append_key<'a>(&self, event: &E, out: RecordWriter<'a>) -> (RecordWriter<'a>, Range<usize>) {
        let (out, key) = self.key_encoder.encode(event, &[self.key], Some(0), &mut JsonCache::default(), out);
        (out, key.expect("JSON holds the text of every field that can be a key"))
    }
}
