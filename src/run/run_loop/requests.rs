//! What the run loop answers to requests that the desk passes on, between two windows.

use super::super::ToldSink;
use super::super::commands::logged_commands;
use super::super::error::RunError;
use super::super::settings::{self, ClockSetting};
use super::RunLoop;
use super::forks::PendingFork;
use crate::ops::{drifts, inject, inspect, pagination};

use crate::control::{Answer, Asked, Page, Request, RequestError, Target};
use crate::output::to_json;
use crate::pace::{Pace, PaceError};
use crate::sink::{Attachment, known_address};
use crate::status::ShownClock;
use crate::status::Watched;
use populace_sim::{Command, DriftOrder, InProgress, Scenario, VirtualTime, format_time};
use populace_state::StateError;
use serde_json::{Value, json};
use std::path::Path;

impl RunLoop {
    /// Answers a request.
    ///
    /// # Errors
    /// Only what ends the run; what was wrong with the request is its answer.
    pub(super) fn answer(&mut self, asked: Asked) -> Result<(), RunError> {
        let Asked { request, reply } = asked;
        let answer = match request {
            Request::Scenario => Ok(self.simulation.town.scenario().to_toml().into()),
            Request::Sink => self.sink(),
            Request::Commands => self.commands(),
            Request::Inspect { target } => self.sample(&target),
            Request::Page { page } => self.page(&page),
            Request::InProgress => self.in_progress(),
            Request::Inject { injection, when } => {
                match inject::command(&injection, when, &self.simulation.town, self.simulation.now) {
                    Ok(command) => self.command(command)?,
                    Err(declined) => Err(declined),
                }
            }
            Request::Command { command } => self.command(command)?,
            Request::DriftStart { start } => self.drifts(|rules, at| drifts::starting(rules, &start, at))?,
            Request::DriftStop { ids } => self.drifts(|rules, at| drifts::stopping(rules, &ids, at))?,
            Request::Pause => self.set_clock(ClockSetting { paused: true, ..self.clock.setting() })?,
            Request::Resume => self.set_clock(ClockSetting { paused: false, ..self.clock.setting() })?,
            Request::Speed { to } => {
                // A speed that is set now is set in knowledge of the clock.
                self.clock.accept_wall_clock();
                self.set_pace(speed(&to))?
            }
            Request::Rate { events_per_second } => self.set_pace(Pace::rate(events_per_second))?,
            Request::Checkpoint if self.output.is_blocked() => {
                Err(RequestError::busy("the sink is away, so nothing can be saved: ask again when it is back"))
            }
            Request::Fork { to, order } => return self.fork(PendingFork { to, order, reply }),
            Request::Checkpoint => {
                if let Err(declined) = refusable(self.check_room())? {
                    let _ = reply.send(Err(declined));
                    return Ok(());
                }
                self.checkpoint()?;
                if self.saving.in_flight {
                    self.saving.waiting.push(reply);
                    return Ok(());
                }
                Ok(json!({ "checkpoint": self.saving.number, "virtual_now": format_time(self.simulation.now) }))
            }
            Request::Stop => {
                self.shutdown.request();
                Ok(json!({ "virtual_now": format_time(self.simulation.now) }))
            }
            Request::Status
            | Request::World
            | Request::Weather
            | Request::Traffic
            | Request::Drifts
            | Request::Campaigns { .. } => unreachable!("the desk answers this itself"),
        };
        // Whoever asked may have gone.
        let _ = reply.send(answer);
        Ok(())
    }

    fn sink(&self) -> Answer {
        let place = Attachment::read(&self.store, Path::new("the data directory")).map_err(unreadable)?;
        let brokers = known_address(&self.store).map_err(|e| unreadable(e.into()))?;
        let told = ToldSink { place: place.map(|one| one.place), brokers };
        Ok(serde_json::to_value(told).expect("names and addresses are plain data"))
    }

    fn commands(&self) -> Answer {
        let logged = logged_commands(&self.store).map_err(unreadable)?;
        Ok(serde_json::to_value(logged).expect("commands are plain data"))
    }

    fn sample(&mut self, target: &Target) -> Answer {
        let town = self.simulation.town.clone();
        let whom = inspect::sample(&town, target)?;
        whom.into_iter().map(|one| self.view(one)).collect::<Result<Vec<Value>, RequestError>>().map(Value::Array)
    }

    fn page(&mut self, page: &Page) -> Answer {
        let town = self.simulation.town.clone();
        // Many are looked at while the world waits.
        pagination::page(&town, self.simulation.now, page, |whom| {
            let shard = self.simulation.pool.shard(inspect::shard_of(&town, whom));
            Ok(match whom {
                Watched::Person(person) | Watched::Account(person, _) => to_json(&shard.person_brief(&town, person)),
                Watched::Driver(driver) => to_json(&shard.driver_brief(&town, driver)),
            })
        })
    }

    /// How many people are at something that takes a while.
    fn in_progress(&self) -> Answer {
        let mut all = InProgress::default();
        self.simulation.pool.shards().for_each(|shard| all += shard.in_progress());
        Ok(json!({ "visits": all.visits, "trips": all.trips }))
    }

    /// The view of one entity, from its shard, which is at rest.
    pub(super) fn view(&mut self, whom: Watched) -> Answer {
        let town = self.simulation.town.clone();
        inspect::view(&town, self.simulation.pool.shard(inspect::shard_of(&town, whom)), whom)
    }

    /// Nothing can be ordered before the world is where its sink is.
    fn repeating(&self) -> Option<RequestError> {
        let repeats = self.output.is_replaying();
        repeats.then(|| RequestError::busy("the world is repeating what its sink has already: ask again in a moment"))
    }

    fn command(&mut self, command: Command) -> Result<Answer, RunError> {
        if let Some(busy) = self.repeating() {
            return Ok(Err(busy));
        }
        if let Err(declined) = inject::check(&self.simulation.town, self.simulation.now, &command) {
            return Ok(Err(declined));
        }
        refusable(
            self.simulation
                .log
                .give(self.simulation.now, command)
                .map(|(at, command)| inject::given(&self.simulation.town, command, Some(at))),
        )
    }

    /// Logs the order that is made for the rules which the world lives by when it takes effect.
    fn drifts(
        &mut self,
        order: impl FnOnce(&Scenario, VirtualTime) -> Result<DriftOrder, RequestError>,
    ) -> Result<Answer, RunError> {
        if let Some(busy) = self.repeating() {
            return Ok(Err(busy));
        }
        let at = self.simulation.log.earliest(self.simulation.now);
        let rules = match self.simulation.log.pending_scenario(self.simulation.town.scenario().clone(), at) {
            Ok(rules) => rules,
            Err(why) => return Ok(Err(RequestError::busy(why))),
        };
        let given = order(&rules, at).and_then(|order| Ok((drifts::given(&rules, &order, at, Some(at))?, order)));
        let (answer, order) = match given {
            Ok(given) => given,
            Err(declined) => return Ok(Err(declined)),
        };
        let logged = refusable(self.simulation.log.order(self.simulation.now, order).map(|_| answer))?;
        self.show_pending_scenario()?;
        Ok(logged)
    }

    fn set_clock(&mut self, setting: ClockSetting) -> Result<Answer, RunError> {
        let saved = refusable(settings::set_clock(&self.store, setting).map(|()| Value::Null))?;
        if saved.is_err() {
            return Ok(saved);
        }
        let at = self.position();
        let ShownClock { paused, pace } = self.clock.set(setting, at);
        self.observers.status.set_clock(ShownClock { paused, pace });
        let virtual_now = format_time(at.now);
        tracing::info!(paused, speed = %pace, %virtual_now, "clock set");
        Ok(Ok(json!({ "virtual_now": virtual_now, "paused": paused, "speed": pace.to_string() })))
    }

    fn set_pace(&mut self, pace: Result<Pace, PaceError>) -> Result<Answer, RunError> {
        match pace {
            Ok(pace) => self.set_clock(ClockSetting { pace: Some(pace), ..self.clock.setting() }),
            Err(error) => Ok(Err(RequestError::unfit(error.to_string()))),
        }
    }
}

/// A failure of the store is the asker's answer, and the run goes on: where nothing can be written any more, it is the next
/// checkpoint that ends the run.
pub(super) fn refusable<T>(outcome: Result<T, RunError>) -> Result<Result<T, RequestError>, RunError> {
    match outcome {
        Err(RunError::State(full @ StateError::DiskFull { .. })) => Ok(Err(RequestError::full(full.to_string()))),
        Err(RunError::State(failed)) => Ok(Err(RequestError::busy(failed.to_string()))),
        other => other.map(Ok),
    }
}

fn unreadable(error: RunError) -> RequestError {
    RequestError::busy(error.to_string())
}

/// A name, or a factor as a number or a text.
fn speed(to: &Value) -> Result<Pace, PaceError> {
    to.as_str().map_or_else(|| Pace::speed(&to.to_string()), Pace::speed)
}
