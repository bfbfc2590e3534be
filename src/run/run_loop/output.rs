//! The output of records of a run: the publishing thread, the connectivity of its sink, and the relation of the sink to
//! the last checkpoint. Must not depend on: the kind of the sink.

use super::super::error::RunError;
use super::super::publisher::{Publisher, SimulatedWindow};
use crate::config::SeamChoice;
use crate::status::Connectivity;
use populace_sim::VirtualTime;
use std::sync::Arc;
use std::time::Duration;

/// The time that a requested stop waits for an unreachable sink; no record is lost without the wait. A run that reaches
/// its own end waits without a limit.
const SINK_LOSS_TIMEOUT: Duration = Duration::from_millis(1_500);

/// The longest time that a loop without room in the publisher's queue waits for an event.
pub(super) const BACKPRESSURE_WAIT: Duration = Duration::from_millis(1);

/// The replay that is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::run) enum Replay {
    /// Nothing is left: the sink is not ahead of the checkpoint.
    None,
    /// The sink is ahead, and has everything before this instant; `None` if the instant is unknown.
    Until(Option<VirtualTime>),
}

/// The output of a run.
pub(in crate::run) struct Output {
    pub(in crate::run) publisher: Publisher,
    /// The connectivity of the sink.
    pub(in crate::run) connectivity: Arc<Connectivity>,
    /// The replay that is left.
    pub(in crate::run) replay: Replay,
    /// The seam between several sinks, while it is still to come.
    pub(in crate::run) seam: Option<SeamChoice>,
    /// True if the records in the sink can be read back, so that its position is known.
    pub(in crate::run) is_readable: bool,
    /// True if the sink is standard output.
    pub(in crate::run) is_stdout: bool,
    /// True if the sink was ordered to stop waiting, so that nothing more can be saved.
    pub(in crate::run) given_up: bool,
}

/// Lets a failed run end without waiting for an unreachable sink: the publishing thread is joined next.
impl Drop for Output {
    fn drop(&mut self) {
        if self.connectivity.outage().is_some() {
            self.connectivity.give_up();
        }
    }
}

impl Output {
    /// Returns whether the sink has records that are still to be replayed.
    pub(super) fn is_replaying(&self) -> bool {
        self.replay != Replay::None
    }

    /// Returns whether another window would have to wait.
    pub(super) fn is_full(&self) -> bool {
        self.publisher.is_full()
    }

    /// Returns whether another window would have to wait because the sink is unreachable.
    pub(super) fn is_blocked(&self) -> bool {
        self.is_full() && self.connectivity.outage().is_some()
    }

    /// Returns the instant at which a window from `now` must end: a dated seam, if it comes first.
    pub(super) fn cap(&self, now: VirtualTime, until: VirtualTime) -> VirtualTime {
        match self.seam {
            Some(SeamChoice::At(seam)) if seam > now => until.min(seam),
            _ => until,
        }
    }

    /// Returns the seam if it is at `now`, where a window starts; it is not returned again.
    pub(super) fn take_seam(&mut self, now: VirtualTime, is_live: bool) -> Option<VirtualTime> {
        let at = match self.seam? {
            SeamChoice::Live => Some(now).filter(|_| is_live),
            SeamChoice::At(seam) => Some(seam).filter(|seam| now >= *seam),
        };
        self.seam = self.seam.filter(|_| at.is_none());
        at
    }

    /// Publishes a window, after which the world has produced `records`.
    pub(super) fn publish(&self, window: SimulatedWindow, records: u64) -> Result<(), RunError> {
        self.connectivity.delivery.produced(records, window.until);
        self.publisher.window(window)
    }

    /// Orders the sink to stop waiting, once it has been unreachable for longer than [`SINK_LOSS_TIMEOUT`].
    pub(super) fn give_up_if_lost(&self) {
        if self.connectivity.outage().is_some_and(|(since, _)| since > SINK_LOSS_TIMEOUT) {
            self.connectivity.give_up();
        }
    }
}
