//! The duration of a trip under the traffic and weather of its hours: rush hours with their directions, slow and fast days,
//! a field of congestion that neighbours share, road works and incidents, stretch by stretch along its way, and a random
//! factor of the trip's own.
//! Must not depend on: drivers.

use super::city::Region;
use super::day_shape::DayShape;
use super::field::{Field, Parts, SECONDS_PER_STEP, STEPS, heights};
use super::incidents::{Incidents, MOST_DELAY_SECONDS};
use super::local_time::LocalDay;
use super::roads::{NO_LINK, RoadFigures, Way};
use super::shared_day::{DayLink, SharedDay};
use super::weather::{Weather, WeatherMemo};
use super::works::WorksToday;
use crate::base::{Place, WeatherKind};
use crate::drift::Rule;
use crate::engine::{Purpose, Span, VirtualTime, sample};
use crate::scenario::RideRules;
use std::sync::Arc;

/// The conditions of a trip: the parts of its duration apart from the driver and chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TripConditions {
    /// Seconds on empty roads.
    pub free_flow_seconds: f64,
    /// Length of the route in metres.
    pub route_metres: f64,
    /// Share of the route on freeways, 0 to 1.
    pub highway_share: f64,
    /// The factor of traffic on the time: congestion and road works, and the trip's own signals, lanes and parking.
    pub traffic_factor: f64,
    /// The factor of the weather on the time; 1 under a clear or cloudy sky.
    pub weather_factor: f64,
    /// Seconds lost to incidents.
    pub incident_seconds: f64,
}

/// The correlation of a day's factor on congestion from one day to the next.
const DAY_MEMORY: f64 = 0.6;

/// The days over which the innovations of a day's factor are summed.
const DAY_REACH: i32 = 12;

/// The standard deviation of the logarithm of a day's factor on congestion.
const DAY_SPREAD: f64 = 0.16;

/// The standard deviation of the field: on congestion, and on the whole time.
const EXCESS_SPREAD: f64 = 0.62;
const WHOLE_SPREAD: f64 = 0.08;

/// The factor on the time on empty roads at night.
const NIGHT_FACTOR: f64 = 0.96;

/// The standard deviation of the logarithm of a trip's own factor: signals, lane, parking, the way chosen at the door.
/// Realism notes, 2.3: 0.08 to 0.15.
const TRIP_SPREAD: f64 = 0.085;

/// The least factor of traffic on the time of a stretch.
const LEAST_FACTOR: f64 = 0.9;

/// The share of the congestion that depends on the direction relative to the stream.
const DIRECTION_SHARE: f64 = 0.35;

/// The first day whose traffic a shard of a region asks for: from it on, the shards share the traffic of each day.
#[derive(Clone, Debug, Default)]
pub struct SharedTraffic(Arc<DayLink<Held>>);

/// A cache of the traffic of the last local day; it changes no result. It belongs to one world and is not saved.
#[derive(Clone, Debug, Default)]
pub struct TrafficMemo {
    first: SharedTraffic,
    held: Option<Arc<SharedDay<Held>>>,
    weather: WeatherMemo,
}

impl TrafficMemo {
    /// Returns an empty cache of a shard that shares the traffic of its region.
    pub(crate) fn sharing(first: &SharedTraffic) -> Self {
        TrafficMemo { first: first.clone(), ..TrafficMemo::default() }
    }
}

#[derive(Debug)]
struct Held {
    region: u16,
    incident_scale: f64,
    /// The congestion of each step with the day's factor: 1 is a usual weekday's peak.
    level: Vec<f64>,
    /// The direction of the stream at each step: 1 is into the centre, −1 out of it.
    pull: Vec<f64>,
    /// The amplitudes of the field at each step.
    heights: Vec<Parts>,
    incidents: Incidents,
    works: WorksToday,
}

/// Returns the factors of weather on the time on freeways and on streets. Speeds fall (FHWA, Korean HCM) on freeways by 2 to
/// 13 % in rain, up to 20 % in heavy rain and 10 to 40 % in snow; on streets by 10 to 25 % and 30 to 40 %.
fn weather_factors(kind: WeatherKind) -> (f64, f64) {
    match kind {
        WeatherKind::Clear | WeatherKind::Clouds => (1.0, 1.0),
        WeatherKind::Rain => (1.0 / 0.93, 1.0 / 0.87),
        WeatherKind::HeavyRain => (1.0 / 0.86, 1.0 / 0.78),
        WeatherKind::Thunderstorm => (1.0 / 0.84, 1.0 / 0.76),
        WeatherKind::Fog => (1.0 / 0.92, 1.0 / 0.94),
        WeatherKind::Snow => (1.0 / 0.76, 1.0 / 0.66),
    }
}

/// A trip under way with its sums so far.
struct Passage<'a> {
    held: &'a Held,
    field: &'a Field,
    roads: &'a RoadFigures,
    heavy: f64,
    /// The factors of the weather on the time on freeways and on streets.
    wet: (f64, f64),
    /// The start, and its local second of the day.
    start: VirtualTime,
    start_second: f64,
    /// Seconds on empty roads, in traffic, and in traffic under this weather.
    free: f64,
    busy: f64,
    slow: f64,
    incidents: f64,
    metres: f64,
    freeway_metres: f64,
}

impl Passage<'_> {
    #[inline]
    fn pass(&mut self, way: &Way) {
        let second = self.start_second + self.slow;
        let mut factor = self.congestion(way, second);
        if way.link != NO_LINK {
            factor *= self.held.works.factor(way.link, second);
            let passing = || self.start + Span::from_seconds_f64(self.slow);
            self.incidents += self.held.incidents.delay(way, passing);
        }
        let (free, metres) = (way.seconds(), way.metres as f64);
        let (wet, freeway) = if way.freeway { (self.wet.0, metres) } else { (self.wet.1, 0.0) };
        self.free += free;
        self.busy += free * factor;
        self.slow += free * factor * wet;
        self.metres += metres;
        self.freeway_metres += freeway;
    }

    /// Returns the factor of traffic on the time of a stretch.
    #[inline]
    fn congestion(&self, way: &Way, second: f64) -> f64 {
        let steps = second / SECONDS_PER_STEP;
        let step = (steps as usize).min(STEPS - 1);
        let noise = self.field.at(way.to, &self.held.heights, steps);
        let stream = 1.0 + DIRECTION_SHARE * self.held.pull[step] * way.inward as f64;
        let spread = (1.0 + EXCESS_SPREAD * noise).max(0.25) * way.jam as f64;
        let rush = if way.freeway { self.roads.rush_freeway } else { self.roads.rush_street };
        let excess = self.held.level[step] * self.heavy * stream * spread;
        ((NIGHT_FACTOR + rush * excess) * (1.0 + WHOLE_SPREAD * noise)).max(LEAST_FACTOR)
    }
}

impl Region {
    /// Returns the conditions of a trip from `from` to `to`, requested at `t`. The product of the first and the two factors,
    /// plus the incidents' seconds, is the time of an average driver.
    pub fn trip_conditions(
        &self,
        rules: &RideRules,
        memo: &mut TrafficMemo,
        weather: Weather,
        t: VirtualTime,
        from: Place,
        to: Place,
    ) -> TripConditions {
        let local = self.calendar.local(t);
        let held = self.held(rules, memo, local.day);
        let network = self.network();
        let route = network.route(self.geography.flat(from), self.geography.flat(to));
        let mut passage = Passage {
            held,
            field: self.field(),
            roads: self.roads,
            heavy: self.rule(Rule::HeavyTraffic, rules.traffic.heavy_multiplier, t).max(0.0),
            wet: weather_factors(weather.kind),
            start: t,
            start_second: local.micros_of_day as f64 * 1e-6,
            free: 0.0,
            busy: 0.0,
            slow: 0.0,
            incidents: 0.0,
            metres: 0.0,
            freeway_metres: 0.0,
        };
        network.stretches(&route, |way| passage.pass(way));
        let fixed = self.roads.fixed_seconds;
        let (free, busy) = (passage.free + fixed, passage.busy + fixed);
        TripConditions {
            free_flow_seconds: free,
            // The flat map may be shorter than the great circle.
            route_metres: passage.metres.max(from.metres_to(to)),
            highway_share: passage.freeway_metres / passage.metres.max(1.0),
            traffic_factor: busy / free * self.own_factor(t, from, to),
            weather_factor: (passage.slow + fixed) / busy,
            incident_seconds: passage.incidents.min(MOST_DELAY_SECONDS),
        }
    }

    /// Returns a trip's own factor on its time.
    fn own_factor(&self, t: VirtualTime, from: Place, to: Place) -> f64 {
        let bits = |place: Place| (place.lat_e6 as u32 as u64) << 32 | place.lon_e6 as u32 as u64;
        let act = (t.micros() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ bits(from) ^ bits(to).rotate_left(17);
        let mut rng = self.key.rng(self.id.0 as u64, Purpose::TripTraffic, act);
        libm::exp(TRIP_SPREAD * sample::normal_fast(&mut rng))
    }

    fn held<'a>(&self, rules: &RideRules, memo: &'a mut TrafficMemo, day: LocalDay) -> &'a Held {
        let scale = self.rule_on(Rule::Incidents, rules.traffic.incident_scale, day);
        let here = |held: &Held| held.region == self.id.0 && held.incident_scale == scale;
        let fits = |shared: &Arc<SharedDay<Held>>| shared.day == day && here(&shared.value);
        let TrafficMemo { first, held, weather } = memo;
        if !held.as_ref().is_some_and(fits) {
            let last = held.take().filter(|last| last.day.next() == day);
            let link = last.as_ref().map_or(&*first.0, |last| &last.next);
            let shared = link.follow(day, || self.hold(weather, day, scale)).filter(fits);
            *held = Some(shared.unwrap_or_else(|| SharedDay::alone(day, self.hold(weather, day, scale))));
        }
        &held.as_ref().expect("it has just been put there").value
    }

    fn hold(&self, weather: &mut WeatherMemo, day: LocalDay, incident_scale: f64) -> Held {
        let shape = DayShape::new(self.roads, day, self.calendar.kind(day));
        let factor = self.day_factor(day);
        let steps: Vec<(f64, f64)> = (0..STEPS).map(|s| shape.at((s as f64 + 0.5) / 4.0)).collect();
        Held {
            region: self.id.0,
            incident_scale,
            level: steps.iter().map(|step| step.0 * factor).collect(),
            pull: steps.iter().map(|step| step.1).collect(),
            heights: heights(self.key, self.id.0 as u64, day),
            incidents: self.incidents(weather, day, incident_scale),
            works: self.works_today(day),
        }
    }

    /// Returns the day's factor on congestion: around 1, correlated over some days.
    fn day_factor(&self, day: LocalDay) -> f64 {
        let fresh =
            |d: i32| sample::normal(&mut self.key.rng(self.id.0 as u64, Purpose::TrafficDay, (day.0 + d) as u64));
        let sum = (-DAY_REACH..=0).fold(0.0, |sum, d| sum * DAY_MEMORY + fresh(d));
        libm::exp(DAY_SPREAD * f64::sqrt(1.0 - DAY_MEMORY * DAY_MEMORY) * sum)
    }

    /// Returns the field of congestion at the junctions.
    fn field(&self) -> &Field {
        let rng = self.key.rng(self.id.0 as u64, Purpose::TrafficNoise, u64::MAX);
        self.field.get_or_init(|| Box::new(Field::new(self.network().junctions(), rng)))
    }
}

#[cfg(test)]
mod tests;
