//! Read-only queries over the static data of a world: regions, weather, traffic. Must not depend on: faces, shards.

use populace_sim::{
    LocalTime, Locality, PRESETS, Place, Region, RideRules, Town, TrafficMemo, VirtualTime, WeatherMemo, format_time,
};
use serde::Serialize;

/// The directions from the centre in which trips are sampled: latitude and longitude, as shares of the distance to the
/// border.
const DIRECTIONS: [(f64, f64); 8] =
    [(0.5, 0.0), (0.35, 0.35), (0.0, 0.5), (-0.35, 0.35), (-0.5, 0.0), (-0.35, -0.35), (0.0, -0.5), (0.35, -0.35)];

/// The static data of a world.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorldReport {
    start: String,
    people: u32,
    drivers: u32,
    shards: u32,
    events_per_day: f64,
    regions: Vec<RegionReport>,
    topics: Vec<TopicReport>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct RegionReport {
    name: String,
    preset: bool,
    bounds: BoundsReport,
    centre: PlaceReport,
    timezone: String,
    currency: &'static str,
    people: usize,
    drivers: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct BoundsReport {
    south: f64,
    west: f64,
    north: f64,
    east: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct PlaceReport {
    lat: f64,
    lon: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct TopicReport {
    stream: &'static str,
    name: String,
}

/// A report of every region at an instant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegionsReport<T> {
    virtual_now: String,
    regions: Vec<T>,
}

/// The weather of a region.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WeatherReport {
    region: String,
    local_time: String,
    weather: &'static str,
    wet: bool,
    temperature_celsius: f64,
}

/// The traffic of a region.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrafficReport {
    region: String,
    local_time: String,
    slowdown: f64,
    mean_kmh: f64,
    free_flow_kmh: f64,
    trips: u32,
    trips_delayed_by_incidents: u32,
    road_works: Vec<RoadWorksReport>,
    incidents: Vec<IncidentReport>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct RoadWorksReport {
    at: PlaceReport,
    freeway: bool,
    factor: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct IncidentReport {
    at: PlaceReport,
    start: String,
    end: String,
    delay_seconds: f64,
}

/// Returns the static data of a world.
pub fn world(town: &Town) -> WorldReport {
    let topic = |stream: populace_sim::Stream| TopicReport {
        stream: stream.section(),
        name: town.topic_name(stream).to_owned(),
    };
    WorldReport {
        start: format_time(town.start()),
        people: town.scenario().world.people,
        drivers: town.driver_count(),
        shards: town.shard_count(),
        events_per_day: town.events_per_day().round(),
        regions: town.localities().iter().map(region_report).collect(),
        topics: town.streams().map(topic).collect(),
    }
}

fn region_report(local: &Locality) -> RegionReport {
    let (region, bounds) = (&local.region, &local.region.bounds);
    RegionReport {
        name: region.name.clone(),
        preset: PRESETS.contains(&region.name.as_str()),
        bounds: BoundsReport { south: bounds.south(), west: bounds.west(), north: bounds.north(), east: bounds.east() },
        centre: place(region.centre),
        timezone: region.calendar.zone_name().to_string(),
        currency: region.currency.code(),
        people: local.people.len(),
        drivers: local.drivers.len(),
    }
}

/// Returns the weather of every region at an instant.
pub fn weather(town: &Town, now: VirtualTime) -> RegionsReport<WeatherReport> {
    let of = |local: &Locality| {
        let region = &local.region;
        let weather = region.weather(&mut WeatherMemo::default(), now);
        WeatherReport {
            region: region.name.clone(),
            local_time: clock(region, now),
            weather: weather.kind.name(),
            wet: weather.kind.is_wet(),
            temperature_celsius: f64::from(weather.temperature_tenths) / 10.0,
        }
    };
    RegionsReport { virtual_now: format_time(now), regions: town.localities().iter().map(of).collect() }
}

/// Returns the traffic of every region at an instant, from sampled trips.
pub fn traffic(town: &Town, now: VirtualTime) -> RegionsReport<TrafficReport> {
    let rules = &town.scenario().rides;
    let regions = town.localities().iter().map(|local| traffic_of(&local.region, rules, now)).collect();
    RegionsReport { virtual_now: format_time(now), regions }
}

fn traffic_of(region: &Region, rules: &RideRules, now: VirtualTime) -> TrafficReport {
    let weather = region.weather(&mut WeatherMemo::default(), now);
    let memo = &mut TrafficMemo::default();
    let ends = DIRECTIONS.map(|(north, east)| towards(region, north, east));
    let trips = ends.into_iter().flat_map(|end| [(region.centre, end), (end, region.centre)]);
    let (mut free, mut taken, mut metres, mut delayed, mut count) = (0.0, 0.0, 0.0, 0, 0);
    for (from, to) in trips {
        let met = region.trip_conditions(rules, memo, weather, now, from, to);
        let seconds = met.free_flow_seconds * met.traffic_factor * met.weather_factor + met.incident_seconds;
        (free, taken, metres) = (free + met.free_flow_seconds, taken + seconds, metres + met.route_metres);
        delayed += u32::from(met.incident_seconds > 0.0);
        count += 1;
    }
    TrafficReport {
        region: region.name.clone(),
        local_time: clock(region, now),
        slowdown: rounded(taken / free, 100.0),
        mean_kmh: rounded(3.6 * metres / taken, 10.0),
        free_flow_kmh: rounded(3.6 * metres / free, 10.0),
        trips: count,
        trips_delayed_by_incidents: delayed,
        road_works: road_works(region, now),
        incidents: incidents(region, rules, now),
    }
}

fn road_works(region: &Region, now: VirtualTime) -> Vec<RoadWorksReport> {
    let local = region.calendar.local(now);
    let works = region.road_works(local.day);
    let held = |works: &&populace_sim::RoadWorks| works.hours.holds(local.micros_of_day as f64 * 1e-6);
    let report = |one: &populace_sim::RoadWorks| RoadWorksReport {
        at: place(one.at),
        freeway: one.freeway,
        factor: rounded(one.factor, 100.0),
    };
    works.iter().filter(held).map(report).collect()
}

fn incidents(region: &Region, rules: &RideRules, now: VirtualTime) -> Vec<IncidentReport> {
    let incidents = region.road_incidents(rules, now);
    let report = incidents.iter().map(|one| IncidentReport {
        at: place(one.at),
        start: format_time(one.start),
        end: format_time(one.end),
        delay_seconds: one.delay_seconds.round(),
    });
    report.collect()
}

/// Returns a point at a share of the way from the centre to the borders.
fn towards(region: &Region, north: f64, east: f64) -> Place {
    let (bounds, centre) = (&region.bounds, region.centre);
    let height = (bounds.north() - bounds.south()) / 2.0;
    let width = (bounds.east() - bounds.west()) / 2.0;
    bounds.clamp(Place::from_degrees(centre.lat() + north * height, centre.lon() + east * width))
}

fn clock(region: &Region, now: VirtualTime) -> String {
    let LocalTime { day, .. } = region.calendar.local(now);
    let (minute, (year, month, date)) = (region.calendar.local(now).minute_of_day(), day.year_month_day());
    format!("{year:04}-{month:02}-{date:02}T{:02}:{:02}", minute / 60, minute % 60)
}

fn place(place: Place) -> PlaceReport {
    PlaceReport { lat: place.lat(), lon: place.lon() }
}

fn rounded(value: f64, by: f64) -> f64 {
    (value * by).round() / by
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_sim::Span;

    fn town() -> Town {
        let rules = "[world]\npeople = 20000\nstart = \"2026-01-01T00:00:00+00:00\"\n[bank.fraud]\nrate = 0.02\n\
             [[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"";
        Town::build(&populace_wire::scenario_from_toml("test", rules).expect("valid")).expect("a town")
    }

    #[test]
    fn every_region_has_weather_and_traffic() {
        let town = town();
        let noon = town.start() + Span::from_seconds(18 * 3_600);
        let (sky, roads) = (weather(&town, noon), traffic(&town, noon));
        assert_eq!(sky.regions[0].local_time, "2026-01-01T12:00");
        assert_eq!(sky.regions[1].local_time, "2026-01-02T03:00");
        for region in roads.regions {
            assert!((0.7..5.0).contains(&region.slowdown), "{region:?}");
        }
        assert_eq!(world(&town).regions[1].timezone, "Asia/Tokyo");
    }
}
