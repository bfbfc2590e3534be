//! Forks of a world that runs: a checkpoint of this instant, which the checkpointing thread then copies while the shards
//! go on. Decides when; what is copied, `forking` knows.

use super::error::RunError;
use super::events::{LoopEvent, LoopQueue};
use super::forking::{Parent, check_place, fork};
use super::requests::refusable;
use super::run_loop::{Replay, RunLoop};
use super::stored::read_meta;
use crate::cli::ForkOrder;
use crate::control::{Answer, RequestError};
use crate::ops::fork::rules;
use populace_state::StateError;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use tokio::sync::oneshot::Sender;

/// A fork that somebody waits for.
pub(super) struct Wanted {
    /// The data directory of the new world.
    pub(super) to: PathBuf,
    /// How it differs.
    pub(super) order: ForkOrder,
    /// Who waits.
    pub(super) reply: Sender<Answer>,
}

/// The forks that are wanted, and whether one is being made.
pub(super) struct Forks {
    /// The directory of the store.
    dir: PathBuf,
    mailbox: LoopQueue,
    wanted: VecDeque<Wanted>,
    copying: bool,
}

impl Forks {
    /// None so far, of the world whose store lies in `dir`.
    pub(super) fn new(dir: PathBuf, mailbox: LoopQueue) -> Self {
        Forks { dir, mailbox, wanted: VecDeque::new(), copying: false }
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
    pub(super) fn fork(&mut self, wanted: Wanted) -> Result<(), RunError> {
        match self.unforkable(&wanted) {
            Some(declined) => drop(wanted.reply.send(Err(declined))),
            None => self.forks.wanted.push_back(wanted),
        }
        self.next_fork()
    }

    fn unforkable(&self, wanted: &Wanted) -> Option<RequestError> {
        if !self.saving {
            return Some(RequestError::busy("this run takes no checkpoints, and a fork is a copy of one"));
        }
        if self.replay != Replay::None {
            return Some(RequestError::busy("the world is repeating what its sink has already: ask again in a moment"));
        }
        if self.publisher.is_full() && self.contact.outage().is_some() {
            return Some(RequestError::busy("the sink is away, so nothing can be saved: ask again when it is back"));
        }
        // Told before anything is saved.
        let at = self.log.earliest(self.now);
        let known = self.log.to_come(self.town.scenario().clone(), at).map_err(RequestError::busy);
        let checked =
            known.and_then(|known| rules(&wanted.order, &known, at).map_err(|e| RequestError::unfit(e.to_string())));
        checked.err().or_else(|| check_place(&wanted.to).err().map(declined))
    }

    /// Begins the next fork that is wanted, where the checkpointing thread has time for it.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(super) fn next_fork(&mut self) -> Result<(), RunError> {
        if self.in_flight || self.forks.wanted.is_empty() {
            return Ok(());
        }
        let logged = match refusable(self.look_for_room().and_then(|()| self.log.entries()))? {
            Ok(logged) => Some(logged),
            Err(declined) => {
                let wanted = self.forks.wanted.drain(..);
                wanted.for_each(|one| drop(one.reply.send(Err(declined.clone()))));
                return Ok(());
            }
        };
        // Nothing is to be saved where nothing has happened since the last one.
        self.checkpoint()?;
        let Some(Wanted { to, order, reply }) = self.forks.wanted.pop_front() else { return Ok(()) };
        let number = self.numbers.number;
        let (dir, mailbox) = (self.forks.dir.clone(), self.forks.mailbox.clone());
        (self.forks.copying, self.in_flight) = (true, true);
        self.checkpointer.then(move |store| {
            let parent = Parent { store: store.clone(), dir, logged };
            let answer = copied(&parent, number, (&order, &to));
            // Whoever asked may have gone.
            let _ = reply.send(answer);
            mailbox.post(LoopEvent::Forked);
        })
    }

    /// A fork is made, or could not be.
    ///
    /// # Errors
    /// Only what ends the run.
    pub(super) fn forked(&mut self) -> Result<(), RunError> {
        (self.forks.copying, self.in_flight) = (false, false);
        self.next_fork()?;
        if !self.waiting.is_empty() {
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
