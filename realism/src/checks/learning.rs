//! Check 10, learnability: the share of the variance of a trip's duration that its distance explains, the share that
//! all fields known at request time explain, and the error of a model that also has the naive estimate and the driver.
//! The model learns from the first three quarters of the time and is measured on the last.

use super::trips::main_trips;
use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Data, Trip};
use crate::statistics::{Boosting, Estimate, Loss, Table, bootstrap};

/// The most trips that are used; more are thinned out evenly.
const MOST_TRIPS: usize = 60_000;
/// The number of average trips that are added to the past of each driver.
const PRIOR_TRIPS: f64 = 5.0;

const LEARNER: Boosting = Boosting { trees: 150, depth: 6, rate: 0.1, least: 30.0, loss: Loss::Squares };

const DISTANCE: Spec = Spec {
    number: 10,
    name: "trips: learnability",
    measure: "R² of ln duration: distance alone",
    band: Band::between(0.55, 0.88),
    least: 1_000,
    unit: Unit::Number,
    source: "NYC 0.641",
};

const REQUEST: Spec = Spec {
    measure: "R² of ln duration: all request fields but the naive estimate",
    band: Band::between(0.75, 0.95),
    source: "NYC 0.802",
    ..DISTANCE
};

const UNEXPLAINED: Spec = Spec {
    measure: "unexplained: all request fields / distance alone",
    band: Band::between(0.2, 0.75),
    source: "NYC 0.641 → 0.802",
    ..DISTANCE
};

const MAPE: Spec = Spec {
    measure: "MAPE with the naive estimate and the driver's past",
    band: Band::between(0.10, 0.20),
    unit: Unit::Share,
    source: "published ETA models 10–20 %",
    ..DISTANCE
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let (trips, past) = thinned(data);
    let target: Vec<f64> = trips.iter().map(|trip| trip.log_seconds()).collect();
    let learnt = trips.len() * 3 / 4;
    let predict = |columns: Vec<Vec<f32>>| {
        let table = Table { columns };
        LEARNER.learn(&table, &target, 0..learnt).predict(&table, learnt..trips.len())
    };
    let mut knowing = request_fields(&trips);
    let by_distance = predict(knowing[..1].to_vec());
    let by_request = predict(knowing.clone());
    knowing.push(trips.iter().map(|trip| trip.naive_seconds.max(1.0).ln()).collect());
    knowing.push(past);
    let by_all = predict(knowing);
    let mut drivers = vec![Errors::default(); data.drivers];
    for (row, trip) in trips[learnt..].iter().enumerate() {
        drivers[trip.driver as usize].add(target[learnt + row], [by_distance[row], by_request[row], by_all[row]]);
    }
    judged(&drivers)
}

/// The sums over the trips of a driver.
#[derive(Clone, Copy, Debug, Default)]
struct Errors {
    n: f64,
    sum: f64,
    squares: f64,
    distance: f64,
    request: f64,
    relative: f64,
}

impl Errors {
    /// Adds a trip: ln duration, and its predictions by distance, by request and by everything.
    fn add(&mut self, truth: f64, [distance, request, all]: [f64; 3]) {
        let square = |expected: f64| (truth - expected) * (truth - expected);
        let relative = ((all - truth).exp() - 1.0).abs();
        self.add_times(
            &Errors {
                n: 1.0,
                sum: truth,
                squares: truth * truth,
                distance: square(distance),
                request: square(request),
                relative,
            },
            1.0,
        );
    }

    fn add_times(&mut self, other: &Errors, times: f64) {
        self.n += times * other.n;
        self.sum += times * other.sum;
        self.squares += times * other.squares;
        self.distance += times * other.distance;
        self.request += times * other.request;
        self.relative += times * other.relative;
    }
}

fn judged(drivers: &[Errors]) -> Vec<Check> {
    let statistic = |weights: &[u32]| {
        let mut all = Errors::default();
        drivers.iter().zip(weights).for_each(|(own, weight)| all.add_times(own, f64::from(*weight)));
        let total = all.squares - all.sum * all.sum / all.n;
        [1.0 - all.distance / total, 1.0 - all.request / total, all.request / all.distance, all.relative / all.n]
    };
    let tested = drivers.iter().map(|own| own.n).sum::<f64>() as u64;
    let measured: [Estimate; 4] = bootstrap(drivers.len(), 11, [tested; 4], statistic);
    [DISTANCE, REQUEST, UNEXPLAINED, MAPE].into_iter().zip(measured).map(|(spec, one)| spec.judge(one)).collect()
}

/// Returns trips in the order of time, thinned out if there are too many, and for each the mean of ln (actual / naive)
/// over the driver's past before it, shrunk towards the overall mean.
fn thinned(data: &Data) -> (Vec<&Trip>, Vec<f32>) {
    let every = main_trips(data).count().div_ceil(MOST_TRIPS).max(1);
    let (mut all, mut own) = ((0.0, 0.0), vec![(0.0, 0.0); data.drivers]);
    let (mut trips, mut past) = (Vec::new(), Vec::new());
    for (index, trip) in main_trips(data).enumerate() {
        let mine = &mut own[trip.driver as usize];
        let everybody = all.0 / f64::max(all.1, 1.0);
        if index % every == 0 {
            trips.push(trip);
            past.push(((mine.0 + PRIOR_TRIPS * everybody) / (mine.1 + PRIOR_TRIPS)) as f32);
        }
        let late = trip.log_seconds() - f64::from(trip.naive_seconds.max(1.0)).ln();
        *mine = (mine.0 + late, mine.1 + 1.0);
        all = (all.0 + late, all.1 + 1.0);
    }
    (trips, past)
}

/// Returns the fields known when a trip is requested; the distance first.
fn request_fields(trips: &[&Trip]) -> Vec<Vec<f32>> {
    let fields: [fn(&Trip) -> f32; 11] = [
        |trip| trip.kilometres,
        |trip| trip.ends[0],
        |trip| trip.ends[1],
        |trip| trip.ends[2],
        |trip| trip.ends[3],
        |trip| trip.wall.hour() as f32,
        |trip| f32::from(trip.wall.day().weekday()),
        |trip| f32::from(trip.sky as u8),
        |trip| trip.celsius,
        |trip| trip.rating,
        |trip| f32::from(trip.vehicle),
    ];
    fields.iter().map(|field| trips.iter().map(|trip| field(trip)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Wall;
    use crate::controls::{data_of_trips, trip};
    use crate::statistics::Random;

    #[test]
    fn what_each_knowledge_tells_is_told_apart() {
        let mut random = Random::new(6);
        let slowness: Vec<f64> = (0..50).map(|_| 0.1 * random.normal()).collect();
        let rows = (0..8_000_u32).map(|n| {
            let mut row = trip(n % 50, Wall(i64::from(n) * 2_000));
            row.kilometres = (0.5 + 2.5 * random.unit()).exp() as f32;
            row.naive_seconds = 120.0 * row.kilometres;
            let rush = if row.wall.hour() % 12 == 7 { 0.8 } else { 0.0 };
            let noise = slowness[n as usize % 50] + 0.1 * random.normal();
            row.seconds = row.naive_seconds * (rush + noise).exp() as f32;
            row
        });
        let checks = checks(&data_of_trips(rows.collect()));
        let values: Vec<f64> = checks.iter().map(|check| check.value).collect();
        // Var: distance 0.52, rush 0.049, driver and noise 0.01 each.
        assert!((values[0] - 0.88).abs() < 0.03 && (values[1] - 0.96).abs() < 0.02, "{values:?}");
        assert!((values[2] - 0.32).abs() < 0.1 && (values[3] - 0.08).abs() < 0.03, "{values:?}");
    }

    #[test]
    fn a_handful_of_trips_tells_nothing() {
        let checks = checks(&data_of_trips((0..40).map(|n| trip(n % 5, Wall(i64::from(n)))).collect()));
        assert!(checks.iter().all(|check| check.verdict == crate::check::Verdict::TooFew));
    }
}
