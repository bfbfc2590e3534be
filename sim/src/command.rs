//! What an operator can ask of a running world: commands, which take effect at a window boundary and are logged.
//! Knows what they say; when they act is the daemon's, what they do is the shard's.

use crate::engine::Span;
use crate::entity::PersonId;
use crate::fraud::FraudKind;
use serde::{Deserialize, Serialize};

/// A command, as it is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
pub enum Command {
    /// Something is done to one person, beside their own life.
    Inject {
        /// Number of the command in the log, from 1: it names the campaign.
        number: u64,
        /// What is done.
        kind: FraudKind,
        /// To whom.
        person: PersonId,
        /// How many transactions, at least 1.
        count: u32,
        /// Within how many seconds.
        within_seconds: u32,
    },
}

impl Command {
    /// Whom it concerns.
    pub fn person(&self) -> PersonId {
        match self {
            Command::Inject { person, .. } => *person,
        }
    }

    /// The span that an injected burst takes.
    pub(crate) fn within(seconds: u32) -> Span {
        Span::from_seconds(seconds.max(1) as i64)
    }
}
