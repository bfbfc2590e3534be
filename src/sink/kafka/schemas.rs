//! The schemas and layouts of a run's topics, from its scenario and the plan of the registry. Must not depend on:
//! requests, brokers.

use super::framing::Layouts;
use super::registry::{Registry, RegistryError, WantedSchema};
use crate::config::{RegistryPlan, RunPlan};
use crate::sink::{SinkError, SinkRefusal, TopicNames};
use populace_sim::Stream;
use populace_wire::{Encoders, TopicFormat, TopicSchema};
use serde_json::{Value, json};

/// The formats of a run's topics, and its registry.
pub(super) struct TopicSchemas<'a> {
    encoders: Encoders,
    /// The names of the topics, without the prefix.
    names: &'a TopicNames,
    prefix: &'a str,
    plan: Option<&'a RegistryPlan>,
}

impl<'a> TopicSchemas<'a> {
    /// Returns the schemas of a plan, whose scenario is that of all records that the run sends.
    ///
    /// # Errors
    /// If the scenario chooses fields that do not exist.
    pub(super) fn of(plan: &'a RunPlan, names: &'a TopicNames) -> Result<Self, SinkError> {
        let encoders = Encoders::new(&plan.scenario.topics).map_err(SinkRefusal::new)?;
        Ok(TopicSchemas { encoders, names, prefix: &plan.kafka.topic_prefix, plan: plan.kafka.registry.as_ref() })
    }

    /// Returns the layouts of the topics' values.
    pub(super) fn layouts(&self) -> Layouts {
        Layouts::planned(|stream| self.encoders.format(stream), self.plan.map(|plan| plan.schema_id))
    }

    /// Returns the registry for the topics that have a schema there; None without a registry.
    ///
    /// # Errors
    /// If a topic has no schema in its format, or the registry's certificate authorities cannot be read.
    pub(super) fn registry(&self) -> Result<Option<Registry>, SinkError> {
        let Some(plan) = self.plan else { return Ok(None) };
        let named = self.names.iter().filter(|(stream, _)| self.encoders.format(*stream) != TopicFormat::Json);
        let wanted = named.map(|(stream, name)| self.wanted(stream, name)).collect::<Result<_, _>>()?;
        Registry::new(plan, wanted).map(Some)
    }

    fn wanted(&self, stream: Stream, name: &str) -> Result<WantedSchema, SinkError> {
        let topic = format!("{}{name}", self.prefix);
        // The schema is that of `populace schema`, under whatever prefix.
        match self.encoders.topic_schema(stream, name) {
            Ok(schema) => Ok(WantedSchema { stream, topic, schema: in_known_dialect(schema) }),
            Err(error) => Err(SinkRefusal::from(RegistryError::NoSchema { topic, why: error.to_string() }).into()),
        }
    }
}

/// The dialect of JSON Schema that every registry can compare.
const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// Returns a JSON Schema in a dialect that every registry can compare: the keywords of our schemas mean the same in it.
/// Schemas of other formats stay as they are.
fn in_known_dialect(schema: TopicSchema) -> TopicSchema {
    if schema.format != TopicFormat::JsonSchema {
        return schema;
    }
    match serde_json::from_str::<Value>(&schema.text) {
        Ok(mut text) => {
            text["$schema"] = json!(DIALECT);
            TopicSchema { text: text.to_string(), ..schema }
        }
        Err(_) => schema,
    }
}
