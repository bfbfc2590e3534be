//! The scenario and the sink of the world in a data directory.

use crate::paths::world_dir;
use crate::run::{RunError, StoredSink, StoredWorld};
use crate::sink::{SinkPlace, known_address};
use populace_sim::Scenario;
use populace_state::{Presence, Store};
use std::path::Path;

/// The scenario and the sink of a world.
#[derive(Clone, Debug)]
pub struct WorldSources {
    /// The scenario that it was given last.
    pub scenario: Scenario,
    /// Where its records go, if it has a sink.
    pub sink: Option<SinkPlace>,
    /// The addresses at which its cluster was reached last.
    pub brokers: Option<String>,
}

impl WorldSources {
    /// Reads them from a stopped world.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn of_stopped(data_dir: &Path) -> Result<Self, RunError> {
        let world = StoredWorld::look(data_dir)?;
        let brokers = known_address(&world.store)?;
        Ok(WorldSources { scenario: world.latest, sink: world.attachment.map(|one| one.place), brokers })
    }

    /// Returns those that a running world answered.
    pub fn of_running(scenario: Scenario, sink: StoredSink) -> Self {
        WorldSources { scenario, sink: sink.place, brokers: sink.brokers }
    }
}

/// Returns whether a data directory has a world.
pub fn has_world(data_dir: &Path) -> bool {
    Store::exists(&world_dir(data_dir)) == Presence::World
}
