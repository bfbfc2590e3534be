//! The use of the clocks by the run loop: its position, and its next step. Must not depend on: the kind of the sink.

use super::super::error::RunError;
use super::super::settings;
use super::clock_control::{Position, shown};
use super::state::RunLoop;
use crate::pace::{Step, Wall};

impl RunLoop {
    pub(super) fn position(&self) -> Position {
        Position { now: self.simulation.now, produced: self.simulation.produced }
    }

    /// Reads the clocks. Returns the time to follow; `None` if the run ends because the wall clock was set.
    pub(super) fn read_clock(&mut self) -> Result<Option<Wall>, RunError> {
        let reading = self.clock.read(self.simulation.now);
        let Some(refused) = reading.refused else { return Ok(Some(reading.wall)) };
        settings::set_clock_before_step(&self.store, refused.before.as_ref())?;
        self.shutdown.fail(RunError::ClockStep { step: shown(refused.by) });
        Ok(None)
    }

    /// Returns the next step of the pace at `wall`.
    pub(super) fn next_step(&mut self, wall: Wall) -> Step {
        let at = self.position();
        self.clock.step(wall, at, &self.observers.status)
    }
}
