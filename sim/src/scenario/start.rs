//! The start of a world, which a scenario states as an instant or relative to now.
//! Must not depend on: a clock; now is an argument.

use super::moment::{TimeError, format_time, is_relative_time, resolve_start, resolve_time};
use super::rules::Scenario;
use crate::engine::VirtualTime;

/// A start from which a world cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The start is not a time.
    #[error("world.start: {0}")]
    Invalid(#[from] TimeError),
    /// The start depends on now, so it would make another world each time.
    #[error("world.start: {0:?} depends on now; it must be resolved before a world is made")]
    NotResolved(String),
}

/// The treatment of a start that is relative to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RelativeStart {
    /// A relative start is resolved at this instant.
    From(VirtualTime),
    /// A relative start stays as written.
    Kept,
}

impl RelativeStart {
    pub(super) fn resolve(self, text: &str) -> Result<String, TimeError> {
        match self {
            RelativeStart::From(now) => resolve_start(text, now).map(format_time),
            RelativeStart::Kept if is_relative_time(text) => Ok(text.to_owned()),
            RelativeStart::Kept => resolve_start(text, VirtualTime::from_seconds(0)).map(format_time),
        }
    }
}

impl Scenario {
    /// Returns the start of a resolved scenario.
    ///
    /// # Errors
    /// If the start is not a time, or depends on now.
    pub fn start_time(&self) -> Result<VirtualTime, StartError> {
        let text = &self.world.start;
        if is_relative_time(text) {
            return Err(StartError::NotResolved(text.clone()));
        }
        Ok(resolve_time(text, VirtualTime::from_micros(0))?)
    }
}
