//! The decision to end a run, and its reason. Must not depend on: the other parts of the run loop.

use super::super::error::RunError;
use crate::progress::Ending;

/// The end of a run, as far as it is decided.
#[derive(Default)]
pub(super) struct Shutdown {
    /// The reason; `None` while the run continues.
    pub(super) ending: Option<Ending>,
    /// True if a user requested the stop, which then does not wait for an unreachable sink.
    pub(super) is_requested: bool,
    /// The error that the run returns once the world is saved.
    pub(super) error: Option<RunError>,
}

impl Shutdown {
    /// Returns whether the run ends.
    pub(super) fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    /// Ends the run for this reason, whatever was decided before.
    pub(super) fn set(&mut self, ending: Ending) {
        self.ending = Some(ending);
    }

    /// Ends the run by request of a user. A run that is about to end by itself keeps its own reason.
    pub(super) fn request(&mut self) {
        self.is_requested = true;
        self.ending.get_or_insert(Ending::Stopped);
    }

    /// Ends the run with an error, once the world is saved.
    pub(super) fn fail(&mut self, error: RunError) {
        self.error = Some(error);
        self.ending = Some(Ending::Stopped);
    }
}
