//! The records that a schema describes. Must not depend on: single formats, single topics.

use super::error::{SchemaError, check_names};
use crate::field::Column;
use crate::format::TopicFormat;
use populace_sim::Stream;

/// The records that a schema describes.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    /// The stream of the records.
    pub stream: Stream,
    /// The name of their topic.
    pub topic: &'a str,
    /// The namespace of their types.
    pub namespace: &'a str,
    /// Their fields, in order.
    pub columns: &'a [Column],
}

impl Described<'_> {
    /// Checks that a format allows the names of all fields.
    pub fn check_names(&self, format: TopicFormat) -> Result<(), SchemaError> {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        check_names(format, self.stream.section(), &names)
    }
}
