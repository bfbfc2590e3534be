//! The working hours of a driver: stretches of the day, days off, longer nights at weekends. Must not depend on: the
//! state of the driver.

use super::parameters::shifts::{
    DRIVER_LENGTH_FACTOR, LATE_STRETCH_MINUTE, P_SECOND_DAY_OFF, REST_MIN, SHIFT_PATTERNS, START_DEVIATION_HOURS,
    START_DEVIATION_MINUTES, START_MINUTE_MAX, STRETCH_LENGTH_FACTOR, STRETCH_MINUTES_MIN, WEEKEND_NIGHT_FACTOR,
    WEEKEND_START_DELAY_MINUTES,
};
use crate::engine::{RngStream, Span, VirtualTime, sample};
use crate::region::{Calendar, LocalDay};
use crate::rhythm::utc_of;
use serde::{Deserialize, Serialize};

/// A stretch of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Local minute of the day at which it usually begins.
    pub start_minute: u16,
    /// Usual length in minutes; 0 for no stretch.
    pub minutes: u16,
}

/// The fixed working hours of a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shifts {
    /// One stretch a day, or two with a long rest between them.
    pub stretches: [Stretch; 2],
    /// Days off, a bit each, Monday lowest.
    pub days_off: u8,
}

impl Shifts {
    /// Draws the working hours of a driver.
    pub(crate) fn draw(rng: &mut RngStream) -> Self {
        let shares = sample::cumulate(&SHIFT_PATTERNS.map(|pattern| pattern.share));
        let pattern = &SHIFT_PATTERNS[sample::pick(&shares, rng.unit())];
        let late = START_DEVIATION_HOURS * sample::normal(rng);
        let length = rng.between(DRIVER_LENGTH_FACTOR.0, DRIVER_LENGTH_FACTOR.1);
        let stretch = |(start, hours): (f64, f64)| Stretch {
            start_minute: libm::round((start + late) * 60.0).clamp(0.0, START_MINUTE_MAX) as u16,
            minutes: (hours * length * 60.0) as u16,
        };
        let first = sample::pick(&sample::cumulate(&pattern.days_off), rng.unit());
        // A second day off follows the first.
        let second = if rng.chance(P_SECOND_DAY_OFF) { 1 << ((first + 1) % 7) } else { 0 };
        Shifts { stretches: pattern.stretches.map(stretch), days_off: (1 << first) | second }
    }

    /// Returns the end of the stretch at `now` by the usual hours, or `None` outside of them.
    pub(crate) fn current_end(&self, calendar: &Calendar, now: VirtualTime) -> Option<VirtualTime> {
        let today = calendar.local(now).day;
        let all = [LocalDay(today.0 - 1), today].into_iter().flat_map(|day| self.starts(calendar, day, 0.0));
        all.map(|(start, minutes)| (start, start + Span::from_seconds(minutes as i64 * 60)))
            .find(|(start, end)| *start <= now && now < *end)
            .map(|(_, end)| end)
    }

    /// Draws the start of the next stretch after `now`, some minutes early or late.
    pub(crate) fn next(&self, calendar: &Calendar, now: VirtualTime, rng: &mut RngStream) -> VirtualTime {
        let late = START_DEVIATION_MINUTES * sample::normal(rng);
        let today = calendar.local(now).day;
        let all = (0..9).flat_map(|d| self.starts(calendar, LocalDay(today.0 + d), late));
        all.map(|(start, _)| start).find(|start| *start > now + REST_MIN).unwrap_or(VirtualTime::NEVER)
    }

    /// Draws the length of the stretch that begins at `now`.
    pub(crate) fn length(&self, calendar: &Calendar, now: VirtualTime, rng: &mut RngStream) -> Span {
        let local = calendar.local(now);
        let minute = (local.micros_of_day / 60_000_000) as i32;
        let stretch = self.of(local.day).into_iter().filter(|s| s.minutes > 0).min_by_key(|s| {
            let apart = (i32::from(s.start_minute) - minute).abs();
            apart.min(1_440 - apart)
        });
        let stretch = stretch.expect("every driver has a stretch of work");
        let night = stretch.start_minute >= LATE_STRETCH_MINUTE && (4..6).contains(&local.weekday());
        let (least, most) = STRETCH_LENGTH_FACTOR;
        let usual = f64::from(stretch.minutes) * if night { WEEKEND_NIGHT_FACTOR } else { 1.0 };
        Span::from_seconds((usual * rng.between(least, most)).max(STRETCH_MINUTES_MIN) as i64 * 60)
    }

    /// Returns the stretches of a day.
    fn of(self, day: LocalDay) -> [Stretch; 2] {
        let [first, second] = self.stretches;
        if !day.is_weekend() || second.minutes == 0 {
            return self.stretches;
        }
        let one = Stretch {
            start_minute: first.start_minute + WEEKEND_START_DELAY_MINUTES,
            minutes: first.minutes + second.minutes,
        };
        [one, Stretch::default()]
    }

    /// Returns the starts and lengths of the stretches of a local day, `late` minutes later than usual; none on a day
    /// off.
    fn starts(self, calendar: &Calendar, day: LocalDay, late: f64) -> impl Iterator<Item = (VirtualTime, u16)> {
        let off = self.days_off >> day.weekday() & 1 == 1;
        let stretches = self.of(day).into_iter().filter(move |s| s.minutes > 0 && !off);
        stretches.map(move |s| (utc_of(calendar, day, ((f64::from(s.start_minute) + late) * 60e6) as i64), s.minutes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};
    use proptest::prelude::*;

    fn calendar() -> Calendar {
        Calendar::new("America/Chicago").unwrap()
    }

    fn shifts(seed: u64) -> Shifts {
        Shifts::draw(&mut WorldKey::new(seed).rng(1, Purpose::BirthDriver, 0))
    }

    #[test]
    fn more_drivers_work_in_rush_hours_than_at_noon_or_in_the_small_hours() {
        let calendar = calendar();
        let all: Vec<Shifts> = (0..1_000).map(shifts).collect();
        // A Wednesday; midnight is 6 h UTC.
        let midnight = VirtualTime::from_seconds(1_767_765_600);
        let at = |hour: i64| {
            let now = midnight + Span::from_seconds(hour * 3_600);
            all.iter().filter(|s| s.current_end(&calendar, now).is_some()).count()
        };
        assert_eq!(calendar.local(midnight).hour(), 0);
        let [noon, deep] = [at(12), at(3)];
        for rush in [at(8), at(17)] {
            assert!(rush > 430 && rush * 2 > noon * 3 && rush > 3 * deep, "{rush} in the rush, {noon} and {deep}");
        }
        assert!(deep > 20, "{deep} at three");
    }

    proptest! {
        #[test]
        fn a_shift_begins_after_a_rest_on_a_day_of_work(seed in 0..5_000u64, hours in 0..20_000i64) {
            let (calendar, shifts) = (calendar(), shifts(seed));
            let now = VirtualTime::from_seconds(1_767_765_600 + hours * 3_600);
            let rng = &mut WorldKey::new(seed).rng(2, Purpose::Shift, hours as u64);
            let next = shifts.next(&calendar, now, rng);
            prop_assert!(next >= now + REST_MIN && next <= now + Span::from_days(9));
            let length = shifts.length(&calendar, next, rng);
            prop_assert!(length >= Span::from_seconds(3_600) && length <= Span::from_seconds(17 * 3_600));
        }

        #[test]
        fn no_driver_works_on_a_day_off(seed in 0..5_000u64, hours in 0..20_000i64) {
            let (calendar, shifts) = (calendar(), shifts(seed));
            let now = VirtualTime::from_seconds(1_767_765_600 + hours * 3_600);
            if let Some(end) = shifts.current_end(&calendar, now) {
                prop_assert!(end > now);
                let days = [0, -1].map(|d| LocalDay(calendar.local(now).day.0 + d).weekday());
                prop_assert!(days.iter().any(|day| shifts.days_off >> day & 1 == 0));
            }
        }
    }
}
