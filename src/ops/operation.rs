//! The reasons why an operation on a stopped world fails.

use crate::run::RunError;

/// The reason why an operation on a stopped world fails.
#[derive(Debug, thiserror::Error)]
pub enum OperationError<E: std::error::Error> {
    /// The request is refused.
    #[error(transparent)]
    Refused(E),
    /// The world cannot be read or written.
    #[error(transparent)]
    Run(#[from] RunError),
}
