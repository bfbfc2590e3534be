//! The schemas of topics, as records are really emitted. Must not depend on: single topics.

mod avro;
mod described;
mod error;
mod json;
mod protobuf;

pub use described::Described;
pub use error::{SchemaError, check_names};

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

impl TopicSchema {
    /// Returns the schema of records in a format.
    ///
    /// # Errors
    /// If a field has a name that the format does not allow.
    pub fn new(format: TopicFormat, records: Described<'_>) -> Result<Self, SchemaError> {
        let (text, record) = match format {
            TopicFormat::Json | TopicFormat::JsonSchema => {
                (json::json_schema(records.topic, records.columns).to_string(), records.topic.to_owned())
            }
            TopicFormat::Avro => {
                let (schema, name) = avro::avro_schema(records)?;
                (schema.to_string(), format!("{}.{name}", records.namespace))
            }
            TopicFormat::Protobuf => {
                let (text, name) = protobuf::protobuf_schema(records)?;
                (text, format!("{}.{name}", records.namespace))
            }
        };
        Ok(TopicSchema { format, text, record })
    }
}
