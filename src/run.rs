//! A run of a world: its start, the run loop over windows of virtual time, publishing, checkpoints, and the clean stop.
//! Must not depend on: the control socket, HTTP, the rules of the town.

mod attachment;
mod checkpoint;
mod commands;
mod data_dir_check;
mod decision;
mod error;
mod events;
mod forking;
mod identity;
mod ledger;
mod meta;
mod pool;
mod process_usage;
mod publisher;
mod run_loop;
mod settings;
mod startup;
mod stored;
mod window_sizing;

pub use commands::{CommandLog, change_world, give_stopped, logged_commands, order_stopped};
pub use error::RunError;
pub use events::{LoopEvent, LoopQueue};
pub(crate) use forking::fork_stopped;
pub use ledger::{ClosedDays, closed_days};
pub use pool::{Pool, load_shard};
pub(crate) use process_usage::{cpu_seconds, resident_bytes};
pub use run_loop::RunLoop;
pub(crate) use settings::rules_version as known_rules;
pub use startup::{RunContext, prepare};
pub use stored::StoredWorld;
pub use window_sizing::WindowSizer;

use crate::control::Answer;
use crate::control::{Request, connect};
use crate::paths::world_dir;
use crate::sink::{SinkPlace, known_address};
use crate::status::Watches;
use populace_sim::Scenario;
use populace_state::{Presence, Store};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The watches of entities that the run loop answers.
pub type EntityWatches = Watches<Answer>;

/// What a data directory says of its world, running or not.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The scenario that it lives by.
    pub scenario: Scenario,
    /// Where its records go, if it has a sink.
    pub sink: Option<SinkPlace>,
    /// The addresses at which its cluster was reached last.
    pub brokers: Option<String>,
}

/// What the data directory says of its world, running or not; none where there is no world.
///
/// # Errors
/// Where the world is there and cannot be read.
pub fn stored(data_dir: &Path) -> Result<Option<Stored>, RunError> {
    if Store::exists(&world_dir(data_dir)) != Presence::World {
        return Ok(None);
    }
    let running = connect(data_dir).map_err(|e| crate::ops::inspect::socket_error(data_dir, e))?;
    let Some(mut client) = running else {
        let world = StoredWorld::look(data_dir)?;
        let brokers = known_address(&world.store)?;
        return Ok(Some(Stored { scenario: world.latest, sink: world.attachment.map(|one| one.place), brokers }));
    };
    let unreadable = |what, why: String| RunError::Answer(format!("the world's {what} cannot be read: {why}"));
    let told = client.ask(&Request::Scenario)?;
    let scenario = Scenario::from_toml("the world's scenario", told.as_str().unwrap_or_default());
    let told = client.ask(&Request::Sink)?;
    let sink: ToldSink = serde_json::from_value(told).map_err(|e| unreadable("sink", e.to_string()))?;
    let scenario = scenario.map_err(|e| unreadable("scenario", e.to_string()))?;
    Ok(Some(Stored { scenario, sink: sink.place, brokers: sink.brokers }))
}

/// What a running world answers when it is asked for its sink.
#[derive(Debug, Serialize, Deserialize)]
struct ToldSink {
    place: Option<SinkPlace>,
    brokers: Option<String>,
}

#[cfg(test)]
mod tests;
