//! Traffic against the published figures of the cities, by sampling trips over some weeks.

use super::*;
use crate::base::WeatherKind;
use crate::engine::{RngStream, WorldKey};
use crate::region::PRESETS;
use crate::region::tests::{region, rides};

const CLEAR: Weather = Weather { kind: WeatherKind::Clear, temperature_tenths: 200 };

/// Returns a Monday in 2026.
fn monday() -> LocalDay {
    LocalDay::of(2026, 3, 2).unwrap()
}

struct Sampler<'a> {
    region: &'a Region,
    memo: TrafficMemo,
    rng: RngStream,
}

impl<'a> Sampler<'a> {
    fn new(region: &'a Region) -> Self {
        Sampler { region, memo: TrafficMemo::default(), rng: WorldKey::new(8).rng(0, Purpose::Trip, 0) }
    }

    /// Returns a trip from a home or back to it, at an hour of a day.
    fn trip(&mut self, day: LocalDay, hour: f64, weather: Weather) -> TripConditions {
        let home = self.region.home(&mut self.rng);
        let away = self.region.errand(&mut self.rng, home, self.region.trip_metres);
        let (from, to) = if self.rng.chance(0.5) { (home, away) } else { (away, home) };
        let t = self.region.calendar.utc(day, (hour * 3.6e9) as i64);
        self.region.trip_conditions(&rides(), &mut self.memo, weather, t, from, to)
    }

    /// Returns the mean speed in km/h of trips in an hour of the days, fixed time included.
    fn speed(&mut self, days: &[LocalDay], hour: usize) -> f64 {
        let (mut metres, mut seconds) = (0.0, 0.0);
        for day in days {
            for i in 0..60 {
                let trip = self.trip(*day, hour as f64 + i as f64 / 60.0, CLEAR);
                metres += trip.route_metres;
                seconds += total(&trip);
            }
        }
        metres / seconds * 3.6
    }
}

fn total(trip: &TripConditions) -> f64 {
    trip.free_flow_seconds * trip.traffic_factor * trip.weather_factor + trip.incident_seconds
}

fn days(weekdays: std::ops::Range<i32>, weeks: i32) -> Vec<LocalDay> {
    (0..weeks).flat_map(|w| weekdays.clone().map(move |d| LocalDay(monday().0 + 7 * w + d))).collect()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn slowest_and_fastest_hours_are_as_far_apart_as_published() {
    for (name, range) in [("houston", 0.55..0.80), ("new-york", 0.40..0.65), ("mumbai", 0.40..0.65)] {
        let region = region(name);
        let mut sampler = Sampler::new(&region);
        let speeds: Vec<f64> = (0..24).map(|hour| sampler.speed(&days(0..5, 2), hour)).collect();
        let by_speed = |a: &usize, b: &usize| speeds[*a].total_cmp(&speeds[*b]);
        let (slowest, fastest) = ((0..24).min_by(by_speed).unwrap(), (0..24).max_by(by_speed).unwrap());
        let ratio = speeds[slowest] / speeds[fastest];
        assert!(range.contains(&ratio), "{name}: {ratio:.3} ({slowest} h against {fastest} h)");
        assert!(name != "houston" || matches!(slowest, 6..=8 | 16..=18), "Houston is slowest at {slowest} h");
    }
}

#[test]
fn usual_trips_last_and_run_as_published() {
    // Median minutes and mean km/h: Houston 12 to 25 min and 25 to 33 mph, New York 8 to 16 min and 12 to 17 mph.
    for (name, minutes, kmh) in [("houston", 12.0..25.0, 38.0..54.0), ("new-york", 8.0..16.0, 19.0..28.0)] {
        let region = region(name);
        let mut sampler = Sampler::new(&region);
        let days = days(0..7, 2);
        let trips: Vec<TripConditions> =
            (0..4_000).map(|i| sampler.trip(days[i % days.len()], 7.0 + (i % 150) as f64 / 10.0, CLEAR)).collect();
        let middle = median(trips.iter().map(total)) / 60.0;
        assert!(minutes.contains(&middle), "{name}: {middle:.1} min");
        let speed = trips.iter().map(|t| t.route_metres).sum::<f64>() / trips.iter().map(total).sum::<f64>() * 3.6;
        assert!(kmh.contains(&speed), "{name}: {speed:.1} km/h");
    }
}

#[test]
fn about_one_trip_in_forty_meets_an_incident() {
    for name in PRESETS {
        let region = region(name);
        let mut sampler = Sampler::new(&region);
        let days = days(0..7, 12);
        let hours = [7.3, 8.1, 9.5, 11.0, 12.5, 14.0, 15.5, 17.0, 17.8, 18.6, 20.0, 22.0];
        let mut delayed = 0;
        for i in 0..days.len() * 120 {
            let trip = sampler.trip(days[i / 120], hours[i % 12], CLEAR);
            delayed += usize::from(trip.incident_seconds >= 1.0);
            assert!(trip.incident_seconds <= 1_800.0);
        }
        let share = delayed as f64 / (days.len() * 120) as f64;
        assert!((0.017..0.034).contains(&share), "{name}: {share:.4}");
    }
}

#[test]
fn rain_and_snow_slow_streets_more_than_freeways() {
    let houston = region("houston");
    let mut sampler = Sampler::new(&houston);
    let mut mean = |kind| {
        let weather = Weather { kind, temperature_tenths: 100 };
        (0..400).map(|i| sampler.trip(monday(), i as f64 / 20.0, weather).weather_factor).sum::<f64>() / 400.0
    };
    assert_eq!(mean(WeatherKind::Clear), 1.0);
    let (rain, heavy, snow) = (mean(WeatherKind::Rain), mean(WeatherKind::HeavyRain), mean(WeatherKind::Snow));
    assert!(1.05 < rain && rain < heavy && heavy < snow && snow < 1.6, "{rain} {heavy} {snow}");
    for kind in WeatherKind::ALL {
        let (freeway, street) = weather_factors(kind);
        assert!(freeway >= 1.0 && street >= 1.0);
    }
}

#[test]
fn mornings_lead_inwards_and_evenings_outwards() {
    let houston = region("houston");
    let suburb = Place::from_degrees(29.93, -95.59);
    let mut memo = TrafficMemo::default();
    let mut mean = |hour: f64, from, to| {
        let factor = |day: &LocalDay| {
            let t = houston.calendar.utc(*day, (hour * 3.6e9) as i64);
            houston.trip_conditions(&rides(), &mut memo, CLEAR, t, from, to).traffic_factor
        };
        days(0..5, 6).iter().map(factor).sum::<f64>() / 30.0
    };
    assert!(mean(7.5, suburb, houston.centre) > 1.15 * mean(7.5, houston.centre, suburb));
    assert!(mean(17.5, houston.centre, suburb) > 1.15 * mean(17.5, suburb, houston.centre));
}

#[test]
fn the_scales_switch_rush_hours_and_incidents_off() {
    let houston = region("houston");
    let mut rules = rides();
    rules.traffic.heavy_multiplier = 0.0;
    rules.traffic.incident_scale = 0.0;
    let mut memo = TrafficMemo::default();
    let mut factors = Vec::new();
    for minute in 0..1_440 {
        let t = houston.calendar.utc(monday(), minute * 60_000_000);
        let to = Place::from_degrees(29.93, -95.59);
        let trip = houston.trip_conditions(&rules, &mut memo, CLEAR, t, houston.centre, to);
        factors.push(libm::log(trip.traffic_factor));
        assert_eq!(trip.incident_seconds, 0.0);
    }
    // The remaining variation is night everywhere, some road works, the effect of the field on empty roads, and each
    // trip's random part.
    let mean = factors.iter().sum::<f64>() / factors.len() as f64;
    let sd = f64::sqrt(factors.iter().map(|f| (f - mean) * (f - mean)).sum::<f64>() / factors.len() as f64);
    assert!(mean.abs() < 0.12 && (sd - libm::hypot(TRIP_SPREAD, WHOLE_SPREAD)).abs() < 0.03, "{mean} {sd}");
}

#[test]
fn trips_of_a_neighbourhood_share_their_congestion() {
    let houston = region("houston");
    let mut memo = TrafficMemo::default();
    // From places a kilometre, and 25 km, from the first one to one at some distance, on 60 weekdays at noon.
    let (from, to) = (Place::from_degrees(29.74, -95.55), Place::from_degrees(29.75, -95.40));
    let (near, far) = (Place::from_degrees(29.748, -95.553), Place::from_degrees(29.92, -95.33));
    let mut slow = |from, to| -> Vec<f64> {
        let factor = |day: &LocalDay| {
            let t = houston.calendar.utc(*day, 12 * 3_600_000_000);
            let trip = houston.trip_conditions(&rides(), &mut memo, CLEAR, t, from, to);
            libm::log(trip.traffic_factor / houston.own_factor(t, from, to))
        };
        days(0..5, 24).iter().map(factor).collect()
    };
    let [one, neighbour, other] = [(from, to), (near, to), (far, houston.centre)].map(|(from, to)| slow(from, to));
    let (alike, apart) = (correlation(&one, &neighbour), correlation(&one, &other));
    assert!(alike > 0.8 && apart < alike - 0.2, "{alike} and {apart}");
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let product =
        |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 { x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum() };
    product(a, ma, b, mb) / f64::sqrt(product(a, ma, a, ma) * product(b, mb, b, mb))
}

#[test]
fn earlier_queries_change_no_result() {
    let london = region("london");
    let mut memo = TrafficMemo::default();
    let to = Place::from_degrees(51.55, -0.13);
    for step in [0, 5, 300, 4, 90_000, 5] {
        let t = VirtualTime::from_seconds(1_767_225_600 + step * 1_013);
        let ask = |memo: &mut TrafficMemo| london.trip_conditions(&rides(), memo, CLEAR, t, london.centre, to);
        assert_eq!(ask(&mut memo), ask(&mut TrafficMemo::default()));
    }
}

#[test]
fn holidays_drive_like_sundays_and_eves_rush_early() {
    let houston = region("houston");
    let hourly = |month, date| {
        let day = LocalDay::of(2025, month, date).unwrap();
        DayShape::new(houston.roads, day, houston.calendar.kind(day)).hourly()
    };
    // Labor Day is a Monday.
    let (holiday, sunday, monday) = (hourly(9, 1), hourly(9, 7), hourly(9, 8));
    assert_eq!(holiday, sunday);
    assert!(holiday[7] < 0.5 * monday[7]);
    // The Wednesday before Thanksgiving, and a week earlier.
    let (eve, usual) = (hourly(11, 26), hourly(11, 19));
    assert!(eve[15] > 1.2 * usual[15] && eve[18] < usual[18], "{eve:?} {usual:?}");
    assert!(hourly(12, 25)[14] < 0.85 * hourly(12, 28)[14], "hardly anybody drives on Christmas Day");
}
