//! The identity of a world: its id, its name in clusters and answers, and the hash of its scenario. Must not depend on:
//! the store, sinks.

use crate::config::RunPlan;
use populace_sim::{RULES_VERSION, VirtualTime};
use populace_state::Identity;
use populace_wire::record_hash;
use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

/// Returns the name of the world with this id.
pub(super) fn world_name(id: u128) -> String {
    format!("{id:032x}")
}

/// Returns the identity of the new world of a plan.
pub(super) fn new_identity(plan: &RunPlan) -> Identity {
    let scenario = plan.scenario.to_toml();
    Identity {
        world_id: random_id(),
        seed: plan.scenario.world.seed,
        rules_version: RULES_VERSION,
        scenario_hash: scenario_hash(&scenario),
        scenario,
        note: vec![("populace".into(), env!("CARGO_PKG_VERSION").into())],
    }
}

/// Returns a random id, from the randomness of the system; it enters no seed and no emitted value.
pub(super) fn random_id() -> u128 {
    let half = || u128::from(RandomState::new().hash_one(SystemTime::now()));
    half() << 64 | half()
}

/// Returns the hash of the text of a scenario.
pub(super) fn scenario_hash(text: &str) -> u64 {
    record_hash(b"", VirtualTime::from_micros(0), text.as_bytes()) as u64
}
