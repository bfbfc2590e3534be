//! The schemas of topics, as records are really emitted. Must not depend on: single topics.

mod avro;
mod error;
mod json;

pub use avro::avro_schema;
pub use error::SchemaError;
pub use json::json_schema;

use crate::format::TopicFormat;

/// The schema of a topic's records, as a schema registry takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSchema {
    /// The format that the schema describes.
    pub format: TopicFormat,
    /// The text of the schema, on one line if it is JSON.
    pub text: String,
    /// The full name of the record: that of the Avro record or the Protobuf message; the title of a JSON Schema.
    pub record: String,
}
