//! The simulated world of a run: its town, its shards in their threads, its commands, and its position. Must not depend
//! on: sinks, clocks, checkpoints.

use super::super::commands::{CommandLog, change_world};
use super::super::error::RunError;
use super::super::pool::Pool;
use super::super::publisher::SimulatedWindow;
use super::super::window_sizing::WindowSizer;
use populace_sim::{Scenario, Town, VirtualTime};
use populace_wire::Batch;
use std::sync::Arc;

/// The world of a run loop.
pub(in crate::run) struct Simulation {
    pub(in crate::run) town: Arc<Town>,
    pub(in crate::run) pool: Pool,
    pub(in crate::run) log: CommandLog,
    pub(in crate::run) windows: WindowSizer,
    /// The batches to be filled again.
    pub(in crate::run) batches: Vec<Batch>,
    /// The instant that all shards have run to.
    pub(in crate::run) now: VirtualTime,
    /// The number of simulated records of the world, published or not yet.
    pub(in crate::run) produced: u64,
}

/// A command that acted.
pub(super) struct AppliedCommand {
    /// The town from then on, if the command changed it.
    pub(super) changed: Option<Arc<Town>>,
}

impl Simulation {
    /// Returns the instant at which a window of about `records` records would end.
    pub(super) fn window_end(&self, records: f64) -> VirtualTime {
        self.windows.end(self.now, records)
    }

    /// Runs all shards to `until`, or to the next command if that comes first.
    pub(super) fn run_window(&mut self, until: VirtualTime) -> Result<SimulatedWindow, RunError> {
        let until = self.log.next_instant().map_or(until, |at| until.min(at));
        let batches = self.pool.run(until, &mut self.batches)?;
        let events: usize = batches.iter().map(Batch::len).sum();
        self.windows.learn(until.since(self.now), events);
        self.produced += events as u64;
        self.now = until;
        Ok(SimulatedWindow { batches, until, commands: self.log.done(), seam: None })
    }

    /// Applies the next command that is due now; returns `None` if no command is due.
    pub(super) fn apply_next_command(&mut self) -> Result<Option<AppliedCommand>, RunError> {
        let Some(change) = self.log.take_due(self.now) else { return Ok(None) };
        let changed = change_world(&self.town, &mut self.pool, self.now, &change)?;
        if let Some(town) = &changed {
            self.windows = WindowSizer::of_town(town);
            self.town = town.clone();
        }
        Ok(Some(AppliedCommand { changed }))
    }

    /// Returns the scenario that results from the pending commands; `None` if none of them changes the rules.
    pub(super) fn pending_scenario(&self) -> Result<Option<Scenario>, RunError> {
        let scenario = || {
            let at = self.log.earliest(self.now);
            self.log.pending_scenario(self.town.scenario().clone(), at).map_err(RunError::Sim)
        };
        self.log.changes_rules().then(scenario).transpose()
    }
}
