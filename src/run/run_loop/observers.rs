//! What shows a run to the outside while it goes: its status, the watches of readers, and the progress display. Must not
//! depend on: who reads them.

use super::super::EntityWatches;
use crate::progress::Progress;
use crate::status::RunStatus;
use std::sync::Arc;

/// Where a run shows itself.
pub(in crate::run) struct Observers {
    pub(in crate::run) status: Arc<RunStatus>,
    pub(in crate::run) watches: Arc<EntityWatches>,
    pub(in crate::run) progress: Progress,
}
