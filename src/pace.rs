//! How fast virtual time may go: a pure function of wall time, handed in, and of what the run did so far.
//! Reads no clock, sleeps nowhere and knows no events beyond their number.

mod steps;

pub use steps::{ClockStep, ClockWatch, Length, Look, OnClockStep, StepAnswer, UnknownAnswer};

use populace_sim::{Span, VirtualTime};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Longest wall time that one window of a paced run stands for.
pub const TICK: Duration = Duration::from_millis(50);

/// How far ahead of wall time a world is that has stopped following it and waits. Less than that is no reason for a word.
const AHEAD: Span = Span::from_seconds(5);

/// Debt of wall time beyond which a run that cannot keep up stops counting it.
const DEBT: Duration = Duration::from_secs(5);

/// The factors that make sense.
const FACTORS: RangeInclusive<f64> = 0.001..=1e7;

/// The rates that make sense, in events a second.
const RATES: RangeInclusive<f64> = 0.001..=1e8;

/// How virtual time follows wall time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// As fast as the machine can.
    Max,
    /// So many virtual seconds a second of wall time, 0.001 to 10 million; 1 is realtime.
    Factor(f64),
    /// Flat out until virtual now meets wall now, then one to one with the wall clock.
    CatchUp,
    /// Whatever speed yields so many events a second of wall time, 0.001 to 100 million.
    Rate(f64),
}

/// Why a text or number is no pace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaceError {
    /// Neither a name nor a number.
    #[error("unknown speed {0:?}")]
    Unknown(String),
    /// A number that makes no sense.
    #[error("the speed {0} is out of range: give a factor from 0.001 to 10,000,000, or realtime, max, catch-up")]
    Factor(String),
    /// A rate that makes no sense.
    #[error("the rate {0} is out of range: give events a second, from 0.001 to 100,000,000")]
    Rate(String),
}

impl Pace {
    /// A second a second.
    pub const REALTIME: Pace = Pace::Factor(1.0);

    /// The names of paces; anything else is a factor.
    pub const NAMES: [&str; 3] = ["realtime", "max", "catch-up"];

    /// The speed that a text means.
    ///
    /// # Errors
    /// When it is no name and no factor in range.
    pub fn speed(text: &str) -> Result<Pace, PaceError> {
        match text {
            "realtime" => Ok(Pace::REALTIME),
            "max" => Ok(Pace::Max),
            "catch-up" => Ok(Pace::CatchUp),
            number => match number.replace('_', "").parse::<f64>() {
                Ok(factor) if FACTORS.contains(&factor) => Ok(Pace::Factor(factor)),
                Ok(_) => Err(PaceError::Factor(number.to_owned())),
                Err(_) => Err(PaceError::Unknown(number.to_owned())),
            },
        }
    }

    /// The pace of so many events a second.
    ///
    /// # Errors
    /// When it is out of range.
    pub fn rate(events: f64) -> Result<Pace, PaceError> {
        let fits = RATES.contains(&events);
        fits.then_some(Pace::Rate(events)).ok_or_else(|| PaceError::Rate(events.to_string()))
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pace::Max => write!(out, "max"),
            Pace::CatchUp => write!(out, "catch-up"),
            Pace::Factor(factor) => write!(out, "{factor}"),
            Pace::Rate(rate) => write!(out, "{rate} events/s"),
        }
    }
}

/// Wall time as a run sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wall {
    /// Time since the run began, from a clock that never goes back.
    pub elapsed: Duration,
    /// Time since the machine booted, including the time that it slept: a clock that nobody sets.
    pub steady: Duration,
    /// The calendar's now.
    pub now: VirtualTime,
}

/// How a world stands to the wall clock that it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockStanding {
    /// It is there, or on its way, or does not follow it.
    Fine,
    /// It is so far ahead, and waits.
    Ahead(Span),
    /// The clock has leapt so far ahead, and the world does not follow.
    Leapt(Span),
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Run a window of any length.
    Free,
    /// Run a window that ends at this instant, or earlier.
    Until(VirtualTime),
    /// Run a window of about so many events.
    Events(f64),
    /// Look again after this time.
    Wait(Duration),
}

/// Ties virtual to wall time.
#[derive(Clone, Copy, Debug)]
pub struct Pacer {
    pace: Pace,
    live: bool,
    from_wall: Duration,
    from_time: VirtualTime,
    from_events: u64,
}

impl Pacer {
    /// Starts at `pace` from the virtual instant `now` with `events` made so far.
    pub fn new(pace: Pace, wall: Wall, now: VirtualTime, events: u64) -> Self {
        Pacer { pace, live: false, from_wall: wall.elapsed, from_time: now, from_events: events }
    }

    /// Whether the run follows the clock with short windows, so that readers expect events at once.
    pub fn is_live(&self) -> bool {
        match self.pace {
            Pace::Max => false,
            Pace::CatchUp => self.live,
            Pace::Factor(_) | Pace::Rate(_) => true,
        }
    }

    /// Returns how far the world is ahead of a wall clock that it waits for; zero where it does not wait.
    pub fn ahead(&self, wall: Wall, now: VirtualTime) -> Span {
        let ahead = now.since(wall.now);
        let waits = self.pace == Pace::CatchUp && ahead > AHEAD;
        if waits { ahead } else { Span::from_micros(0) }
    }

    /// What to do at `wall`, when virtual time is `now` and `events` were made so far.
    pub fn step(&mut self, wall: Wall, now: VirtualTime, events: u64) -> Step {
        match self.pace {
            Pace::Max => Step::Free,
            Pace::Factor(factor) => self.follow(wall, now, factor),
            Pace::CatchUp => self.catch_up(wall, now),
            Pace::Rate(rate) => self.at_rate(wall, now, events, rate),
        }
    }

    fn follow(&mut self, wall: Wall, now: VirtualTime, factor: f64) -> Step {
        let since = wall.elapsed.saturating_sub(self.from_wall);
        let due = self.from_time + Span::from_seconds_f64((since.as_secs_f64() * factor).min(1e11));
        let ahead = now.since(due).as_seconds_f64() / factor;
        if ahead < -DEBT.as_secs_f64() {
            self.from_wall = wall.elapsed.saturating_sub(DEBT);
            self.from_time = now;
        }
        if due > now && ahead <= -TICK.as_secs_f64() / 2.0 {
            Step::Until(due)
        } else {
            Step::Wait(Duration::from_secs_f64((ahead + TICK.as_secs_f64() / 2.0).clamp(0.001, TICK.as_secs_f64())))
        }
    }

    fn catch_up(&mut self, wall: Wall, now: VirtualTime) -> Step {
        let behind = wall.now.since(now).as_seconds_f64();
        let tick = TICK.as_secs_f64();
        if self.ahead(wall, now) > Span::from_micros(0) {
            self.live = false;
            return Step::Wait(TICK);
        }
        if behind > 10.0 * tick && !self.live {
            return Step::Until(wall.now);
        }
        self.live = true;
        if behind >= tick / 2.0 {
            Step::Until(wall.now)
        } else {
            Step::Wait(Duration::from_secs_f64((tick / 2.0 - behind).clamp(0.001, tick)))
        }
    }

    fn at_rate(&mut self, wall: Wall, now: VirtualTime, events: u64, rate: f64) -> Step {
        let since = wall.elapsed.saturating_sub(self.from_wall).as_secs_f64();
        let ahead = (events - self.from_events) as f64 / rate - since;
        if ahead < -DEBT.as_secs_f64() {
            *self = Pacer { from_wall: wall.elapsed - DEBT, from_time: now, from_events: events, ..*self };
        }
        if ahead > 0.0 {
            return Step::Wait(Duration::from_secs_f64(ahead.clamp(0.001, TICK.as_secs_f64())));
        }
        // One event is the least that a window can be sized for; what is owed is made good over a few windows.
        Step::Events((rate * TICK.as_secs_f64().max((-ahead).min(1.0))).max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(millis: u64) -> Wall {
        let elapsed = Duration::from_millis(millis);
        Wall { elapsed, steady: elapsed, now: VirtualTime::from_micros(millis as i64 * 1_000) }
    }

    fn at(seconds: i64) -> VirtualTime {
        VirtualTime::from_seconds(seconds)
    }

    #[test]
    fn speeds_are_names_or_factors_in_range() {
        assert_eq!(Pace::speed("realtime"), Ok(Pace::Factor(1.0)));
        assert_eq!(Pace::speed("60"), Ok(Pace::Factor(60.0)));
        for text in ["0", "-1", "NaN", "inf", "1e308"] {
            assert_eq!(Pace::speed(text), Err(PaceError::Factor(text.to_owned())));
            assert!(Pace::rate(text.parse().unwrap()).is_err(), "{text}");
        }
        assert_eq!(Pace::speed("fast"), Err(PaceError::Unknown("fast".to_owned())));
    }

    #[test]
    fn a_factor_says_how_far_to_go() {
        let mut pacer = Pacer::new(Pace::Factor(60.0), wall(1_000), at(0), 0);
        assert!(matches!(pacer.step(wall(1_000), at(0), 0), Step::Wait(_)));
        assert_eq!(pacer.step(wall(2_000), at(0), 0), Step::Until(at(60)));
        assert!(matches!(pacer.step(wall(2_000), at(60), 0), Step::Wait(_)));
    }

    #[test]
    fn debt_is_bounded() {
        let mut pacer = Pacer::new(Pace::Factor(1.0), wall(0), at(0), 0);
        pacer.step(wall(100_000), at(10), 0);
        assert_eq!(pacer.step(wall(100_000), at(10), 0), Step::Until(at(15)));
    }

    #[test]
    fn catching_up_hands_over_to_live() {
        let mut pacer = Pacer::new(Pace::CatchUp, wall(0), at(0), 0);
        assert_eq!(pacer.step(wall(60_000), at(0), 0), Step::Until(at(60)));
        assert!(!pacer.is_live());
        assert!(matches!(pacer.step(wall(60_000), at(60), 0), Step::Wait(_)));
        assert!(pacer.is_live());
        assert_eq!(pacer.step(wall(61_000), at(60), 0), Step::Until(at(61)));
    }

    #[test]
    fn a_world_that_is_ahead_waits_and_is_not_live() {
        let mut pacer = Pacer::new(Pace::CatchUp, wall(60_000), at(60), 0);
        assert!(matches!(pacer.step(wall(60_000), at(60), 0), Step::Wait(_)));
        assert!(pacer.is_live());
        // The clock was set back by 50 seconds, and then runs up to where the world is.
        assert_eq!(pacer.step(wall(10_000), at(60), 0), Step::Wait(TICK));
        assert!(!pacer.is_live());
        assert_eq!(pacer.ahead(wall(10_000), at(60)), Span::from_seconds(50));
        assert!(matches!(pacer.step(wall(56_000), at(60), 0), Step::Wait(_)));
        assert!(pacer.is_live());
        assert_eq!(pacer.ahead(wall(56_000), at(60)), Span::from_seconds(0));
        assert_eq!(pacer.step(wall(61_000), at(60), 0), Step::Until(at(61)));
        // No other pace is tied to the wall clock.
        let mut factor = Pacer::new(Pace::REALTIME, wall(0), at(60), 0);
        assert_eq!(factor.step(wall(1_000), at(60), 0), Step::Until(at(61)));
        assert_eq!(factor.ahead(wall(1_000), at(60)), Span::from_seconds(0));
    }

    /// Runs ten seconds in simulated wall time, with a window that makes `skew` times what was asked.
    fn events_in_ten_seconds(rate: f64, skew: f64) -> f64 {
        let mut pacer = Pacer::new(Pace::Rate(rate), wall(0), at(0), 0);
        let (mut micros, mut events) = (0_u64, 0_u64);
        while micros < 10_000_000 {
            let elapsed = Duration::from_micros(micros);
            let now = Wall { elapsed, steady: elapsed, now: at(0) };
            match pacer.step(now, at(0), events) {
                Step::Events(n) => events += (n * skew).round() as u64,
                Step::Wait(d) => micros += d.as_micros() as u64,
                other => panic!("{other:?}"),
            }
            micros += 100;
        }
        events as f64
    }

    #[test]
    fn a_rate_is_kept_though_windows_are_misjudged() {
        for (rate, skew) in [(20.0, 1.0), (1_000.0, 1.4), (50_000.0, 0.7)] {
            let made = events_in_ten_seconds(rate, skew);
            assert!((made / (10.0 * rate) - 1.0).abs() < 0.03, "{rate} {skew}: {made}");
        }
    }
}
