//! Check 15: trips that are near in space and time are slowed by the same causes, the more so the nearer they are. The
//! comparison uses the part of ln duration that distance, hour and weather do not explain.

use super::trips::main_trips;
use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Data, Trip};
use crate::statistics::{Boosting, Estimate, Loss, Table, bootstrap};

/// The distance in kilometres and the time in seconds up to which the starts of two trips are near.
const NEAR_KM: f64 = 1.0;
const NEAR_SECONDS: i64 = 900;
/// The distance in kilometres and the time in seconds from which the starts of two trips are far apart.
const FAR_KM: f64 = 10.0;
const FAR_SECONDS: i64 = 3 * 3_600;
/// The longest time between the two trips of a pair, in seconds.
const REACH_SECONDS: i64 = 6 * 3_600;
/// The most trips of a day that are used; more are thinned out evenly, because there are many more pairs.
const MOST_TRIPS_A_DAY: usize = 1_000;
const KM_PER_DEGREE: f64 = 111.2;

const LEARNER: Boosting = Boosting { trees: 80, depth: 5, rate: 0.1, least: 60.0, loss: Loss::Squares };

const NEAR: Spec = Spec {
    number: 15,
    name: "neighbours share their traffic",
    measure: "trips within 1 km and 15 min: correlation of what is left of ln duration",
    band: Band::between(0.1, 0.4),
    least: 1_000,
    unit: Unit::Number,
    source: "taxis of a neighbourhood 0.1–0.4, falling with distance",
};

const SPACE: Spec = Spec {
    measure: "the same less that of trips within 15 min that are 10 km apart or more",
    band: Band::above(0.05),
    ..NEAR
};

const TIME: Spec = Spec {
    measure: "the same less that of trips within 1 km that are 3 to 6 h apart",
    band: Band::above(0.03),
    ..NEAR
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let most = MOST_TRIPS_A_DAY * data.day_count().max(1) as usize;
    let every = main_trips(data).count().div_ceil(most).max(1);
    let trips: Vec<&Trip> = main_trips(data).step_by(every).collect();
    let left = unexplained(&trips);
    let days = by_day(&trips, &left);
    let count = |of: fn(&Sums) -> &Pairs| days.iter().map(|day| of(day).n).sum::<f64>() as u64;
    let (near, space, time) = (count(|day| &day.near), count(|day| &day.far), count(|day| &day.later));
    let observations = [near, near.min(space), near.min(time)];
    let measured: [Estimate; 3] = bootstrap(days.len(), 18, observations, |weights| correlations(&days, weights));
    [NEAR, SPACE, TIME].into_iter().zip(measured).map(|(spec, one)| spec.judge(one)).collect()
}

/// Returns the part of ln duration that distance, hour and weather do not explain.
fn unexplained(trips: &[&Trip]) -> Vec<f64> {
    let fields: [fn(&Trip) -> f32; 5] = [
        |trip| trip.kilometres,
        |trip| trip.wall.hour() as f32,
        |trip| f32::from(u8::from(trip.wall.day().is_weekend())),
        |trip| f32::from(trip.sky as u8),
        |trip| trip.celsius,
    ];
    let table = Table { columns: fields.iter().map(|field| trips.iter().map(|trip| field(trip)).collect()).collect() };
    let target: Vec<f64> = trips.iter().map(|trip| trip.log_seconds()).collect();
    let expected = LEARNER.learn(&table, &target, 0..trips.len()).predict(&table, 0..trips.len());
    target.iter().zip(expected).map(|(truth, expected)| truth - expected).collect()
}

/// The number of pairs of trips, and sums over the unexplained parts of the two trips.
#[derive(Clone, Copy, Debug, Default)]
struct Pairs {
    n: f64,
    products: f64,
    sums: f64,
    squares: f64,
}

/// The sums of a day.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    near: Pairs,
    far: Pairs,
    later: Pairs,
}

impl Pairs {
    fn add(&mut self, a: f64, b: f64) {
        self.add_times(&Pairs { n: 1.0, products: a * b, sums: a + b, squares: a * a + b * b }, 1.0);
    }

    fn add_times(&mut self, other: &Pairs, times: f64) {
        self.n += times * other.n;
        self.products += times * other.products;
        self.sums += times * other.sums;
        self.squares += times * other.squares;
    }

    /// Returns Pearson's correlation, with each pair counted both ways.
    fn correlation(&self) -> f64 {
        let mean = self.sums / (2.0 * self.n);
        (self.products / self.n - mean * mean) / (self.squares / (2.0 * self.n) - mean * mean)
    }
}

/// Returns the sums of each local day: weather and slow days are shared, so a day counts as a whole.
fn by_day(trips: &[&Trip], left: &[f64]) -> Vec<Sums> {
    let (mut days, mut begin) = (Vec::new(), 0);
    while begin < trips.len() {
        let day = trips[begin].wall.day();
        let end = begin + trips[begin..].partition_point(|trip| trip.wall.day() <= day);
        days.push(of_day(&trips[begin..end], &left[begin..end]));
        begin = end;
    }
    days
}

fn of_day(trips: &[&Trip], left: &[f64]) -> Sums {
    let mut sums = Sums::default();
    for (at, (trip, own)) in trips.iter().zip(left).enumerate() {
        for (other, its) in trips[at + 1..].iter().zip(&left[at + 1..]) {
            let seconds = other.wall.0 - trip.wall.0;
            if seconds > REACH_SECONDS {
                break;
            }
            if seconds > NEAR_SECONDS && seconds < FAR_SECONDS {
                continue;
            }
            if let Some(pairs) = sums.that_hold(seconds, kilometres(trip, other)) {
                pairs.add(*own, *its);
            }
        }
    }
    sums
}

impl Sums {
    /// Returns the pairs of this distance in space and time, or `None` if they are neither near nor far in space. The
    /// time must be near or far.
    fn that_hold(&mut self, seconds: i64, kilometres: f64) -> Option<&mut Pairs> {
        match (seconds <= NEAR_SECONDS, kilometres <= NEAR_KM) {
            (true, true) => Some(&mut self.near),
            (true, false) if kilometres >= FAR_KM => Some(&mut self.far),
            (false, true) => Some(&mut self.later),
            _ => None,
        }
    }
}

/// Returns the kilometres between the starts of two trips.
fn kilometres(a: &Trip, b: &Trip) -> f64 {
    let [lat_a, lon_a, lat_b, lon_b] = [a.ends[0], a.ends[1], b.ends[0], b.ends[1]].map(f64::from);
    let east = (lon_b - lon_a) * (0.5 * (lat_a + lat_b)).to_radians().cos();
    KM_PER_DEGREE * (lat_b - lat_a).hypot(east)
}

/// Returns the correlation of near pairs, and its excess over those of far and of later pairs.
fn correlations(days: &[Sums], weights: &[u32]) -> [f64; 3] {
    let mut all = Sums::default();
    for (day, weight) in days.iter().zip(weights) {
        let times = f64::from(*weight);
        all.near.add_times(&day.near, times);
        all.far.add_times(&day.far, times);
        all.later.add_times(&day.later, times);
    }
    let near = all.near.correlation();
    [near, near - all.far.correlation(), near - all.later.correlation()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{data_of_trips, trip};
    use crate::statistics::Random;

    /// Returns trips from twelve places, each 11 km from the next, whose time depends on place and quarter of an hour:
    /// `shared` returns the number that a place and quarter share.
    fn city(shared: impl Fn(u32, i64) -> f64) -> Data {
        let mut random = Random::new(31);
        let rows = (0..40_000_u32).map(|n| {
            let (place, second) = (n % 12, random.below(40 * 86_400) as i64);
            let mut row = trip(n % 80, Wall(second));
            row.ends[0] = 29.0 + 0.1 * place as f32;
            row.kilometres = (2.0 + 0.5 * random.normal()).exp() as f32;
            let own = 0.2 * random.normal();
            row.seconds = row.kilometres * 90.0 * (own + shared(place, second / 900)).exp() as f32;
            row
        });
        data_of_trips(rows.collect())
    }

    /// Returns a random number of place and quarter, of spread 0.1.
    fn field(place: u32, quarter: i64) -> f64 {
        let mut random = Random::new(u64::from(place) << 32 | quarter as u64);
        random.bits();
        0.1 * random.normal()
    }

    fn values(data: &Data) -> (Vec<f64>, Vec<Verdict>) {
        let checks = checks(data);
        (checks.iter().map(|check| check.value).collect(), checks.iter().map(|check| check.verdict).collect())
    }

    #[test]
    fn what_neighbours_share_is_found() {
        // 0.01 of 0.05 is shared; pairs at most 15 minutes apart share a quarter in half of the cases.
        let (values, verdicts) = values(&city(|place, quarter| 1.5 * field(place, quarter)));
        assert!((values[0] - 0.18).abs() < 0.06 && verdicts == [Verdict::Inside; 3], "{values:?}");
    }

    #[test]
    fn luck_alone_is_no_traffic() {
        let (values, verdicts) = values(&city(|_, _| 0.0));
        assert!(values[0].abs() < 0.03 && verdicts == [Verdict::Outside; 3], "{values:?}");
    }

    #[test]
    fn what_the_whole_city_shares_does_not_fall_with_distance() {
        let (values, verdicts) = values(&city(|_, quarter| 1.5 * field(0, quarter)));
        assert_eq!(verdicts, [Verdict::Inside, Verdict::Outside, Verdict::Inside], "{values:?}");
    }

    #[test]
    fn a_slow_neighbourhood_does_not_fall_with_time() {
        let (values, verdicts) = values(&city(|place, _| 1.2 * field(place, 0)));
        assert_eq!((verdicts[0], verdicts[2]), (Verdict::Inside, Verdict::Outside), "{values:?}");
    }
}
