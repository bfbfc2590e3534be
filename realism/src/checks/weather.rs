//! Check 10, weather: rain slows trips down, on streets more than on freeways. Wet trips are compared with dry ones of
//! the same hour, kind of day and distance.

use super::trips::{BANDS, band_of, bands, main_trips};
use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Data, Sky, Trip};
use crate::statistics::{Estimate, Moments, bootstrap};

/// The number of strata: hours, working days or weekends, bands of distance.
const STRATA: usize = 24 * 2 * BANDS;

const FREEWAYS: Spec = Spec {
    number: 10,
    name: "trips: weather",
    measure: "freeway trips in light rain: change of speed",
    band: Band::between(-0.13, -0.02),
    least: 200,
    unit: Unit::Share,
    source: "FHWA −2 … −13 %",
};

const STREETS: Spec = Spec {
    measure: "street trips in any rain: change of speed",
    band: Band::between(-0.25, -0.10),
    source: "FHWA −10 … −25 %",
    ..FREEWAYS
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let bands = bands(main_trips(data));
    let rain = |sky| matches!(sky, Sky::LightRain | Sky::HeavyRain);
    let freeways = change(data, &bands, |trip| trip.highway_share >= 0.7, |sky| sky == Sky::LightRain);
    vec![FREEWAYS.judge(freeways), STREETS.judge(change(data, &bands, |trip| trip.highway_share <= 0.1, rain))]
}

/// The part of a trip that the comparison needs: its driver, stratum, whether it is wet, and ln speed.
struct Compared {
    driver: u32,
    stratum: usize,
    wet: bool,
    log_speed: f64,
}

fn change(data: &Data, bands: &[f32], road: fn(&Trip) -> bool, wet: fn(Sky) -> bool) -> Estimate {
    let compared = |trip: &Trip| {
        let weekend = usize::from(trip.wall.day().is_weekend());
        Compared {
            driver: trip.driver,
            stratum: (trip.wall.hour() * 2 + weekend) * BANDS + band_of(trip, bands),
            wet: wet(trip.sky),
            log_speed: f64::from(trip.kilometres.max(0.01)).ln() - trip.log_seconds(),
        }
    };
    let chosen = main_trips(data).filter(|trip| road(trip) && (wet(trip.sky) || trip.sky == Sky::Dry));
    let trips: Vec<Compared> = chosen.map(compared).collect();
    let wet = trips.iter().filter(|trip| trip.wet).count() as u64;
    let [measured] = bootstrap(data.drivers, 10, [wet], |weights| [mean_change(&trips, weights)]);
    measured
}

/// Returns the mean over the wet trips of their change of speed against the dry ones of their stratum, as a share.
fn mean_change(trips: &[Compared], weights: &[u32]) -> f64 {
    let mut strata = vec![[Moments::default(); 2]; STRATA];
    for trip in trips {
        let one = Moments { n: 1.0, sum: trip.log_speed, ..Moments::default() };
        strata[trip.stratum][usize::from(trip.wet)].add_times(&one, f64::from(weights[trip.driver as usize]));
    }
    let (mut sum, mut count) = (0.0, 0.0);
    for [dry, wet] in strata.iter().filter(|[dry, wet]| dry.n > 0.0 && wet.n > 0.0) {
        sum += wet.n * (wet.mean() - dry.mean());
        count += wet.n;
    }
    (sum / count).exp() - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{data_of_trips, trip};

    /// Returns trips with rain mostly at 17 h, which is slow anyway; rain takes `slower` off the speed.
    fn rainy(highway_share: f32, slower: f32) -> Data {
        let rows = (0..40_000_u32).map(|n| {
            let hour = n % 24;
            let mut row = trip(n % 60, Wall(i64::from(n % 200) * 86_400 + i64::from(hour) * 3_600));
            let wet = if hour == 17 { n % 2 == 1 } else { n % 37 == 0 };
            row.sky = if wet { Sky::LightRain } else { Sky::Dry };
            row.highway_share = highway_share;
            row.seconds = 1_000.0 * if hour == 17 { 2.0 } else { 1.0 } / if wet { 1.0 - slower } else { 1.0 };
            row
        });
        data_of_trips(rows.collect())
    }

    #[test]
    fn only_the_rain_itself_counts() {
        let checks = checks(&rainy(0.9, 0.08));
        assert!((checks[0].value + 0.08).abs() < 1e-3 && checks[0].verdict == Verdict::Inside, "{:?}", checks[0]);
        assert_eq!(checks[1].verdict, Verdict::TooFew);
    }

    #[test]
    fn rain_that_does_nothing_is_outside() {
        assert_eq!(checks(&rainy(0.0, 0.0))[1].verdict, Verdict::Outside);
    }

    #[test]
    fn without_shares_of_highway_nothing_is_known() {
        assert!(checks(&rainy(f32::NAN, 0.1)).iter().all(|check| check.verdict == Verdict::TooFew));
    }
}
