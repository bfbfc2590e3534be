//! The section `[topics]` of a scenario: the fields and keys that it can name, checked together with the rest of the
//! scenario, so that all problems are reported at once. Must not depend on: formats, files, the command line.

use crate::choice::{FIELDS_MAX, is_identifier, is_valid_name, split_entry};
use crate::format::TopicFormat;
use crate::topics::field_names;
use populace_sim::{
    Check, Difference, Layers, Placed, Problem, Resolved, Scenario, ScenarioError, Stream, Values, VirtualTime,
    invalid_name, unknown, unknown_name,
};
use std::collections::BTreeSet;

/// The checks of this crate, for [`Layers::resolve_with`] and the like.
pub const CHECKS: [Check; 1] = [check_topics];

/// The longest name of a topic that Kafka allows, with its prefix, in bytes.
const TOPIC_LEN_MAX: usize = 249;
/// The longest prefix of topics, in bytes, which leaves room for the names.
const PREFIX_LEN_MAX: usize = 100;
/// The longest namespace of a topic, in bytes.
const NAMESPACE_LEN_MAX: usize = 200;

/// Merges, checks and resolves layers, as [`Layers::resolve`] does, and also checks `[topics]`.
///
/// # Errors
/// All problems at once.
pub fn resolve(layers: Layers, now: VirtualTime) -> Result<Resolved, ScenarioError> {
    layers.resolve_with(now, &CHECKS)
}

/// Reads a scenario by itself, as [`Scenario::from_toml`] does, and also checks `[topics]`.
///
/// # Errors
/// All problems at once, with the lines of `text`, which is called `name`.
pub fn scenario_from_toml(name: &str, text: &str) -> Result<Scenario, ScenarioError> {
    Scenario::from_toml_with(name, text, &CHECKS)
}

/// Checks a scenario, as [`Scenario::check`] does, and its `[topics]`.
///
/// # Errors
/// All problems at once.
pub fn check_scenario(scenario: &Scenario) -> Result<(), ScenarioError> {
    scenario.check_with(&CHECKS)
}

/// Adopts differences, as [`Scenario::adopting`] does, and also checks `[topics]`.
///
/// # Errors
/// All problems at once.
pub fn adopt(scenario: &Scenario, differences: &[Difference]) -> Result<Scenario, ScenarioError> {
    scenario.adopting_with(differences, &CHECKS)
}

/// Checks the names, keys and fields of the topics, and the prefix of their names.
fn check_topics(values: &Values, problems: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    let prefix = values.get("kafka.topic_prefix").filter(|placed| !placed.text().is_empty());
    problems.extend(prefix.and_then(|placed| invalid_name("kafka.topic_prefix", placed, PREFIX_LEN_MAX)));
    let longest = TOPIC_LEN_MAX - prefix.map_or(0, |placed| placed.text().len().min(PREFIX_LEN_MAX));
    for stream in Stream::ALL {
        let path = |key: &str| format!("topics.{}.{key}", stream.section());
        let (Some(name), Some(key)) = (values.get(&path("name")), values.get(&path("key"))) else { continue };
        problems.extend(invalid_name(&path("name"), name, longest));
        problems.extend(unknown_name(&path("key"), key, "key field", &key_names(stream)));
        problems.extend(
            values.get(&path("fields")).into_iter().flat_map(|fields| check_fields(stream, &path("fields"), fields)),
        );
        let formats = values.get(&path("format"));
        problems.extend(formats.and_then(|f| unknown_name(&path("format"), f, "format", &TopicFormat::names())));
        problems.extend(values.get(&path("namespace")).and_then(|n| invalid_namespace(&path("namespace"), n)));
        if !names.insert(name.text().to_owned()) {
            let what = format!("`{}`: two topics are named {:?}", path("name"), name.text());
            problems.push(Problem::new(&path("name"), name.origin(), what).help("give each topic a name of its own"));
        }
    }
}

/// Returns the fault of a namespace that Avro and Protobuf do not both allow.
fn invalid_namespace(path: &str, placed: &Placed) -> Option<Problem> {
    let name = placed.text();
    if name.len() <= NAMESPACE_LEN_MAX && name.split('.').all(is_identifier) {
        return None;
    }
    let what = format!("`{path}` is {name:?}, which is no valid namespace");
    Some(Problem::new(path, placed.origin(), what).help(format!(
        "write names with dots between, as in \"com.example.town\", {NAMESPACE_LEN_MAX} characters at most; a name has letters, digits and `_`, and begins with no \
         digit"
    )))
}

/// Returns the fields that can be the key of a stream's records.
fn key_names(stream: Stream) -> Vec<&'static str> {
    field_names(stream).iter().filter(|field| field.may_be_key).map(|field| field.name).collect()
}

fn check_fields(stream: Stream, path: &str, placed: &Placed) -> Vec<Problem> {
    let entries: Vec<&str> = placed.texts().collect();
    let all: Vec<&str> = field_names(stream).iter().map(|field| field.name).collect();
    let mut problems = Vec::new();
    if entries.len() > FIELDS_MAX {
        let what = format!("`{path}` names {} fields", entries.len());
        problems.push(Problem::new(path, placed.origin(), what).help(format!("name at most {FIELDS_MAX}")));
    }
    let mut written = BTreeSet::new();
    for entry in entries {
        let (field, name) = split_entry(entry);
        problems.extend(unknown(path, placed, field, "field", &all));
        if !is_valid_name(name) {
            let what = format!("`{path}`: {name:?} is no valid name for a field");
            problems.push(Problem::new(path, placed.origin(), what).help("1 to 64 letters of a-z A-Z 0-9 _ -"));
        }
        if !written.insert(name) {
            let what = format!("`{path}`: two fields are named {name:?}");
            problems.push(Problem::new(path, placed.origin(), what).help("rename one with \"field as name\""));
        }
    }
    problems
}

#[cfg(test)]
mod tests;
