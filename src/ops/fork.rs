//! Forks of a stopped world. Must not depend on: the bytes of the store, faces.

use super::OperationError;
use super::reports::ForkReport;
use crate::run::{ForkChanges, ForkError, RunError, StoredWorld, fork_stopped};
use std::path::Path;

/// Copies a stopped world to a new one.
///
/// # Errors
/// If the changes are not possible, or the new world cannot be created.
pub fn stopped(world: &StoredWorld, changes: &ForkChanges, to: &Path) -> Result<ForkReport, OperationError<ForkError>> {
    match fork_stopped(world, changes, to) {
        Ok(forked) => Ok(forked.into()),
        Err(RunError::Fork(error)) => Err(OperationError::Refused(error)),
        Err(error) => Err(error.into()),
    }
}
