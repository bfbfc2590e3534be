//! The deviation of traffic from the usual, as a random field that is smooth in space and time: plane waves of several
//! kilometres, each with two amplitudes that follow an autoregressive process in steps of 15 minutes. Neighbours share their
//! traffic, less so with growing distance.
//! Must not depend on: roads and rush hours.

use super::local_time::LocalDay;
use super::roads::Point;
use crate::engine::{Purpose, RngStream, WorldKey, sample};

/// The steps of the field per day, of 15 minutes each.
pub(super) const STEPS: usize = 96;
pub(super) const SECONDS_PER_STEP: f64 = 900.0;

/// The number of plane waves; each has a cosine and a sine.
const WAVES: usize = 12;
const PARTS: usize = 2 * WAVES;
const _: () = assert!(PARTS.is_multiple_of(4), "the field is added in four sums");

/// The shortest and the longest wave in metres: the sizes of a jam and of a slow side of the town.
const WAVE_METRES: (f64, f64) = (12_000.0, 90_000.0);

/// The correlation of an amplitude from one step to the next, of the shortest and of the longest wave.
const MEMORY: (f64, f64) = (0.85, 0.95);

/// A number for each cosine and sine: the coefficients of a place, or the amplitudes at an instant.
pub(super) type Parts = [f32; PARTS];

/// The coefficients of the points of a region.
#[derive(Clone, Debug)]
pub(super) struct Field(Vec<Parts>);

impl Field {
    /// Returns the field of a region at these points.
    pub fn new(points: &[Point], mut rng: RngStream) -> Self {
        let turn = rng.unit();
        let waves: [(f64, f64); WAVES] = std::array::from_fn(|wave| {
            // The golden angle separates the directions of waves of similar length.
            let angle = std::f64::consts::PI * (turn + 0.618_034 * wave as f64 + 0.1 * rng.unit());
            let number =
                std::f64::consts::TAU / (WAVE_METRES.0 * libm::pow(WAVE_METRES.1 / WAVE_METRES.0, place(wave)));
            (number * libm::cos(angle), number * libm::sin(angle))
        });
        Field(points.iter().map(|point| parts_at(&waves, *point)).collect())
    }

    /// Returns the field at one of the points, with standard deviation 1, at a number of steps after midnight of the day of
    /// the heights.
    #[inline]
    pub fn at(&self, point: u16, heights: &[Parts], steps: f64) -> f64 {
        let step = (steps as usize).min(STEPS - 1);
        let (own, now, next) = (&self.0[usize::from(point)], &heights[step], &heights[step + 1]);
        let passed = (steps - step as f64).min(1.0) as f32;
        let sums = sums(own, now, next, passed);
        f64::from((sums[0] + sums[1]) + (sums[2] + sums[3]))
    }
}

/// Returns the sums of every fourth part, of amplitudes a share of the way from `now` to `next`. Processors add four at once,
/// and in the same order on every platform. Inlined, the compiler would spread them over half vectors.
#[inline(never)]
fn sums(own: &Parts, now: &Parts, next: &Parts, passed: f32) -> [f32; 4] {
    let mut sums = [0.0; 4];
    let [own, now, next] = [own, now, next].map(|parts| parts.as_chunks::<4>().0);
    for ((own, now), next) in own.iter().zip(now).zip(next) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum += own[lane] * (now[lane] + passed * (next[lane] - now[lane]));
        }
    }
    sums
}

/// Returns the position of a wave between the shortest, 0, and the longest, 1.
fn place(wave: usize) -> f64 {
    wave as f64 / (WAVES - 1) as f64
}

fn parts_at(waves: &[(f64, f64); WAVES], (x, y): Point) -> Parts {
    let scale = 1.0 / f64::sqrt(WAVES as f64);
    std::array::from_fn(|part| {
        let (east, north) = waves[part / 2];
        let phase = east * x + north * y;
        (scale * if part % 2 == 0 { libm::cos(phase) } else { libm::sin(phase) }) as f32
    })
}

/// Returns the amplitudes of a region's waves at each step of a local day and at its end. They continue across midnight: a
/// day starts from the innovations of the day before.
pub(super) fn heights(key: WorldKey, region: u64, day: LocalDay) -> Vec<Parts> {
    let mut heights = vec![[0.0; PARTS]; STEPS + 1];
    for part in 0..PARTS {
        let memory = MEMORY.0 + (MEMORY.1 - MEMORY.0) * place(part / 2);
        let scale = f64::sqrt(1.0 - memory * memory);
        let fresh = |day: i32, steps: usize| {
            let act = (part as u64) << 40 | u64::from(day as u32);
            let mut rng = key.rng(region, Purpose::TrafficNoise, act);
            (0..steps).map(move |_| scale * sample::normal_fast(&mut rng))
        };
        let mut value = fresh(day.0 - 1, STEPS).fold(0.0, |value, new| value * memory + new);
        for (row, new) in heights.iter_mut().zip(fresh(day.0, STEPS).chain(fresh(day.0 + 1, 1))) {
            value = value * memory + new;
            row[part] = value as f32;
        }
    }
    heights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points 0 to 40 km from a place, a kilometre from one to the next.
    fn line() -> Vec<Point> {
        (0..41).map(|km| (7_000.0 + 600.0 * f64::from(km), -3_000.0 + 800.0 * f64::from(km))).collect()
    }

    /// Returns the mean over days and steps of the product of the field at two points and steps.
    fn product(field: &Field, (a, b): (u16, u16), later: usize) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for day in 0..150 {
            let heights = heights(WorldKey::new(5), 0, LocalDay(20_000 + day));
            for step in (0..STEPS - later).step_by(8) {
                sum += field.at(a, &heights, step as f64) * field.at(b, &heights, (step + later) as f64);
                count += 1.0;
            }
        }
        sum / count
    }

    fn field() -> Field {
        Field::new(&line(), WorldKey::new(5).rng(0, Purpose::TrafficNoise, 0))
    }

    #[test]
    fn its_spread_is_one_everywhere_and_neighbours_share_it_the_more_the_nearer() {
        let field = field();
        for place in [0, 13, 40] {
            let spread = product(&field, (place, place), 0);
            assert!((spread - 1.0).abs() < 0.15, "{place}: {spread}");
        }
        let [near, some, far] = [1, 6, 30].map(|km| product(&field, (0, km), 0));
        assert!(near > 0.9 && some < 0.9 && far < some - 0.2, "{near} {some} {far}");
    }

    #[test]
    fn it_fades_within_hours() {
        let field = field();
        let [soon, hour, hours] = [1, 4, 20].map(|steps| product(&field, (3, 3), steps));
        assert!(soon > 0.8 && (0.45..0.85).contains(&hour) && hours < 0.35, "{soon} {hour} {hours}");
    }

    #[test]
    fn it_is_smooth_between_steps_and_across_midnight() {
        let field = field();
        for day in 0..40 {
            let [today, tomorrow] = [0, 1].map(|after| heights(WorldKey::new(5), 0, LocalDay(day + after)));
            let (end, begin) = (field.at(2, &today, STEPS as f64), field.at(2, &tomorrow, 0.0));
            assert!((end - begin).abs() < 0.05, "{end} {begin}");
            let [before, middle, after] = [10.0, 10.5, 11.0].map(|steps| field.at(2, &today, steps));
            assert!((0.5 * (before + after) - middle).abs() < 1e-5);
        }
    }
}
