//! The run loop: one window after another, commands at their instants, and between the windows the requests and the
//! events of the other threads. It chooses the lengths and moments of windows and checkpoints, none of which changes a
//! byte of the output. The parts of its state do not depend on each other; the modules that extend [`RunLoop`] connect
//! them. Must not depend on: the control socket, HTTP, the kind of the sink.

mod checkpoints;
mod clock;
mod clock_control;
mod fork_queue;
mod forks;
mod limits;
mod observers;
mod output;
mod replay;
mod requests;
mod saving;
mod shutdown;
mod simulation;
mod state;
mod stopping;
mod summary;
mod tick;

pub(super) use clock_control::{ClockControl, ClockStart, SavedClock, saved_clock, watch_clock};
pub(super) use fork_queue::ForkQueue;
pub(super) use limits::Limits;
pub(super) use observers::Observers;
pub(super) use output::{Output, Replay};
pub(super) use saving::{SavedState, Saving, SavingStart};
pub(super) use simulation::Simulation;
pub use state::RunLoop;
pub(super) use state::RunLoopParts;
