//! Check 9: the shape of the durations of trips, and the hours of slow traffic.

use crate::check::{Band, Check, Spec, Unit};
use crate::clock::Density;
use crate::data::{Data, Trip};
use crate::statistics::{Groups, Moments, bootstrap, bootstrap_hours};

const NAME: &str = "trips: shape and peaks";
/// The number of bands of distance, each with equally many trips.
pub(crate) const BANDS: usize = 6;

const DEVIATION: Spec = Spec {
    number: 9,
    name: NAME,
    measure: "sd of ln duration",
    band: Band::between(0.55, 0.85),
    least: 1_000,
    unit: Unit::Number,
    source: "NYC 0.74",
};

const SKEW: Spec = Spec {
    measure: "skew of ln duration",
    band: Band::between(-0.5, 0.5),
    source: "NYC near log-normal, 0.46",
    ..DEVIATION
};

const SLOWEST: Spec = Spec {
    measure: "weekdays, fixed mix of distances: slowest / fastest hour",
    band: Band::between(0.55, 0.80),
    least: 5_000,
    source: "TranStar I-10 0.61; NYC 0.46",
    ..DEVIATION
};

const MORNING: Spec = Spec {
    measure: "slowest hour before noon",
    band: Band::between(6.0, 9.0),
    unit: Unit::Hour,
    source: "Houston TranStar 7–8 h and 17–18 h",
    ..SLOWEST
};

const EVENING: Spec = Spec { measure: "slowest hour after noon", band: Band::between(16.0, 19.0), ..MORNING };

/// The band of a dense city: its slowest against its fastest hour.
const DENSE: Band = Band::between(0.40, 0.65);

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let mut checks = shape(data);
    checks.extend(peaks(data));
    checks
}

fn shape(data: &Data) -> Vec<Check> {
    let mut drivers = vec![Moments::default(); data.drivers];
    main_trips(data).for_each(|trip| drivers[trip.driver as usize].add(trip.log_seconds()));
    let drivers = Groups(drivers);
    let both = |weights: &[u32]| {
        let all = drivers.pooled(weights);
        [all.deviation(), all.skew()]
    };
    let [deviation, skew] = bootstrap(data.drivers, 9, [main_trips(data).count() as u64; 2], both);
    vec![DEVIATION.judge(deviation), SKEW.judge(skew)]
}

/// Returns the region with the most trips: speeds of several cities are not mixed.
fn main_region(data: &Data) -> u8 {
    let trips = |region: u8| data.trips.iter().filter(|trip| trip.region == region).count();
    (0..data.places.0.len() as u8).max_by_key(|region| (trips(*region), u8::MAX - region)).unwrap_or(0)
}

/// Returns the trips of that region.
pub(crate) fn main_trips(data: &Data) -> impl Iterator<Item = &Trip> {
    let region = main_region(data);
    data.trips.iter().filter(move |trip| trip.region == region)
}

/// Returns the greatest distance of every band except the last, so that each has equally many of these trips.
pub(crate) fn bands<'a>(trips: impl Iterator<Item = &'a Trip>) -> Vec<f32> {
    let mut distances: Vec<f32> = trips.map(|trip| trip.kilometres).collect();
    distances.sort_by(f32::total_cmp);
    (1..BANDS).filter_map(|band| distances.get(band * distances.len() / BANDS).copied()).collect()
}

/// Returns the band of a trip.
pub(crate) fn band_of(trip: &Trip, bands: &[f32]) -> usize {
    bands.partition_point(|end| *end < trip.kilometres)
}

/// The kilometres and hours of trips, by hour of the day and band of distance.
type Speeds = [[(f64, f64); BANDS]; 24];

fn peaks(data: &Data) -> Vec<Check> {
    let trips = || main_trips(data).filter(|trip| !trip.wall.day().is_weekend());
    let (bands, mut drivers) = (bands(trips()), vec![None; data.drivers]);
    for trip in trips() {
        let own: &mut Box<Speeds> = drivers[trip.driver as usize].get_or_insert_default();
        let cell = &mut own[trip.wall.hour()][band_of(trip, &bands)];
        cell.0 += f64::from(trip.kilometres);
        cell.1 += f64::from(trip.seconds) / 3_600.0;
    }
    let ratio = |weights: &[u32]| {
        let speeds = speeds(&drivers, weights);
        let known = || speeds.iter().copied().filter(|speed| speed.is_finite());
        [known().fold(f64::INFINITY, f64::min) / known().fold(0.0, f64::max)]
    };
    let slowest_hours = |weights: &[u32]| {
        let speeds = speeds(&drivers, weights);
        let slowest = |hours: std::ops::Range<usize>| {
            let known = hours.filter(|hour| speeds[*hour].is_finite());
            known.min_by(|a, b| speeds[*a].total_cmp(&speeds[*b]))
        };
        [slowest(0..12), slowest(12..24)]
    };
    let count = trips().count() as u64;
    let [ratio] = bootstrap(data.drivers, 9, [count], ratio);
    let [morning, evening] = bootstrap_hours(data.drivers, 9, [count; 2], slowest_hours);
    let dense = data.places.0.get(usize::from(main_region(data))).is_some_and(|place| place.density == Density::Dense);
    let slowest = if dense { Spec { band: DENSE, ..SLOWEST } } else { SLOWEST };
    vec![slowest.judge(ratio), MORNING.judge(morning), EVENING.judge(evening)]
}

/// Returns the speed in each hour, km/h, if every band had equally many trips at all hours; NaN if a band has none.
fn speeds(drivers: &[Option<Box<Speeds>>], weights: &[u32]) -> [f64; 24] {
    let mut all = Speeds::default();
    for (own, weight) in drivers.iter().zip(weights).filter_map(|(own, weight)| Some((own.as_ref()?, *weight))) {
        for (all, own) in all.iter_mut().flatten().zip(own.iter().flatten()) {
            all.0 += own.0 * f64::from(weight);
            all.1 += own.1 * f64::from(weight);
        }
    }
    all.map(|hour| hour.iter().map(|(km, hours)| km / hours).sum::<f64>() / BANDS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{data_of_trips, trip};

    /// Returns trips of 50 drivers on working days whose speed in an hour is `speed`, and that are twice as long at
    /// night.
    fn city(speed: impl Fn(usize) -> f32) -> Data {
        let mut rows = Vec::new();
        for n in 0..24_000_u32 {
            // Day 4 is a Monday.
            let wall = Wall(i64::from(4 + 7 * (n % 9)) * 86_400 + i64::from(n % 24) * 3_600);
            let mut row = trip(n % 50, wall);
            row.kilometres = 1.0 + (n / 24 % 100) as f32 * if n % 24 < 5 { 0.4 } else { 0.2 };
            row.seconds = row.kilometres / speed(wall.hour()) * 3_600.0;
            rows.push(row);
        }
        data_of_trips(rows)
    }

    #[test]
    fn rush_hours_are_found_whatever_the_mix_of_distances() {
        let checks = peaks(&city(|hour| match hour {
            7 => 30.0,
            17 => 28.0,
            _ => 42.0,
        }));
        let values: Vec<f64> = checks.iter().map(|check| check.value).collect();
        assert!((values[0] - 28.0 / 42.0).abs() < 0.02, "{values:?}");
        assert_eq!(values[1..], [7.0, 17.0]);
        assert!(checks.iter().all(|check| check.verdict == Verdict::Inside));
    }

    #[test]
    fn a_city_without_rush_hours_is_outside() {
        assert_eq!(peaks(&city(|_| 40.0))[0].verdict, Verdict::Outside);
    }

    #[test]
    fn trips_that_all_last_as_long_have_no_shape() {
        let rows = (0..2_000).map(|n| trip(n % 10, Wall(0))).collect();
        let checks = shape(&data_of_trips(rows));
        assert_eq!((checks[0].value, checks[0].verdict), (0.0, Verdict::Outside));
        assert_eq!(checks[1].verdict, Verdict::TooFew, "no spread has no skew");
    }
}
