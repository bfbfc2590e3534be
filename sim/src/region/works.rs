//! Road works: stretches of road that are slow for some weeks, by night, by day or at all hours. They follow from the key
//! alone, so that they are known in advance.
//! Must not depend on: trips.

use super::city::Region;
use super::local_time::LocalDay;
use super::roads::Class;
use crate::base::Place;
use crate::engine::{Purpose, RngStream};

/// The period of a site, in days; it has at most one piece of work in each.
const PERIOD_DAYS: i32 = 84;

/// The shortest and the longest duration in days: two to eight weeks.
const LEAST_DAYS: u64 = 14;
const MOST_DAYS: u64 = 56;

/// The number of links of the network per site.
const LINKS_PER_SITE: usize = 80;

/// The most links that a piece of work covers.
const MOST_LINKS: u64 = 4;

/// The hours of road works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkHours {
    /// From 21 to 5 o'clock: most works on freeways.
    Night,
    /// From 9 to 16 o'clock, between the rush hours.
    Day,
    /// The lanes stay narrow at all hours.
    Always,
}

impl WorkHours {
    /// Returns whether work is done at this second of the local day.
    pub fn holds(self, second: f64) -> bool {
        let hour = second / 3_600.0 % 24.0;
        match self {
            WorkHours::Night => !(5.0..21.0).contains(&hour),
            WorkHours::Day => (9.0..16.0).contains(&hour),
            WorkHours::Always => true,
        }
    }

    /// Returns the range of the factor on the time of a stretch: a lane less, or narrower lanes.
    fn factors(self) -> (f64, f64) {
        match self {
            WorkHours::Night => (1.4, 2.0),
            WorkHours::Day => (1.3, 1.7),
            WorkHours::Always => (1.15, 1.4),
        }
    }
}

/// A stretch of road that is slow for some weeks.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadWorks {
    /// The first local day.
    pub first: LocalDay,
    /// The last local day.
    pub last: LocalDay,
    /// The middle of the stretch.
    pub at: Place,
    /// True if it is a freeway.
    pub freeway: bool,
    /// The hours in which traffic on it is slow.
    pub hours: WorkHours,
    /// The factor on the time on the stretch in those hours; above 1.
    pub factor: f64,
    links: Vec<u16>,
}

/// The works of a day.
#[derive(Clone, Debug, Default)]
pub(super) struct WorksToday {
    /// By link: one more than the index of its works, or 0.
    by_link: Vec<u8>,
    works: Vec<(WorkHours, f64)>,
}

impl WorksToday {
    /// Returns the factor on the time of a link at a second of the local day.
    #[inline]
    pub fn factor(&self, link: u16, second: f64) -> f64 {
        let number = self.by_link[link as usize];
        if number == 0 {
            return 1.0;
        }
        let (hours, factor) = self.works[number as usize - 1];
        if hours.holds(second) { factor } else { 1.0 }
    }
}

impl Region {
    /// Returns the road works of a local day.
    pub fn road_works(&self, day: LocalDay) -> Vec<RoadWorks> {
        let sites = (self.network().links().len() / LINKS_PER_SITE).clamp(1, 200);
        (0..sites).filter_map(|site| self.works_at(site, day)).collect()
    }

    /// Returns the works of a site on a day. Each site has separate periods, and at most one piece of work in each.
    fn works_at(&self, site: usize, day: LocalDay) -> Option<RoadWorks> {
        let shifted = day.0 - (site as i32 * 37) % PERIOD_DAYS;
        let (period, since) = (shifted.div_euclid(PERIOD_DAYS), shifted.rem_euclid(PERIOD_DAYS));
        let act = (site as u64) << 32 | period as u32 as u64;
        let rng = &mut self.key.rng(self.id.0 as u64, Purpose::RoadWorks, act);
        let days = (LEAST_DAYS + rng.below(MOST_DAYS - LEAST_DAYS + 1)) as i32;
        let begin = rng.below((PERIOD_DAYS - days) as u64) as i32;
        if !(begin..begin + days).contains(&since) {
            return None;
        }
        let first = LocalDay(day.0 - since + begin);
        Some(self.works(rng, first, LocalDay(first.0 + days - 1)))
    }

    fn works(&self, rng: &mut RngStream, first: LocalDay, last: LocalDay) -> RoadWorks {
        let network = self.network();
        let start = rng.below(network.links().len() as u64) as u16;
        let class = network.links()[start as usize].class;
        let mut links = vec![start];
        for _ in 0..rng.below(MOST_LINKS) {
            let at = *links.last().expect("there is one at least") as usize;
            let goes_on = |link: &u16| network.links()[*link as usize].class == class && !links.contains(link);
            let Some(next) = network.neighbours(at).find(goes_on) else { break };
            links.push(next);
        }
        let freeway = class == Class::Freeway;
        let hours = match rng.unit() {
            at if at < 0.25 => WorkHours::Always,
            _ if freeway => WorkHours::Night,
            _ => WorkHours::Day,
        };
        let (low, high) = hours.factors();
        let at = self.geography.place(network.middle(links[links.len() / 2] as usize));
        RoadWorks { first, last, at, freeway, hours, factor: rng.between(low, high), links }
    }

    pub(super) fn works_today(&self, day: LocalDay) -> WorksToday {
        let works = self.road_works(day);
        let mut by_link = vec![0; self.network().links().len()];
        for (number, one) in (1..).zip(&works) {
            one.links.iter().for_each(|link| by_link[*link as usize] = number);
        }
        WorksToday { by_link, works: works.iter().map(|one| (one.hours, one.factor)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::tests::region;

    #[test]
    fn works_last_some_weeks_and_are_known_in_advance() {
        let houston = region("houston");
        let day = LocalDay(20_500);
        let today = houston.road_works(day);
        assert!((5..60).contains(&today.len()), "{}", today.len());
        for works in &today {
            let days = works.last.0 - works.first.0 + 1;
            assert!((14..=56).contains(&days) && (works.first..=works.last).contains(&day), "{works:?}");
            for other in [works.first, works.last] {
                assert!(houston.road_works(other).contains(works), "the same on its first and last day");
            }
            for other in [LocalDay(works.first.0 - 1), works.last.next()] {
                assert!(!houston.road_works(other).contains(works), "{works:?}");
            }
        }
    }

    #[test]
    fn works_slow_their_stretch_in_their_hours_only() {
        let houston = region("houston");
        let day = LocalDay(20_500);
        let today = houston.works_today(day);
        for works in houston.road_works(day) {
            assert!(houston.bounds.contains(works.at) && (1.15..=2.0).contains(&works.factor));
            let link = works.links[0];
            // Two sites may share a road; then one of them counts.
            let factors: Vec<f64> = (0..24).map(|hour| today.factor(link, hour as f64 * 3_600.0)).collect();
            let slow = factors.iter().filter(|f| **f > 1.0).count();
            assert!([7, 8, 24].contains(&slow), "{factors:?}");
        }
        let slowed = today.by_link.iter().filter(|n| **n > 0).count();
        assert!(slowed * 12 < today.by_link.len(), "{slowed} of {}", today.by_link.len());
    }
}
