//! Values with their 95 % interval: Wilson's for shares, the bootstrap over whole entities for all others, because the
//! acts of one person are correlated. Must not depend on: bands.

use super::random::Random;

/// The number of resamples of the entities.
const ROUNDS: usize = 200;

/// The normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_964;

/// A value with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    /// The value itself.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// The number of observations.
    pub observations: u64,
}

/// Returns the share `part` / `whole` with Wilson's interval; NaN without observations.
pub(crate) fn share(part: u64, whole: u64) -> Estimate {
    let (n, p) = (whole as f64, part as f64 / whole as f64);
    let centre = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    Estimate { value: p, low: (centre - half).max(0.0), high: (centre + half).min(1.0), observations: whole }
}

/// Returns `statistic` of all entities, and its percentile interval over draws of as many entities with replacement.
/// `statistic` gets the weight of each entity; it returns NaN for a value that it cannot compute, and such draws are
/// left out.
pub(crate) fn bootstrap<const N: usize>(
    entities: usize,
    seed: u64,
    observations: [u64; N],
    statistic: impl Fn(&[u32]) -> [f64; N],
) -> [Estimate; N] {
    let values = statistic(&vec![1; entities]);
    let mut drawn: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(ROUNDS));
    let (mut random, mut weights) = (Random::new(seed), vec![0; entities]);
    for _ in 0..if entities == 0 { 0 } else { ROUNDS } {
        draw(&mut weights, &mut random);
        statistic(&weights).iter().zip(&mut drawn).for_each(|(value, drawn)| drawn.push(*value));
    }
    std::array::from_fn(|i| {
        let (low, high) = percentiles(&mut drawn[i]).unwrap_or((values[i], values[i]));
        Estimate { value: values[i], low, high, observations: observations[i] }
    })
}

/// As [`bootstrap`], for hours of the day, which are circular and may have several likely values: the interval extends
/// from the hour in each direction as long as the next hour occurs in at least 2.5 % of the draws. The ends may be
/// below 0 or above 23.
pub(crate) fn bootstrap_hours<const N: usize>(
    entities: usize,
    seed: u64,
    observations: [u64; N],
    hours: impl Fn(&[u32]) -> [Option<usize>; N],
) -> [Estimate; N] {
    let mut drawn = [[0_usize; 24]; N];
    let (mut random, mut weights) = (Random::new(seed), vec![0; entities]);
    for _ in 0..if entities == 0 { 0 } else { ROUNDS } {
        draw(&mut weights, &mut random);
        let found = hours(&weights);
        drawn.iter_mut().zip(found).filter_map(|(drawn, hour)| Some((drawn, hour?))).for_each(|(d, hour)| d[hour] += 1);
    }
    let values = hours(&vec![1; entities]);
    std::array::from_fn(|i| match values[i] {
        Some(hour) => around(hour, &drawn[i], observations[i]),
        None => Estimate { value: f64::NAN, low: f64::NAN, high: f64::NAN, observations: observations[i] },
    })
}

fn around(hour: usize, drawn: &[usize; 24], observations: u64) -> Estimate {
    let likely = |at: usize| drawn[at % 24] * 40 >= ROUNDS;
    let after = (1..12).take_while(|n| likely(hour + n)).count() as f64;
    let before = (1..12).take_while(|n| likely(hour + 24 - n)).count() as f64;
    let value = hour as f64;
    Estimate { value, low: value - before, high: value + after, observations }
}

fn draw(weights: &mut [u32], random: &mut Random) {
    weights.fill(0);
    for _ in 0..weights.len() {
        weights[random.below(weights.len())] += 1;
    }
}

fn percentiles(drawn: &mut Vec<f64>) -> Option<(f64, f64)> {
    drawn.retain(|value| !value.is_nan());
    drawn.sort_by(f64::total_cmp);
    let at = |p: f64| drawn.get((p * drawn.len().saturating_sub(1) as f64).round() as usize).copied();
    at(0.025).zip(at(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_the_textbook() {
        let ten_of_hundred = share(10, 100);
        assert!((ten_of_hundred.low - 0.0552).abs() < 1e-4 && (ten_of_hundred.high - 0.1744).abs() < 1e-4);
        let none = share(0, 50);
        assert!(none.low == 0.0 && (none.high - 0.0713).abs() < 1e-4, "{none:?}");
        assert!(share(0, 0).value.is_nan());
    }

    #[test]
    fn the_interval_of_a_mean_is_about_two_standard_errors() {
        let mut random = Random::new(5);
        let sample: Vec<f64> = (0..400).map(|_| random.normal()).collect();
        let mean = |weights: &[u32]| [sample.iter().zip(weights).map(|(x, w)| x * f64::from(*w)).sum::<f64>() / 400.0];
        let [estimate] = bootstrap(400, 7, [400], mean);
        let width = (estimate.high - estimate.low) / 2.0;
        assert!((width / (1.96 / 20.0) - 1.0).abs() < 0.2, "{estimate:?}");
        assert_eq!([estimate], bootstrap(400, 7, [400], mean), "a seed gives the same interval again");
    }

    #[test]
    fn hours_reach_to_their_neighbours_and_not_to_other_likely_ones() {
        let mut drawn = [0; 24];
        (drawn[23], drawn[0], drawn[1], drawn[14]) = (20, 100, 3, 77);
        let expected = Estimate { value: 0.0, low: -1.0, high: 0.0, observations: 9 };
        assert_eq!(around(0, &drawn, 9), expected);
        let [none] = bootstrap_hours(3, 1, [0], |_| [None]);
        assert!(none.value.is_nan());
    }

    #[test]
    fn nobody_has_no_interval() {
        let [estimate] = bootstrap(0, 1, [0], |_| [f64::NAN]);
        assert!(estimate.value.is_nan() && estimate.low.is_nan());
    }
}
