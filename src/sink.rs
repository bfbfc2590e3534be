//! Where records go: one trait, a list of kinds, and a folder for each kind. A sink knows bytes, streams and places. Must
//! not depend on: the run loop, checkpoints, the world's clock.

mod attachment;
mod error;
pub mod files;
mod instance;
pub mod kafka;
mod kind;
mod names;
mod null;
mod refusal;
mod registry;
mod settings;
mod start;
mod stdout;
mod token;
mod unreadable;

use populace_sim::VirtualTime;
use populace_wire::{Digest, Record};
use std::time::Duration;

pub use attachment::{Attachment, Phase, SinkPlace};
pub use error::SinkError;
pub(crate) use error::is_out_of_files;
pub use instance::Instance;
pub(crate) use kind::{LeftSink, SinkKind};
pub use names::TopicNames;
pub use refusal::SinkRefusal;
pub(crate) use registry::kind;
pub(crate) use settings::{known_address, set_known_address};
pub(crate) use start::{Claim, ResumePoint, SinkFacts, SinkStart, SinkWorld, Standing, StartContext};
pub use token::Token;
#[cfg(test)]
pub(crate) use unreadable::UnreadableFacts;

/// Takes the records of a world in their order.
pub trait Sink: Send {
    /// The records that follow come after these commands have acted: how many, and their chained hash.
    fn after(&mut self, _commands: Digest) {}

    /// Takes the next record.
    ///
    /// # Errors
    /// Where it cannot be written, or differs from what lies there already.
    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError>;

    /// Lets readers see everything taken so far, which is all that happened before `at`.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn flush(&mut self, at: VirtualTime) -> Result<(), SinkError>;

    /// Longest wall time that records wait for a flush.
    fn flush_every(&self) -> Duration {
        Duration::from_millis(200)
    }

    /// Flushes, and says how far the sink is, with what makes that durable. The sink may take records meanwhile.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError>;

    /// Whether all that an earlier run left in the sink has been met again, byte for byte.
    fn caught_up(&self) -> bool {
        true
    }

    /// How many of the records taken so far were there already, whole. Does not grow once it has caught up.
    fn known(&self) -> u64 {
        0
    }
}

/// How far a sink is.
pub struct Mark {
    /// What the checkpoint is to keep of the sink.
    pub token: Token,
    /// Makes everything before the mark durable; may be run on another thread.
    pub sync: Box<dyn FnOnce() -> Result<(), SinkError> + Send>,
}

impl Mark {
    /// The mark of a sink that is durable once it is flushed.
    pub fn durable(token: Token) -> Self {
        Mark { token, sync: Box::new(|| Ok(())) }
    }
}
