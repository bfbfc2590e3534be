//! The errors of the library: each room has an enum, and [`SimError`] wraps them.
//! Must not depend on: files.

use crate::drift::DriftError;
use crate::region::RegionError;
use crate::scenario::StartError;

/// A world that cannot be created or read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// An invalid region.
    #[error(transparent)]
    Region(#[from] RegionError),
    /// An invalid drift.
    #[error(transparent)]
    Drift(#[from] DriftError),
    /// An invalid start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A saved block that cannot be read.
    #[error("shard {shard} of the saved world cannot be read: {why}")]
    #[expect(missing_docs, reason = "the message says it")]
    Block { shard: u32, why: String },
}
