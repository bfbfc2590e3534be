//! Road incidents: crashes, stalls and hazards, with the delay of the trips that pass them. Their rate follows the traffic
//! and the weather, and their queues spill over to the roads upstream. They are drawn a local day at a time.
//! Must not depend on: drivers.

use super::city::Region;
use super::day_shape::DayShape;
use super::hazards::Hazards;
use super::holidays::DayKind;
use super::local_time::LocalDay;
use super::roads::Way;
use super::weather::WeatherMemo;
use crate::base::Place;
use crate::drift::Rule;
use crate::engine::{Purpose, RngStream, Span, VirtualTime, sample};
use crate::scenario::RideRules;

/// The share of the delay for trips in the opposite direction.
const OPPOSITE_SHARE: f64 = 0.3;

/// The share of the delay on a road that leads to the blocked one.
const SPILL_SHARE: f64 = 0.4;
/// The part of an incident's duration after which its queue reaches the roads upstream.
const SPILL_AFTER_SHARE: f64 = 0.2;

/// The prior number of uses of a road, in addition to the sampled trips.
const PRIOR_USES: f64 = 0.4;

/// Sampled homes, from which the use of the roads is estimated.
const HOMES: usize = 40;
/// Sampled trips per home.
const TRIPS_PER_HOME: usize = 20;

/// The median duration in minutes and the standard deviation of its logarithm: 5 % last longer than 112 minutes
/// (published: median 20 to 40, 95th percentile 90 to 180).
const DURATION_MINUTES: (f64, f64) = (28.0, 0.843);

/// The longest duration in minutes.
const LONGEST_MINUTES: f64 = 360.0;

/// The median delay of a trip at the beginning of an incident, in seconds, and the standard deviation of its logarithm.
const DELAY_SECONDS: (f64, f64) = (330.0, 0.5);

/// The longest delay of a trip by all incidents, in seconds.
pub(super) const MOST_DELAY_SECONDS: f64 = 1_800.0;

/// The share of trips that are delayed when `incident_scale` is 1.
const DELAYED_SHARE: f64 = 1.0 / 40.0;

/// The ratio of met incidents to the estimate: both concentrate in rush hours, but trips use more streets than the sampled
/// paths between junctions.
const MEETING_RATIO: f64 = 1.15;

/// The factor on the rate of incidents in a wet hour.
const WET_FACTOR: f64 = 1.6;

/// An incident that blocks a road for a time.
#[derive(Clone, Copy, Debug)]
struct Incident {
    start: VirtualTime,
    end: VirtualTime,
    link: u16,
    /// The direction of the link that it blocks.
    forward: bool,
    /// The delay at its beginning, in seconds.
    severity: f64,
    /// The share of the delay in the opposite direction.
    other_side: f64,
    /// One more than the index of the next one on the same link; 0 ends the chain.
    next: u32,
}

impl Incident {
    fn draw(hazards: &Hazards, rng: &mut RngStream, start: VirtualTime) -> Self {
        let minutes = sample::log_normal(rng, libm::log(DURATION_MINUTES.0), DURATION_MINUTES.1).min(LONGEST_MINUTES);
        let severity = sample::log_normal(rng, libm::log(DELAY_SECONDS.0), DELAY_SECONDS.1).min(MOST_DELAY_SECONDS);
        let end = start + Span::from_seconds_f64(minutes * 60.0);
        let link = sample::pick(&hazards.links, rng.unit()) as u16;
        Incident { start, end, link, forward: rng.chance(0.5), severity, other_side: OPPOSITE_SHARE, next: 0 }
    }

    /// Returns its queue on another road, which leads to this one.
    fn spilt(&self, (link, forward): (u16, bool)) -> Self {
        let lasts = self.end.since(self.start).as_seconds_f64();
        let start = self.start + Span::from_seconds_f64(SPILL_AFTER_SHARE * lasts);
        Incident { start, link, forward, severity: SPILL_SHARE * self.severity, other_side: 0.0, ..*self }
    }

    /// Returns the delay in seconds at `t`, which falls towards the end and is less in the opposite direction.
    fn delay(&self, t: VirtualTime, forward: bool) -> f64 {
        if t < self.start || t >= self.end {
            return 0.0;
        }
        let left = self.end.since(t).as_seconds_f64() / self.end.since(self.start).as_seconds_f64();
        self.severity * left * if forward == self.forward { 1.0 } else { self.other_side }
    }
}

/// The incidents that a trip of a day may meet.
#[derive(Clone, Debug, Default)]
pub(super) struct Incidents {
    all: Vec<Incident>,
    /// By link: one more than the index of its first incident, or 0.
    first: Vec<u32>,
}

impl Incidents {
    fn new(mut all: Vec<Incident>, links: usize) -> Self {
        let mut first = vec![0; links];
        for (number, incident) in (1..).zip(&mut all) {
            incident.next = std::mem::replace(&mut first[incident.link as usize], number);
        }
        Incidents { all, first }
    }

    /// Returns the delay in seconds on a way of the network that is taken at `t`.
    #[inline]
    pub fn delay(&self, way: &Way, t: impl FnOnce() -> VirtualTime) -> f64 {
        let mut at = self.first[way.link as usize];
        if at == 0 {
            return 0.0;
        }
        let (t, mut seconds) = (t(), 0.0);
        while at != 0 {
            let incident = &self.all[at as usize - 1];
            seconds += incident.delay(t, way.forward);
            at = incident.next;
        }
        seconds
    }
}

/// An incident as a view of the town shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoadIncident {
    /// The middle of the road that it blocks.
    pub at: Place,
    /// Its beginning.
    pub start: VirtualTime,
    /// Its end.
    pub end: VirtualTime,
    /// The delay of a trip that passes now, in seconds.
    pub delay_seconds: f64,
}

impl Region {
    /// Returns the incidents that are open at `now`, under the rules of rides.
    pub fn road_incidents(&self, rules: &RideRules, now: VirtualTime) -> Vec<RoadIncident> {
        let day = self.calendar.local(now).day;
        let scale = self.rule_on(Rule::Incidents, rules.traffic.incident_scale, day);
        let all = self.drawn_for(&mut WeatherMemo::default(), day, scale);
        let open = all.iter().filter(|one| (one.start..one.end).contains(&now));
        let shown = |one: &Incident| RoadIncident {
            at: self.geography.place(self.network().middle(usize::from(one.link))),
            start: one.start,
            end: one.end,
            delay_seconds: one.delay(now, one.forward),
        };
        open.map(shown).collect()
    }

    /// Returns the incidents that may be open during `day`, and their queues on the roads upstream.
    pub(super) fn incidents(&self, memo: &mut WeatherMemo, day: LocalDay, scale: f64) -> Incidents {
        let mut all = self.drawn_for(memo, day, scale);
        for at in 0..all.len() {
            let blocked = all[at];
            let queues = self.network().upstream(usize::from(blocked.link), blocked.forward);
            all.extend(queues.map(|road| blocked.spilt(road)));
        }
        Incidents::new(all, self.network().links().len())
    }

    /// Returns the incidents that begin on `day` or on the day before.
    fn drawn_for(&self, memo: &mut WeatherMemo, day: LocalDay, scale: f64) -> Vec<Incident> {
        let mut incidents = Vec::new();
        for day in [LocalDay(day.0 - 1), day] {
            self.draw_incidents(memo, day, scale, &mut incidents);
        }
        incidents
    }

    fn draw_incidents(&self, memo: &mut WeatherMemo, day: LocalDay, scale: f64, into: &mut Vec<Incident>) {
        let usual = DayShape::new(self.roads, LocalDay(0), DayKind::Usual).hourly();
        let mut hourly = DayShape::new(self.roads, day, self.calendar.kind(day)).hourly();
        for (hour, weight) in hourly.iter_mut().enumerate() {
            let t = self.calendar.utc(day, hour as i64 * 3_600_000_000);
            if self.weather(memo, t).kind.is_wet() {
                *weight *= WET_FACTOR;
            }
        }
        let hazards = self.hazards();
        let busy = hourly.iter().sum::<f64>() / usual.iter().sum::<f64>();
        let mut rng = self.key.rng(self.id.0 as u64, Purpose::Incidents, day.0 as u64);
        let count = sample::poisson(&mut rng, (hazards.per_day * busy * scale).clamp(0.0, 1e5));
        let cumulative = sample::cumulate(&hourly);
        for _ in 0..count {
            let hour = sample::pick(&cumulative, rng.unit()) as f64 + rng.unit();
            let start = self.calendar.utc(day, (hour * 3.6e9) as i64);
            into.push(Incident::draw(hazards, &mut rng, start));
        }
    }

    fn hazards(&self) -> &Hazards {
        self.hazards.get_or_init(|| Box::new(self.learn_hazards()))
    }

    /// Estimates the probabilities of the links from their use, and the incidents of a usual weekday that delay about one
    /// trip in forty. One half of the sampled trips gives the probabilities, the other half the chance of meeting them.
    fn learn_hazards(&self) -> Hazards {
        let count = self.network().links().len();
        let mut uses = [vec![PRIOR_USES; count], vec![0.0; count]];
        let mut rng = self.key.rng(self.id.0 as u64, Purpose::RoadUse, 0);
        for home in 0..HOMES {
            let to = self.home(&mut rng);
            for _ in 0..TRIPS_PER_HOME {
                let from = self.errand(&mut rng, to, self.trip_metres);
                let ends = [from, to].map(|place| self.geography.flat(place));
                for link in self.network().rough_links(ends[0], ends[1]) {
                    uses[home % 2][link as usize] += 1.0;
                }
            }
        }
        let total = uses[0].iter().sum::<f64>().max(1.0);
        let trips = (HOMES / 2 * TRIPS_PER_HOME) as f64;
        let met = uses[0].iter().zip(&uses[1]).map(|(a, b)| a / total * b / trips).sum::<f64>();
        let mean_days = DURATION_MINUTES.0 * libm::exp(DURATION_MINUTES.1 * DURATION_MINUTES.1 / 2.0) / 1_440.0;
        let per_day = (DELAYED_SHARE / (met.max(1e-5) * mean_days * MEETING_RATIO)).min(2_000.0);
        Hazards { links: sample::cumulate(&uses[0]), per_day }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::roads::distance;
    use crate::region::tests::{region, rides};

    fn days(of: std::ops::Range<i32>) -> Vec<Incident> {
        let houston = region("houston");
        let mut memo = WeatherMemo::default();
        let mut found = Vec::new();
        for day in of {
            houston.draw_incidents(&mut memo, LocalDay(20_000 + day), 1.0, &mut found);
        }
        found
    }

    #[test]
    fn durations_are_those_published() {
        let mut minutes: Vec<f64> = days(0..200).iter().map(|i| i.end.since(i.start).as_seconds_f64() / 60.0).collect();
        minutes.sort_by(f64::total_cmp);
        let at = |share: f64| minutes[(minutes.len() as f64 * share) as usize];
        assert!((20.0..40.0).contains(&at(0.5)) && (90.0..180.0).contains(&at(0.95)), "{} {}", at(0.5), at(0.95));
    }

    #[test]
    fn rush_hours_have_more_incidents_than_nights() {
        let houston = region("houston");
        let hour = |i: &Incident| houston.calendar.local(i.start).hour();
        let incidents = days(0..200);
        let count = |hours: std::ops::Range<u8>| incidents.iter().filter(|i| hours.contains(&hour(i))).count();
        assert!(count(16..19) > 3 * count(2..5), "{} {}", count(16..19), count(2..5));
    }

    #[test]
    fn the_delay_fades_towards_the_end_and_is_less_on_the_other_side() {
        let second = VirtualTime::from_seconds;
        let incident = Incident {
            start: second(1_000),
            end: second(3_000),
            link: 1,
            forward: true,
            severity: 400.0,
            other_side: 0.3,
            next: 0,
        };
        assert_eq!(incident.delay(second(1_000), true), 400.0);
        assert_eq!(incident.delay(second(2_000), true), 200.0);
        assert_eq!(incident.delay(second(2_000), false), 60.0);
        assert_eq!([999, 3_000].map(|t| incident.delay(second(t), true)), [0.0, 0.0]);
    }

    #[test]
    fn queues_reach_the_roads_upstream_later_and_delay_less() {
        let second = VirtualTime::from_seconds;
        let houston = region("houston");
        let (start, end) = (second(0), second(1_000));
        let blocked = Incident { start, end, link: 40, forward: true, severity: 400.0, other_side: 0.3, next: 0 };
        let upstream: Vec<_> = houston.network().upstream(40, true).collect();
        assert!(!upstream.is_empty() && upstream.iter().all(|road| road.0 != 40));
        let begins = houston.network().links()[40].a;
        for (link, forward) in upstream {
            let road = houston.network().links()[usize::from(link)];
            assert_eq!(if forward { road.b } else { road.a }, begins, "it leads to where the blocked road begins");
            let queue = blocked.spilt((link, forward));
            assert_eq!([199, 200, 999].map(|t| queue.delay(second(t), forward) > 0.0), [false, true, true]);
            assert_eq!(queue.delay(second(200), forward), 160.0);
            assert_eq!(queue.delay(second(200), !forward), 0.0, "a queue delays one direction alone");
        }
    }

    #[test]
    fn listed_incidents_are_open_and_in_the_region() {
        let houston = region("houston");
        let rules = rides();
        let rush = houston.calendar.utc(LocalDay(20_000), 17 * 3_600_000_000);
        let shown = houston.road_incidents(&rules, rush);
        assert!(!shown.is_empty(), "every rush hour has incidents");
        for one in shown {
            assert!(one.start <= rush && rush < one.end && one.delay_seconds > 0.0, "{one:?}");
            assert!(houston.bounds.contains(one.at), "{one:?}");
        }
    }

    #[test]
    fn all_incidents_of_a_link_count_and_no_others() {
        let second = VirtualTime::from_seconds;
        let on = |link| Incident {
            start: second(0),
            end: second(100),
            link,
            forward: true,
            severity: 50.0,
            other_side: 0.3,
            next: 0,
        };
        let incidents = Incidents::new(vec![on(2), on(0), on(2), on(2)], 3);
        let delay = |link| {
            let mut way = Way::streets(1.0, 1, 0, 0.0);
            way.link = link;
            incidents.delay(&way, || second(0))
        };
        assert_eq!([0, 1, 2].map(delay), [50.0, 0.0, 150.0]);
    }

    #[test]
    fn incidents_are_where_the_traffic_is() {
        let houston = region("houston");
        let near_centre = |link: usize| distance(houston.network().middle(link), (0.0, 0.0)) < 12_000.0;
        let incidents = days(0..60);
        let links = houston.network().links().len();
        let of_links = (0..links).filter(|link| near_centre(*link)).count() as f64 / links as f64;
        let met = incidents.iter().filter(|i| near_centre(i.link as usize)).count() as f64 / incidents.len() as f64;
        assert!(met > 1.5 * of_links, "{met:.3} of the incidents on {of_links:.3} of the roads");
    }
}
