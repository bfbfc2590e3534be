//! The rules and keys that everything about a person follows from.
//! Must not depend on: the state of a person.

use crate::engine::{EntityKey, VirtualTime, WorldKey};

/// The rules of a world by which people are made and replaced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PersonRules {
    /// The key of all random numbers.
    pub key: WorldKey,
    /// The start of the world.
    pub start: VirtualTime,
    /// The greatest age of an account at the start, in years.
    pub account_age_years_limit: f64,
    /// The shape of the gamma distribution of people's rates at the bank.
    pub rate_shape: f64,
}

/// An entity at an instant, as the key of random numbers that depend on both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntityMoment {
    /// The key of the entity's random numbers.
    pub key: EntityKey,
    /// The instant.
    pub now: VirtualTime,
}
