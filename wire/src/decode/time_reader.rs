//! Reads the instant of a record from its bytes. Must not depend on: single formats, single topics.

use super::column_value::ColumnValue;
use super::error::DecodeError;
use super::record_decoder::RecordDecoder;
use crate::field::FieldType;
use populace_sim::VirtualTime;

/// A reader of the instants of one topic's records.
#[derive(Clone, Debug)]
pub struct TimeReader {
    decoder: RecordDecoder,
    column: usize,
}

impl TimeReader {
    /// Returns the reader of the instants in column `column`.
    ///
    /// # Panics
    /// If the column is not one of instants.
    pub fn new(decoder: RecordDecoder, column: usize) -> Self {
        let kind = decoder.columns()[column].kind;
        assert!(matches!(kind, FieldType::Timestamp | FieldType::NaiveTimestamp), "the column holds {kind:?}");
        TimeReader { decoder, column }
    }

    /// Returns the instant of a record. Columns behind that of the instant are not looked at.
    ///
    /// # Errors
    /// If the bytes are not what the encoder writes.
    #[inline]
    pub fn time_of(&self, record: &[u8]) -> Result<VirtualTime, DecodeError> {
        let mut time = VirtualTime::from_micros(0);
        self.decoder.decode_first(record, self.column + 1, &mut |_, value| {
            if let ColumnValue::Timestamp(at) | ColumnValue::NaiveTimestamp(at) = value {
                time = at;
            }
        })?;
        Ok(time)
    }
}
