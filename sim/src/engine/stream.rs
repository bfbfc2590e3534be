//! The streams of a world, and the order of events over all shards. Must not depend on: events, records, sinks.

use super::time::VirtualTime;
use serde::{Deserialize, Serialize};

/// The number of streams.
pub const STREAMS: usize = 11;

/// The number of streams that a world has unless its scenario disables them; they come first.
const CONTRACT: usize = 3;

/// The number of streams before those of tables, which come last.
const EVENTS: usize = 6;

/// One of the ordered outputs of a world. The numbers are part of the saved format.
///
/// Another optional stream needs a number and a place in [`Stream::ALL`] here, a section in the scenario (`rules`,
/// `topics` and `default.toml`), an event in the outlet and a topic in `populace-wire`: once it has a number, the
/// compiler reports each missing one. A world without the new stream is saved as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Stream {
    /// Bank transactions.
    Transactions = 0,
    /// Trips.
    Trips = 1,
    /// Shop interactions.
    Interactions = 2,
    /// Later reports of the bank on its transactions; a scenario switches it on.
    Labels = 3,
    /// The ends of trips; a scenario switches it on.
    Completions = 4,
    /// The start, the middle and the end of drifts; a scenario switches it on.
    Drifts = 5,
    /// The table of the bank's users; a scenario switches it on.
    Users = 6,
    /// The table of the drivers; a scenario switches it on.
    Drivers = 7,
    /// The table of the shop's customers; a scenario switches it on.
    Customers = 8,
    /// The table of the merchants; a scenario switches it on.
    Merchants = 9,
    /// The table of the shop's products; a scenario switches it on.
    Products = 10,
}

impl Stream {
    /// All streams, in the order of their numbers.
    pub const ALL: [Stream; STREAMS] = [
        Stream::Transactions,
        Stream::Trips,
        Stream::Interactions,
        Stream::Labels,
        Stream::Completions,
        Stream::Drifts,
        Stream::Users,
        Stream::Drivers,
        Stream::Customers,
        Stream::Merchants,
        Stream::Products,
    ];

    /// Returns whether the stream is off unless a scenario enables it; the others are on unless a scenario disables them.
    pub const fn is_optional(self) -> bool {
        self as usize >= CONTRACT
    }

    /// Returns whether the records are rows of a table: the last row of a key replaces those before it.
    pub const fn is_table(self) -> bool {
        self as usize >= EVENTS
    }
}

/// The place of an event in the order of the whole world: by time, then entity, process and act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OrderKey {
    /// Virtual time of the event.
    pub time: VirtualTime,
    rank: u64,
}

impl OrderKey {
    /// Returns the place of act `act` of process `process` (below 16) of `entity` (below 2³⁶) at `time`.
    #[inline]
    pub fn new(time: VirtualTime, entity: u64, process: u8, act: u32) -> Self {
        debug_assert!(entity < 1 << 36 && process < 16);
        OrderKey { time, rank: entity << 28 | (process as u64) << 24 | (act as u64 & 0xff_ffff) }
    }
}
