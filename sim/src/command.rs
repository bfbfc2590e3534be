//! Commands: requests that change a running world. They take effect at a window boundary and are logged.
//! Must not depend on: `shard`, which applies commands, and the log.

mod view;

use crate::base::{FraudKind, PersonId, RegionId};
use crate::engine::{Span, VirtualTime};
use crate::town::Town;
use serde::{Deserialize, Serialize};

/// A request that changes a world, as it is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
pub enum Command {
    /// A burst of fraud against one person.
    Inject {
        /// Number of the command in the log, from 1: it names the campaign.
        number: u64,
        /// The kind of fraud.
        kind: FraudKind,
        /// The victim.
        person: PersonId,
        /// The number of transactions, at least 1.
        count: u32,
        /// The length of the burst in seconds.
        within_seconds: u32,
        /// The start, if later than the time at which the command takes effect.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<VirtualTime>,
    },
    /// A whole campaign of fraud against people of a region, who are chosen as in planned campaigns.
    Campaign {
        /// Number of the command in the log, from 1: it names the campaign.
        number: u64,
        /// The kind of fraud.
        kind: FraudKind,
        /// The region.
        region: RegionId,
        /// The number of victims; 0 lets the kind decide.
        victims: u32,
        /// The start, if later than the time at which the command takes effect.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<VirtualTime>,
    },
    /// A genuine purchase by one person.
    Transaction {
        /// Number of the command in the log, from 1: its random numbers and its place in the order come from it.
        number: u64,
        /// The buyer.
        person: PersonId,
        /// The amount in minor units of the person's currency, 1 to [`Command::MOST_MINOR`].
        minor: u32,
        /// The instant of the purchase; `None` for the instant at which the command takes effect.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<VirtualTime>,
    },
}

/// The people that a command can concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concerned {
    /// A single person.
    Person(PersonId),
    /// People of a region.
    Region(RegionId),
}

impl Command {
    /// The greatest amount of a transaction: ten million of a currency with two decimals.
    pub const MOST_MINOR: u32 = 1_000_000_000;
    /// The greatest number of victims of a campaign.
    pub const MOST_VICTIMS: u32 = 10_000;

    /// Returns the people that the command can concern.
    pub fn concerns(&self) -> Concerned {
        match self {
            Command::Inject { person, .. } | Command::Transaction { person, .. } => Concerned::Person(*person),
            Command::Campaign { region, .. } => Concerned::Region(*region),
        }
    }

    /// Returns the numbers of the shards that the command applies to; none if the town has no such person or region.
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

    /// Returns the number in the log.
    pub fn number(&self) -> u64 {
        match self {
            Command::Inject { number, .. } | Command::Campaign { number, .. } | Command::Transaction { number, .. } => {
                *number
            }
        }
    }

    /// Returns the start that the command requests; `None` for at once.
    pub fn start(&self) -> Option<VirtualTime> {
        match self {
            Command::Inject { start, .. } | Command::Campaign { start, .. } | Command::Transaction { start, .. } => {
                *start
            }
        }
    }

    /// Returns the start if the command takes effect at `at`.
    pub fn begins(&self, at: VirtualTime) -> VirtualTime {
        self.start().unwrap_or(at).max(at)
    }

    /// Returns the command with number `number` of the log, from 1.
    pub fn with_number(mut self, number: u64) -> Self {
        match &mut self {
            Command::Inject { number: old, .. }
            | Command::Campaign { number: old, .. }
            | Command::Transaction { number: old, .. } => *old = number,
        }
        self
    }

    /// Returns the length of a burst, at least a second.
    pub(crate) fn within(seconds: u32) -> Span {
        Span::from_seconds(seconds.max(1) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_the_json_of_saved_logs() {
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
    fn a_campaign_applies_to_the_shards_of_its_region() {
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
