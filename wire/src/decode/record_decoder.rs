//! The decoder of one topic's records. Must not depend on: single topics.

use super::avro::AvroDecoder;
use super::column_value::{ColumnValue, PARTS_MAX};
use super::error::DecodeError;
use super::json::JsonDecoder;
use super::protobuf::ProtobufDecoder;
use crate::field::{Column, FieldType};
use crate::format::TopicFormat;

/// A decoder of the records of one topic.
#[derive(Clone, Debug)]
pub struct RecordDecoder {
    format: TopicFormat,
    columns: Box<[Column]>,
    decoder: FormatDecoder,
}

#[derive(Clone, Debug)]
enum FormatDecoder {
    Json(JsonDecoder),
    Avro(AvroDecoder),
    Protobuf(ProtobufDecoder),
}

impl RecordDecoder {
    /// Returns the decoder of records with these columns in a format.
    ///
    /// # Panics
    /// If a list of words or an object has more entries than any topic's.
    pub fn new(format: TopicFormat, columns: &[Column]) -> Self {
        columns.iter().for_each(|column| check(column.kind));
        let decoder = match format {
            TopicFormat::Json | TopicFormat::JsonSchema => FormatDecoder::Json(JsonDecoder::new(columns)),
            TopicFormat::Avro => FormatDecoder::Avro(AvroDecoder::new(columns)),
            TopicFormat::Protobuf => FormatDecoder::Protobuf(ProtobufDecoder::new(columns)),
        };
        RecordDecoder { format, columns: columns.into(), decoder }
    }

    /// Returns the fields of a record, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the format of the records.
    pub fn format(&self) -> TopicFormat {
        self.format
    }

    /// Passes the place and the value of each column of a record to `visit`, in order.
    ///
    /// # Errors
    /// If the bytes are not what the encoder writes for these columns. Values before the fault were passed then.
    #[inline]
    pub fn decode<'a>(
        &self,
        record: &'a [u8],
        mut visit: impl FnMut(usize, ColumnValue<'a>),
    ) -> Result<(), DecodeError> {
        self.decode_first(record, self.columns.len(), &mut visit)
    }

    /// Passes the values of the first `count` columns.
    #[inline(always)]
    pub(super) fn decode_first<'a>(
        &self,
        record: &'a [u8],
        count: usize,
        visit: &mut impl FnMut(usize, ColumnValue<'a>),
    ) -> Result<(), DecodeError> {
        let decoded = match &self.decoder {
            FormatDecoder::Json(decoder) => decoder.decode(record, count, visit),
            FormatDecoder::Avro(decoder) => decoder.decode(record, count, visit),
            FormatDecoder::Protobuf(decoder) => decoder.decode(record, count, visit),
        };
        decoded.map_err(|fault| DecodeError {
            format: self.format,
            field: self.columns.get(fault.column).map(|column| column.name.clone()),
            offset: fault.at,
            expected: fault.expected,
        })
    }
}

/// Checks that the words of a type fit into the values.
fn check(kind: &FieldType) {
    let fit = |words: &[&str]| assert!(words.len() <= 256, "a list has at most 256 words");
    match kind {
        FieldType::OrNull(inner) => check(inner),
        FieldType::OneOf(words) => fit(words),
        FieldType::Object(parts) => {
            assert!(parts.len() <= PARTS_MAX, "an object has at most {PARTS_MAX} parts");
            parts.iter().for_each(|(_, words)| fit(words));
        }
        _ => {}
    }
}
