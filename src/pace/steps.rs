//! Steps of the wall clock, found by a second clock that nobody sets, and what a world that follows the wall clock does about
//! them. Reads no clock: both are handed in.

use super::Wall;
use populace_sim::{Span, VirtualTime};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The smallest difference of the two clocks that counts as a step. A smaller one is followed without a word.
const LEAST: Duration = Duration::from_secs(10);

/// How far a clock may be slewed without a step: a tenth of the time between two looks, and never more than this. chrony
/// slews by up to a twelfth.
const MOST_SLEW: Duration = Duration::from_secs(300);

/// The longest leap ahead that is caught up with unless the user says otherwise.
const UNTOLD: Span = Span::from_days(1);

/// What a world that follows the wall clock does when that clock is stepped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnClockStep {
    /// Waits for a clock that was set back, catches up with one that leapt at most a day ahead, and otherwise goes on by its
    /// own steady clock until it is told more.
    #[default]
    Wait,
    /// Takes every new time: catches up with a leap of any length, and goes on from where it is when the clock was set back.
    Follow,
    /// Saves the world and ends the run.
    Refuse,
}

impl OnClockStep {
    /// The names of all choices.
    pub const NAMES: [&str; 3] = ["wait", "follow", "refuse"];
}

/// There is no choice of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown answer to a clock step {0:?}")]
pub struct UnknownAnswer(pub String);

impl FromStr for OnClockStep {
    type Err = UnknownAnswer;

    fn from_str(text: &str) -> Result<Self, UnknownAnswer> {
        match text {
            "wait" => Ok(OnClockStep::Wait),
            "follow" => Ok(OnClockStep::Follow),
            "refuse" => Ok(OnClockStep::Refuse),
            other => Err(UnknownAnswer(other.to_owned())),
        }
    }
}

/// A step of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockStep {
    /// By how much the clock was set; negative where it was set back.
    pub by: Span,
    /// What the world does about it.
    pub answer: StepAnswer,
}

/// What a world does about a step of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAnswer {
    /// Follows the clock as it is now: catches up, or waits where it is ahead.
    Follows,
    /// Goes on a second a second from where it is, ahead of the wall clock.
    GoesOn,
    /// Does not follow a leap of more than a day.
    Withholds,
    /// Ends.
    Refuses,
}

/// Both clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The clock that nobody sets: time since the machine booted, including the time that it slept.
    pub steady: Duration,
    /// The wall clock.
    pub now: VirtualTime,
}

/// Compares the wall clock with the steady clock.
#[derive(Clone, Copy, Debug)]
pub struct ClockWatch {
    policy: OnClockStep,
    last: Option<Look>,
    /// The followed time less the wall time: negative while a leap ahead is not followed.
    lead: Span,
}

impl ClockWatch {
    /// Begins with the first look, or with an earlier one of the same boot.
    pub fn new(policy: OnClockStep, last: Option<Look>) -> Self {
        ClockWatch { policy, last, lead: Span::from_micros(0) }
    }

    /// Returns the last look at the clocks.
    pub fn last(&self) -> Option<Look> {
        self.last
    }

    /// Follows the wall clock as it is from here on, however far it leapt.
    pub fn reset(&mut self) {
        *self = ClockWatch::new(self.policy, None);
    }

    /// Returns the time to follow: the wall time, unless a step is not followed.
    pub fn followed(&self, wall: Wall) -> VirtualTime {
        wall.now + self.lead
    }

    /// Returns by how much the wall clock has leapt ahead of the followed time; zero where the leap is followed.
    pub fn withheld(&self) -> Span {
        Span::from_micros((-self.lead.micros()).max(0))
    }

    /// Looks at the clocks while the world is at `world`. Returns the step since the last look, if there was one.
    pub fn look(&mut self, wall: Wall, world: VirtualTime) -> Option<ClockStep> {
        let here = Look { steady: wall.steady, now: wall.now };
        let by = step(self.last.replace(here)?, here)?;
        Some(ClockStep { by, answer: self.answer(by, wall.now, world) })
    }

    /// Decides, and keeps what is decided in the lead.
    fn answer(&mut self, by: Span, now: VirtualTime, world: VirtualTime) -> StepAnswer {
        let none = Span::from_micros(0);
        let ahead = later(world.since(now), none);
        // Where the world would be without the step, or is already.
        let going_on = later(Span::from_micros(self.lead.micros() - by.micros()), world.since(now));
        let (lead, answer) = match self.policy {
            OnClockStep::Refuse => (self.lead, StepAnswer::Refuses),
            OnClockStep::Follow if ahead > none => (ahead, StepAnswer::GoesOn),
            OnClockStep::Wait if going_on.micros() < -UNTOLD.micros() => (going_on, StepAnswer::Withholds),
            OnClockStep::Wait | OnClockStep::Follow => (none, StepAnswer::Follows),
        };
        self.lead = lead;
        answer
    }
}

fn later(one: Span, other: Span) -> Span {
    Span::from_micros(one.micros().max(other.micros()))
}

/// By how much the wall clock was set between two looks; none where it only ran, or was slewed.
fn step(last: Look, here: Look) -> Option<Span> {
    let passed = here.steady.saturating_sub(last.steady);
    let micros = i64::try_from(passed.as_micros()).unwrap_or(i64::MAX);
    let by = here.now.since(last.now).micros().saturating_sub(micros);
    let slew = LEAST + (passed / 10).min(MOST_SLEW);
    (u128::from(by.unsigned_abs()) > slew.as_micros()).then_some(Span::from_micros(by))
}

/// A length of time for people: the largest unit that it has about two of, to a tenth.
pub struct Length(pub Span);

impl fmt::Display for Length {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_seconds_f64().abs();
        let units = [("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)];
        let (name, unit) = units.into_iter().find(|(_, unit)| seconds >= 1.95 * unit).unwrap_or(("seconds", 1.0));
        write!(out, "{:.1} {name}", seconds / unit)
    }
}

#[cfg(test)]
mod tests;
