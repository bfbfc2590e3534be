//! `populace schema`: what the records of a topic look like under a scenario, as JSON Schema or Avro. Knows no world.

use populace_sim::Plans;

use crate::UsageError;
use crate::cli::{SchemaFormat, SchemaRequest};
use crate::output::print;

/// Prints the schema of the topic that `request` names.
///
/// # Errors
/// When the scenario chooses fields that do not exist.
pub(crate) fn schema(request: &SchemaRequest) -> anyhow::Result<()> {
    let topics = &request.scenario.topics;
    let plans = Plans::new(topics)?;
    let name = &topics.of(request.topic).name;
    let schema = match request.format {
        SchemaFormat::JsonSchema => plans.json_schema(request.topic, name),
        SchemaFormat::Avro => plans.avro_schema(request.topic, name),
    };
    Ok(print(&format!("{}\n", serde_json::to_string_pretty(&schema)?))?)
}
