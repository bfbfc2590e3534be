//! Steps of the wall clock, detected by a second clock that cannot be set, and the response of a world that follows the
//! wall clock. Must not depend on: clocks, whose readings are parameters.

use super::Wall;
use populace_sim::{Span, VirtualTime};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The smallest difference of the two clocks that counts as a step. A smaller one is followed without a message.
const STEP_MIN: Duration = Duration::from_secs(10);

/// The largest slew that does not count as a step: a tenth of the time between two readings, and at most this time.
/// chrony slews by up to a twelfth.
const SLEW_MAX: Duration = Duration::from_secs(300);

/// The longest leap ahead that a world catches up with by default.
const LEAP_MAX: Span = Span::from_days(1);

/// The policy of a world that follows the wall clock when that clock is stepped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnClockStep {
    /// Waits for a clock that was set back, catches up with one that leapt at most a day ahead, and otherwise continues
    /// by the steady clock until a request changes that.
    #[default]
    Wait,
    /// Takes every new time: catches up with a leap of any length, and continues from virtual now if the clock was set back.
    Follow,
    /// Saves the world and ends the run.
    Refuse,
}

impl OnClockStep {
    /// The names of all policies.
    pub const NAMES: [&str; 3] = ["wait", "follow", "refuse"];
}

/// The error for an unknown name of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown answer to a clock step {0:?}")]
pub struct UnknownClockStepPolicy(pub String);

impl FromStr for OnClockStep {
    type Err = UnknownClockStepPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownClockStepPolicy> {
        match text {
            "wait" => Ok(OnClockStep::Wait),
            "follow" => Ok(OnClockStep::Follow),
            "refuse" => Ok(OnClockStep::Refuse),
            other => Err(UnknownClockStepPolicy(other.to_owned())),
        }
    }
}

/// A step of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockStep {
    /// The span by which the clock was set; negative if it was set back.
    pub by: Span,
    /// The response of the world.
    pub response: StepResponse,
}

/// The response of a world to a step of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepResponse {
    /// Follow the current wall clock: catch up, or wait if the world is ahead.
    Follow,
    /// Continue at one second per second from virtual now, ahead of the wall clock.
    KeepGoing,
    /// Do not follow a leap of more than a day.
    IgnoreLeap,
    /// End the run.
    Refuse,
}

/// A reading of both clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockReading {
    /// The reading of the clock that cannot be set: the time since the machine booted, including the time that it slept.
    pub steady: Duration,
    /// The wall clock.
    pub now: VirtualTime,
}

/// The comparison of the wall clock with the steady clock.
#[derive(Clone, Copy, Debug)]
pub struct ClockWatch {
    policy: OnClockStep,
    last: Option<ClockReading>,
    /// The followed time minus the wall time: negative while a leap ahead is not followed.
    lead: Span,
}

impl ClockWatch {
    /// Returns a watch that starts with its first reading, or with `last`, an earlier reading of the same boot.
    pub fn new(policy: OnClockStep, last: Option<ClockReading>) -> Self {
        ClockWatch { policy, last, lead: Span::from_micros(0) }
    }

    /// Returns the last reading of the clocks; None before the first.
    pub fn last(&self) -> Option<ClockReading> {
        self.last
    }

    /// Follows the current wall clock, even after a long leap.
    pub fn reset(&mut self) {
        *self = ClockWatch::new(self.policy, None);
    }

    /// Returns the time to follow: the wall clock, unless a step is ignored.
    pub fn followed(&self, wall: Wall) -> VirtualTime {
        wall.now + self.lead
    }

    /// Returns the span by which the wall clock has leapt ahead of the followed time; zero if the leap is followed.
    pub fn withheld(&self) -> Span {
        Span::from_micros((-self.lead.micros()).max(0))
    }

    /// Takes a reading of the clocks, with the virtual time of the world. Returns the step since the last reading, if any.
    pub fn observe(&mut self, wall: Wall, world: VirtualTime) -> Option<ClockStep> {
        let here = ClockReading { steady: wall.steady, now: wall.now };
        let by = step(self.last.replace(here)?, here)?;
        Some(ClockStep { by, response: self.respond(by, wall.now, world) })
    }

    /// Chooses the response to a step, and saves it in the lead.
    fn respond(&mut self, by: Span, now: VirtualTime, world: VirtualTime) -> StepResponse {
        let none = Span::from_micros(0);
        let ahead = later(world.since(now), none);
        // The time that the world would have without the step, or has already.
        let going_on = later(Span::from_micros(self.lead.micros() - by.micros()), world.since(now));
        let (lead, response) = match self.policy {
            OnClockStep::Refuse => (self.lead, StepResponse::Refuse),
            OnClockStep::Follow if ahead > none => (ahead, StepResponse::KeepGoing),
            OnClockStep::Wait if going_on.micros() < -LEAP_MAX.micros() => (going_on, StepResponse::IgnoreLeap),
            OnClockStep::Wait | OnClockStep::Follow => (none, StepResponse::Follow),
        };
        self.lead = lead;
        response
    }
}

fn later(one: Span, other: Span) -> Span {
    Span::from_micros(one.micros().max(other.micros()))
}

/// Returns the span by which the wall clock was set between two readings; None if it only ran, or was slewed.
fn step(last: ClockReading, here: ClockReading) -> Option<Span> {
    let passed = here.steady.saturating_sub(last.steady);
    let micros = i64::try_from(passed.as_micros()).unwrap_or(i64::MAX);
    let by = here.now.since(last.now).micros().saturating_sub(micros);
    let slew = STEP_MIN + (passed / 10).min(SLEW_MAX);
    (u128::from(by.unsigned_abs()) > slew.as_micros()).then_some(Span::from_micros(by))
}

/// A span displayed with one decimal, in the largest unit of which it has about two or more.
pub struct DisplaySpan(pub Span);

impl fmt::Display for DisplaySpan {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_seconds_f64().abs();
        let units = [("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)];
        let (name, unit) = units.into_iter().find(|(_, unit)| seconds >= 1.95 * unit).unwrap_or(("seconds", 1.0));
        write!(out, "{:.1} {name}", seconds / unit)
    }
}

#[cfg(test)]
mod tests;
