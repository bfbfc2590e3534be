//! Sinks, the destinations of records: one trait, a list of kinds, and a folder for each kind. A sink knows bytes,
//! streams and places. Must not depend on: the run loop, checkpoints, the world's clock.

mod attachment;
mod error;
pub mod files;
mod instance;
pub mod kafka;
mod kind;
mod lines;
mod names;
mod null;
mod refusal;
mod registry;
mod seam;
mod settings;
mod several;
mod start;
mod stdout;
mod token;
mod unreadable;

use crate::config::SeamChoice;
use populace_sim::VirtualTime;
use populace_wire::{Digest, Digests, Merged, Record};
use std::sync::Arc;
use std::time::Duration;

pub use attachment::{Attachment, Phase, SinkPlace};
pub use error::SinkError;
pub use instance::Instance;
pub(crate) use kind::{LeftSink, SinkKind};
pub use names::TopicNames;
pub use refusal::SinkRefusal;
pub(crate) use registry::kind;
pub(crate) use seam::Seam;
pub(crate) use settings::{known_address, set_known_address};
pub(crate) use several::division_of;
pub(crate) use start::{Claim, ResumePoint, SinkFacts, SinkStart, SinkWorld, Standing, StartContext};
pub use token::Token;
#[cfg(test)]
pub(crate) use unreadable::UnreadableFacts;

/// A destination that takes the records of a world in their order.
pub trait Sink: Send {
    /// Announces the commands that acted before the following records: their number and chained hash.
    fn after(&mut self, _commands: Digest) {}

    /// Announces the window that the following records are of. A sink that may have to send records again holds it instead
    /// of copies of them.
    fn window(&mut self, _window: &Arc<Merged>) {}

    /// Takes the next record.
    ///
    /// # Errors
    /// If the record cannot be written, or differs from the bytes that the sink already holds.
    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError>;

    /// Makes all records taken so far, which are all records before `at`, visible to readers.
    ///
    /// # Errors
    /// If the sink cannot be written.
    fn flush(&mut self, at: VirtualTime) -> Result<(), SinkError>;

    /// Returns the longest wall time for which records wait for a flush.
    fn flush_every(&self) -> Duration {
        Duration::from_millis(200)
    }

    /// Flushes, and returns a mark of the sink's position with the step that makes it durable. The sink may take
    /// records before that step is run.
    ///
    /// # Errors
    /// If the sink cannot be written.
    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError>;

    /// Returns the seam that is still to come; None if the sink has none, or has passed it.
    fn coming_seam(&self) -> Option<SeamChoice> {
        None
    }

    /// Records that the seam is at `at`, before any later record is taken. All earlier records, with these digests, were
    /// taken.
    ///
    /// # Errors
    /// If the seam cannot be saved.
    fn pass_seam(&mut self, _at: VirtualTime, _digests: &Digests) -> Result<(), SinkError> {
        Ok(())
    }

    /// Ends the writing of a run that stops cleanly at `at`: makes visible what the sink otherwise shows later. Records may
    /// be missing after that only if the run fails.
    ///
    /// # Errors
    /// If the sink cannot be written.
    fn finish(&mut self, at: VirtualTime) -> Result<(), SinkError> {
        self.flush(at)
    }

    /// Returns whether all records that an earlier run left in the sink were replayed and compared, byte for byte.
    fn is_replay_complete(&self) -> bool {
        true
    }

    /// Returns the number of records taken so far that the sink already held completely. Does not grow once the replay
    /// is complete.
    fn replayed(&self) -> u64 {
        0
    }
}

/// A mark of a sink's position.
pub struct Mark {
    /// The token of the sink, which the checkpoint saves.
    pub token: Token,
    /// The step that makes everything before the mark durable; may be run on another thread.
    pub sync: MarkStep,
    /// The step after the checkpoint that saves the token is committed: removes what only an earlier one needed.
    pub committed: MarkStep,
}

/// A step of a mark.
pub type MarkStep = Box<dyn FnOnce() -> Result<(), SinkError> + Send>;

impl Mark {
    /// Returns the mark of a sink that is durable once it is flushed.
    pub fn durable(token: Token) -> Self {
        Mark { token, sync: Box::new(|| Ok(())), committed: Box::new(|| Ok(())) }
    }
}
