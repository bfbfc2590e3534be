//! The state of a run's checkpoints: the thread, the schedule, the one in flight, and the forks that wait. Must not
//! depend on: the other parts of the run loop.

use super::super::checkpoint::{Checkpointer, Schedule};
use super::super::request::{Reply, SavedCheckpoint};
use super::fork_queue::ForkQueue;
use crate::config::Checkpointing;
use crate::status::CompletedCheckpoint;
use populace_sim::VirtualTime;
use std::time::Instant;

/// The number of bytes that a checkpoint is expected to need before this run has written a larger one.
const CHECKPOINT_BYTES_MIN: u64 = 1 << 20;

/// The initial state of the saving of a run.
pub(in crate::run) struct SavingStart {
    pub(in crate::run) mode: Checkpointing,
    pub(in crate::run) checkpointer: Checkpointer,
    pub(in crate::run) schedule: Schedule,
    pub(in crate::run) forks: ForkQueue,
    /// The number of the world's attachment.
    pub(in crate::run) attachment: u32,
    /// The number of the last checkpoint.
    pub(in crate::run) number: u64,
    /// The state that it saved.
    pub(in crate::run) saved: SavedState,
}

/// The state of a world in a checkpoint: the same state is not saved twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::run) struct SavedState {
    pub(in crate::run) time: VirtualTime,
    /// The number of commands that had acted.
    pub(in crate::run) commands: u64,
}

/// The saving of a run.
pub(in crate::run) struct Saving {
    pub(super) mode: Checkpointing,
    pub(super) checkpointer: Checkpointer,
    pub(super) schedule: Schedule,
    pub(super) forks: ForkQueue,
    /// True if a checkpoint is being written.
    pub(super) in_flight: bool,
    /// The replies to requests for the checkpoint that is being written.
    pub(super) waiting: Vec<Reply<SavedCheckpoint>>,
    pub(super) attachment: u32,
    /// The number of the last checkpoint that was started.
    pub(super) number: u64,
    /// The state that it saves.
    pub(super) saved: SavedState,
    /// The number of checkpoints that this run committed.
    pub(super) completed: u64,
    /// The number of bytes of the largest of them.
    largest_bytes: u64,
    /// True if the checkpoint shortly before the goal was taken.
    pub(super) taken_near_goal: bool,
}

impl Saving {
    pub(in crate::run) fn new(start: SavingStart) -> Self {
        let SavingStart { mode, checkpointer, schedule, forks, attachment, number, saved } = start;
        Saving {
            mode,
            checkpointer,
            schedule,
            forks,
            in_flight: false,
            waiting: Vec::new(),
            attachment,
            number,
            saved,
            completed: 0,
            largest_bytes: 0,
            taken_near_goal: false,
        }
    }

    /// Returns whether this run takes checkpoints.
    pub(super) fn is_on(&self) -> bool {
        self.mode == Checkpointing::On
    }

    /// Starts the next checkpoint, of this state.
    pub(super) fn begin(&mut self, saved: SavedState) {
        self.schedule.began(Instant::now());
        self.number += 1;
        self.saved = saved;
    }

    /// Records a committed checkpoint.
    pub(super) fn complete(&mut self, done: &CompletedCheckpoint) {
        self.in_flight = self.forks.is_copying();
        self.completed += 1;
        self.largest_bytes = self.largest_bytes.max(done.bytes);
        self.schedule.cost(done.took);
    }

    /// Returns the number of bytes that the next checkpoint is expected to need.
    pub(super) fn expected_bytes(&self) -> u64 {
        self.largest_bytes.max(CHECKPOINT_BYTES_MIN)
    }
}
