//! What follows from a town and an instant alone, as whoever asks is shown it: regions, weather, traffic, campaigns.
//! Knows nobody's state, and no shard.

mod campaigns;

pub use campaigns::{active_campaigns, campaigns};

use crate::control::{Answer, RequestError};
use populace_sim::{
    DriftView, LocalTime, Locality, PRESETS, Place, Region, RideRules, Scenario, Town, TrafficMemo, VirtualTime,
    WeatherMemo, drift_ledger, format_time,
};
use serde_json::{Value, json};

/// Directions from the centre in which trips are looked at: degrees of latitude and longitude, of the way to the border.
const DIRECTIONS: [(f64, f64); 8] =
    [(0.5, 0.0), (0.35, 0.35), (0.0, 0.5), (-0.35, 0.35), (-0.5, 0.0), (-0.35, -0.35), (0.0, -0.5), (0.35, -0.35)];

/// What is fixed about a world.
pub fn world(town: &Town) -> Value {
    let rules = town.scenario();
    let region = |local: &Locality| {
        let (region, bounds) = (&local.region, &local.region.bounds);
        json!({
            "name": region.name,
            "preset": PRESETS.contains(&region.name.as_str()),
            "bounds": { "south": bounds.south(), "west": bounds.west(), "north": bounds.north(), "east": bounds.east() },
            "centre": place(region.centre),
            "timezone": region.calendar.zone_name(),
            "currency": region.currency.code(),
            "people": local.people.len(),
            "drivers": local.drivers.len(),
        })
    };
    json!({
        "start": format_time(town.start()),
        "people": rules.world.people,
        "drivers": town.driver_count(),
        "shards": town.shard_count(),
        "events_per_day": town.events_per_day().round(),
        "regions": town.localities().iter().map(region).collect::<Vec<_>>(),
        "topics": town.streams().map(|stream| json!({ "stream": stream.section(), "name": town.topic_name(stream) })).collect::<Vec<_>>(),
    })
}

/// The weather of every region at an instant.
pub fn weather(town: &Town, now: VirtualTime) -> Value {
    let of = |local: &Locality| {
        let region = &local.region;
        let weather = region.weather(&mut WeatherMemo::default(), now);
        json!({
            "region": region.name,
            "local_time": clock(region, now),
            "weather": weather.kind.name(),
            "wet": weather.kind.is_wet(),
            "temperature_celsius": f64::from(weather.temperature_tenths) / 10.0,
        })
    };
    json!({ "virtual_now": format_time(now), "regions": town.localities().iter().map(of).collect::<Vec<_>>() })
}

/// What trips across every region take at an instant.
pub fn traffic(town: &Town, now: VirtualTime) -> Value {
    let rules = &town.scenario().rides;
    let regions: Vec<Value> = town.localities().iter().map(|local| traffic_of(&local.region, rules, now)).collect();
    json!({ "virtual_now": format_time(now), "regions": regions })
}

fn traffic_of(region: &Region, rules: &RideRules, now: VirtualTime) -> Value {
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
    let local = region.calendar.local(now);
    let works = region.road_works(local.day);
    let held = |works: &&populace_sim::RoadWorks| works.hours.holds(local.micros_of_day as f64 * 1e-6);
    json!({
        "region": region.name,
        "local_time": clock(region, now),
        "slowdown": rounded(taken / free, 100.0),
        "mean_kmh": rounded(3.6 * metres / taken, 10.0),
        "free_flow_kmh": rounded(3.6 * metres / free, 10.0),
        "trips": count,
        "trips_delayed_by_incidents": delayed,
        "road_works": works.iter().filter(held).map(|one| json!({
            "at": place(one.at), "freeway": one.freeway, "factor": rounded(one.factor, 100.0),
        })).collect::<Vec<_>>(),
        "incidents": region.road_incidents(rules, now).iter().map(|one| json!({
            "at": place(one.at), "start": format_time(one.start), "end": format_time(one.end),
            "delay_seconds": one.delay_seconds.round(),
        })).collect::<Vec<_>>(),
    })
}

/// How many drifts change something at an instant, wholly or in part.
pub fn drifts_in_force(town: &Town, now: VirtualTime) -> u64 {
    town.drift_shares(now).into_iter().filter(|share| *share > 0.0).count() as u64
}

/// A share of the way from the centre to the borders.
fn towards(region: &Region, north: f64, east: f64) -> Place {
    let (bounds, centre) = (&region.bounds, region.centre);
    let height = (bounds.north() - bounds.south()) / 2.0;
    let width = (bounds.east() - bounds.west()) / 2.0;
    bounds.clamp(Place::from_degrees(centre.lat() + north * height, centre.lon() + east * width))
}

/// Every drift of the world, what is the matter with it at an instant, and how far it is. With the rules that are still
/// `to_come` also what was ordered and does not act yet.
///
/// # Errors
/// Where rules to come make no ledger.
pub fn drifts(town: &Town, to_come: Option<&Scenario>, now: VirtualTime) -> Answer {
    let ledger = to_come.map_or_else(|| Ok(drift_ledger(town)), DriftView::of);
    let mut views = drift_views(&ledger.map_err(|e| RequestError::busy(e.to_string()))?, now);
    // Orders only add drifts, so that those of now come first.
    let shares = town.drift_shares(now).into_iter().chain(std::iter::repeat(0.0));
    for (view, share) in views.iter_mut().zip(shares) {
        view["progress"] = json!(rounded(share, 10_000.0));
    }
    Ok(json!({ "virtual_now": format_time(now), "drifts": views }))
}

/// The entries of a ledger as objects, with their state at an instant.
pub fn drift_views(ledger: &[DriftView], now: VirtualTime) -> Vec<Value> {
    let view = |entry: &DriftView| {
        let mut view = json!(entry);
        view["state"] = json!(entry.drift.state(now).name());
        view
    };
    ledger.iter().map(view).collect()
}

/// The region of this name.
///
/// # Errors
/// When there is none.
pub fn locality<'a>(town: &'a Town, name: &str) -> Result<&'a Locality, RequestError> {
    town.localities().iter().find(|local| local.region.name == name).ok_or_else(|| {
        let names: Vec<&str> = town.localities().iter().map(|local| local.region.name.as_str()).collect();
        RequestError::unknown(format!("there is no region {name:?} in this world: there are {}", names.join(", ")))
    })
}

fn clock(region: &Region, now: VirtualTime) -> String {
    let LocalTime { day, .. } = region.calendar.local(now);
    let (minute, (year, month, date)) = (region.calendar.local(now).minute_of_day(), day.year_month_day());
    format!("{year:04}-{month:02}-{date:02}T{:02}:{:02}", minute / 60, minute % 60)
}

fn place(place: Place) -> Value {
    json!({ "lat": place.lat(), "lon": place.lon() })
}

fn rounded(value: f64, by: f64) -> f64 {
    (value * by).round() / by
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_sim::{Scenario, Span};

    fn town() -> Town {
        let rules = "[world]\npeople = 20000\nstart = \"2026-01-01T00:00:00+00:00\"\n[bank.fraud]\nrate = 0.02\n\
             [[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"";
        Town::build(&Scenario::from_toml("test", rules).expect("valid")).expect("a town")
    }

    #[test]
    fn weather_and_traffic_are_told_for_every_region() {
        let town = town();
        let noon = town.start() + Span::from_seconds(18 * 3_600);
        let (sky, roads) = (weather(&town, noon), traffic(&town, noon));
        assert_eq!(sky["regions"][0]["local_time"], "2026-01-01T12:00");
        assert_eq!(sky["regions"][1]["local_time"], "2026-01-02T03:00");
        for region in roads["regions"].as_array().expect("regions") {
            let slowdown = region["slowdown"].as_f64().expect("a number");
            assert!((0.7..5.0).contains(&slowdown), "{region}");
        }
        assert_eq!(world(&town)["regions"][1]["timezone"], "Asia/Tokyo");
    }
}
