//! The execution of requests between two windows. Must not depend on: the senders of requests.

use super::super::commands::logged_commands;
use super::super::entity_view::{EntityView, NoAccount, shard_of, view_of};
use super::super::error::RunError;
use super::super::logged::LoggedCommand;
use super::super::past::Past;
use super::super::request::{
    ClockChange, ClockState, LoopError, LoopRequest, Reply, SavedCheckpoint, StoredSink, WorldAtRest,
};
use super::super::settings::{self, ClockSetting};
use super::state::RunLoop;
use crate::sink::{Attachment, known_address};
use crate::status::{ShownClock, Watched};
use populace_sim::{Command, DriftOrder, Scenario, Town, VirtualTime, format_time};
use populace_state::StateError;
use std::path::Path;

/// The outcome of a request: the outer error ends the run, the inner one is the answer.
type Outcome<T> = Result<Result<T, LoopError>, RunError>;

/// The answer to a logged command: the instant at which it takes effect, and the numbered command.
type LoggedReply = Result<(VirtualTime, Command), LoopError>;

impl RunLoop {
    /// Carries out a request and answers it.
    ///
    /// # Errors
    /// Only an error that ends the run.
    pub(super) fn carry_out(&mut self, request: LoopRequest) -> Result<(), RunError> {
        match request {
            LoopRequest::Read(read) => {
                let simulation = &mut self.simulation;
                let (town, now) = (&*simulation.town, simulation.now);
                read(&mut WorldAtRest { town, now, pool: &mut simulation.pool });
            }
            LoopRequest::Commands(reply) => answer(reply, self.commands()),
            LoopRequest::Past(reply) => answer(reply, self.past()),
            LoopRequest::Sink(reply) => answer(reply, self.sink()),
            LoopRequest::Command { make, reply } => {
                if let Some(logged) = self.log_command(make)? {
                    answer(reply, logged);
                }
            }
            LoopRequest::DriftOrder { make, reply } => {
                if let Some(logged) = self.log_drift_order(make)? {
                    answer(reply, logged);
                }
            }
            LoopRequest::SetClock { change, reply } => answer(reply, self.change_clock(change)?),
            LoopRequest::Checkpoint(reply) => self.request_checkpoint(reply)?,
            LoopRequest::Fork(fork) => self.fork(fork)?,
            LoopRequest::Stop(reply) => {
                self.shutdown.request();
                answer(reply, Ok(self.simulation.now));
            }
        }
        Ok(())
    }

    fn request_checkpoint(&mut self, reply: Reply<SavedCheckpoint>) -> Result<(), RunError> {
        if self.output.is_blocked() {
            answer(reply, Err(LoopError::SinkUnreachable));
            return Ok(());
        }
        if let Err(refused) = answerable(self.check_room())? {
            answer(reply, Err(refused));
            return Ok(());
        }
        self.checkpoint()?;
        if self.saving.in_flight {
            self.saving.waiting.push(reply);
        } else {
            answer(reply, Ok(SavedCheckpoint { number: self.saving.number, time: self.simulation.now }));
        }
        Ok(())
    }

    fn sink(&self) -> Result<StoredSink, LoopError> {
        let place = Attachment::read(&self.store, Path::new("the data directory")).map_err(|e| unreadable(&e))?;
        let brokers = known_address(&self.store).map_err(|e| unreadable(&e))?;
        Ok(StoredSink { place: place.map(|one| one.place), brokers })
    }

    fn past(&self) -> Result<Past, LoopError> {
        Past::read(&self.store, Path::new("the data directory"), self.simulation.now).map_err(|e| unreadable(&e))
    }

    fn commands(&self) -> Result<Vec<LoggedCommand>, LoopError> {
        logged_commands(&self.store).map_err(|e| unreadable(&e))
    }

    /// Returns the view of one entity, from its shard, which is at rest.
    pub(super) fn view(&mut self, entity: Watched) -> Result<EntityView, NoAccount> {
        let town = self.simulation.town.clone();
        view_of(&town, self.simulation.pool.shard(shard_of(&town, entity)), entity)
    }

    /// Logs the command that `make` returns for the town and virtual now.
    fn log_command(
        &mut self,
        make: impl FnOnce(&Town, VirtualTime) -> Option<Command>,
    ) -> Result<Option<LoggedReply>, RunError> {
        if self.output.is_replaying() {
            return Ok(Some(Err(LoopError::Replaying)));
        }
        let simulation = &mut self.simulation;
        let Some(command) = make(&simulation.town, simulation.now) else { return Ok(None) };
        answerable(simulation.log.give(simulation.now, command)).map(Some)
    }

    /// Logs the order that `make` returns for the rules in force when it takes effect.
    fn log_drift_order(
        &mut self,
        make: impl FnOnce(&Scenario, VirtualTime) -> Option<DriftOrder>,
    ) -> Result<Option<Result<VirtualTime, LoopError>>, RunError> {
        if self.output.is_replaying() {
            return Ok(Some(Err(LoopError::Replaying)));
        }
        let simulation = &mut self.simulation;
        let at = simulation.log.earliest(simulation.now);
        let rules = match simulation.log.pending_scenario(simulation.town.scenario().clone(), at) {
            Ok(rules) => rules,
            Err(why) => return Ok(Some(Err(LoopError::Store(why)))),
        };
        let Some(order) = make(&rules, at) else { return Ok(None) };
        let logged = answerable(simulation.log.order(simulation.now, order))?;
        self.show_pending_scenario()?;
        Ok(Some(logged.map(|_| at)))
    }

    fn change_clock(&mut self, change: ClockChange) -> Outcome<ClockState> {
        let setting = self.clock.setting();
        let setting = match change {
            ClockChange::Pause => ClockSetting { paused: true, ..setting },
            ClockChange::Resume => ClockSetting { paused: false, ..setting },
            ClockChange::Speed(pace) => {
                // A user who sets the speed accepts the wall clock, even if it was set.
                self.clock.accept_wall_clock();
                ClockSetting { pace: Some(pace), ..setting }
            }
            ClockChange::Rate(pace) => ClockSetting { pace: Some(pace), ..setting },
        };
        if let Err(refused) = answerable(settings::set_clock(&self.store, setting))? {
            return Ok(Err(refused));
        }
        let at = self.position();
        let ShownClock { paused, pace } = self.clock.set(setting, at);
        self.observers.status.set_clock(ShownClock { paused, pace });
        tracing::info!(paused, speed = %pace, virtual_now = %format_time(at.now), "clock set");
        Ok(Ok(ClockState { virtual_now: at.now, paused, pace }))
    }
}

/// Sends the answer; ignores a receiver that is gone.
pub(super) fn answer<T>(reply: Reply<T>, answer: Result<T, LoopError>) {
    let _ = reply.send(answer);
}

/// Turns a failure of the store into an answer, so that the run continues: if nothing can be written any more, the next
/// checkpoint ends the run.
pub(super) fn answerable<T>(outcome: Result<T, RunError>) -> Outcome<T> {
    match outcome {
        Err(RunError::State(full @ StateError::DiskFull { .. })) => Ok(Err(LoopError::DiskFull(full.to_string()))),
        Err(RunError::State(failed)) => Ok(Err(LoopError::Store(failed.to_string()))),
        other => other.map(Ok),
    }
}

fn unreadable(error: &dyn std::error::Error) -> LoopError {
    LoopError::Store(error.to_string())
}
