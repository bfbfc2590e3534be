//! The state of a run loop, composed of its parts. Must not depend on: the modules that extend the loop.

use super::super::events::LoopEvent;
use super::clock_control::ClockControl;
use super::limits::Limits;
use super::observers::Observers;
use super::output::Output;
use super::saving::Saving;
use super::shutdown::Shutdown;
use super::simulation::Simulation;
use crossbeam_channel::Receiver;
use populace_sim::VirtualTime;
use populace_state::Store;
use populace_wire::Digests;
use std::time::Instant;

/// The parts of a run loop, each complete.
pub(in crate::run) struct RunLoopParts {
    pub(in crate::run) events: Receiver<LoopEvent>,
    pub(in crate::run) observers: Observers,
    pub(in crate::run) simulation: Simulation,
    pub(in crate::run) output: Output,
    pub(in crate::run) saving: Saving,
    pub(in crate::run) clock: ClockControl,
    pub(in crate::run) limits: Limits,
    pub(in crate::run) began: Instant,
    /// The digests of all records so far.
    pub(in crate::run) digests: Digests,
    pub(in crate::run) store: Store,
}

/// A run that is about to start, or running. The fields are dropped in this order: the threads before the store.
pub struct RunLoop {
    pub(super) events: Receiver<LoopEvent>,
    pub(super) observers: Observers,
    pub(super) simulation: Simulation,
    pub(super) output: Output,
    pub(super) saving: Saving,
    pub(super) clock: ClockControl,
    pub(super) limits: Limits,
    pub(super) shutdown: Shutdown,
    pub(super) start: RunStart,
    pub(super) store: Store,
}

impl RunLoop {
    /// Returns the loop with these parts.
    pub(in crate::run) fn new(parts: RunLoopParts) -> Self {
        let RunLoopParts { events, observers, simulation, output, saving, clock, limits, began, digests, store } =
            parts;
        let start = RunStart::new(began, simulation.now, digests);
        let shutdown = Shutdown::default();
        RunLoop { events, observers, simulation, output, saving, clock, limits, shutdown, start, store }
    }
}

/// The start of a run.
pub(super) struct RunStart {
    /// The instant at which the process began to start the run.
    pub(super) began: Instant,
    /// The instant at which the world began to run.
    pub(super) running: Option<Instant>,
    /// The first instant.
    pub(super) time: VirtualTime,
    /// The digests of all records before it.
    pub(super) digests: Digests,
}

impl RunStart {
    /// Returns the start of a run that has not moved its world yet.
    pub(super) fn new(began: Instant, time: VirtualTime, digests: Digests) -> Self {
        RunStart { began, running: None, time, digests }
    }
}
