//! The progress of a drift at an instant: the logistic function of the literature in event time, in steps, so that a
//! changing rate is constant between two changes.
//! Must not depend on: rules.

use crate::engine::{MICROS_PER_SECOND, Span, VirtualTime};

/// The half-length of a transition in widths: the logistic is 0.0003 and 0.9997 at its ends.
const REACH_WIDTHS: i64 = 2;
/// Steps of a width: each changes the value by at most a 16th of the whole change.
const STEPS_PER_WIDTH: i64 = 16;
/// The shortest step, in microseconds.
const LEAST_STEP_MICROS: i64 = 60 * MICROS_PER_SECOND;

/// A transition from 0 to 1 around an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rise {
    /// The middle.
    pub centre: VirtualTime,
    /// The central span, from 12 to 88 %; zero for a step.
    pub width: Span,
}

impl Rise {
    /// Returns the last instant before which nothing has changed.
    pub fn begin(&self) -> VirtualTime {
        self.centre - Span::from_micros(REACH_WIDTHS * self.width.micros())
    }

    /// Returns the first instant from which on the transition is complete.
    pub fn end(&self) -> VirtualTime {
        self.centre + Span::from_micros(REACH_WIDTHS * self.width.micros())
    }

    fn step(&self) -> i64 {
        (self.width.micros() / STEPS_PER_WIDTH).max(LEAST_STEP_MICROS)
    }

    /// Returns the progress at `at`: 1 / (1 + exp(−4 (t − centre) / width)), constant within each step.
    pub fn share(&self, at: VirtualTime) -> f64 {
        if at < self.begin() {
            return 0.0;
        }
        if at >= self.end() {
            return 1.0;
        }
        self.logistic((self.steps_done(at) * self.step() + self.step() / 2) as f64)
    }

    /// Returns the share of people who have changed by `at`, each at a separate instant.
    fn share_of_people(&self, at: VirtualTime) -> f64 {
        match at {
            _ if at < self.begin() => 0.0,
            _ if at >= self.end() => 1.0,
            _ => self.logistic(at.since(self.begin()).micros() as f64),
        }
    }

    /// Returns the logistic at `micros` microseconds after the beginning.
    fn logistic(&self, micros: f64) -> f64 {
        let widths = micros / self.width.micros() as f64 - REACH_WIDTHS as f64;
        1.0 / (1.0 + libm::exp(-4.0 * widths))
    }

    fn steps_done(&self, at: VirtualTime) -> i64 {
        at.since(self.begin()).micros() / self.step()
    }

    /// Returns the first instant after `at` at which the progress may change.
    pub fn next_change(&self, at: VirtualTime) -> VirtualTime {
        if at < self.begin() {
            return self.begin();
        }
        if at >= self.end() {
            return VirtualTime::NEVER;
        }
        let next = self.begin() + Span::from_micros((self.steps_done(at) + 1) * self.step());
        next.min(self.end())
    }

    /// Returns the instant at which a person with the number `own`, uniform in (0, 1), changes; the logistic is the
    /// distribution of that instant.
    pub fn own_instant(&self, own: f64) -> VirtualTime {
        let logit = libm::log(own / (1.0 - own)).clamp(-4.0 * REACH_WIDTHS as f64, 4.0 * REACH_WIDTHS as f64);
        self.centre + Span::from_micros(libm::round(0.25 * self.width.micros() as f64 * logit) as i64)
    }
}

/// The course of a drift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Course {
    /// All entities change together.
    Together(Rise),
    /// Each person changes in one step, at a separate instant.
    OneByOne(Rise),
    /// In force for `length`, and again after each `period` if there is one.
    Visits {
        /// The first beginning.
        rise: Rise,
        /// The time from the middle of a beginning to the middle of the end.
        length: Span,
        /// The time from one beginning to the next.
        period: Option<Span>,
    },
}

impl Course {
    /// Returns the first transition.
    pub fn rise(&self) -> &Rise {
        match self {
            Course::Together(rise) | Course::OneByOne(rise) | Course::Visits { rise, .. } => rise,
        }
    }

    /// Returns the progress at `at`, 0 to 1, for a person whose own number is `own`.
    pub fn share(&self, at: VirtualTime, own: impl FnOnce() -> f64) -> f64 {
        match self {
            Course::Together(rise) => rise.share(at),
            Course::OneByOne(rise) if at < rise.begin() => 0.0,
            Course::OneByOne(rise) if at >= rise.end() => 1.0,
            Course::OneByOne(rise) => f64::from(u8::from(at >= rise.own_instant(own()))),
            Course::Visits { .. } if at < self.rise().begin() => 0.0,
            Course::Visits { .. } => {
                let (comes, goes) = self.visit(at);
                comes.share(at) - goes.share(at)
            }
        }
    }

    /// Returns the mean progress over all people.
    pub fn mean_share(&self, at: VirtualTime) -> f64 {
        match self {
            Course::OneByOne(rise) => rise.share_of_people(at),
            _ => self.share(at, || 0.5),
        }
    }

    /// Returns the first instant after `at` at which [`Course::share`] may change.
    pub fn next_change(&self, at: VirtualTime, own: impl FnOnce() -> f64) -> VirtualTime {
        match self {
            Course::Together(rise) => rise.next_change(at),
            Course::OneByOne(rise) if at >= rise.end() => VirtualTime::NEVER,
            Course::OneByOne(rise) => {
                let own = rise.own_instant(own());
                if at < own { own } else { VirtualTime::NEVER }
            }
            Course::Visits { rise, .. } if at < rise.begin() => rise.begin(),
            Course::Visits { period, .. } => {
                let (comes, goes) = self.visit(at);
                let next = comes.next_change(at).min(goes.next_change(at));
                let again = period.map_or(VirtualTime::NEVER, |period| comes.begin() + period);
                next.min(again)
            }
        }
    }

    /// Returns the instants of the visit of this number, from 0: the beginning of the central span, its middle, and its end;
    /// of a drift that comes and goes, the end of the visit. `None` when there is no such visit.
    pub fn phases(&self, visit: i64) -> Option<[VirtualTime; 3]> {
        let rise = self.rise();
        let half = Span::from_micros(rise.width.micros() / 2);
        let (later, length) = match self {
            _ if visit < 0 => return None,
            Course::Visits { length, period: Some(period), .. } => (visit.checked_mul(period.micros())?, Some(length)),
            _ if visit > 0 => return None,
            Course::Visits { length, .. } => (0, Some(length)),
            Course::Together(_) | Course::OneByOne(_) => (0, None),
        };
        let centre = rise.centre + Span::from_micros(later);
        let end = length.map_or(centre, |length| centre + *length) + half;
        Some([centre - half, centre, end])
    }

    /// Returns the number of the last visit that can have begun by `at`, or 0.
    pub fn visit_by(&self, at: VirtualTime) -> i64 {
        match self {
            Course::Visits { rise, period: Some(period), .. } => {
                (at.since(rise.begin()).micros().div_euclid(period.micros())).max(0)
            }
            _ => 0,
        }
    }

    /// Returns the beginning and the end of the last visit that began before `at`, which is not before the first.
    fn visit(&self, at: VirtualTime) -> (Rise, Rise) {
        let Course::Visits { rise, length, period } = *self else { unreachable!("only visits are asked") };
        let number = period.map_or(0, |period| at.since(rise.begin()).micros().div_euclid(period.micros()));
        let later = Span::from_micros(number * period.map_or(0, Span::micros));
        let comes = Rise { centre: rise.centre + later, ..rise };
        (comes, Rise { centre: comes.centre + length, ..rise })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;

    fn at(day: f64) -> VirtualTime {
        VirtualTime::from_seconds(1_767_225_600) + Span::from_seconds_f64(day * DAY as f64)
    }

    fn rise(centre: f64, width: i64) -> Rise {
        Rise { centre: at(centre), width: Span::from_days(width) }
    }

    #[test]
    fn the_central_span_is_from_12_to_88_per_cent() {
        let rise = rise(100.0, 20);
        let near = |day: f64, share: f64| assert!((rise.share(at(day)) - share).abs() < 0.032, "{day}");
        for (day, share) in [(90.0, 0.119), (100.0, 0.5), (110.0, 0.881), (80.0, 0.018), (120.0, 0.982)] {
            near(day, share);
        }
        assert_eq!([rise.share(at(59.9)), rise.share(at(140.0))], [0.0, 1.0]);
        let own = |u: f64| rise.own_instant(u);
        assert_eq!(own(0.5), at(100.0));
        assert!(own(1e-300) >= rise.begin() && own(1.0 - 1e-16) <= rise.end());
    }

    #[test]
    fn a_step_is_a_step() {
        let step = rise(10.0, 0);
        let just_before = VirtualTime::from_micros(at(10.0).micros() - 1);
        assert_eq!([step.share(just_before), step.share(at(10.0))], [0.0, 1.0]);
        assert_eq!([step.next_change(just_before), step.next_change(at(10.0))], [at(10.0), VirtualTime::NEVER]);
    }

    #[test]
    fn visits_come_and_go_and_come_again_alike() {
        let course =
            Course::Visits { rise: rise(10.0, 1), length: Span::from_days(7), period: Some(Span::from_days(30)) };
        let share = |day: f64| course.share(at(day), || 0.5);
        assert_eq!([share(0.0), share(7.9), share(13.0), share(20.0)], [0.0, 0.0, 1.0, 0.0]);
        for day in 0..160 {
            let day = f64::from(day) / 4.0;
            assert_eq!(share(day + 5.0 * 30.0 + 8.0), share(day + 8.0), "{day}");
        }
        let blip = Course::Visits { rise: rise(10.0, 0), length: Span::from_days(2), period: None };
        let share = |day: f64| blip.share(at(day), || 0.5);
        assert_eq!([share(9.9), share(10.0), share(11.9), share(12.0), share(500.0)], [0.0, 1.0, 1.0, 0.0, 0.0]);
    }

    proptest! {
        #[test]
        fn between_two_changes_nothing_changes(
            kind in 0..4, width in 0i64..40, from in -100.0..400.0f64, inside in 0.0..1.0f64, own in 0.001..0.999f64,
        ) {
            let course = match kind {
                0 => Course::Together(rise(100.0, width)),
                1 => Course::OneByOne(rise(100.0, width)),
                2 => Course::Visits { rise: rise(100.0, width), length: Span::from_days(160), period: None },
                _ => Course::Visits {
                    rise: rise(100.0, width),
                    length: Span::from_days(160),
                    period: Some(Span::from_days(320)),
                },
            };
            let from = at(from);
            let next = course.next_change(from, || own);
            prop_assert!(next > from);
            let last = VirtualTime::from_micros(next.micros() - 1).min(from + Span::from_days(4_000));
            let between = from + Span::from_micros((last.since(from).micros() as f64 * inside) as i64);
            prop_assert_eq!(course.share(from, || own), course.share(between, || own));
            prop_assert_eq!(course.share(from, || own), course.share(last, || own));
        }

        #[test]
        fn no_person_changes_back(own in 0.0001..0.9999f64, day in 0.0..200.0f64, later in 0.0..100.0f64) {
            let course = Course::OneByOne(rise(100.0, 30));
            prop_assert!(course.share(at(day), || own) <= course.share(at(day + later), || own));
        }
    }
}
