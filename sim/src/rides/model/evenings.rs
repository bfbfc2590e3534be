//! Concerts and matches: a few evenings a week a venue fills, and empties all at once. Which, where and when follows from
//! the world's key; who goes is drawn by their own rate. Knows no drivers.

use super::destinations::VENUES;
use crate::engine::{Draws, Purpose, Span, VirtualTime, WorldKey};
use crate::region::{LocalDay, Region};
use crate::rhythm::utc_of;
use serde::{Deserialize, Serialize};

/// Evenings of a week on which something can be on, by weekday (Monday is 0), and how likely it is.
const SLOTS: [(i32, f64); 4] = [(2, 0.5), (4, 0.8), (5, 0.9), (6, 0.6)];

/// Of all rides, those to and from venues: what the other purposes leave.
pub(crate) const SHARE: f64 = 0.03;

/// How likely a person with one request a day goes to an evening, so that [`SHARE`] comes out: 2.8 evenings a week, 1.55
/// rides each.
const EAGERNESS: f64 = SHARE * 7.0 / (2.8 * 1.55);

/// Share of those who ride there, the others come by other means; share of these who ride home.
const RIDES_THERE: f64 = 0.65;
const RIDES_HOME: f64 = 0.85;

/// People come some time before it begins, and leave soon after its end: mean seconds.
const EARLY: f64 = 2_700.0;
const LEAVING: f64 = 700.0;

/// An evening's number, counted over all weeks; it may be one on which nothing is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EveningId(pub i32);

/// A ride that belongs to an evening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outing {
    /// From home to the venue; the way back is asked for separately.
    There(EveningId),
    /// From the venue home.
    Home(EveningId),
}

/// Something that is on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Evening {
    /// Where: a venue's number.
    pub venue: usize,
    /// When it begins and ends.
    pub begin: VirtualTime,
    pub end: VirtualTime,
}

impl Evening {
    /// What is on that evening, if anything is.
    pub fn of(region: &Region, key: WorldKey, id: EveningId) -> Option<Self> {
        let (_, likely) = SLOTS[id.0.rem_euclid(SLOTS.len() as i32) as usize];
        let draws = &mut key.draws(u64::from(region.id.0), Purpose::Evening, id.0 as u32 as u64);
        if !draws.chance(likely) {
            return None;
        }
        let day = id.day();
        // Sundays begin in the afternoon.
        let hour = if day.weekday() == 6 { 15.5 } else { 19.5 };
        let begin = utc_of(&region.calendar, day, ((hour + draws.between(-0.5, 1.0)) * 3_600e6) as i64);
        let end = begin + Span::from_seconds(draws.between(7_200.0, 11_400.0) as i64);
        Some(Evening { venue: draws.below(VENUES as u64) as usize, begin, end })
    }
}

impl EveningId {
    /// The first evening of local day `day` or a later one.
    pub(crate) fn from(day: LocalDay) -> Self {
        // Day 4 after the epoch was a Monday.
        let week = (day.0 - 4).div_euclid(7);
        let weekday = i32::from(day.weekday());
        let before = SLOTS.iter().filter(|(slot, _)| *slot < weekday).count();
        EveningId(week * SLOTS.len() as i32 + before as i32)
    }

    fn day(self) -> LocalDay {
        let slots = SLOTS.len() as i32;
        LocalDay(4 + 7 * self.0.div_euclid(slots) + SLOTS[self.0.rem_euclid(slots) as usize].0)
    }
}

/// The first outing that somebody with so many requests a day makes after `now` and before `until`, and when they ask for
/// the ride.
pub(crate) fn next_outing(
    region: &Region,
    key: WorldKey,
    (now, until): (VirtualTime, VirtualTime),
    requests_per_day: f64,
    draws: &mut Draws,
) -> Option<(VirtualTime, Outing)> {
    let goes = (EAGERNESS * requests_per_day).min(0.5);
    if goes <= 0.0 {
        return None;
    }
    // Evenings passed over until they go: geometric, so it does not matter how often it is drawn again.
    let passed = libm::log(draws.unit_open()) / libm::log(1.0 - goes);
    let first = EveningId::from(region.calendar.local(now).day);
    let id = EveningId(first.0.saturating_add(passed.min(100_000.0) as i32));
    if until != VirtualTime::NEVER && id.day() > region.calendar.local(until).day {
        return None;
    }
    let evening = Evening::of(region, key, id)?;
    let there = draws.chance(RIDES_THERE);
    let (at, outing) = match there {
        true => (evening.begin - after(EARLY, draws), Outing::There(id)),
        false => (evening.end + after(LEAVING, draws), Outing::Home(id)),
    };
    (at > now && at < until).then_some((at, outing))
}

/// The way home after an evening to which somebody rode, unless they go by other means.
pub(crate) fn way_home(
    region: &Region,
    key: WorldKey,
    id: EveningId,
    now: VirtualTime,
    draws: &mut Draws,
) -> Option<(VirtualTime, Outing)> {
    let evening = Evening::of(region, key, id)?;
    let rides = draws.chance(RIDES_HOME);
    let at = evening.end + after(LEAVING, draws);
    (rides && at > now).then_some((at, Outing::Home(id)))
}

/// Around `mean` seconds: from half of it to four times as much.
fn after(mean: f64, draws: &mut Draws) -> Span {
    let seconds = mean * (0.5 + 0.5 * crate::engine::sample::exponential(draws)).min(4.0);
    Span::from_seconds_f64(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use crate::town::Town;
    use proptest::prelude::*;

    fn town() -> Town {
        testing::town("[world]\npeople = 1")
    }

    #[test]
    fn three_evenings_a_week_end_late_and_are_the_same_whenever_asked() {
        let town = town();
        let region = &town.localities()[0].region;
        let first = EveningId::from(region.calendar.local(town.start()).day).0;
        let all: Vec<Evening> =
            (first..first + 4 * 200).filter_map(|id| Evening::of(region, town.key(), EveningId(id))).collect();
        let a_week = all.len() as f64 / 200.0;
        assert!((2.5..3.1).contains(&a_week), "{a_week}");
        assert!(all.windows(2).all(|pair| pair[0].end < pair[1].begin));
        assert!(all.iter().all(|one| one.venue < VENUES && region.calendar.local(one.begin).hour() >= 15));
        let late = all.iter().filter(|one| !(2..20).contains(&region.calendar.local(one.end).hour())).count();
        assert!(late * 10 > all.len() * 6, "{late} of {} end after eight", all.len());
    }

    #[test]
    fn keen_riders_go_and_whoever_never_rides_does_not() {
        let town = town();
        let region = &town.localities()[0].region;
        let within = (town.start(), town.start() + Span::from_days(30));
        let draws = &mut town.key().draws(1, Purpose::Ride, 0);
        assert!(next_outing(region, town.key(), within, 0.0, draws).is_none());
        let mut count =
            |rate: f64| (0..2_000).filter(|_| next_outing(region, town.key(), within, rate, draws).is_some()).count();
        let (some, many) = (count(0.14), count(1.4));
        assert!(some > 50 && many > 4 * some, "{some} and {many}");
    }

    proptest! {
        #[test]
        fn outings_lie_within_what_was_asked(days in 0..4_000i64, ahead in 1..200i64, seed in 0..1_000u64) {
            let town = town();
            let region = &town.localities()[0].region;
            let now = town.start() + Span::from_days(days);
            let until = now + Span::from_days(ahead);
            let draws = &mut WorldKey::new(seed).draws(1, Purpose::Ride, 0);
            if let Some((at, outing)) = next_outing(region, town.key(), (now, until), 1.0, draws) {
                prop_assert!(at > now && at < until);
                if let Outing::There(id) = outing
                    && let Some((home, _)) = way_home(region, town.key(), id, at, draws)
                {
                    prop_assert!(home > at);
                }
            }
        }

        #[test]
        fn evenings_are_numbered_in_order(day in -30_000..60_000i32) {
            let id = EveningId::from(LocalDay(day));
            prop_assert!(id.day().0 >= day && id.day().0 < day + 7);
            prop_assert!(EveningId(id.0 - 1).day().0 < day);
        }
    }
}
