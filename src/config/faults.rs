//! Collects complaints, so that everything that is wrong is said at once. Knows no option.

use crate::UsageError;

/// What was wrong so far.
#[derive(Default)]
pub(super) struct Faults(Option<UsageError>);

impl Faults {
    /// The value, or none with the complaints kept.
    pub(super) fn take<T>(&mut self, result: Result<T, UsageError>) -> Option<T> {
        result.map_err(|error| self.0 = Some(self.0.take().map_or(error.clone(), |before| before.and(error)))).ok()
    }

    /// The value, unless anything was wrong.
    ///
    /// # Errors
    /// Everything that was.
    pub(super) fn or<T>(&mut self, value: Option<T>) -> Result<T, UsageError> {
        match (self.0.take(), value) {
            (None, Some(value)) => Ok(value),
            (error, _) => Err(error.unwrap_or_else(|| UsageError::new("the options cannot be understood"))),
        }
    }
}
