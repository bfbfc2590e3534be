//! The schema of a topic's records under a scenario, as JSON Schema or Avro. Must not depend on: worlds, faces.

use populace_sim::{Scenario, Stream};
use populace_wire::{Encoders, TopicError};

/// A request for a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaRequest {
    /// The scenario whose topics are described.
    pub scenario: Scenario,
    /// The topic.
    pub topic: Stream,
    /// The schema language.
    pub format: SchemaFormat,
}

/// A schema language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaFormat {
    /// JSON Schema.
    JsonSchema,
    /// Avro.
    Avro,
}

/// The reason why there is no schema.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The scenario chooses fields that do not exist.
    #[error(transparent)]
    Fields(#[from] TopicError),
    /// The schema language does not allow a name.
    #[error(transparent)]
    Names(#[from] populace_wire::SchemaError),
    /// The schema cannot be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Returns the schema of a topic as indented JSON.
///
/// # Errors
/// If the scenario chooses fields that do not exist, or names that the schema language does not allow.
pub fn schema(request: &SchemaRequest) -> Result<String, SchemaError> {
    let topics = &request.scenario.topics;
    let encoders = Encoders::new(topics)?;
    let name = &topics.of(request.topic).name;
    let schema = match request.format {
        SchemaFormat::JsonSchema => encoders.json_schema(request.topic, name),
        SchemaFormat::Avro => encoders.avro_schema(request.topic, name)?,
    };
    Ok(serde_json::to_string_pretty(&schema)?)
}
