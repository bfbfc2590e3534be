//! The checkpoints of a run: when they are due, and how one begins and completes. Must not depend on: the kind of the
//! sink.

use super::super::checkpoint::{CheckpointJob, Checkpointer, Schedule};
use super::super::error::RunError;
use super::super::meta::Meta;
use super::super::request::{Reply, SavedCheckpoint};
use super::super::window_sizing::TARGET_RECORDS;
use super::requests::answer;
use super::{ForkQueue, RunLoop};
use crate::config::Checkpointing;
use crate::status::CompletedCheckpoint;
use crossbeam_channel::{bounded, unbounded};
use populace_sim::VirtualTime;
use std::time::Instant;

/// The bytes that a checkpoint is expected to need before this run has written a larger one.
const CHECKPOINT_BYTES_MIN: u64 = 1 << 20;

/// How close to its goal a run takes one more checkpoint, in windows.
const WINDOWS_BEFORE_GOAL: f64 = 1.5;

/// What the saving of a run starts from.
pub(in crate::run) struct SavingStart {
    pub(in crate::run) mode: Checkpointing,
    pub(in crate::run) checkpointer: Checkpointer,
    pub(in crate::run) schedule: Schedule,
    pub(in crate::run) forks: ForkQueue,
    /// The number of the world's attachment.
    pub(in crate::run) attachment: u32,
    /// The number of the last checkpoint.
    pub(in crate::run) number: u64,
    /// The state that it holds.
    pub(in crate::run) saved: SavedState,
}

/// The state of a world that a checkpoint holds: the same state is not saved twice.
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
    /// Whether the checkpointing thread is busy.
    pub(super) in_flight: bool,
    /// The replies to requests for the checkpoint that is being written.
    pub(super) waiting: Vec<Reply<SavedCheckpoint>>,
    pub(super) attachment: u32,
    /// The number of the last checkpoint that was started.
    pub(super) number: u64,
    /// The state that it holds.
    saved: SavedState,
    /// The number of checkpoints that this run committed.
    pub(super) completed: u64,
    /// The bytes of the largest of them.
    largest_bytes: u64,
    /// Whether the checkpoint shortly before the goal was taken.
    taken_near_goal: bool,
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
    fn begin(&mut self, saved: SavedState) {
        self.schedule.began(Instant::now());
        self.number += 1;
        self.saved = saved;
    }

    /// Notes a committed checkpoint.
    fn complete(&mut self, done: &CompletedCheckpoint) {
        self.in_flight = self.forks.is_copying();
        self.completed += 1;
        self.largest_bytes = self.largest_bytes.max(done.bytes);
        self.schedule.cost(done.took);
    }

    /// Returns the number of bytes that the next checkpoint is expected to need.
    fn expected_bytes(&self) -> u64 {
        self.largest_bytes.max(CHECKPOINT_BYTES_MIN)
    }
}

impl RunLoop {
    /// Takes a checkpoint when the schedule says so, and one shortly before the goal, so that little is replayed after it.
    pub(super) fn checkpoint_if_due(&mut self) -> Result<(), RunError> {
        let left = self.limits.records_left(self.simulation.produced);
        let near_goal = left < WINDOWS_BEFORE_GOAL * TARGET_RECORDS && !self.saving.taken_near_goal;
        let possible = self.saving.is_on() && !self.saving.in_flight && !self.output.is_full();
        if possible && (near_goal || self.saving.schedule.is_due(Instant::now())) {
            self.saving.taken_near_goal |= near_goal;
            self.checkpoint()?;
        }
        Ok(())
    }

    /// Starts a checkpoint of this instant, unless nothing has happened since the last one or one is being written.
    pub(super) fn checkpoint(&mut self) -> Result<(), RunError> {
        let state = SavedState { time: self.simulation.now, commands: self.simulation.log.done().count };
        if !self.saving.is_on() || self.saving.in_flight || state == self.saving.saved {
            return Ok(());
        }
        let began = Instant::now();
        self.saving.begin(state);
        let number = self.saving.number;
        let span = tracing::debug_span!("checkpoint", number);
        let _entered = span.enter();
        self.observers.status.checkpoint_started(number);
        let (to, marked) = bounded(1);
        let (blocks_to, blocks) = unbounded();
        self.saving.checkpointer.write(CheckpointJob { number, blocks, marked, span: span.clone() })?;
        let (attachment, commands) = (self.saving.attachment, self.simulation.log.done());
        self.output.publisher.mark(Meta { attachment, commands, ..Meta::new(state.time) }, to)?;
        self.simulation.pool.pack(&blocks_to)?;
        crate::crash::point("checkpoint.pack");
        self.saving.schedule.cost(began.elapsed());
        self.saving.in_flight = true;
        Ok(())
    }

    /// Handles a committed checkpoint: answers the requests that wait for it, and starts the next fork.
    pub(super) fn checkpoint_completed(&mut self, done: CompletedCheckpoint) -> Result<(), RunError> {
        self.saving.complete(&done);
        self.observers.status.checkpoint_completed(done);
        let number = done.number;
        tracing::debug!(number, blocks = done.blocks, seconds = done.took.as_secs_f64(), "checkpoint committed");
        let saved = SavedCheckpoint { number, time: done.time };
        self.saving.waiting.drain(..).for_each(|waiting| answer(waiting, Ok(saved)));
        self.next_fork()
    }

    /// Checks that there is room for a checkpoint, as far as that can be known: for one that is requested, since one that
    /// fails ends the run.
    ///
    /// # Errors
    /// [`StateError::DiskFull`](populace_state::StateError::DiskFull), with nothing written.
    pub(super) fn check_room(&self) -> Result<(), RunError> {
        Ok(self.store.look_for_room(self.saving.expected_bytes())?)
    }
}
