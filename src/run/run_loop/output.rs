//! The way of records out of a run: the publishing thread, its sink's connectivity, and how the sink stands to the last
//! checkpoint. Must not depend on: the kind of the sink.

use super::super::error::RunError;
use super::super::publisher::{Publisher, SimulatedWindow};
use crate::status::Connectivity;
use populace_sim::VirtualTime;
use std::sync::Arc;
use std::time::Duration;

/// How long a requested stop waits for an unreachable sink; nothing is lost without it. A run that reaches its own end
/// waits as long as it takes.
const SINK_LOSS_TIMEOUT: Duration = Duration::from_millis(1_500);

/// The longest time that a loop without room in the publisher's queue waits for an event.
pub(super) const BACKPRESSURE_WAIT: Duration = Duration::from_millis(1);

/// Whether the sink is ahead of the checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::run) enum Replay {
    /// It is not.
    None,
    /// It is. It has everything before this instant, where that is known.
    Until(Option<VirtualTime>),
}

/// The output of a run.
pub(in crate::run) struct Output {
    pub(in crate::run) publisher: Publisher,
    /// Whether the sink reaches what it writes to.
    pub(in crate::run) connectivity: Arc<Connectivity>,
    /// What is still to be replayed.
    pub(in crate::run) replay: Replay,
    /// Whether the records in the sink can be read back, so that it is known how far it is.
    pub(in crate::run) is_readable: bool,
    /// Whether the sink is standard output.
    pub(in crate::run) is_stdout: bool,
    /// Whether the sink was told to stop waiting, so that nothing more can be saved.
    pub(in crate::run) given_up: bool,
}

/// A failed run does not wait for an unreachable sink: the publishing thread is joined next.
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

    /// Publishes a window, after which the world has produced `records`.
    pub(super) fn publish(&self, window: SimulatedWindow, records: u64) -> Result<(), RunError> {
        self.connectivity.delivery.produced(records, window.until);
        self.publisher.window(window)
    }

    /// Tells the sink to stop waiting, once it has been unreachable for too long for a requested stop.
    pub(super) fn give_up_if_lost(&self) {
        if self.connectivity.outage().is_some_and(|(since, _)| since > SINK_LOSS_TIMEOUT) {
            self.connectivity.give_up();
        }
    }
}
