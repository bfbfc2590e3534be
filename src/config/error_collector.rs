//! The collector of usage errors, which reports all of them at once. Must not depend on: any option.

use crate::UsageError;

/// The usage errors so far.
#[derive(Default)]
pub(super) struct ErrorCollector(Option<UsageError>);

impl ErrorCollector {
    /// Returns the value, or keeps the error and returns None.
    pub(super) fn take<T>(&mut self, result: Result<T, UsageError>) -> Option<T> {
        result.map_err(|error| self.0 = Some(self.0.take().map_or(error.clone(), |before| before.and(error)))).ok()
    }

    /// Returns the value, unless there were errors.
    ///
    /// # Errors
    /// All errors so far.
    pub(super) fn or<T>(&mut self, value: Option<T>) -> Result<T, UsageError> {
        match (self.0.take(), value) {
            (None, Some(value)) => Ok(value),
            (error, _) => Err(error.unwrap_or_else(|| UsageError::new("invalid options"))),
        }
    }
}
