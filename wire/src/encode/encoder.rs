//! The trait of a format of records. Must not depend on: single formats, single topics.

use crate::buffer::RecordWriter;
use crate::field::{Column, Source, TopicEvent};
use std::ops::Range;

/// A format of records. The value holds what can be computed once for a topic.
pub trait Encoder: Sized {
    /// What an encoder keeps from one record to the next in order to be faster. It changes no byte of any record.
    type Cache: Default + std::fmt::Debug;

    /// Returns the encoder of records with these columns.
    fn new(columns: &[Column]) -> Self;

    /// Returns the encoder of records that begin with the columns of the contract of `E`, under their own names and in
    /// their order; most have no others.
    fn of_contract<E: TopicEvent>(columns: &[Column]) -> Self {
        Self::new(columns)
    }

    /// Appends the record of `event`, whose columns have the values of `sources`. Returns the writer, and the range of the
    /// buffer that holds the text of column `key`, or `None` if there is no such column or the format does not hold its
    /// value as text.
    fn encode<'a, E: TopicEvent>(
        &self,
        event: &E,
        sources: &[Source<E::Field>],
        key: Option<usize>,
        cache: &mut Self::Cache,
        out: RecordWriter<'a>,
    ) -> (RecordWriter<'a>, Option<Range<usize>>);
}
