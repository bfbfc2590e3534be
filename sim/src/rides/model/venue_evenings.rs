//! Concerts and matches: on some evenings of a week a venue fills, and its visitors leave at once. Venue and time are
//! drawn from the key of the world; visitors attend at their own rate of requests. Must not depend on: drivers.

use super::parameters::destinations::VENUES;
use super::parameters::evenings::{
    ARRIVAL_SECONDS, BEGIN_OFFSET_HOURS, CROWD_SPREAD, CROWD_SPREAD_MAX, DEPARTURE_SECONDS, EVENING_HOUR,
    EVENING_SECONDS, EVENINGS_AHEAD_MAX, P_ATTEND_MAX, P_ATTEND_PER_DAILY_REQUEST, P_EVENING, P_RIDE_HOME,
    P_RIDE_THERE, SUNDAY_HOUR,
};
use crate::engine::{Purpose, RngStream, Span, VirtualTime, WorldKey, sample};
use crate::region::{LocalDay, Region};
use crate::rhythm::utc_of;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The number of an evening, counted over all weeks; the venues can be closed on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EveningId(pub i32);

/// A ride that belongs to an evening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outing {
    /// From home to the venue; the ride home is a separate request.
    There(EveningId),
    /// From the venue home.
    Home(EveningId),
}

/// A concert or a match.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Evening {
    /// The number of the venue.
    pub venue: usize,
    /// The time at which it begins.
    pub begin: VirtualTime,
    /// The time at which it ends.
    pub end: VirtualTime,
}

impl Evening {
    /// Returns the concert or match of that evening, if there is one.
    pub fn of(region: &Region, key: WorldKey, id: EveningId) -> Option<Self> {
        let (_, p_evening) = P_EVENING[id.0.rem_euclid(P_EVENING.len() as i32) as usize];
        let rng = &mut key.rng(u64::from(region.id.0), Purpose::Evening, id.0 as u32 as u64);
        if !rng.chance(p_evening) {
            return None;
        }
        let day = id.day();
        let hour = if day.weekday() == 6 { SUNDAY_HOUR } else { EVENING_HOUR };
        let begin = utc_of(
            &region.calendar,
            day,
            ((hour + rng.between(BEGIN_OFFSET_HOURS.0, BEGIN_OFFSET_HOURS.1)) * 3_600e6) as i64,
        );
        let end = begin + Span::from_seconds(rng.between(EVENING_SECONDS.0, EVENING_SECONDS.1) as i64);
        Some(Evening { venue: rng.below(VENUES as u64) as usize, begin, end })
    }
}

impl EveningId {
    /// Returns the first evening of local day `day` or a later one.
    pub(crate) fn from(day: LocalDay) -> Self {
        // Day 4 after the epoch was a Monday.
        let week = (day.0 - 4).div_euclid(7);
        let weekday = i32::from(day.weekday());
        let before = P_EVENING.iter().filter(|(slot, _)| *slot < weekday).count();
        EveningId(week * P_EVENING.len() as i32 + before as i32)
    }

    fn day(self) -> LocalDay {
        let slots = P_EVENING.len() as i32;
        LocalDay(4 + 7 * self.0.div_euclid(slots) + P_EVENING[self.0.rem_euclid(slots) as usize].0)
    }
}

/// Draws the first outing inside of `within`, without its ends, of a person with this many requests per day, and the
/// time of the request.
pub(crate) fn next_outing(
    region: &Region,
    key: WorldKey,
    within: Range<VirtualTime>,
    requests_per_day: f64,
    rng: &mut RngStream,
) -> Option<(VirtualTime, Outing)> {
    let Range { start: now, end: until } = within;
    let p_attend = (P_ATTEND_PER_DAILY_REQUEST * requests_per_day).min(P_ATTEND_MAX);
    if p_attend <= 0.0 {
        return None;
    }
    // The evenings until the next visit are geometric, which has no memory: it may be drawn again at any time.
    let skipped = libm::log(rng.unit_open()) / libm::log(1.0 - p_attend);
    let first = EveningId::from(region.calendar.local(now).day);
    let id = EveningId(first.0.saturating_add(skipped.min(EVENINGS_AHEAD_MAX) as i32));
    if until != VirtualTime::NEVER && id.day() > region.calendar.local(until).day {
        return None;
    }
    let evening = Evening::of(region, key, id)?;
    let there = rng.chance(P_RIDE_THERE);
    let (at, outing) = match there {
        true => (evening.begin - crowd_delay(ARRIVAL_SECONDS, rng), Outing::There(id)),
        false => (evening.end + crowd_delay(DEPARTURE_SECONDS, rng), Outing::Home(id)),
    };
    (at > now && at < until).then_some((at, outing))
}

/// Draws the ride home after an evening to which a person rode, unless they go home by other means.
pub(crate) fn ride_home(
    region: &Region,
    key: WorldKey,
    id: EveningId,
    now: VirtualTime,
    rng: &mut RngStream,
) -> Option<(VirtualTime, Outing)> {
    let evening = Evening::of(region, key, id)?;
    let rides = rng.chance(P_RIDE_HOME);
    let at = evening.end + crowd_delay(DEPARTURE_SECONDS, rng);
    (rides && at > now).then_some((at, Outing::Home(id)))
}

/// Draws the time of one visitor around an instant at which a crowd moves, on a scale of seconds.
fn crowd_delay(scale: f64, rng: &mut RngStream) -> Span {
    let (least, spread) = CROWD_SPREAD;
    let seconds = scale * (least + spread * sample::exponential(rng)).min(CROWD_SPREAD_MAX);
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
    fn about_three_evenings_a_week_end_late_and_do_not_overlap() {
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
    fn frequent_riders_attend_more_and_people_without_requests_never() {
        let town = town();
        let region = &town.localities()[0].region;
        let within = town.start()..town.start() + Span::from_days(30);
        let rng = &mut town.key().rng(1, Purpose::Ride, 0);
        assert!(next_outing(region, town.key(), within.clone(), 0.0, rng).is_none());
        let mut count = |rate: f64| {
            (0..2_000).filter(|_| next_outing(region, town.key(), within.clone(), rate, rng).is_some()).count()
        };
        let (some, many) = (count(0.14), count(1.4));
        assert!(some > 50 && many > 4 * some, "{some} and {many}");
    }

    proptest! {
        #[test]
        fn outings_lie_within_the_searched_time(days in 0..4_000i64, ahead in 1..200i64, seed in 0..1_000u64) {
            let town = town();
            let region = &town.localities()[0].region;
            let now = town.start() + Span::from_days(days);
            let until = now + Span::from_days(ahead);
            let rng = &mut WorldKey::new(seed).rng(1, Purpose::Ride, 0);
            if let Some((at, outing)) = next_outing(region, town.key(), now..until, 1.0, rng) {
                prop_assert!(at > now && at < until);
                if let Outing::There(id) = outing
                    && let Some((home, _)) = ride_home(region, town.key(), id, at, rng)
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
