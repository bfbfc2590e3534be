//! How long a trip takes under the traffic and weather of its hours: rush hours with their directions, slow and fast
//! days, a field of congestion that neighbours share, road works and incidents, stretch by stretch along its way; and what
//! is the trip's own luck. Knows no drivers.

use super::city::Region;
use super::day_shape::DayShape;
use super::field::{Field, Parts, SECONDS_PER_STEP, STEPS, heights};
use super::incidents::{Incidents, MOST_DELAY};
use super::local_time::LocalDay;
use super::roads::{NO_LINK, RoadFigures, Way};
use super::weather::{Weather, WeatherMemo};
use super::works::WorksToday;
use crate::base::{Place, WeatherKind};
use crate::drift::Rule;
use crate::engine::{Purpose, Span, VirtualTime, sample};
use crate::scenario::RideRules;

/// What a trip meets: everything that its duration is made of, apart from the driver and chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TripConditions {
    /// Seconds on empty roads.
    pub free_flow_seconds: f64,
    /// Length of the route in metres.
    pub route_metres: f64,
    /// Share of the route on freeways, 0 to 1.
    pub highway_share: f64,
    /// What traffic multiplies the time by: congestion and road works, and the trip's own signals, lanes and parking.
    pub traffic_factor: f64,
    /// What the weather multiplies the time by; 1 under a clear or cloudy sky.
    pub weather_factor: f64,
    /// Seconds lost to incidents.
    pub incident_seconds: f64,
}

/// How much of a slow day is left a day later.
const DAY_MEMORY: f64 = 0.6;

/// Days that a slow day's memory reaches back.
const DAY_REACH: i32 = 12;

/// Spread of the logarithm of a day's factor on congestion.
const DAY_SPREAD: f64 = 0.16;

/// Spread of the field: on congestion, and on the whole time.
const EXCESS_SPREAD: f64 = 0.62;
const WHOLE_SPREAD: f64 = 0.08;

/// Empty roads at night are a little faster than the planned free flow.
const NIGHT: f64 = 0.96;

/// Spread of the logarithm of a trip's own factor: signals, lane, parking, the way chosen at the door. Realism notes,
/// 2.3: 0.08 to 0.15.
const TRIP_SPREAD: f64 = 0.085;

/// No traffic makes a stretch faster than this.
const LEAST_FACTOR: f64 = 0.9;

/// How much of the congestion depends on driving with the stream or against it.
const DIRECTION: f64 = 0.35;

/// The traffic of the local day that was asked for last: it saves time and changes nothing. Belongs to one world;
/// never saved.
#[derive(Clone, Debug, Default)]
pub struct TrafficMemo {
    held: Option<Held>,
    weather: WeatherMemo,
}

#[derive(Clone, Debug)]
struct Held {
    region: u16,
    day: LocalDay,
    incident_scale: f64,
    /// Congestion of each step, the day's factor included: 1 is a usual weekday's peak.
    level: Vec<f64>,
    /// Of each step: 1 is the stream into the centre, −1 the stream out of it.
    pull: Vec<f64>,
    /// How high the waves of the field are at each step.
    heights: Vec<Parts>,
    incidents: Incidents,
    works: WorksToday,
}

/// What weather multiplies the time on freeways and on streets by. Speeds fall (FHWA, Korean HCM) on freeways by 2 to
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

/// A trip under way: what it met so far.
struct Passage<'a> {
    held: &'a Held,
    field: &'a Field,
    roads: &'a RoadFigures,
    heavy: f64,
    /// What the weather multiplies the time on freeways and on streets by.
    wet: (f64, f64),
    /// When it set out, and the local second of the day.
    start: VirtualTime,
    start_second: f64,
    /// Seconds on empty roads, in traffic, and in traffic under this sky.
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

    /// What traffic multiplies the time of a stretch by.
    #[inline]
    fn congestion(&self, way: &Way, second: f64) -> f64 {
        let steps = second / SECONDS_PER_STEP;
        let step = (steps as usize).min(STEPS - 1);
        let noise = self.field.at(way.to, &self.held.heights, steps);
        let stream = 1.0 + DIRECTION * self.held.pull[step] * way.inward as f64;
        let spread = (1.0 + EXCESS_SPREAD * noise).max(0.25) * way.jam as f64;
        let rush = if way.freeway { self.roads.rush_freeway } else { self.roads.rush_street };
        let excess = self.held.level[step] * self.heavy * stream * spread;
        ((NIGHT + rush * excess) * (1.0 + WHOLE_SPREAD * noise)).max(LEAST_FACTOR)
    }
}

impl Region {
    /// What a trip from `from` to `to`, requested at `t`, meets. The product of the first and the two factors, plus the
    /// incidents' seconds, is the time that an average driver takes.
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
            // The map is flat and the globe is not.
            route_metres: passage.metres.max(from.metres_to(to)),
            highway_share: passage.freeway_metres / passage.metres.max(1.0),
            traffic_factor: busy / free * self.own_luck(t, from, to),
            weather_factor: (passage.slow + fixed) / busy,
            incident_seconds: passage.incidents.min(MOST_DELAY),
        }
    }

    /// A trip's own factor on its time.
    fn own_luck(&self, t: VirtualTime, from: Place, to: Place) -> f64 {
        let bits = |place: Place| (place.lat_e6 as u32 as u64) << 32 | place.lon_e6 as u32 as u64;
        let act = (t.micros() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ bits(from) ^ bits(to).rotate_left(17);
        let mut draws = self.key.draws(self.id.0 as u64, Purpose::TripTraffic, act);
        libm::exp(TRIP_SPREAD * sample::normal_fast(&mut draws))
    }

    fn held<'a>(&self, rules: &RideRules, memo: &'a mut TrafficMemo, day: LocalDay) -> &'a Held {
        let scale = self.rule_on(Rule::Incidents, rules.traffic.incident_scale, day);
        let fits = |held: &Held| held.day == day && held.region == self.id.0 && held.incident_scale == scale;
        if !memo.held.as_ref().is_some_and(fits) {
            memo.held = Some(self.hold(&mut memo.weather, day, scale));
        }
        memo.held.as_ref().expect("it has just been put there")
    }

    fn hold(&self, weather: &mut WeatherMemo, day: LocalDay, incident_scale: f64) -> Held {
        let shape = DayShape::new(self.roads, day, self.calendar.kind(day));
        let factor = self.day_factor(day);
        let steps: Vec<(f64, f64)> = (0..STEPS).map(|s| shape.at((s as f64 + 0.5) / 4.0)).collect();
        Held {
            region: self.id.0,
            day,
            incident_scale,
            level: steps.iter().map(|step| step.0 * factor).collect(),
            pull: steps.iter().map(|step| step.1).collect(),
            heights: heights(self.key, self.id.0 as u64, day),
            incidents: self.incidents(weather, day, incident_scale),
            works: self.works_today(day),
        }
    }

    /// What the day multiplies congestion by: around 1, with a memory of some days.
    fn day_factor(&self, day: LocalDay) -> f64 {
        let fresh =
            |d: i32| sample::normal(&mut self.key.draws(self.id.0 as u64, Purpose::TrafficDay, (day.0 + d) as u64));
        let sum = (-DAY_REACH..=0).fold(0.0, |sum, d| sum * DAY_MEMORY + fresh(d));
        libm::exp(DAY_SPREAD * f64::sqrt(1.0 - DAY_MEMORY * DAY_MEMORY) * sum)
    }

    /// The field of congestion at the junctions.
    fn field(&self) -> &Field {
        let draws = self.key.draws(self.id.0 as u64, Purpose::TrafficNoise, u64::MAX);
        self.field.get_or_init(|| Box::new(Field::new(self.network().junctions(), draws)))
    }
}

#[cfg(test)]
mod tests;
