//! The checkpoints of a run: their schedule, start and completion. Must not depend on: the kind of the sink.

use super::super::checkpoint::{CheckpointJob, block_channel};
use super::super::error::RunError;
use super::super::meta::Meta;
use super::super::request::SavedCheckpoint;
use super::requests::answer;
use super::saving::SavedState;
use super::state::RunLoop;
use crate::status::CompletedCheckpoint;
use crossbeam_channel::bounded;
use std::time::Instant;

/// The distance to the goal, in windows, at which a run takes one more checkpoint.
const WINDOWS_BEFORE_GOAL: f64 = 1.5;

impl RunLoop {
    /// Takes a checkpoint if it is due by the schedule, and one shortly before the goal, so that little is replayed
    /// after it.
    pub(super) fn checkpoint_if_due(&mut self) -> Result<(), RunError> {
        let left = self.limits.records_left(self.simulation.produced);
        let near_goal = left < WINDOWS_BEFORE_GOAL * self.simulation.windows.target() && !self.saving.taken_near_goal;
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
        let (blocks_to, blocks) = block_channel();
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

    /// Checks, as far as possible, that there is room for a checkpoint. For requested checkpoints only: a checkpoint
    /// that fails ends the run.
    ///
    /// # Errors
    /// [`StateError::DiskFull`](populace_state::StateError::DiskFull), with nothing written.
    pub(super) fn check_room(&self) -> Result<(), RunError> {
        Ok(self.store.check_room(self.saving.expected_bytes())?)
    }
}
