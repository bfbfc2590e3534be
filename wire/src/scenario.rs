//! The section `[topics]` of a scenario: the fields and keys that it can name, checked together with the rest of the
//! scenario, so that all problems are reported at once. Must not depend on: formats, files, the command line.

use crate::chosen::{ChoiceFault, ChosenColumn, choose};
use crate::encode::DELETED;
use crate::field::Source;
use crate::format::TopicFormat;
use crate::names::is_identifier;
use crate::schema::check_names;
use crate::topics::field_names;
use populace_sim::{
    Check, Difference, Layers, Placed, Problem, Resolved, Scenario, ScenarioError, Stream, Values, VirtualTime,
    invalid_name, unknown_name,
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
        let (columns, faults) = chosen(stream, &path("fields"), values);
        problems.extend(unfit_key(stream, &path("key"), key, &columns));
        problems.extend(faults);
        let formats = values.get(&path("format"));
        problems.extend(formats.and_then(|f| unknown_name(&path("format"), f, "format", &TopicFormat::names())));
        let format = formats.and_then(|format| TopicFormat::named(format.text())).unwrap_or_default();
        let fields = values.get(&path("fields"));
        problems.extend(fields.and_then(|fields| unfit_names(format, stream, (&path("fields"), fields), &columns)));
        problems.extend(fields.and_then(|fields| reserved_name(stream, (&path("fields"), fields), &columns)));
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

/// Returns the fields that can be the key of a stream's records: of a table, its first one alone, which is the id.
fn key_names(stream: Stream) -> Vec<&'static str> {
    let possible = if stream.is_table() { 1 } else { usize::MAX };
    field_names(stream).iter().filter(|field| field.may_be_key).map(|field| field.name).take(possible).collect()
}

/// Returns the fault of a table with a column of the name that says in JSON that a row is gone.
fn reserved_name(stream: Stream, (path, placed): (&str, &Placed), columns: &[ChosenColumn]) -> Option<Problem> {
    let is_taken = stream.is_table() && columns.iter().any(|column| column.name == DELETED);
    let what = || format!("`{path}`: a field is named {DELETED:?}, which says in a table that the row is gone");
    is_taken.then(|| Problem::new(path, placed.origin(), what()).help("give the field another name"))
}

/// Returns the fault of a key that is no field, or cannot be the key of a record.
fn unfit_key(stream: Stream, path: &str, placed: &Placed, columns: &[ChosenColumn]) -> Option<Problem> {
    let (key, names) = (placed.text(), key_names(stream));
    let is_constant = |column: &ChosenColumn| column.name == key && matches!(column.source, Source::Constant(_));
    if names.contains(&key) || !columns.iter().any(is_constant) {
        return unknown_name(path, placed, "key field", &names);
    }
    let what = format!("`{path}`: {key:?} is a constant, and every record would have the same key");
    Some(Problem::new(path, placed.origin(), what).help(format!("name one of the fields {}", names.join(", "))))
}

/// Returns the fault of names that the format of the topic does not allow.
fn unfit_names(
    format: TopicFormat,
    stream: Stream,
    (path, placed): (&str, &Placed),
    columns: &[ChosenColumn],
) -> Option<Problem> {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let fault = check_names(format, stream.section(), &names).err()?;
    let help = "rename the field with \"field as name\": letters, digits and `_`, no digit first, each name another";
    Some(Problem::new(path, placed.origin(), fault.to_string()).help(help))
}

/// Returns the columns that a topic's `fields` choose; none, and the faults, if there are some.
fn chosen(stream: Stream, path: &str, values: &Values) -> (Vec<ChosenColumn>, Vec<Problem>) {
    let Some(placed) = values.get(path) else { return Default::default() };
    let entries: Vec<&str> = placed.texts().collect();
    let problem =
        |fault: ChoiceFault| Problem::new(path, placed.origin(), format!("`{path}`: {fault}")).help(fault.help());
    match choose(&entries, &field_names(stream)) {
        Ok(columns) => (columns, Vec::new()),
        Err(faults) => (Vec::new(), faults.into_iter().map(problem).collect()),
    }
}

#[cfg(test)]
mod tests;
