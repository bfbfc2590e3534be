//! The shape of a Weibull distribution by maximum likelihood. Must not depend on: records.

/// Returns the shape of the values 1, 2, 3 …, which occurred `counts` times each (index 0 is value 1); NaN if fewer
/// than two different values occurred.
pub(crate) fn weibull_shape(counts: &[u64]) -> f64 {
    let seen = || (1..).zip(counts).filter(|(_, n)| **n > 0).map(|(x, n)| (f64::from(x as u32).ln(), *n as f64));
    if seen().nth(1).is_none() {
        return f64::NAN;
    }
    let total: f64 = seen().map(|(_, n)| n).sum();
    let mean_log = seen().map(|(log, n)| log * n).sum::<f64>() / total;
    let largest = seen().map(|(log, _)| log).fold(0.0, f64::max);
    // Increasing in the shape; powers are scaled by the largest value against overflow.
    let excess = |shape: f64| {
        let (mut plain, mut weighted) = (0.0, 0.0);
        for (log, n) in seen() {
            let power = n * (shape * (log - largest)).exp();
            plain += power;
            weighted += power * log;
        }
        weighted / plain - 1.0 / shape - mean_log
    };
    let (mut low, mut high) = (0.01, 50.0);
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if excess(middle) < 0.0 { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Random;

    fn drawn(shape: f64) -> Vec<u64> {
        let (mut random, mut counts) = (Random::new(9), vec![0; 200_000]);
        for _ in 0..20_000 {
            let x = 400.0 * (-(1.0 - random.unit()).ln()).powf(1.0 / shape);
            counts[(x.ceil() as usize).clamp(1, 200_000) - 1] += 1;
        }
        counts
    }

    #[test]
    fn the_shape_is_found_again() {
        for shape in [0.7, 1.0, 2.0] {
            let found = weibull_shape(&drawn(shape));
            assert!((found / shape - 1.0).abs() < 0.04, "{shape}: {found}");
        }
        assert!(weibull_shape(&[0, 5]).is_nan());
    }
}
