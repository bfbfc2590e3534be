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
    /// The scenario that was adopted last.
    pub scenario: Scenario,
    /// The place of the sink, if the world has one.
    pub sink: Option<SinkPlace>,
    /// The addresses of the last connection to its cluster.
    pub brokers: Option<String>,
}

impl WorldSources {
    /// Reads the scenario and the sink of a stopped world.
    ///
    /// # Errors
    /// If the world cannot be read.
    pub fn of_stopped(data_dir: &Path) -> Result<Self, RunError> {
        let world = StoredWorld::look(data_dir)?;
        let brokers = known_address(&world.store)?;
        Ok(WorldSources { scenario: world.latest, sink: world.attachment.map(|one| one.place), brokers })
    }

    /// Returns the scenario and the sink from the answers of a running world.
    pub fn of_running(scenario: Scenario, sink: StoredSink) -> Self {
        WorldSources { scenario, sink: sink.place, brokers: sink.brokers }
    }
}

/// Returns whether a data directory has a world.
pub fn has_world(data_dir: &Path) -> bool {
    Store::exists(&world_dir(data_dir)) == Presence::World
}
