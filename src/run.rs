//! A run of a world: its start, the run loop over windows of virtual time, publishing, checkpoints, and the clean stop.
//! Must not depend on: the control socket, HTTP, the rules of the town.

mod attachment;
mod checkpoint;
mod commands;
mod data_dir_check;
mod decision;
mod entity_view;
mod error;
mod events;
mod forking;
mod identity;
mod ledger;
mod logged;
mod memory;
mod meta;
mod past;
mod past_whole;
mod pool;
mod process_usage;
mod publisher;
mod request;
mod run_loop;
mod settings;
mod startup;
mod stored;
mod window_sizing;

pub use commands::{CommandLog, change_world, give_stopped, logged_commands, order_stopped};
pub use entity_view::{EntityView, NoAccount, shard_of, view_of};
pub use error::RunError;
pub use events::{LoopEvent, LoopQueue};
pub(crate) use forking::fork_stopped;
pub use forking::{DriftFile, ForkChanges, ForkError, ForkProblem, Forked};
pub use ledger::{ClosedDays, closed_days};
pub use logged::LoggedCommand;
pub use past::{Past, PastError, PastShard};
pub use pool::{Pool, load_shard};
pub(crate) use process_usage::{cpu_seconds, resident_bytes};
pub use request::{
    ClockChange, ClockState, LoopError, LoopRequest, PendingFork, Reply, SavedCheckpoint, StoredSink, WorldAtRest,
};
pub use run_loop::RunLoop;
pub(crate) use settings::rules_version as known_rules;
pub use startup::{RunContext, prepare};
pub use stored::StoredWorld;
pub use window_sizing::WindowSizer;

use crate::status::Watches;

/// The watches of entities that the run loop answers.
pub type EntityWatches = Watches<Result<EntityView, NoAccount>>;

#[cfg(test)]
mod tests;
