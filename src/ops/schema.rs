//! `populace schema`: what the records of a topic look like under a scenario, as JSON Schema or Avro. Knows no world.

use populace_sim::{AvroError, Plans};

use crate::UsageError;
use crate::cli::{SchemaFormat, SchemaRequest};
use crate::output::print;

/// Prints the schema of the topic that `request` names.
///
/// # Errors
/// When the scenario chooses fields that do not exist, or names that the format does not allow.
pub(crate) fn schema(request: &SchemaRequest) -> anyhow::Result<()> {
    let topics = &request.scenario.topics;
    let plans = Plans::new(topics)?;
    let name = &topics.of(request.topic).name;
    let schema = match request.format {
        SchemaFormat::JsonSchema => plans.json_schema(request.topic, name),
        SchemaFormat::Avro => plans.avro_schema(request.topic, name).map_err(unfit)?,
    };
    Ok(print(&format!("{}\n", serde_json::to_string_pretty(&schema)?))?)
}

fn unfit(error: AvroError) -> UsageError {
    UsageError::new(error.to_string()).help(
        "an Avro name has letters, digits and `_`, and begins with no digit: rename the field with \"field as name\", or \
         leave --format avro out, for JSON takes the name as it is",
    )
}
