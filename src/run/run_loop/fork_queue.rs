//! The requested forks of a run, and the state of the one that is being copied. Must not depend on: the other parts of
//! the run loop.

use super::super::events::LoopQueue;
use super::super::request::PendingFork;
use std::collections::VecDeque;
use std::path::PathBuf;

/// The forks that wait, and the state of the one that is being copied.
pub(in crate::run) struct ForkQueue {
    /// The directory of the store.
    pub(super) dir: PathBuf,
    pub(super) queue: LoopQueue,
    pub(super) wanted: VecDeque<PendingFork>,
    pub(super) copying: bool,
}

impl ForkQueue {
    /// Returns an empty queue of the world with the store in `dir`.
    pub(in crate::run) fn new(dir: PathBuf, queue: LoopQueue) -> Self {
        ForkQueue { dir, queue, wanted: VecDeque::new(), copying: false }
    }

    /// Returns whether a fork is being copied, so that no other checkpoint may be written.
    pub(super) fn is_copying(&self) -> bool {
        self.copying
    }
}
