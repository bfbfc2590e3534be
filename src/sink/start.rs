//! How a run starts with a sink: reach it, inspect it, decide, create what is missing, claim it, open it. The order is the
//! caller's; each step is the sink's. Must not depend on: the run loop, checkpoints, any one sink.

use super::{Attachment, Sink, SinkError, SinkPlace, SinkRefusal, Token};
use crate::config::RunPlan;
use crate::status::Connectivity;
use populace_sim::{Town, VirtualTime};
use populace_state::Store;
use populace_wire::Digest;
use std::fmt::Debug;
use std::sync::Arc;

/// What reaching a sink needs to know of the run.
pub(crate) struct StartContext<'a> {
    pub(crate) plan: &'a RunPlan,
    pub(crate) town: &'a Town,
    pub(crate) connectivity: &'a Arc<Connectivity>,
    /// Returns whether a signal asked for an end meanwhile.
    pub(crate) stopped: Box<dyn Fn() -> bool>,
}

/// A stored world, as far as a sink needs to know it.
pub(crate) struct SinkWorld<'a> {
    pub(crate) store: &'a Store,
    pub(crate) attachment: Option<&'a Attachment>,
    /// The instant of the last checkpoint.
    pub(crate) time: VirtualTime,
    /// What that checkpoint keeps of the sink: empty if the sink was attached after it.
    pub(crate) token: Token,
    /// The commands that had acted.
    pub(crate) commands: Digest,
    /// The number of commands in the log, acted or not.
    pub(crate) logged: u64,
}

/// What a process claims when it takes over the sink of a world.
pub(crate) struct Claim<'a> {
    pub(crate) store: &'a Store,
    pub(crate) attachment: &'a Attachment,
    /// The instant of the last checkpoint.
    pub(crate) time: VirtualTime,
    /// The commands that had acted.
    pub(crate) commands: Digest,
    /// The version of this program's rules.
    pub(crate) rules: u32,
}

/// Where a sink continues.
pub(crate) struct ResumePoint<'a> {
    /// The world's id.
    pub(crate) world: u128,
    /// The number of its attachment to the sink.
    pub(crate) attachment: u32,
    /// What the last checkpoint keeps of the sink.
    pub(crate) token: &'a Token,
    /// The number of records that the world had produced there.
    pub(crate) produced: u64,
}

/// A sink on its way from the plan to its first record.
pub(crate) trait SinkStart {
    /// The place of the sink, as an attachment saves it.
    fn place(&self) -> SinkPlace;

    /// Reads what the sink holds, after locking or fencing the topics of a `world` that is stored; there is none for a
    /// world `id` that is to be created.
    ///
    /// # Errors
    /// If the sink cannot be read, or another process writes it.
    fn inspect(&mut self, id: u128, world: Option<&SinkWorld<'_>>) -> Result<Box<dyn SinkFacts>, SinkError>;

    /// Creates the topics that are missing, after [`SinkStart::inspect`].
    ///
    /// # Errors
    /// If they cannot be created, or would not keep the records.
    fn create_missing(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// Locks a place that was found free, creating it if needed.
    ///
    /// # Errors
    /// If it cannot be created, or is not free any more.
    fn lock(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// Records in the sink that this process writes the world.
    ///
    /// # Errors
    /// If the sink cannot be written.
    fn claim(&mut self, _claim: &Claim<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    /// The instant up to which the sink holds the world's records, if it is beyond a checkpoint and known.
    fn reached(&self) -> Option<VirtualTime> {
        None
    }

    /// Opens the claimed sink.
    ///
    /// # Errors
    /// If it cannot be opened.
    fn open(self: Box<Self>, from: ResumePoint<'_>) -> Result<Box<dyn Sink>, SinkError>;
}

/// What was found in a sink. Answers are pure: they follow from what was read.
pub(crate) trait SinkFacts: Debug {
    /// Checks that a new world may write here.
    ///
    /// # Errors
    /// Why it must not.
    fn check_free(&self) -> Result<(), SinkRefusal>;

    /// Compares the sink with a world that is stored.
    ///
    /// # Errors
    /// Why the world must not write here.
    fn standing(&self, id: u128, attachment: Option<&Attachment>) -> Result<Standing, SinkRefusal>;
}

/// What a sink is to a stored world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A new place, free to be attached.
    Free,
    /// A place that the world was being attached to when it was interrupted.
    HalfAttached,
    /// The world's own.
    Own {
        /// Whether it holds records beyond the last checkpoint.
        ahead: bool,
        /// Whether it is found at another place than before.
        moved: bool,
    },
}
