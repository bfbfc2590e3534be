//! Who a world is: written once at its birth, read at every opening.
//! The fields are the caller's; nothing here interprets them.

use serde::{Deserialize, Serialize};

/// What was settled when the world was made and never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Random name of this world; no emitted value depends on it.
    pub world_id: u128,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Version of the rules that made the world.
    pub rules_version: u32,
    /// The resolved scenario, as TOML.
    pub scenario: String,
    /// Digest of the scenario, computed by the caller.
    pub scenario_hash: u64,
    /// Further named facts for people to read, in the caller's order.
    pub note: Vec<(String, String)>,
}
