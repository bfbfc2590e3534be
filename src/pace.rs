//! The pace of a run: the next step, as a pure function of the wall time (a parameter) and of the progress so far. Must
//! not depend on: clocks, sleeping, events other than their number.

mod clock_step;

pub use clock_step::{
    ClockReading, ClockStep, ClockWatch, DisplaySpan, OnClockStep, StepResponse, UnknownClockStepPolicy,
};

use populace_sim::{Span, VirtualTime};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

/// The longest wall time that one window of a paced run covers.
pub const TICK: Duration = Duration::from_millis(50);

/// The lead over the wall clock beyond which a world counts as waiting for it.
const AHEAD_MIN: Span = Span::from_seconds(5);

/// The longest wall time by which a run that cannot keep up counts as behind.
const DEBT_MAX: Duration = Duration::from_secs(5);

/// The valid factors, in virtual seconds per second of wall time.
const FACTOR_RANGE: RangeInclusive<f64> = 0.001..=1e7;

/// The valid rates, in events per second.
const RATE_RANGE: RangeInclusive<f64> = 0.001..=1e8;

/// The relation between virtual time and wall time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// The full speed of the machine.
    Max,
    /// The number of virtual seconds per second of wall time, 0.001 to 10 million; 1 is realtime.
    Factor(f64),
    /// Full speed until virtual time has caught up with the wall clock, then in step with it.
    CatchUp,
    /// The speed that yields this number of events per second of wall time, 0.001 to 100 million.
    Rate(f64),
}

/// An invalid pace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PaceError {
    /// The text is neither a name nor a number.
    #[error("unknown speed {0:?}")]
    Unknown(String),
    /// The factor is out of range.
    #[error("the speed {0} is out of range: give a factor from 0.001 to 10,000,000, or realtime, max, catch-up")]
    Factor(String),
    /// The rate is out of range.
    #[error("the rate {0} is out of range: give events per second, from 0.001 to 100,000,000")]
    Rate(String),
}

impl Pace {
    /// The pace of one virtual second per second of wall time.
    pub const REALTIME: Pace = Pace::Factor(1.0);

    /// The names of paces. Any other text is parsed as a factor.
    pub const NAMES: [&str; 3] = ["realtime", "max", "catch-up"];

    /// Parses a speed.
    ///
    /// # Errors
    /// If the text is neither a name nor a factor in range.
    pub fn speed(text: &str) -> Result<Pace, PaceError> {
        match text {
            "realtime" => Ok(Pace::REALTIME),
            "max" => Ok(Pace::Max),
            "catch-up" => Ok(Pace::CatchUp),
            number => match number.replace('_', "").parse::<f64>() {
                Ok(factor) if FACTOR_RANGE.contains(&factor) => Ok(Pace::Factor(factor)),
                Ok(_) => Err(PaceError::Factor(number.to_owned())),
                Err(_) => Err(PaceError::Unknown(number.to_owned())),
            },
        }
    }

    /// Returns the pace of `events` events per second of wall time.
    ///
    /// # Errors
    /// If the number is out of range.
    pub fn rate(events: f64) -> Result<Pace, PaceError> {
        let fits = RATE_RANGE.contains(&events);
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

/// A reading of the clocks of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wall {
    /// The time since the run began, from a monotonic clock.
    pub elapsed: Duration,
    /// The time since the machine booted, including the time that it slept. This clock cannot be set.
    pub steady: Duration,
    /// The wall clock.
    pub now: VirtualTime,
}

/// The relation of a world's virtual time to the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockRelation {
    /// The world is in step with the clock, catches up with it, or does not follow it.
    InStep,
    /// The world is ahead of the clock by this span, and waits.
    Ahead(Span),
    /// The clock leapt ahead by this span, and the world does not follow.
    LeapIgnored(Span),
}

/// The next step of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Run a window of any length.
    Free,
    /// Run a window that ends at this instant, or earlier.
    Until(VirtualTime),
    /// Run a window of about this number of events.
    Events(f64),
    /// Wait for this time.
    Wait(Duration),
}

/// The state that ties virtual time to wall time.
#[derive(Clone, Copy, Debug)]
pub struct Pacer {
    pace: Pace,
    live: bool,
    from_wall: Duration,
    from_time: VirtualTime,
    from_events: u64,
}

impl Pacer {
    /// Returns a pacer that starts at the virtual time `now`, with `events` events so far.
    pub fn new(pace: Pace, wall: Wall, now: VirtualTime, events: u64) -> Self {
        Pacer { pace, live: false, from_wall: wall.elapsed, from_time: now, from_events: events }
    }

    /// Returns whether the run follows the clock in short windows, so that readers receive events at once.
    pub fn is_live(&self) -> bool {
        match self.pace {
            Pace::Max => false,
            Pace::CatchUp => self.live,
            Pace::Factor(_) | Pace::Rate(_) => true,
        }
    }

    /// Returns the lead of the world over the wall clock that it waits for; zero if it does not wait.
    pub fn ahead(&self, wall: Wall, now: VirtualTime) -> Span {
        let ahead = now.since(wall.now);
        let waits = self.pace == Pace::CatchUp && ahead > AHEAD_MIN;
        if waits { ahead } else { Span::from_micros(0) }
    }

    /// Returns the next step at `wall`, with virtual time at `now` and `events` events so far.
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
        if ahead < -DEBT_MAX.as_secs_f64() {
            self.from_wall = wall.elapsed.saturating_sub(DEBT_MAX);
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
        if ahead < -DEBT_MAX.as_secs_f64() {
            *self = Pacer { from_wall: wall.elapsed - DEBT_MAX, from_time: now, from_events: events, ..*self };
        }
        if ahead > 0.0 {
            return Step::Wait(Duration::from_secs_f64(ahead.clamp(0.001, TICK.as_secs_f64())));
        }
        // A window is sized for at least one event; a debt is paid over a few windows.
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
        // The clock was set back by 50 seconds, and then runs up to the time of the world.
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

    /// Returns the events of ten seconds of simulated wall time, with a window that makes `skew` times the requested number.
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
