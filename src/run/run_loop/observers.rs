//! The observers of a run: its status, the watches of readers, and the progress display. Must not depend on: their readers.

use super::super::EntityWatches;
use crate::progress::Progress;
use crate::status::RunStatus;
use std::sync::Arc;

/// The observers of a run.
pub(in crate::run) struct Observers {
    pub(in crate::run) status: Arc<RunStatus>,
    pub(in crate::run) watches: Arc<EntityWatches>,
    pub(in crate::run) progress: Progress,
}
