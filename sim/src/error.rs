//! What can be wrong with a world's rules or its saved bytes. Knows no files.

use crate::drift::DriftError;
use crate::record::PlanError;
use crate::region::RegionError;
use crate::scenario::StartError;

/// A world that cannot be made or read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimError {
    /// A region that the scenario describes wrongly.
    #[error(transparent)]
    Region(#[from] RegionError),
    /// A choice of fields that cannot be met.
    #[error(transparent)]
    Fields(#[from] PlanError),
    /// A drift that a scenario made by hand has wrong.
    #[error(transparent)]
    Drift(#[from] DriftError),
    /// A start from which no world can be made.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A saved block that does not fit.
    #[error("shard {shard} of the saved world cannot be read: {why}")]
    #[expect(missing_docs, reason = "the message says it")]
    Block { shard: u32, why: String },
}
