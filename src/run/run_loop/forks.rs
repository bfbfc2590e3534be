//! Forks of a running world: a checkpoint of this instant, which the checkpointing thread copies while the shards
//! continue. Must not depend on: the contents of a copy, which `forking` determines.

use super::super::error::RunError;
use super::super::events::LoopEvent;
use super::super::forking::{ForkChanges, Forked, Parent, check_place, fork, fork_rules};
use super::super::request::{LoopError, PendingFork};
use super::super::stored::read_meta;
use super::requests::{answer, answerable};
use super::state::RunLoop;
use populace_state::StateError;
use std::path::Path;

impl RunLoop {
    /// Queues a fork, or refuses it.
    ///
    /// # Errors
    /// Only an error that ends the run.
    pub(super) fn fork(&mut self, wanted: PendingFork) -> Result<(), RunError> {
        match self.fork_refusal(&wanted) {
            Some(declined) => answer(wanted.reply, Err(declined)),
            None => self.saving.forks.wanted.push_back(wanted),
        }
        self.next_fork()
    }

    fn fork_refusal(&self, wanted: &PendingFork) -> Option<LoopError> {
        if !self.saving.is_on() {
            return Some(LoopError::NoCheckpoints);
        }
        if self.output.is_replaying() {
            return Some(LoopError::Replaying);
        }
        if self.output.is_blocked() {
            return Some(LoopError::SinkUnreachable);
        }
        // Checked before anything is saved.
        let at = self.simulation.log.earliest(self.simulation.now);
        let known =
            self.simulation.log.pending_scenario(self.simulation.town.scenario().clone(), at).map_err(LoopError::Store);
        let checked = known.and_then(|known| fork_rules(&wanted.changes, &known, at).map_err(LoopError::Fork));
        checked.err().or_else(|| check_place(&wanted.to).err().map(declined))
    }

    /// Begins the next fork, if the checkpointing thread is free.
    ///
    /// # Errors
    /// Only an error that ends the run.
    pub(super) fn next_fork(&mut self) -> Result<(), RunError> {
        if self.saving.in_flight || self.saving.forks.wanted.is_empty() {
            return Ok(());
        }
        let logged = match answerable(self.check_room().and_then(|()| self.simulation.log.entries()))? {
            Ok(logged) => Some(logged),
            Err(declined) => {
                let wanted = self.saving.forks.wanted.drain(..);
                wanted.for_each(|one| answer(one.reply, Err(declined.clone())));
                return Ok(());
            }
        };
        // Nothing is saved if nothing has happened since the last checkpoint.
        self.checkpoint()?;
        let Some(PendingFork { to, changes, reply }) = self.saving.forks.wanted.pop_front() else { return Ok(()) };
        let number = self.saving.number;
        let (dir, queue) = (self.saving.forks.dir.clone(), self.saving.forks.queue.clone());
        (self.saving.forks.copying, self.saving.in_flight) = (true, true);
        self.saving.checkpointer.then(move |store| {
            let parent = Parent { store: store.clone(), dir, logged };
            answer(reply, copied(&parent, number, &changes, &to));
            queue.send(LoopEvent::ForkDone);
        })
    }

    /// Handles the end of a fork, complete or failed.
    ///
    /// # Errors
    /// Only an error that ends the run.
    pub(super) fn fork_completed(&mut self) -> Result<(), RunError> {
        (self.saving.forks.copying, self.saving.in_flight) = (false, false);
        self.next_fork()?;
        if !self.saving.waiting.is_empty() {
            self.checkpoint()?;
        }
        Ok(())
    }
}

/// Copies the checkpoint with this number.
fn copied(parent: &Parent, number: u64, changes: &ForkChanges, to: &Path) -> Result<Forked, LoopError> {
    let (found, _) = read_meta(&parent.store, &parent.dir).map_err(declined)?;
    if found != number {
        return Err(LoopError::CheckpointLost);
    }
    fork(parent, changes, to).map_err(declined)
}

fn declined(error: RunError) -> LoopError {
    match error {
        RunError::Fork(error) => LoopError::Fork(error),
        RunError::State(full @ StateError::DiskFull { .. }) => LoopError::DiskFull(full.to_string()),
        other => LoopError::Store(other.to_string()),
    }
}
