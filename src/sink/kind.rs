//! What a run needs to know of a kind of sink before one is reached. Must not depend on: any one sink, the run loop,
//! checkpoints.

use super::start::{SinkStart, StartContext};
use super::{Attachment, SinkError, SinkPlace, Token, TopicNames};
use crate::UsageError;
use crate::config::{RunPlan, SinkChoice};
use populace_sim::STREAMS;
use populace_state::Store;
use std::path::Path;

/// One kind of sink.
pub(crate) trait SinkKind: Sync {
    /// Its name, as the option `--sink` has it.
    fn name(&self) -> &'static str;

    /// The place that a plan names, as far as it is known before the sink is reached.
    fn place(&self, _plan: &RunPlan) -> SinkPlace {
        SinkPlace::new(self.name())
    }

    /// Checks what can be checked before a world is created or opened.
    ///
    /// # Errors
    /// If the plan cannot be carried out with this sink.
    fn check(&self, _plan: &RunPlan) -> Result<(), UsageError> {
        Ok(())
    }

    /// Takes the place of a stored world's sink into a plan, as far as the plan does not state another.
    ///
    /// # Errors
    /// If the store cannot be read.
    fn adopt(&self, _place: &SinkPlace, _store: &Store, plan: &mut RunPlan) -> Result<(), SinkError> {
        plan.sink = SinkChoice::named(self.name()).expect("a plan can name every kind");
        Ok(())
    }

    /// Reaches the sink, waiting for it as long as the plan allows.
    ///
    /// # Errors
    /// If it cannot be reached.
    fn reach(&self, context: StartContext<'_>) -> Result<Box<dyn SinkStart>, SinkError>;

    /// Whether its records can be read back, so that a start finds out how far it is.
    fn is_readable(&self) -> bool {
        false
    }

    /// Whether it writes to standard output.
    fn uses_stdout(&self) -> bool {
        false
    }

    /// The UTC day of each stream's last record, for a sink of which finished days can be moved away.
    ///
    /// # Errors
    /// If the token cannot be read.
    fn current_days(&self, _token: &Token) -> Result<Option<[Option<i32>; STREAMS]>, SinkError> {
        Ok(None)
    }

    /// Whether an attached sink that the world is about to leave holds records beyond the checkpoint.
    ///
    /// # Errors
    /// If it cannot be read.
    fn is_ahead(&self, _left: &LeftSink<'_>) -> Result<bool, SinkError> {
        Ok(false)
    }

    /// The place of the sink of a fork, whose topics have `prefix` if one is given.
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
    /// What the last checkpoint keeps of the sink.
    pub(crate) token: &'a Token,
}
