//! Crashes, stalls and hazards on the roads: when and where they are, and how long they hold up whoever passes.
//! Knows no roads, only straight corridors; drawn a local day at a time.

use super::Region;
use super::calendar::LocalDay;
use super::feasts::DayKind;
use super::traffic::DayShape;
use super::weather::WeatherMemo;
use crate::engine::{Draws, Purpose, Span, VirtualTime, sample};

/// A trip whose straight corridor passes an incident within so many metres is held up.
const REACH_METRES: f64 = 1_000.0;

/// Median duration in minutes and the spread of its logarithm: 5 % last longer than 112 minutes (published: median
/// 20 to 40, 95th percentile 90 to 180).
const DURATION: (f64, f64) = (28.0, 0.843);

/// No incident lasts longer than this, in minutes.
const LONGEST_MINUTES: f64 = 360.0;

/// Median of the delay of a trip that meets a fresh incident, in seconds, and the spread of its logarithm.
const SEVERITY: (f64, f64) = (330.0, 0.5);

/// No incident and no sum of incidents delays a trip more than this, in seconds.
const MOST_DELAY: f64 = 1_800.0;

/// The share of trips to be delayed when `incident_scale` is 1.
const DELAYED_SHARE: f64 = 1.0 / 40.0;

/// Trips and incidents both gather in the day and in rush hours: they meet more often than evenly spread ones would.
const GATHERING: f64 = 1.13;

/// How much likelier an incident is in a wet hour.
const WET_FACTOR: f64 = 1.6;

/// Something that blocks the roads around a place for a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incident {
    start: VirtualTime,
    end: VirtualTime,
    /// Metres east and north of the centre.
    at: (f64, f64),
    /// Delay at its beginning, in seconds.
    severity: f64,
}

impl Incident {
    fn draw(region: &Region, draws: &mut Draws, start: VirtualTime) -> Self {
        let minutes = sample::log_normal(draws, libm::log(DURATION.0), DURATION.1).min(LONGEST_MINUTES);
        let severity = sample::log_normal(draws, libm::log(SEVERITY.0), SEVERITY.1).min(MOST_DELAY);
        let end = start + Span::from_seconds_f64(minutes * 60.0);
        Incident { start, end, at: spot(region, draws), severity }
    }

    /// Seconds that a trip from `a` to `b` (metres around the centre) loses when it is requested at `t`: less the
    /// nearer the end is, and less at a distance.
    fn delay(&self, t: VirtualTime, a: (f64, f64), b: (f64, f64)) -> f64 {
        if t < self.start || t >= self.end {
            return 0.0;
        }
        let away = distance_to_segment(self.at, a, b);
        if away >= REACH_METRES {
            return 0.0;
        }
        let left = self.end.since(t).as_seconds_f64() / self.end.since(self.start).as_seconds_f64();
        self.severity * left * (1.0 - 0.5 * away / REACH_METRES)
    }
}

/// The delay of a trip from `a` to `b` requested at `t`, over `incidents` in order of their starts, in seconds.
pub(super) fn delay(incidents: &[Incident], t: VirtualTime, a: (f64, f64), b: (f64, f64)) -> f64 {
    let earliest = t - Span::from_seconds_f64(LONGEST_MINUTES * 60.0);
    let from = incidents.partition_point(|incident| incident.start < earliest);
    let open = incidents[from..].iter().take_while(|incident| incident.start <= t);
    open.map(|incident| incident.delay(t, a, b)).sum::<f64>().min(MOST_DELAY)
}

impl Region {
    /// The incidents that may be open during `day`: those that begin on it or on the day before, in order of start.
    pub(super) fn incidents(&self, memo: &mut WeatherMemo, day: LocalDay, scale: f64) -> Vec<Incident> {
        let mut incidents = Vec::new();
        for day in [LocalDay(day.0 - 1), day] {
            self.draw_incidents(memo, day, scale, &mut incidents);
        }
        incidents.sort_by_key(|incident| incident.start);
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
        let busy = hourly.iter().sum::<f64>() / usual.iter().sum::<f64>();
        let mut draws = self.key.draws(self.id.0 as u64, Purpose::Incidents, day.0 as u64);
        let count = sample::poisson(&mut draws, (self.incidents_per_day * busy * scale).clamp(0.0, 1e5));
        let cumulative = sample::cumulate(&hourly);
        for _ in 0..count {
            let hour = sample::pick(&cumulative, draws.unit()) as f64 + draws.unit();
            let start = self.calendar.utc(day, (hour * 3.6e9) as i64);
            into.push(Incident::draw(self, &mut draws, start));
        }
    }

    /// Incidents of a usual weekday that delay about one trip in forty: from the share of (trip, spot) pairs that
    /// meet and the mean duration.
    pub(super) fn expected_incidents(&self) -> f64 {
        const PAIRS: usize = 250;
        let mut draws = self.key.draws(self.id.0 as u64, Purpose::Expectation, 0);
        let trips: Vec<_> = (0..PAIRS).map(|_| self.sample_corridor(&mut draws)).collect();
        let spots: Vec<_> = (0..PAIRS).map(|_| spot(self, &mut draws)).collect();
        let meet =
            |spot: &(f64, f64)| trips.iter().filter(|(a, b)| distance_to_segment(*spot, *a, *b) < REACH_METRES).count();
        let met = spots.iter().map(meet).sum::<usize>() as f64 / (PAIRS * PAIRS) as f64;
        let mean_days = DURATION.0 * libm::exp(DURATION.1 * DURATION.1 / 2.0) / 1_440.0;
        (DELAYED_SHARE / (met.max(1e-4) * mean_days * GATHERING)).min(1_000.0)
    }

    fn sample_corridor(&self, draws: &mut Draws) -> ((f64, f64), (f64, f64)) {
        let from = self.home(draws);
        let to = self.errand(draws, from, self.trip_metres);
        (self.geography.flat(from), self.geography.flat(to))
    }
}

/// Where an incident happens: where people are.
fn spot(region: &Region, draws: &mut Draws) -> (f64, f64) {
    let place = if draws.chance(0.4) { region.centre_of_work(draws) } else { region.home(draws) };
    region.geography.flat(place)
}

/// The distance from `p` to the segment between `a` and `b`.
fn distance_to_segment(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (along, to) = ((b.0 - a.0, b.1 - a.1), (p.0 - a.0, p.1 - a.1));
    let length = along.0 * along.0 + along.1 * along.1;
    let share = if length > 0.0 { ((to.0 * along.0 + to.1 * along.1) / length).clamp(0.0, 1.0) } else { 0.0 };
    let off = (to.0 - share * along.0, to.1 - share * along.1);
    f64::sqrt(off.0 * off.0 + off.1 * off.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::tests::region;

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
    fn the_delay_fades_towards_the_end_and_with_distance() {
        let second = VirtualTime::from_seconds;
        let incident = Incident { start: second(1_000), end: second(3_000), at: (0.0, 500.0), severity: 400.0 };
        let (a, b) = ((-5_000.0, 0.0), (5_000.0, 0.0));
        assert_eq!(incident.delay(second(1_000), a, b), 300.0);
        assert_eq!(incident.delay(second(2_000), a, b), 150.0);
        assert_eq!([999, 3_000].map(|t| incident.delay(second(t), a, b)), [0.0, 0.0]);
        assert_eq!(incident.delay(second(1_000), (-5_000.0, 0.0), (-2_000.0, 0.0)), 0.0, "the trip ends before it");
        assert_eq!(delay(&[incident; 9], second(1_000), a, b), MOST_DELAY);
    }
}
