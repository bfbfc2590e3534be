//! The reasons why a topic has no schema in a format. Must not depend on: single formats.

use crate::format::TopicFormat;

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
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}
