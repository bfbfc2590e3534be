//! The reasons why drifts cannot be started or stopped.

use super::super::reason::Reason;
use super::blocks::shipped_names_near;
use populace_sim::{Problem, ScenarioError, VirtualTime, format_time};
use serde::{Deserialize, Serialize};

/// The reason why drifts cannot be started or stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum DriftOrderError {
    /// No shipped scenario has this name.
    #[error("no shipped drift scenario {name:?}: {}", shipped_names_near(name))]
    NotShipped {
        /// The name.
        name: String,
    },
    /// The drifts would begin in the past.
    #[error("{} is in the past (virtual time is {})", format_time(*at), format_time(*now))]
    InPast {
        /// The instant at which they would begin.
        at: VirtualTime,
        /// Virtual now.
        now: VirtualTime,
    },
    /// The world has no drift of a name.
    #[error("{}", .0.join("\n"))]
    Unknown(Vec<String>),
    /// The drifts are invalid in this world.
    #[error("{}", .0.join("\n"))]
    Scenario(Vec<String>),
}

impl DriftOrderError {
    /// Returns the kind of the refusal.
    pub fn reason(&self) -> Reason {
        if matches!(self, DriftOrderError::Unknown(_)) { Reason::Unknown } else { Reason::Unfit }
    }

    pub(super) fn scenario(error: ScenarioError) -> Self {
        DriftOrderError::Scenario(in_words(error))
    }

    pub(super) fn unknown(error: ScenarioError) -> Self {
        DriftOrderError::Unknown(in_words(error))
    }
}

fn in_words(error: ScenarioError) -> Vec<String> {
    let one = |problem: Problem| match problem.help {
        Some(help) => format!("{}: {help}", problem.what),
        None => problem.what,
    };
    error.0.into_iter().map(one).collect()
}
