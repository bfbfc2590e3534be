//! The requests that the run loop carries out between two windows, each with the channel of its answer. Must not depend on:
//! `ops` and the faces.

use super::forking::{ForkChanges, ForkError, Forked};
use super::logged::LoggedCommand;
use super::past::Past;
use super::pool::Pool;
use crate::pace::Pace;
use crate::sink::SinkPlace;
use populace_sim::{Command, DriftOrder, Scenario, Shard, Town, VirtualTime};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use tokio::sync::oneshot;

/// The channel for an answer.
pub type Reply<T> = oneshot::Sender<Result<T, LoopError>>;

/// A function that makes a command for the town and the virtual time at which the run loop reads the request. `None`
/// drops the request; the function itself replies with the reason.
pub type MakeCommand = Box<dyn FnOnce(&Town, VirtualTime) -> Option<Command> + Send>;

/// A function that makes a drift order for the scenario in force when it takes effect, and for that instant. `None`
/// drops the request; the function itself replies with the reason.
pub type MakeDriftOrder = Box<dyn FnOnce(&Scenario, VirtualTime) -> Option<DriftOrder> + Send>;

/// A request to the run loop.
pub enum LoopRequest {
    /// Read the world at rest.
    Read(Box<dyn FnOnce(&mut WorldAtRest<'_>) + Send>),
    /// Read the commands in the log, without adopted scenarios and drift orders.
    Commands(Reply<Vec<LoggedCommand>>),
    /// Read the inputs from which the past of the world is computed.
    Past(Reply<Past>),
    /// Read the place of the world's sink.
    Sink(Reply<StoredSink>),
    /// Log a command.
    Command {
        /// The function that makes the command.
        make: MakeCommand,
        /// The channel for the instant at which it takes effect, and the numbered command.
        reply: Reply<(VirtualTime, Command)>,
    },
    /// Log a drift order.
    DriftOrder {
        /// The function that makes the order.
        make: MakeDriftOrder,
        /// The channel for the instant at which it takes effect.
        reply: Reply<VirtualTime>,
    },
    /// Change the clock.
    SetClock {
        /// The change.
        change: ClockChange,
        /// The channel for the clock after the change.
        reply: Reply<ClockState>,
    },
    /// Save a checkpoint now.
    Checkpoint(Reply<SavedCheckpoint>),
    /// Save a checkpoint now, and copy it to a new world.
    Fork(PendingFork),
    /// Stop gracefully; answered with virtual now.
    Stop(Reply<VirtualTime>),
}

/// The world between two windows.
pub struct WorldAtRest<'a> {
    /// The town.
    pub town: &'a Town,
    /// Virtual now.
    pub now: VirtualTime,
    pub(super) pool: &'a mut Pool,
}

impl WorldAtRest<'_> {
    /// Returns a shard.
    pub fn shard(&mut self, index: u32) -> &Shard {
        self.pool.shard(index)
    }

    /// Returns all shards.
    pub fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.pool.shards()
    }
}

/// The sink of a world's records.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoredSink {
    /// The place of the sink; `None` if the world has no sink yet.
    pub place: Option<SinkPlace>,
    /// The addresses of the last connection to its cluster.
    pub brokers: Option<String>,
}

/// A change of the clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClockChange {
    /// Stop the clock.
    Pause,
    /// Continue the clock.
    Resume,
    /// Set the speed.
    Speed(Pace),
    /// Set the rate of events.
    Rate(Pace),
}

/// The clock after a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockState {
    /// Virtual now.
    pub virtual_now: VirtualTime,
    /// True if it is paused.
    pub paused: bool,
    /// Its pace.
    pub pace: Pace,
}

/// A checkpoint that a request waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavedCheckpoint {
    /// Its number.
    pub number: u64,
    /// The saved instant.
    pub time: VirtualTime,
}

/// A fork that waits for its checkpoint.
pub struct PendingFork {
    /// The data directory of the new world.
    pub to: PathBuf,
    /// The changes in the new world.
    pub changes: ForkChanges,
    /// The channel for the new world.
    pub reply: Reply<Forked>,
}

/// The reason why the run loop refuses a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum LoopError {
    /// The world replays.
    #[error("replaying records that the sink has already; retry shortly")]
    Replaying,
    /// The run writes no checkpoints.
    #[error("this run saves no checkpoints, and a fork is a copy of one")]
    NoCheckpoints,
    /// Nothing can be saved while the sink is unreachable.
    #[error("the sink is unreachable, so no checkpoint can be saved; retry when it is reachable")]
    SinkUnreachable,
    /// Another checkpoint replaced the one to fork.
    #[error("the checkpoint to fork was not completed; retry")]
    CheckpointLost,
    /// The disk is full.
    #[error("{0}")]
    DiskFull(String),
    /// The store failed.
    #[error("{0}")]
    Store(String),
    /// The fork is not possible.
    #[error(transparent)]
    Fork(#[from] ForkError),
}
