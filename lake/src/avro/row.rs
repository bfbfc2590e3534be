//! Converts a record into Avro's binary encoding, by the schema of its topic. Must not depend on: other file formats.

use crate::leaf::optional;
use populace_wire::{ColumnValue, DecodeError, FieldType, RecordDecoder, Word, are_symbols};

/// The index of null in the union of an optional field, and that of its value.
const NULL: i64 = 0;
const VALUE: i64 = 1;

/// Converts the records of one topic.
pub struct AvroRow {
    decoder: RecordDecoder,
    columns: Vec<ColumnRules>,
}

/// What is the same for all values of a column.
struct ColumnRules {
    is_optional: bool,
    /// Whether the words of the list, or of each part, are symbols.
    symbols: Vec<bool>,
}

impl ColumnRules {
    fn new(kind: &'static FieldType) -> Self {
        let (is_optional, kind) = optional(kind);
        let symbols = match kind {
            FieldType::OneOf(words) => vec![are_symbols(words)],
            FieldType::Object(parts) => parts.iter().map(|(_, words)| are_symbols(words)).collect(),
            _ => Vec::new(),
        };
        ColumnRules { is_optional, symbols }
    }

    #[inline(always)]
    fn append(&self, value: ColumnValue<'_>, out: &mut Vec<u8>) {
        if self.is_optional {
            append_long(out, if value == ColumnValue::Null { NULL } else { VALUE });
        }
        match value {
            ColumnValue::Null => {}
            ColumnValue::Text(text) => append_bytes(out, text.as_bytes()),
            ColumnValue::Word(word) => append_word(out, word, self.symbols[0]),
            ColumnValue::Timestamp(at) | ColumnValue::NaiveTimestamp(at) => append_long(out, at.micros()),
            ColumnValue::Integer(value) => append_long(out, value),
            ColumnValue::Number(value) => out.extend_from_slice(&value.to_le_bytes()),
            ColumnValue::Boolean(value) => out.push(u8::from(value)),
            ColumnValue::Point(point) => {
                out.extend_from_slice(&point.lat.to_le_bytes());
                out.extend_from_slice(&point.lon.to_le_bytes());
            }
            ColumnValue::Object(words) => {
                let words = words.iter().zip(&self.symbols);
                words.for_each(|((_, word), is_symbol)| append_word(out, word, *is_symbol));
            }
            ColumnValue::Words(words) => {
                if !words.is_empty() {
                    append_long(out, words.len() as i64);
                    words.iter().for_each(|word| append_bytes(out, word.as_bytes()));
                }
                append_long(out, 0);
            }
        }
    }
}

impl AvroRow {
    /// Returns the converter of records that `decoder` reads.
    pub fn new(decoder: RecordDecoder) -> Self {
        let columns = decoder.columns().iter().map(|column| ColumnRules::new(column.kind)).collect();
        AvroRow { decoder, columns }
    }

    /// Appends a record.
    ///
    /// # Errors
    /// If it is not what the encoder of its topic writes.
    pub fn append(&self, record: &[u8], out: &mut Vec<u8>) -> Result<(), DecodeError> {
        self.decoder.decode(record, |column, value| self.columns[column].append(value, out))
    }
}

#[inline(always)]
fn append_word(out: &mut Vec<u8>, word: Word, is_symbol: bool) {
    if is_symbol { append_long(out, word.index() as i64) } else { append_bytes(out, word.name().as_bytes()) }
}

/// Appends an integer of variable length: those near zero are short.
#[inline(always)]
pub fn append_long(out: &mut Vec<u8>, value: i64) {
    let mut left = ((value << 1) ^ (value >> 63)) as u64;
    while left >= 1 << 7 {
        out.push(left as u8 | 1 << 7);
        left >>= 7;
    }
    out.push(left as u8);
}

/// Appends bytes behind their length.
#[inline(always)]
pub fn append_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    append_long(out, bytes.len() as i64);
    out.extend_from_slice(bytes);
}
