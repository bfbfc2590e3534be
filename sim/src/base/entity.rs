//! Who is meant: people and drivers by number, and anything at all as the key of random numbers and of the order of
//! events. Knows no state of anybody.

use serde::{Deserialize, Serialize};

/// A region's index in its world, in the order of the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RegionId(pub u16);

/// A person, by number from 0 in the whole world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(pub u32);

/// A driver, by number from 0 in the whole world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DriverId(pub u32);

impl DriverId {
    /// The number that records show, from 1.
    pub fn number(self) -> u32 {
        self.0 + 1
    }
}

/// Anything that random numbers and the order of events are keyed by. The kinds are part of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityId(u64);

impl EntityId {
    const fn of(kind: u64, number: u32) -> Self {
        EntityId(kind << 32 | number as u64)
    }

    /// A command, by the lower half of its number in the log: at one instant commands come before everybody.
    pub const fn command(number: u64) -> Self {
        Self::of(0, number as u32)
    }

    /// What the bank learns of a person's transactions: at one instant after commands, before everybody.
    pub const fn reports(id: PersonId) -> Self {
        Self::of(0, 1 << 31 | id.0)
    }

    /// A person.
    pub const fn person(id: PersonId) -> Self {
        Self::of(1, id.0)
    }

    /// The person who has a number after `generation` others: each draws other numbers.
    pub const fn tenant(id: PersonId, generation: u16) -> Self {
        EntityId(Self::person(id).0 | (generation as u64) << 36)
    }

    /// A driver.
    pub const fn driver(id: DriverId) -> Self {
        Self::of(2, id.0)
    }

    /// A merchant, by number in the world.
    pub const fn merchant(number: u32) -> Self {
        Self::of(3, number)
    }

    /// A product, by number in the world.
    pub const fn product(number: u32) -> Self {
        Self::of(4, number)
    }

    /// A region.
    pub const fn region(id: RegionId) -> Self {
        Self::of(5, id.0 as u32)
    }

    /// As a number: below 2³⁶ but for those who had others before them under their number.
    pub const fn code(self) -> u64 {
        self.0
    }
}
