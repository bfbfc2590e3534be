//! The identity of a world: written once at its creation, read at every opening.
//! Must not depend on: the meaning of the fields, which belong to the caller.

use serde::{Deserialize, Serialize};

/// The facts about a world that are fixed at its creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The random id of this world; no emitted value depends on it.
    pub world_id: u128,
    /// The seed of all random numbers.
    pub seed: u64,
    /// The version of the rules that created the world.
    pub rules_version: u32,
    /// The resolved scenario, as TOML.
    pub scenario: String,
    /// The digest of the scenario, computed by the caller.
    pub scenario_hash: u64,
    /// Further named facts for people to read, in the caller's order.
    pub note: Vec<(String, String)>,
}
