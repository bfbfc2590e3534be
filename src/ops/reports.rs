//! The answers of the run loop in the form that faces show.

use crate::run::{ClockState, Forked, SavedCheckpoint};
use crate::status::ForkOriginReport;
use populace_sim::{VirtualTime, format_time};
use serde::{Deserialize, Serialize};

/// The clock after a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClockReport {
    virtual_now: String,
    paused: bool,
    speed: String,
}

impl From<ClockState> for ClockReport {
    fn from(clock: ClockState) -> Self {
        let (virtual_now, speed) = (format_time(clock.virtual_now), clock.pace.to_string());
        ClockReport { virtual_now, paused: clock.paused, speed }
    }
}

/// A saved checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckpointReport {
    checkpoint: u64,
    virtual_now: String,
}

impl From<SavedCheckpoint> for CheckpointReport {
    fn from(saved: SavedCheckpoint) -> Self {
        CheckpointReport { checkpoint: saved.number, virtual_now: format_time(saved.time) }
    }
}

/// The end of a run; without a time if the run has not begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StopReport {
    virtual_now: Option<String>,
}

impl From<Option<VirtualTime>> for StopReport {
    fn from(now: Option<VirtualTime>) -> Self {
        StopReport { virtual_now: now.map(format_time) }
    }
}

/// A new world made by a fork.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForkReport {
    /// Its name.
    pub world: String,
    /// The world that it comes from.
    pub fork_of: Option<ForkOriginReport>,
    /// The number of the checkpoint that was copied.
    pub checkpoint: u64,
    /// Notes on ignored parts of the request.
    pub notes: Vec<String>,
}

impl From<Forked> for ForkReport {
    fn from(forked: Forked) -> Self {
        let Forked { world, origin, checkpoint, notes } = forked;
        ForkReport { world, fork_of: origin.map(|origin| origin.report()), checkpoint, notes }
    }
}
