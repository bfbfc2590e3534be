//! What shows a run to the outside while it goes: its status, the watches of readers, and the progress display. Must not
//! depend on: who reads them.

use super::super::EntityWatches;
use super::RunLoop;
use super::limits::Advance;
use crate::progress::{Progress, RunProgress};
use crate::status::RunStatus;
use std::sync::Arc;

/// Where a run shows itself.
pub(in crate::run) struct Observers {
    pub(in crate::run) status: Arc<RunStatus>,
    pub(in crate::run) watches: Arc<EntityWatches>,
    pub(in crate::run) progress: Progress,
}

impl RunLoop {
    /// Shows the progress of the run, when that is due.
    pub(super) fn show_progress(&mut self) {
        let RunLoop { observers, simulation, output, clock, limits, start, .. } = self;
        let before = start.digests.total() + output.publisher.published().replayed();
        let (now, produced) = (simulation.now, simulation.produced);
        observers.progress.show(|| RunProgress {
            now,
            events: produced.saturating_sub(before),
            share: limits.share_done(Advance { began: start.began, from: start.time, now, produced }),
            clock: clock.relation(),
        });
    }

    /// Shows the progress of a world that waits for the wall clock, and so has no windows after which it is shown.
    pub(super) fn show_waiting(&mut self) {
        if self.clock.is_ahead() {
            self.show_progress();
        }
    }
}
