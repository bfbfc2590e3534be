//! The trait of a format of records. Must not depend on: single formats, single topics.

use crate::field::{Column, TopicEvent};
use std::ops::Range;

/// A format of records. The value holds what can be computed once for a topic.
pub trait Encoder: Sized {
    /// Returns the encoder of records with these columns.
    fn new(columns: &[Column]) -> Self;

    /// Appends the record of `event`, whose columns have the values of `fields`. Returns the range of `out` that holds
    /// the text of column `key`, or `None` if there is no such column or the format does not hold its value as text.
    fn encode<E: TopicEvent>(
        &self,
        event: &E,
        fields: &[E::Field],
        key: Option<usize>,
        out: &mut Vec<u8>,
    ) -> Option<Range<usize>>;
}
