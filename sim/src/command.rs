//! What an operator can ask of a running world: commands, which take effect at a window boundary and are logged.
//! Knows what they say; when they act is the daemon's, what they do is the shard's.

mod view;

use crate::base::{FraudKind, PersonId};
use crate::engine::{Span, VirtualTime};
use crate::region::RegionId;
use crate::town::Town;
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
        /// When it begins, where that is later than the command takes effect.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<VirtualTime>,
    },
    /// A whole campaign against people of a region, who are found as those of planned campaigns are.
    Campaign {
        /// Number of the command in the log, from 1: it names the campaign.
        number: u64,
        /// What is done.
        kind: FraudKind,
        /// Where.
        region: RegionId,
        /// How many victims; 0 for as many as such a campaign usually has.
        victims: u32,
        /// When it begins, where that is later than the command takes effect.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<VirtualTime>,
    },
    /// One genuine purchase by one person.
    Transaction {
        /// Number of the command in the log, from 1: its random numbers and its place in the order come from it.
        number: u64,
        /// Who buys.
        person: PersonId,
        /// The amount in minor units of the person's currency, 1 to [`Command::MOST_MINOR`].
        minor: u32,
        /// When it is made, where that is later than the command takes effect.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<VirtualTime>,
    },
}

/// Whom a command concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concerned {
    /// One person.
    Person(PersonId),
    /// People of a region.
    Region(RegionId),
}

impl Command {
    /// The largest amount of a transaction that is asked for: ten million of a currency with two decimals.
    pub const MOST_MINOR: u32 = 1_000_000_000;
    /// The most victims of a campaign that is asked for.
    pub const MOST_VICTIMS: u32 = 10_000;

    /// Whom it concerns.
    pub fn concerns(&self) -> Concerned {
        match self {
            Command::Inject { person, .. } | Command::Transaction { person, .. } => Concerned::Person(*person),
            Command::Campaign { region, .. } => Concerned::Region(*region),
        }
    }

    /// The shards that must be told of it, by number. None where nobody in this town is concerned.
    pub fn shards(&self, town: &Town) -> Vec<u32> {
        match self.concerns() {
            Concerned::Person(person) if person.0 >= town.scenario().world.people => Vec::new(),
            Concerned::Person(person) => vec![town.shard_of_person(person)],
            Concerned::Region(region) => {
                let here = |shard: &u32| town.localities()[town.shard_spec(*shard).locality].region.id == region;
                (0..town.shard_count()).filter(here).collect()
            }
        }
    }

    /// The number in the log.
    pub fn number(&self) -> u64 {
        match self {
            Command::Inject { number, .. } | Command::Campaign { number, .. } | Command::Transaction { number, .. } => {
                *number
            }
        }
    }

    /// The instant at which it is asked to begin; none for at once.
    pub fn start(&self) -> Option<VirtualTime> {
        match self {
            Command::Inject { start, .. } | Command::Campaign { start, .. } | Command::Transaction { start, .. } => {
                *start
            }
        }
    }

    /// When it begins, if it takes effect at `at`.
    pub fn begins(&self, at: VirtualTime) -> VirtualTime {
        self.start().unwrap_or(at).max(at)
    }

    /// The command as number `number` of the log, from 1.
    pub fn with_number(mut self, number: u64) -> Self {
        match &mut self {
            Command::Inject { number: old, .. }
            | Command::Campaign { number: old, .. }
            | Command::Transaction { number: old, .. } => *old = number,
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
        assert_eq!(transaction, Command::Transaction { number: 4, person: PersonId(5), minor: 4_250, start: None });
        assert_eq!(serde_json::to_string(&transaction).expect("JSON"), log);
        let log = r#"{"command":"campaign","number":5,"kind":"mule-ring","region":0,"victims":9,"start":1000}"#;
        let campaign: Command = serde_json::from_str(log).expect("a logged command");
        assert_eq!(serde_json::to_string(&campaign).expect("JSON"), log);
    }

    #[test]
    fn a_campaign_is_told_to_the_shards_of_its_region() {
        let town = crate::testing::town(
            "[world]\npeople = 30000\n[[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"\n",
        );
        let in_region = |region| Command::Campaign {
            number: 1,
            kind: FraudKind::MuleRing,
            region: RegionId(region),
            victims: 0,
            start: None,
        };
        let (one, other) = (in_region(0).shards(&town), in_region(1).shards(&town));
        assert_eq!([one.clone(), other].concat(), (0..town.shard_count()).collect::<Vec<_>>());
        assert!(!one.is_empty() && in_region(2).shards(&town).is_empty());
        let of = |n| Command::Transaction { number: 1, person: PersonId(n), minor: 5, start: None }.shards(&town);
        assert_eq!((of(0), of(30_000)), (vec![0], vec![]));
    }
}
