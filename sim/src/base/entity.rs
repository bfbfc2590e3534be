//! Identities: people and drivers by number, and entities of all kinds as the key of RNG streams and of the order of
//! events.
//! Must not depend on: the state of an entity.

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
    /// Returns the number that records show, from 1.
    pub fn number(self) -> u32 {
        self.0 + 1
    }
}

/// An entity as the key of RNG streams and of the order of events. The kinds are part of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityId(u64);

impl EntityId {
    const fn of(kind: u64, number: u32) -> Self {
        EntityId(kind << 32 | number as u64)
    }

    /// Returns the entity of a command, by the lower half of its number in the log. At one instant, commands come
    /// before all other entities.
    pub const fn command(number: u64) -> Self {
        Self::of(0, number as u32)
    }

    /// Returns the entity of the reports on a person's transactions. At one instant, they come after commands and
    /// before all other entities.
    pub const fn reports(id: PersonId) -> Self {
        Self::of(0, 1 << 31 | id.0)
    }

    /// Returns the entity of a row that no act of its own entity emits, by the number of the table, 1 to 7, and the lower 28
    /// bits of the number in the table. At one instant, they come after commands and reports and before all other entities.
    pub const fn row(table: u32, number: u32) -> Self {
        Self::of(0, 1 << 31 | table << 28 | number & ((1 << 28) - 1))
    }

    /// Returns the entity of a person.
    pub const fn person(id: PersonId) -> Self {
        Self::of(1, id.0)
    }

    /// Returns the tenant of a person's number after `generation` others; each tenant has separate RNG streams.
    pub const fn tenant(id: PersonId, generation: u16) -> Self {
        EntityId(Self::person(id).0 | (generation as u64) << 36)
    }

    /// Returns the entity of a driver.
    pub const fn driver(id: DriverId) -> Self {
        Self::of(2, id.0)
    }

    /// Returns the entity of a merchant, by number in the world.
    pub const fn merchant(number: u32) -> Self {
        Self::of(3, number)
    }

    /// Returns the entity of a product, by number in the world.
    pub const fn product(number: u32) -> Self {
        Self::of(4, number)
    }

    /// Returns the entity of a region.
    pub const fn region(id: RegionId) -> Self {
        Self::of(5, id.0 as u32)
    }

    /// Returns the entity as a number, below 2³⁶ for all but later tenants of a number.
    pub const fn code(self) -> u64 {
        self.0
    }
}
