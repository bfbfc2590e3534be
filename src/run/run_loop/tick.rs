//! The rounds of the run loop: events, commands, a window or a wait. Must not depend on: the control socket, HTTP, the
//! kind of the sink.

use super::super::error::RunError;
use super::super::events::LoopEvent;
use super::super::publisher::SimulatedWindow;
use super::limits::Advance;
use super::output::BACKPRESSURE_WAIT;
use super::state::RunLoop;
use crate::pace::Step;
use crate::progress::{Ending, RunProgress, Summary};
use crate::status::RunPhase;
use populace_sim::{VirtualTime, format_time};
use std::time::{Duration, Instant};

/// The longest time that a paused loop waits for an event.
const PAUSED_WAIT: Duration = Duration::from_millis(100);

impl RunLoop {
    /// Returns whether standard output is the sink.
    pub fn writes_to_stdout(&self) -> bool {
        self.output.is_stdout
    }

    /// Runs until a limit, a request, a signal or a failure ends the run. To be called once.
    ///
    /// # Errors
    /// The failure that ended the run.
    pub fn run(&mut self) -> Result<Summary, RunError> {
        self.start.running = Some(Instant::now());
        self.check_already_done();
        self.show_pending_scenario()?;
        self.replay_since_checkpoint()?;
        while !self.shutdown.is_ending() {
            self.tick()?;
        }
        let error = self.shutdown.error.take();
        let summary = self.stop()?;
        error.map_or(Ok(summary), Err)
    }

    /// Ends a run that has nothing to do, and logs the reason.
    fn check_already_done(&mut self) {
        let (now, events) = (self.simulation.now, self.simulation.produced);
        if self.limits.goal.is_some_and(|goal| events >= goal) {
            tracing::info!(events, "nothing to do: the world has this many events already");
            self.shutdown.set(Ending::Events);
        }
        if now >= self.limits.last_instant() && !self.output.is_replaying() {
            let (virtual_now, end) = (format_time(now), format_time(self.limits.last_instant()));
            tracing::info!(%virtual_now, %end, "nothing to do: the world has reached its end already");
        }
    }

    /// Runs one round: events, then a window or a wait.
    fn tick(&mut self) -> Result<(), RunError> {
        self.process_events(None)?;
        if let Some(ending) = self.limits.reached(self.simulation.now) {
            self.shutdown.set(ending);
        }
        if self.shutdown.is_ending() {
            return Ok(());
        }
        let Some(wall) = self.read_clock()? else { return Ok(()) };
        if self.clock.is_paused() {
            return self.process_events(Some(PAUSED_WAIT));
        }
        let until = match self.next_step(wall) {
            Step::Wait(time) => {
                self.checkpoint_if_due()?;
                self.show_waiting();
                return self.process_events(Some(time));
            }
            Step::Free => self.simulation.window_end(self.target_records()),
            Step::Until(limit) => self.simulation.window_end(self.target_records()).min(limit),
            Step::Events(events) => self.simulation.window_end(events.min(self.target_records())),
        };
        self.checkpoint_if_due()?;
        // A checkpoint takes a place in the queue as well. A loop that blocks on an unreachable sink could neither answer
        // requests nor stop.
        if self.output.is_full() {
            return self.process_events(Some(BACKPRESSURE_WAIT));
        }
        self.apply_commands()?;
        self.run_window(until)?;
        self.show_progress();
        Ok(())
    }

    /// Returns the target number of records of a window: fewer close to the goal, since all records beyond it are discarded.
    fn target_records(&self) -> f64 {
        self.simulation.windows.target().min(self.limits.records_left(self.simulation.produced) * 1.05 + 50.0)
    }

    /// Runs all shards to `until`, or to the end of the run or the next command if that comes first.
    pub(super) fn run_window(&mut self, until: VirtualTime) -> Result<(), RunError> {
        let start = self.simulation.now;
        let until = self.output.cap(start, self.limits.cap(start, until));
        let _span = tracing::debug_span!("window", from = self.simulation.now.micros()).entered();
        crate::crash::point("window.start");
        self.output.publisher.recycled(&mut self.simulation.batches);
        let seam = self.output.take_seam(start, self.clock.is_live());
        let window = SimulatedWindow { seam, ..self.simulation.run_window(until)? };
        let produced = self.limits.cap_records(self.simulation.produced);
        self.output.publish(window, produced)?;
        crate::crash::point("window.end");
        self.observers.status.set_window(self.simulation.now, self.output.publisher.waiting());
        self.publish_views();
        Ok(())
    }

    pub(super) fn apply_commands(&mut self) -> Result<(), RunError> {
        while let Some(town) = self.simulation.apply_next_command()? {
            let Some(town) = town.changed else { continue };
            self.observers.status.set_town(&town);
            self.show_pending_scenario()?;
            tracing::info!(at = %format_time(self.simulation.now), "new rules in force");
        }
        Ok(())
    }

    /// Shows the scenario that results from the pending commands: in a paused world it may be long until they act.
    pub(super) fn show_pending_scenario(&self) -> Result<(), RunError> {
        self.observers.status.set_pending_scenario(self.simulation.pending_scenario()?);
        Ok(())
    }

    /// Handles all queued events, after waiting at most `wait` for the first one.
    pub(super) fn process_events(&mut self, wait: Option<Duration>) -> Result<(), RunError> {
        self.observers.status.heartbeat();
        let mut first = wait.and_then(|wait| self.events.recv_timeout(wait).ok());
        while let Some(event) = first.take().or_else(|| self.events.try_recv().ok()) {
            self.handle_event(event)?;
        }
        Ok(())
    }

    fn handle_event(&mut self, event: LoopEvent) -> Result<(), RunError> {
        match event {
            LoopEvent::Stop => {
                tracing::info!("shutting down gracefully; signal again to abort");
                self.shutdown.request();
            }
            LoopEvent::Watch => self.publish_views(),
            LoopEvent::Request(request) => self.carry_out(*request)?,
            LoopEvent::GoalReached => self.shutdown.set(Ending::Events),
            LoopEvent::ReaderGone => self.shutdown.set(Ending::ReaderGone),
            LoopEvent::SinkGivenUp => self.output.given_up = true,
            LoopEvent::SinkFailed(error) => return Err(error),
            LoopEvent::CheckpointDone(outcome) => self.checkpoint_completed(outcome?)?,
            LoopEvent::ForkDone => self.fork_completed()?,
        }
        Ok(())
    }

    /// Answers the watches of readers with the present entities.
    fn publish_views(&mut self) {
        let (watches, now) = (self.observers.watches.clone(), self.simulation.now);
        if watches.is_watched() {
            watches.publish(now, |entity| self.view(entity));
        }
    }

    pub(super) fn enter(&self, phase: RunPhase) {
        self.observers.status.set_phase(phase);
    }

    /// Shows the progress of the run, if an update is due.
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

    /// Shows the progress of a world that waits for the wall clock, and so has no windows after which it would be shown.
    pub(super) fn show_waiting(&mut self) {
        if self.clock.is_ahead() {
            self.show_progress();
        }
    }
}
