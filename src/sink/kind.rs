//! The properties of a kind of sink that a run needs before it reaches one. Must not depend on: any one sink, the run
//! loop, checkpoints.

use super::start::{SinkStart, StartContext};
use super::{Attachment, SinkError, SinkPlace, Token, TopicNames};
use crate::UsageError;
use crate::config::{RunPlan, SinkChoice};
use populace_sim::STREAMS;
use populace_state::Store;
use std::path::Path;

/// One kind of sink.
pub(crate) trait SinkKind: Sync {
    /// Returns the name of the kind, as the option `--sink` names it.
    fn name(&self) -> &'static str;

    /// Returns the place that a plan names, as far as it is known before the sink is reached.
    fn place(&self, _plan: &RunPlan) -> SinkPlace {
        SinkPlace::new(self.name())
    }

    /// Checks the plan before a world is created or opened.
    ///
    /// # Errors
    /// If this sink cannot carry out the plan.
    fn check(&self, _plan: &RunPlan) -> Result<(), UsageError> {
        Ok(())
    }

    /// Copies the place of a stored world's sink into a plan, unless the plan states another.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn adopt(&self, _place: &SinkPlace, _store: &Store, plan: &mut RunPlan) -> Result<(), SinkError> {
        plan.sink = SinkChoice::named(self.name()).expect("a plan can name every kind");
        Ok(())
    }

    /// Copies the settings of a stored world's sink that are fixed for its place into a plan, unless the plan states them.
    ///
    /// # Errors
    /// If this program does not have one of their values.
    fn keep_fixed(&self, _place: &SinkPlace, _plan: &mut RunPlan) -> Result<(), SinkError> {
        Ok(())
    }

    /// Reaches the sink, and waits for it as long as the plan allows.
    ///
    /// # Errors
    /// If the sink cannot be reached.
    fn reach(&self, context: StartContext<'_>) -> Result<Box<dyn SinkStart>, SinkError>;

    /// Returns whether the sink's records can be read back, so that a start can determine its position.
    fn is_readable(&self) -> bool {
        false
    }

    /// Returns whether the sink writes to standard output.
    fn uses_stdout(&self) -> bool {
        false
    }

    /// Returns the UTC day of each stream's last record; None for a sink whose finished days cannot be moved away.
    ///
    /// # Errors
    /// If the token cannot be read.
    fn current_days(&self, _token: &Token) -> Result<Option<[Option<i32>; STREAMS]>, SinkError> {
        Ok(None)
    }

    /// Returns whether an attached sink that the world is about to leave holds records beyond the checkpoint.
    ///
    /// # Errors
    /// If the sink cannot be read.
    fn is_ahead(&self, _left: &LeftSink<'_>) -> Result<bool, SinkError> {
        Ok(false)
    }

    /// Returns the place of a fork's sink, whose topics have `prefix` if one is given.
    ///
    /// # Errors
    /// If the fork would write the same topics.
    fn forked(&self, place: &SinkPlace, _prefix: Option<&str>) -> Result<SinkPlace, UsageError> {
        Ok(place.clone())
    }
}

/// A sink that a world is about to leave for another.
pub(crate) struct LeftSink<'a> {
    pub(crate) world: u128,
    pub(crate) attachment: &'a Attachment,
    pub(crate) data_dir: &'a Path,
    pub(crate) names: &'a TopicNames,
    /// The token of the sink in the last checkpoint.
    pub(crate) token: &'a Token,
}
