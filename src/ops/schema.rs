//! The schema of a topic's records under a scenario, in the language of any format. Must not depend on: worlds, faces.

use populace_sim::{Scenario, Stream};
use populace_wire::{Encoders, SchemaError as WireError, TopicError, TopicFormat};

/// A request for a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaRequest {
    /// The scenario whose topics are described.
    pub scenario: Scenario,
    /// The topic.
    pub topic: Stream,
    /// The format that is described; None for the topic's own.
    pub format: Option<TopicFormat>,
}

/// The reason why there is no schema.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The scenario chooses fields that do not exist.
    #[error(transparent)]
    Fields(#[from] TopicError),
    /// The format does not allow a name.
    #[error(transparent)]
    Names(#[from] WireError),
    /// The schema cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Returns the text of a topic's schema, indented if it is JSON.
///
/// # Errors
/// If the scenario chooses fields that do not exist, or names that the format does not allow.
pub fn schema(request: &SchemaRequest) -> Result<String, SchemaError> {
    let topics = &request.scenario.topics;
    let encoders = Encoders::new(topics)?;
    let format = request.format.unwrap_or_else(|| encoders.format(request.topic));
    let schema = encoders.schema_in(format, request.topic, &topics.of(request.topic).name)?;
    match format {
        TopicFormat::Protobuf => Ok(schema.text),
        TopicFormat::Json | TopicFormat::JsonSchema | TopicFormat::Avro => {
            let value: serde_json::Value = serde_json::from_str(&schema.text)?;
            Ok(serde_json::to_string_pretty(&value)? + "\n")
        }
    }
}
