//! When a driver works: stretches of the day of their own choice, days off, longer nights at the weekend.
//! Knows local time; not what a driver does meanwhile.

use crate::engine::{Draws, Span, VirtualTime, sample};
use crate::region::{Calendar, LocalDay};
use crate::rhythm::utc_of;
use serde::{Deserialize, Serialize};

/// A stretch of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Local minute of the day at which it usually begins.
    pub start_minute: u16,
    /// Usual length in minutes; 0 where there is no such stretch.
    pub minutes: u16,
}

/// What is fixed about a driver's shifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shifts {
    /// One stretch a day, or two with a long rest between them.
    pub stretches: [Stretch; 2],
    /// Days off, a bit each, Monday lowest.
    pub days_off: u8,
}

/// A way to divide the day.
struct Manner {
    share: f64,
    /// Hour of the start and length in hours.
    stretches: [(f64, f64); 2],
    /// How much each weekday is liked as a day off, from Monday.
    off: [f64; 7],
}

/// Drivers work when there is work (Hall and Krueger 2018, Chen et al. 2019: hours are own, and bend to demand): one in
/// three drives both rush hours and rests between them; whoever drives at night keeps the weekend.
const MANNERS: [Manner; 5] = [
    Manner { share: 0.07, stretches: [(5.0, 9.0), (0.0, 0.0)], off: OFF_AT_WEEKENDS },
    Manner { share: 0.36, stretches: [(6.2, 4.4), (15.3, 5.7)], off: OFF_AT_WEEKENDS },
    Manner { share: 0.14, stretches: [(7.2, 11.0), (0.0, 0.0)], off: [1.0; 7] },
    Manner { share: 0.18, stretches: [(12.5, 11.0), (0.0, 0.0)], off: OFF_IN_THE_WEEK },
    Manner { share: 0.25, stretches: [(17.0, 11.0), (0.0, 0.0)], off: OFF_IN_THE_WEEK },
];
const OFF_AT_WEEKENDS: [f64; 7] = [0.6, 0.4, 0.4, 0.4, 0.4, 2.2, 2.6];
const OFF_IN_THE_WEEK: [f64; 7] = [2.0, 2.0, 1.6, 1.0, 0.1, 0.1, 1.2];

/// A stretch that begins from here on is one of the night, which lasts longer on Fridays and Saturdays.
const NIGHT_FROM: u16 = 13 * 60;
const WEEKEND_NIGHT: f64 = 1.2;

/// At weekends there are no rush hours: who drives both drives one stretch, which begins so many minutes after the first.
const NO_RUSH: u16 = 4 * 60;

/// Nobody begins again sooner than this after the end of a stretch.
const LEAST_REST: Span = Span::from_seconds(2 * 3_600);

/// Spread of a start around the usual one, in minutes.
const LATE_MINUTES: f64 = 14.0;

impl Shifts {
    /// The shifts that somebody chooses.
    pub(crate) fn chosen(draws: &mut Draws) -> Self {
        let shares = sample::cumulate(&MANNERS.map(|manner| manner.share));
        let manner = &MANNERS[sample::pick(&shares, draws.unit())];
        let (late, length) = (0.6 * sample::normal(draws), draws.between(0.88, 1.15));
        let stretch = |(start, hours): (f64, f64)| Stretch {
            start_minute: libm::round((start + late) * 60.0).clamp(0.0, 1_430.0) as u16,
            minutes: (hours * length * 60.0) as u16,
        };
        let first = sample::pick(&sample::cumulate(&manner.off), draws.unit());
        // A second day off stands beside the first.
        let second = if draws.chance(0.55) { 1 << ((first + 1) % 7) } else { 0 };
        Shifts { stretches: manner.stretches.map(stretch), days_off: (1 << first) | second }
    }

    /// The end of the stretch that is running at `now` by the usual hours.
    pub(crate) fn running(&self, calendar: &Calendar, now: VirtualTime) -> Option<VirtualTime> {
        let today = calendar.local(now).day;
        let all = [LocalDay(today.0 - 1), today].into_iter().flat_map(|day| self.starts(calendar, day, 0.0));
        all.map(|(start, minutes)| (start, start + Span::from_seconds(minutes as i64 * 60)))
            .find(|(start, end)| *start <= now && now < *end)
            .map(|(_, end)| end)
    }

    /// When the next stretch after `now` begins, some minutes early or late.
    pub(crate) fn next(&self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) -> VirtualTime {
        let late = LATE_MINUTES * sample::normal(draws);
        let today = calendar.local(now).day;
        let all = (0..9).flat_map(|d| self.starts(calendar, LocalDay(today.0 + d), late));
        all.map(|(start, _)| start).find(|start| *start > now + LEAST_REST).unwrap_or(VirtualTime::NEVER)
    }

    /// How long the stretch that begins at `now` is to last.
    pub(crate) fn length(&self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) -> Span {
        let local = calendar.local(now);
        let minute = (local.micros_of_day / 60_000_000) as i32;
        let stretch = self.of(local.day).into_iter().filter(|s| s.minutes > 0).min_by_key(|s| {
            let apart = (i32::from(s.start_minute) - minute).abs();
            apart.min(1_440 - apart)
        });
        let stretch = stretch.expect("every driver has a stretch of work");
        let night = stretch.start_minute >= NIGHT_FROM && (4..6).contains(&local.weekday());
        let usual = f64::from(stretch.minutes) * if night { WEEKEND_NIGHT } else { 1.0 };
        Span::from_seconds((usual * draws.between(0.88, 1.1)).max(60.0) as i64 * 60)
    }

    /// The stretches of such a day.
    fn of(self, day: LocalDay) -> [Stretch; 2] {
        let [first, second] = self.stretches;
        if !day.is_weekend() || second.minutes == 0 {
            return self.stretches;
        }
        let one = Stretch { start_minute: first.start_minute + NO_RUSH, minutes: first.minutes + second.minutes };
        [one, Stretch::default()]
    }

    /// Starts and lengths of the stretches of a local day, moved by `late` minutes; none on a day off.
    fn starts(self, calendar: &Calendar, day: LocalDay, late: f64) -> impl Iterator<Item = (VirtualTime, u16)> {
        let off = self.days_off >> day.weekday() & 1 == 1;
        let there = self.of(day).into_iter().filter(move |s| s.minutes > 0 && !off);
        there.map(move |s| (utc_of(calendar, day, ((f64::from(s.start_minute) + late) * 60e6) as i64), s.minutes))
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
        Shifts::chosen(&mut WorldKey::new(seed).draws(1, Purpose::BirthDriver, 0))
    }

    #[test]
    fn more_drive_in_the_rush_hours_than_at_noon_or_in_the_small_hours() {
        let calendar = calendar();
        let all: Vec<Shifts> = (0..1_000).map(shifts).collect();
        // A Wednesday; midnight is 6 h UTC.
        let midnight = VirtualTime::from_seconds(1_767_765_600);
        let at = |hour: i64| {
            let now = midnight + Span::from_seconds(hour * 3_600);
            all.iter().filter(|s| s.running(&calendar, now).is_some()).count()
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
            let draws = &mut WorldKey::new(seed).draws(2, Purpose::Shift, hours as u64);
            let next = shifts.next(&calendar, now, draws);
            prop_assert!(next >= now + LEAST_REST && next <= now + Span::from_days(9));
            let length = shifts.length(&calendar, next, draws);
            prop_assert!(length >= Span::from_seconds(3_600) && length <= Span::from_seconds(17 * 3_600));
        }

        #[test]
        fn whoever_works_is_not_off(seed in 0..5_000u64, hours in 0..20_000i64) {
            let (calendar, shifts) = (calendar(), shifts(seed));
            let now = VirtualTime::from_seconds(1_767_765_600 + hours * 3_600);
            if let Some(end) = shifts.running(&calendar, now) {
                prop_assert!(end > now);
                let days = [0, -1].map(|d| LocalDay(calendar.local(now).day.0 + d).weekday());
                prop_assert!(days.iter().any(|day| shifts.days_off >> day & 1 == 0));
            }
        }
    }
}
