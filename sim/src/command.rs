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
    /// One genuine purchase by one person, at the instant at which the command takes effect.
    Transaction {
        /// Number of the command in the log, from 1: its random numbers and its place in the order come from it.
        number: u64,
        /// Who buys.
        person: PersonId,
        /// The amount in minor units of the person's currency, 1 to [`Command::MOST_MINOR`].
        minor: u32,
    },
}

impl Command {
    /// The largest amount of a transaction that is asked for: ten million of a currency with two decimals.
    pub const MOST_MINOR: u32 = 1_000_000_000;

    /// Whom it concerns.
    pub fn person(&self) -> PersonId {
        match self {
            Command::Inject { person, .. } | Command::Transaction { person, .. } => *person,
        }
    }

    /// The command as number `number` of the log, from 1.
    pub fn with_number(mut self, number: u64) -> Self {
        match &mut self {
            Command::Inject { number: old, .. } | Command::Transaction { number: old, .. } => *old = number,
        }
        self
    }

    /// The command with another person concerned.
    pub fn with_person(mut self, person: PersonId) -> Self {
        match &mut self {
            Command::Inject { person: old, .. } | Command::Transaction { person: old, .. } => *old = person,
        }
        self
    }

    /// The span that an injected burst takes.
    pub(crate) fn within(seconds: u32) -> Span {
        Span::from_seconds(seconds.max(1) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_read_what_logs_hold() {
        let log = r#"{"command":"inject","number":3,"kind":"velocity","person":5,"count":10,"within_seconds":300}"#;
        let inject: Command = serde_json::from_str(log).expect("a logged command");
        assert_eq!(serde_json::to_string(&inject).expect("JSON"), log);
        let log = r#"{"command":"transaction","number":4,"person":5,"minor":4250}"#;
        let transaction: Command = serde_json::from_str(log).expect("a logged command");
        assert_eq!(transaction, Command::Transaction { number: 4, person: PersonId(5), minor: 4_250 });
        assert_eq!(serde_json::to_string(&transaction).expect("JSON"), log);
    }
}
