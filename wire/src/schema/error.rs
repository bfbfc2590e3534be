//! The reasons why a topic has no schema in a format. Must not depend on: single formats.

use crate::format::TopicFormat;
use crate::names::is_identifier;
use std::collections::BTreeMap;

/// The reason why a topic has no schema in a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// Fields have names that the format's grammar does not allow.
    #[error("`topics.{section}.fields`: {} does not allow the name {}", .format.title(), quoted(.names))]
    InvalidNames {
        /// The section of the scenario.
        section: &'static str,
        /// The format.
        format: TopicFormat,
        /// The names, in the order of the fields; never empty.
        names: Vec<String>,
    },
    /// Two fields differ by underscores or by the case of letters alone, which the JSON form of Protobuf does not keep.
    #[error("`topics.{section}.fields`: Protobuf takes {} for one name", quoted(.names))]
    SimilarNames {
        /// The section of the scenario.
        section: &'static str,
        /// The two names.
        names: Vec<String>,
    },
    /// Two fields have the same field number, which was computed from their names.
    #[error("`topics.{section}.fields`: {} have the same Protobuf field number, {number}", quoted(.names))]
    SameNumber {
        /// The section of the scenario.
        section: &'static str,
        /// The number.
        number: u32,
        /// The two names.
        names: Vec<String>,
    },
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}

/// Checks that a format allows the names of fields.
///
/// # Errors
/// All names that its grammar does not allow, or two that it takes for one.
pub fn check_names(format: TopicFormat, section: &'static str, names: &[&str]) -> Result<(), SchemaError> {
    if format.is_text() {
        return Ok(());
    }
    let invalid: Vec<String> =
        names.iter().filter(|name| !is_identifier(name)).map(|name| (*name).to_owned()).collect();
    if !invalid.is_empty() {
        return Err(SchemaError::InvalidNames { section, format, names: invalid });
    }
    if format == TopicFormat::Protobuf { check_json_names(section, names) } else { Ok(()) }
}

/// Refuses names that differ only by underscores and by the case of the letters behind them.
fn check_json_names(section: &'static str, names: &[&str]) -> Result<(), SchemaError> {
    let mut by_json_name = BTreeMap::new();
    for name in names {
        if let Some(other) = by_json_name.insert(json_name(name), *name) {
            return Err(SchemaError::SimilarNames { section, names: [other, name].map(str::to_owned).to_vec() });
        }
    }
    Ok(())
}

/// Returns the name that Protobuf gives a field in JSON, in lower case.
fn json_name(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}
