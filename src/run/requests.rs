//! What the run loop answers to requests of the control socket, between two windows.

use super::conductor::{Conductor, Replay};
use super::fault::RunError;
use crate::control::{Answer, Asked, Request, Target};
use crate::inspect;
use crate::live::Watched;
use crate::pace::{Pacer, Speed};
use crate::progress::Ending;
use populace_sim::{Command, format_time};
use serde_json::{Value, json};

impl Conductor {
    /// Answers a request.
    ///
    /// # Errors
    /// Only what ends the run; what was wrong with the request is its answer.
    pub(super) fn answer(&mut self, asked: Asked) -> Result<(), RunError> {
        let Asked { request, reply } = asked;
        let answer = match request {
            Request::Status => Ok(self.status()),
            Request::Scenario => Ok(self.store.identity().scenario.clone().into()),
            Request::Inspect { target } => self.sample(&target),
            Request::Command { command } => self.command(command)?,
            Request::Pause => Ok(self.pause()),
            Request::Resume => Ok(self.resume()),
            Request::Speed { to } => speed(&to).map(|speed| self.set_speed(speed)),
            Request::Rate { events_per_second } => rate(events_per_second).map(|speed| self.set_speed(speed)),
            Request::Checkpoint => {
                self.checkpoint()?;
                if self.in_flight {
                    self.waiting.push(reply);
                    return Ok(());
                }
                Ok(json!({ "checkpoint": self.numbers.number, "virtual_now": format_time(self.now) }))
            }
            Request::Stop => {
                self.ending = Some(Ending::Stopped);
                Ok(json!({ "virtual_now": format_time(self.now) }))
            }
        };
        // Whoever asked may have gone.
        let _ = reply.send(answer);
        Ok(())
    }

    fn status(&self) -> Value {
        let counts = self.publisher.published().counts();
        json!({
            "world": format!("{:032x}", self.store.identity().world_id),
            "process": std::process::id(),
            "start": format_time(self.town.start()),
            "virtual_now": format_time(self.now),
            "paused": self.paused,
            "speed": speed_name(self.speed),
            "live": self.pacer.is_some_and(|pacer| pacer.is_live()),
            "repeating": self.replay != Replay::None,
            "events": counts.iter().sum::<u64>(),
            "events_by_topic": self.by_topic(counts),
            "checkpoint": self.numbers.number,
            "seconds": self.numbers.began.elapsed().as_secs_f64(),
        })
    }

    fn sample(&mut self, target: &Target) -> Answer {
        let town = self.town.clone();
        let whom = inspect::sample(&town, target)?;
        Ok(whom.into_iter().map(|one| self.view(one)).collect())
    }

    /// The view of one entity, from its shard, which is at rest.
    pub(super) fn view(&mut self, whom: Watched) -> Value {
        let town = self.town.clone();
        inspect::view(&town, self.pool.shard(inspect::shard_of(&town, whom)), whom)
    }

    fn command(&mut self, command: Command) -> Result<Answer, RunError> {
        if self.replay != Replay::None {
            return Ok(Err("the world is repeating what its sink has already: ask again in a moment".into()));
        }
        self.log.give(self.now, command)?;
        Ok(Ok(json!({ "effective": format_time(self.now) })))
    }

    fn pause(&mut self) -> Value {
        self.paused = true;
        tracing::info!(virtual_now = %format_time(self.now), "paused");
        json!({ "virtual_now": format_time(self.now) })
    }

    fn resume(&mut self) -> Value {
        self.paused = false;
        self.set_speed(self.speed)
    }

    fn set_speed(&mut self, speed: Speed) -> Value {
        self.speed = speed;
        self.pacer = Some(Pacer::new(speed, self.wall(), self.now, self.numbers.produced));
        tracing::info!(speed = %speed_name(speed), virtual_now = %format_time(self.now), "speed");
        json!({ "virtual_now": format_time(self.now), "speed": speed_name(speed) })
    }
}

fn speed(to: &Value) -> Result<Speed, String> {
    let factor = to.as_f64().or_else(|| to.as_str().and_then(|text| text.parse().ok()));
    match (to.as_str(), factor) {
        (Some("max"), _) => Ok(Speed::Max),
        (Some("realtime"), _) => Ok(Speed::Factor(1.0)),
        (Some("catch-up"), _) => Ok(Speed::CatchUp),
        (_, Some(factor)) if (0.001..=1e7).contains(&factor) => Ok(Speed::Factor(factor)),
        _ => Err(format!("a speed is max, realtime, catch-up or a factor from 0.001 to 10,000,000, not {to}")),
    }
}

fn rate(events: f64) -> Result<Speed, String> {
    let fits = (0.001..=1e8).contains(&events);
    fits.then_some(Speed::Rate(events))
        .ok_or(format!("a rate is from 0.001 to 100,000,000 events a second, not {events}"))
}

fn speed_name(speed: Speed) -> String {
    match speed {
        Speed::Max => "max".into(),
        Speed::CatchUp => "catch-up".into(),
        Speed::Factor(factor) => factor.to_string(),
        Speed::Rate(rate) => format!("{rate} events/s"),
    }
}
