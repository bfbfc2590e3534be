//! Distributions, sampled with `libm` and plain arithmetic only, so that every platform gets the same bits.
//! Must not depend on: the world; a caller passes the RNG stream.

use super::random::RngStream;

/// Returns a standard normal number (Box–Muller, one of the pair).
pub fn normal(rng: &mut RngStream) -> f64 {
    let radius = f64::sqrt(-2.0 * libm::log(rng.unit_open()));
    radius * libm::cos(std::f64::consts::TAU * rng.unit())
}

/// Returns a standard normal number for the hot path: the sum of four uniforms, each with 16 bits, scaled to variance 1.
/// Its tails end at ±3.46; where tails matter use [`normal`].
pub fn normal_fast(rng: &mut RngStream) -> f64 {
    const PAIRS: u64 = 0x0000_ffff_0000_ffff;
    let bits = rng.next_u64();
    // Two sums at once, each in a half of the number.
    let pairs = (bits & PAIRS) + (bits >> 16 & PAIRS);
    let sum = (pairs & 0xffff_ffff) + (pairs >> 32);
    // Sum / 65,536 less 2, and four times the half of a unit: all of it exact.
    (sum as i64 - (131_072 - 2)) as f64 * (1.0 / 65_536.0) * 1.732_050_807_568_877_2
}

/// Returns an exponential number with mean 1.
pub fn exponential(rng: &mut RngStream) -> f64 {
    -libm::log(rng.unit_open())
}

/// Returns a log-normal number: exp(mu + sigma · N).
pub fn log_normal(rng: &mut RngStream, mu: f64, sigma: f64) -> f64 {
    libm::exp(mu + sigma * normal(rng))
}

/// Returns the Weibull number with the given shape and scale that a number in (0, 1] stands for.
pub fn weibull_at(unit: f64, shape: f64, scale: f64) -> f64 {
    scale * libm::pow(-libm::log(unit), 1.0 / shape)
}

/// Returns a gamma number with the given shape and mean 1 (Marsaglia and Tsang 2000; shapes below 1 by their boost).
///
/// # Panics
/// If `shape` is not positive.
pub fn gamma_mean_one(rng: &mut RngStream, shape: f64) -> f64 {
    assert!(shape > 0.0, "the shape of a gamma must be positive");
    if shape < 1.0 {
        let boost = libm::pow(rng.unit_open(), 1.0 / shape);
        return gamma_raw(rng, shape + 1.0) * boost / shape;
    }
    gamma_raw(rng, shape) / shape
}

fn gamma_raw(rng: &mut RngStream, shape: f64) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / f64::sqrt(9.0 * d);
    loop {
        let x = normal(rng);
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        if libm::log(rng.unit_open()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}

/// Returns a Poisson number (Knuth's product for small means; a rounded normal above 60, where they agree to 1 %).
pub fn poisson(rng: &mut RngStream, mean: f64) -> u64 {
    if mean > 60.0 {
        let value = libm::round(mean + f64::sqrt(mean) * normal(rng));
        return if value < 0.0 { 0 } else { value as u64 };
    }
    let limit = libm::exp(-mean);
    let (mut count, mut product) = (0, rng.unit_open());
    while product > limit {
        count += 1;
        product *= rng.unit_open();
    }
    count
}

/// Returns a geometric number: the number of successes, each with probability `again`, before the first failure, at
/// most `most`.
pub fn geometric(rng: &mut RngStream, again: f64, most: u32) -> u32 {
    let mut count = 0;
    while count < most && rng.chance(again) {
        count += 1;
    }
    count
}

/// Returns the index that `at` in [0, 1) falls on, where `cumulative` ends with 1.
pub fn pick(cumulative: &[f64], at: f64) -> usize {
    cumulative.partition_point(|c| *c <= at).min(cumulative.len() - 1)
}

/// Returns the running sums of `weights`, scaled so that the last is 1.
pub fn cumulate(weights: &[f64]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    let mut sum = 0.0;
    let step = |w: &f64| {
        sum += w;
        sum / total
    };
    weights.iter().map(step).collect()
}

/// Walker's alias table: draws a label with the given weights in constant time.
#[derive(Clone, Debug)]
pub struct AliasTable {
    cells: Vec<AliasCell>,
}

/// A cell of an alias table: two labels, and the share of the cell that belongs to the first.
#[derive(Clone, Copy, Debug)]
struct AliasCell {
    /// The share of `own` in units of 2⁻⁵³, rounded up, so that a whole number is below it if and only if it is below the
    /// exact share.
    share: u64,
    own: u32,
    alias: u32,
}

impl AliasTable {
    /// Returns the table for `weights` (of any positive scale); it draws indices.
    ///
    /// # Panics
    /// If there are no weights or one is negative.
    pub fn new(weights: &[f64]) -> Self {
        let indices: Vec<u32> = (0..weights.len() as u32).collect();
        AliasTable::labelled(&indices, weights)
    }

    /// Returns the table that draws the label at the index that the table for `weights` draws.
    ///
    /// # Panics
    /// If there are no weights, one is negative, or there are more of them than labels.
    pub fn labelled(labels: &[u32], weights: &[f64]) -> Self {
        let cell = |(n, (keep, alias)): (usize, (f64, u32))| AliasCell {
            share: libm::ceil(keep * (1u64 << 53) as f64) as u64,
            own: labels[n],
            alias: labels[alias as usize],
        };
        AliasTable { cells: shares(weights).into_iter().enumerate().map(cell).collect() }
    }

    /// Returns a label with its weight's probability, decided by the 64 bits `bits`.
    #[inline]
    pub fn pick_with(&self, bits: u64) -> usize {
        let wide = bits as u128 * self.cells.len() as u128;
        let (cell, rest) = ((wide >> 64) as usize, wide as u64);
        let AliasCell { share, own, alias } = self.cells[cell];
        (if rest >> 11 < share { own } else { alias }) as usize
    }

    /// Returns a label with its weight's probability.
    #[inline]
    pub fn pick(&self, rng: &mut RngStream) -> usize {
        self.pick_with(rng.next_u64())
    }
}

/// Returns for each cell of an alias table the share of its own index, and the other index.
///
/// # Panics
/// If there are no weights or one is negative.
fn shares(weights: &[f64]) -> Vec<(f64, u32)> {
    assert!(!weights.is_empty() && weights.iter().all(|w| *w >= 0.0), "weights must not be empty or negative");
    let scale = weights.len() as f64 / weights.iter().sum::<f64>();
    let mut cells: Vec<(f64, u32)> = weights.iter().zip(0..).map(|(w, i)| (w * scale, i)).collect();
    let (mut small, mut large): (Vec<u32>, Vec<u32>) =
        (0..weights.len() as u32).partition(|i| cells[*i as usize].0 < 1.0);
    while let (Some(s), Some(l)) = (small.pop(), large.last().copied()) {
        cells[s as usize].1 = l;
        cells[l as usize].0 -= 1.0 - cells[s as usize].0;
        if cells[l as usize].0 < 1.0 {
            large.pop();
            small.push(l);
        }
    }
    for i in small.into_iter().chain(large) {
        cells[i as usize] = (1.0, i);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::{Purpose, WorldKey};

    fn stream() -> RngStream {
        WorldKey::new(3).rng(1, Purpose::Birth, 0)
    }

    fn mean_and_variance(mut draw: impl FnMut(&mut RngStream) -> f64) -> (f64, f64) {
        let mut rng = stream();
        let values: Vec<f64> = (0..60_000).map(|_| draw(&mut rng)).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64;
        (mean, variance)
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let near = |got: (f64, f64), mean: f64, variance: f64| {
            assert!((got.0 - mean).abs() < 0.03 * mean.max(1.0), "mean {} not {mean}", got.0);
            assert!((got.1 - variance).abs() < 0.06 * variance, "variance {} not {variance}", got.1);
        };
        near(mean_and_variance(normal), 0.0, 1.0);
        near(mean_and_variance(normal_fast), 0.0, 1.0);
        near(mean_and_variance(exponential), 1.0, 1.0);
        near(mean_and_variance(|d| gamma_mean_one(d, 0.8)), 1.0, 1.25);
        near(mean_and_variance(|d| gamma_mean_one(d, 4.0)), 1.0, 0.25);
        near(mean_and_variance(|d| poisson(d, 3.0) as f64), 3.0, 3.0);
        near(mean_and_variance(|d| poisson(d, 100.0) as f64), 100.0, 100.0);
    }

    #[test]
    fn a_fast_normal_number_is_the_sum_of_four_uniforms() {
        let plain = |bits: u64| {
            let sum = (bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48);
            (sum as f64 / 65_536.0 - 2.0 + 4.0 * 0.5 / 65_536.0) * 1.732_050_807_568_877_2
        };
        let rng = &mut stream();
        for _ in 0..200_000 {
            let bits = rng.clone().next_u64();
            assert_eq!(normal_fast(rng).to_bits(), plain(bits).to_bits());
        }
    }

    #[test]
    fn the_alias_table_keeps_the_weights() {
        let weights = [5.0, 1.0, 0.0, 3.0, 1.0];
        let table = AliasTable::new(&weights);
        let mut counts = [0u32; 5];
        let mut rng = stream();
        for _ in 0..100_000 {
            counts[table.pick(&mut rng)] += 1;
        }
        for (count, weight) in counts.iter().zip(weights) {
            assert!((*count as f64 / 10_000.0 - weight).abs() < 0.15, "{counts:?}");
        }
    }

    #[test]
    fn labels_are_drawn_by_the_exact_shares() {
        let weights: Vec<f64> = (0..300).map(|n| 1.0 / (n as f64 + 4.0)).collect();
        let labels: Vec<u32> = (0..300).map(|n| 7 * n + 1).collect();
        let (plain, labelled, exact) =
            (AliasTable::new(&weights), AliasTable::labelled(&labels, &weights), shares(&weights));
        let by_shares = |bits: u64| {
            let wide = bits as u128 * exact.len() as u128;
            let (cell, rest) = ((wide >> 64) as usize, wide as u64);
            let (keep, alias) = exact[cell];
            if ((rest >> 11) as f64) * (1.0 / (1u64 << 53) as f64) < keep { cell } else { alias as usize }
        };
        let mut rng = stream();
        for bits in [0, u64::MAX].into_iter().chain((0..100_000).map(|_| rng.next_u64())) {
            assert_eq!(plain.pick_with(bits), by_shares(bits));
            assert_eq!(labelled.pick_with(bits), 7 * by_shares(bits) + 1);
        }
    }

    #[test]
    fn pick_covers_the_ends() {
        let cumulative = cumulate(&[1.0, 2.0, 1.0]);
        assert_eq!([pick(&cumulative, 0.0), pick(&cumulative, 0.25), pick(&cumulative, 0.999_999)], [0, 1, 2]);
    }
}
