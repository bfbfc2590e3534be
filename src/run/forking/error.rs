//! The reasons why a world cannot be forked.

use populace_sim::{Problem, ScenarioError, VirtualTime, format_time};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// The reason why a world cannot be forked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ForkError {
    /// The changes are not possible. Never empty.
    #[error("{}", lines(.0))]
    Changes(Vec<ForkProblem>),
    /// The new world cannot be created at the destination.
    #[error("{} {place}", path.display())]
    Destination {
        /// The path.
        #[serde(with = "crate::paths")]
        path: PathBuf,
        /// The existing entry at the path.
        place: OccupiedPlace,
    },
}

/// The existing entry at the destination of a fork.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OccupiedPlace {
    /// A file.
    File,
    /// A world.
    World,
    /// A directory that contains this entry.
    NotEmpty(String),
}

/// A fault in the changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForkProblem {
    /// The scenario would be invalid.
    Scenario {
        /// The fault and its place.
        what: String,
        /// The remedy.
        help: Option<String>,
    },
    /// A drift is set as a key.
    DriftKey {
        /// The key.
        key: String,
    },
    /// A key is fixed for the life of a world.
    FixedKey {
        /// The key.
        key: String,
    },
    /// A key is a setting of a run.
    SettingKey {
        /// The key.
        key: String,
    },
    /// The drift file has no drifts.
    NoDriftBlocks {
        /// Its name.
        file: String,
    },
    /// A drift has an invalid time.
    DriftTime {
        /// The fault in the time.
        why: String,
    },
    /// A drift would act before the fork.
    DriftInPast {
        /// The name of its file.
        file: String,
        /// Its name.
        id: String,
        /// The instant at which it begins to act.
        begins: VirtualTime,
        /// The fork's instant.
        at: VirtualTime,
    },
    /// The drifts are not possible together.
    Ledger {
        /// The fault in their combination.
        why: String,
    },
    /// A topic's name would be invalid.
    TopicPrefix {
        /// The prefix.
        prefix: String,
        /// The fault in the name.
        why: String,
    },
    /// The world writes to Kafka, and the fork needs separate topics.
    TopicPrefixRequired,
}

impl From<ForkProblem> for ForkError {
    fn from(problem: ForkProblem) -> Self {
        ForkError::Changes(vec![problem])
    }
}

impl From<ScenarioError> for ForkError {
    fn from(error: ScenarioError) -> Self {
        let problem = |problem: Problem| ForkProblem::Scenario { what: problem.to_string(), help: problem.help };
        ForkError::Changes(error.0.into_iter().map(problem).collect())
    }
}

impl fmt::Display for OccupiedPlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OccupiedPlace::File => write!(out, "is a file, not a directory"),
            OccupiedPlace::World => write!(out, "is the data directory of a world already"),
            OccupiedPlace::NotEmpty(name) => write!(out, "is not empty: it contains {name:?}"),
        }
    }
}

impl fmt::Display for ForkProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ForkProblem::Scenario { what, help: None } => write!(out, "{what}"),
            ForkProblem::Scenario { what, help: Some(help) } => write!(out, "{what}: {help}"),
            ForkProblem::DriftKey { key } => write!(out, "`{key}` cannot be set; add drifts by a drift file"),
            ForkProblem::FixedKey { key } => write!(out, "`{key}` was fixed when the world was created"),
            ForkProblem::SettingKey { key } => write!(out, "`{key}` is a setting of a run, not a rule of the world"),
            ForkProblem::NoDriftBlocks { file } => write!(out, "{file:?} has no [[drift]] block"),
            ForkProblem::DriftTime { why } | ForkProblem::Ledger { why } => write!(out, "{why}"),
            ForkProblem::DriftInPast { file, id, begins, at } => write!(
                out,
                "{file}: drift {id:?} begins to act at {}, before the fork's instant {}",
                format_time(*begins),
                format_time(*at)
            ),
            ForkProblem::TopicPrefix { prefix, why } => write!(out, "invalid topic prefix {prefix:?}: {why}"),
            ForkProblem::TopicPrefixRequired => {
                write!(out, "a topic prefix is required, because the world writes to Kafka topics")
            }
        }
    }
}

fn lines(problems: &[ForkProblem]) -> String {
    problems.iter().map(ForkProblem::to_string).collect::<Vec<_>>().join("\n")
}
