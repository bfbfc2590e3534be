//! The start of a run with a sink: reach it, inspect it, decide, create missing topics, claim it, open it. The caller
//! determines the order, the sink each step. Must not depend on: the run loop, checkpoints, any one sink.

use super::{Attachment, Sink, SinkError, SinkPlace, SinkRefusal, Token};
use crate::config::RunPlan;
use crate::status::Connectivity;
use populace_sim::{Town, VirtualTime};
use populace_state::Store;
use populace_wire::Digest;
use std::fmt::Debug;
use std::sync::Arc;

/// The part of a run that reaching a sink needs.
pub(crate) struct StartContext<'a> {
    pub(crate) plan: &'a RunPlan,
    pub(crate) town: &'a Town,
    pub(crate) connectivity: &'a Arc<Connectivity>,
    /// The instant before which a new world sends no record to this sink; None if it sends all.
    pub(crate) records_from: Option<VirtualTime>,
    /// Returns whether a signal has requested the end of the run.
    pub(crate) stopped: Box<dyn Fn() -> bool>,
}

/// The part of a stored world that a sink needs.
pub(crate) struct SinkWorld<'a> {
    pub(crate) store: &'a Store,
    pub(crate) attachment: Option<&'a Attachment>,
    /// The instant of the last checkpoint.
    pub(crate) time: VirtualTime,
    /// The token of the sink in that checkpoint: empty if the sink was attached after it.
    pub(crate) token: Token,
    /// The commands that had acted at the checkpoint.
    pub(crate) commands: Digest,
    /// The number of commands in the log, including those that have not acted.
    pub(crate) logged: u64,
    /// The instant before which the world sends no record to this sink; None if it sends all.
    pub(crate) records_from: Option<VirtualTime>,
}

/// The claim of a process that takes over the sink of a world.
pub(crate) struct Claim<'a> {
    pub(crate) store: &'a Store,
    pub(crate) attachment: &'a Attachment,
    /// The instant of the last checkpoint.
    pub(crate) time: VirtualTime,
    /// The commands that had acted at the checkpoint.
    pub(crate) commands: Digest,
    /// The version of this program's rules.
    pub(crate) rules: u32,
}

/// The position at which a sink continues.
pub(crate) struct ResumePoint<'a> {
    /// The world's id.
    pub(crate) world: u128,
    /// The number of the world's attachment to the sink.
    pub(crate) attachment: u32,
    /// The token of the sink in the last checkpoint.
    pub(crate) token: &'a Token,
    /// The number of records that the world had produced at the checkpoint.
    pub(crate) produced: u64,
}

/// The steps of a sink from the plan to its first record.
pub(crate) trait SinkStart {
    /// Returns the place of the sink, as an attachment saves it.
    fn place(&self) -> SinkPlace;

    /// Reads the contents of the sink, after locking or fencing the topics of a stored `world`. `world` is None if the
    /// world `id` is still to be created.
    ///
    /// # Errors
    /// If the sink cannot be read, or another process writes it.
    fn inspect(&mut self, id: u128, world: Option<&SinkWorld<'_>>) -> Result<Box<dyn SinkFacts>, SinkError>;

    /// Creates the topics that are missing, after [`SinkStart::inspect`].
    ///
    /// # Errors
    /// If the topics cannot be created, or would not keep the records.
    fn create_missing(&mut self) -> Result<(), SinkError> {
        Ok(())
    }

    /// Locks a place that was found free, and creates it if needed.
    ///
    /// # Errors
    /// If the place cannot be created, or is no longer free.
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

    /// Returns the instant up to which the sink holds the world's records; None if it is not beyond a checkpoint, or
    /// unknown.
    fn reached(&self) -> Option<VirtualTime> {
        None
    }

    /// Opens the claimed sink.
    ///
    /// # Errors
    /// If it cannot be opened.
    fn open(self: Box<Self>, from: ResumePoint<'_>) -> Result<Box<dyn Sink>, SinkError>;
}

/// The facts that were read from a sink. The methods are pure.
pub(crate) trait SinkFacts: Debug {
    /// Checks that a new world may write here.
    ///
    /// # Errors
    /// The reason why it must not.
    fn check_free(&self) -> Result<(), SinkRefusal>;

    /// Compares the sink with a world that is stored.
    ///
    /// # Errors
    /// The reason why the world must not write here.
    fn standing(&self, id: u128, attachment: Option<&Attachment>) -> Result<Standing, SinkRefusal>;
}

/// The relation of a sink to a stored world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// A new place, free to be attached.
    Free,
    /// A place to which attaching the world was interrupted.
    HalfAttached,
    /// The sink of the world itself.
    Own {
        /// True if the sink holds records beyond the last checkpoint.
        ahead: bool,
        /// True if the sink was found at another place than before.
        moved: bool,
    },
}
