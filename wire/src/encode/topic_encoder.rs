//! The encoder of one topic, made from the fields that a scenario chose. Must not depend on: single topics.

use super::encoder::Encoder;
use super::json::{JsonEncoder, append_key};
use crate::batch::WrittenRecord;
use crate::choice::{ChosenFields, TopicError};
use crate::field::{Column, TopicEvent};
use populace_sim::TopicChoice;

/// An encoder for the events of one topic.
#[derive(Clone, Debug)]
pub struct TopicEncoder<E: TopicEvent, C = JsonEncoder> {
    columns: Vec<Column>,
    fields: Vec<E::Field>,
    key: E::Field,
    key_column: Option<usize>,
    encoder: C,
}

impl<E: TopicEvent, C: Encoder> TopicEncoder<E, C> {
    /// Returns the encoder for the fields and the key of `choice`.
    ///
    /// # Errors
    /// If a field does not exist, is named twice, or cannot be the key; the error has the nearest valid names.
    pub fn new(choice: &TopicChoice) -> Result<Self, TopicError> {
        let ChosenFields { columns, fields, key } = ChosenFields::<E>::of(choice)?;
        let key_column = fields.iter().position(|field| *field == key);
        Ok(TopicEncoder { encoder: C::new(&columns), columns, fields, key, key_column })
    }

    /// Returns the fields of a record, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Appends the record of `event` and returns the place of its key.
    #[inline]
    pub fn write(&self, event: &E, out: &mut Vec<u8>) -> WrittenRecord {
        let start = out.len();
        out.reserve(1024);
        let key = self.encoder.encode(event, &self.fields, self.key_column, out);
        let value_len = (out.len() - start) as u32;
        let key = key.unwrap_or_else(|| append_key(event, self.key, out));
        WrittenRecord {
            value_len,
            key_at: (key.start - start) as u32,
            key_len: key.len() as u16,
            entity_sequence: event.entity_sequence(),
        }
    }
}
