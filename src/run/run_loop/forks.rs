//! Forks of a world that runs: a checkpoint of this instant, which the checkpointing thread then copies while the shards
//! go on. Decides when; what is copied, `forking` knows.

use super::super::error::RunError;
use super::super::events::{LoopEvent, LoopQueue};
use super::super::forking::{Parent, check_place, fork};
use super::super::stored::read_meta;
use super::RunLoop;
use super::requests::refusable;
use crate::cli::ForkOrder;
use crate::control::{Answer, RequestError};
use crate::ops::fork::rules;
use populace_state::StateError;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use tokio::sync::oneshot::Sender;

/// A fork that somebody waits for.
pub(super) struct PendingFork {
    /// The data directory of the new world.
    pub(super) to: PathBuf,
    /// How it differs.
    pub(super) order: ForkOrder,
    /// Who waits.
    pub(super) reply: Sender<Answer>,
}

/// The forks that are wanted, and whether one is being made.
pub(in crate::run) struct ForkQueue {
    /// The directory of the store.
    dir: PathBuf,
    queue: LoopQueue,
    wanted: VecDeque<PendingFork>,
    copying: bool,
}

impl ForkQueue {
    /// None so far, of the world whose store lies in `dir`.
    pub(in crate::run) fn new(dir: PathBuf, queue: LoopQueue) -> Self {
        ForkQueue { dir, queue, wanted: VecDeque::new(), copying: false }
    }

    /// Whether one is being made, so that no other checkpoint may be written.
    pub(super) fn is_copying(&self) -> bool {
        self.copying
    }
}

impl RunLoop {
    /// Takes an order, or tells why not.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(super) fn fork(&mut self, wanted: PendingFork) -> Result<(), RunError> {
        match self.unforkable(&wanted) {
            Some(declined) => drop(wanted.reply.send(Err(declined))),
            None => self.saving.forks.wanted.push_back(wanted),
        }
        self.next_fork()
    }

    fn unforkable(&self, wanted: &PendingFork) -> Option<RequestError> {
        if !self.saving.is_on() {
            return Some(RequestError::busy("this run takes no checkpoints, and a fork is a copy of one"));
        }
        if self.output.is_replaying() {
            return Some(RequestError::busy("the world is repeating what its sink has already: ask again in a moment"));
        }
        if self.output.is_blocked() {
            return Some(RequestError::busy("the sink is away, so nothing can be saved: ask again when it is back"));
        }
        // Told before anything is saved.
        let at = self.simulation.log.earliest(self.simulation.now);
        let known = self
            .simulation
            .log
            .pending_scenario(self.simulation.town.scenario().clone(), at)
            .map_err(RequestError::busy);
        let checked =
            known.and_then(|known| rules(&wanted.order, &known, at).map_err(|e| RequestError::unfit(e.to_string())));
        checked.err().or_else(|| check_place(&wanted.to).err().map(declined))
    }

    /// Begins the next fork that is wanted, where the checkpointing thread has time for it.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(super) fn next_fork(&mut self) -> Result<(), RunError> {
        if self.saving.in_flight || self.saving.forks.wanted.is_empty() {
            return Ok(());
        }
        let logged = match refusable(self.check_room().and_then(|()| self.simulation.log.entries()))? {
            Ok(logged) => Some(logged),
            Err(declined) => {
                let wanted = self.saving.forks.wanted.drain(..);
                wanted.for_each(|one| drop(one.reply.send(Err(declined.clone()))));
                return Ok(());
            }
        };
        // Nothing is to be saved where nothing has happened since the last one.
        self.checkpoint()?;
        let Some(PendingFork { to, order, reply }) = self.saving.forks.wanted.pop_front() else { return Ok(()) };
        let number = self.saving.number;
        let (dir, queue) = (self.saving.forks.dir.clone(), self.saving.forks.queue.clone());
        (self.saving.forks.copying, self.saving.in_flight) = (true, true);
        self.saving.checkpointer.then(move |store| {
            let parent = Parent { store: store.clone(), dir, logged };
            let answer = copied(&parent, number, (&order, &to));
            // Whoever asked may have gone.
            let _ = reply.send(answer);
            queue.send(LoopEvent::ForkDone);
        })
    }

    /// A fork is made, or could not be.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(super) fn fork_completed(&mut self) -> Result<(), RunError> {
        (self.saving.forks.copying, self.saving.in_flight) = (false, false);
        self.next_fork()?;
        if !self.saving.waiting.is_empty() {
            self.checkpoint()?;
        }
        Ok(())
    }
}

/// Copies the checkpoint of this number.
fn copied(parent: &Parent, number: u64, (order, to): (&ForkOrder, &Path)) -> Answer {
    let (found, _) = read_meta(&parent.store, &parent.dir).map_err(declined)?;
    if found != number {
        return Err(RequestError::busy("the checkpoint that was to be forked was not finished: ask again"));
    }
    fork(parent, order, to).map_err(declined)
}

fn declined(error: RunError) -> RequestError {
    match error {
        RunError::Usage(error) => RequestError::unfit(error.to_string()),
        RunError::State(full @ StateError::DiskFull { .. }) => RequestError::full(full.to_string()),
        other => RequestError::busy(other.to_string()),
    }
}
