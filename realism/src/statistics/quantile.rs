//! Quantiles of values whose owners are weighted. Must not depend on: records.

/// Values in ascending order, each with the index of its owner.
#[derive(Clone, Debug)]
pub(crate) struct Weighted(Vec<(f32, u32)>);

impl Weighted {
    /// Returns the values, sorted.
    pub(crate) fn new(mut values: Vec<(f32, u32)>) -> Self {
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        Weighted(values)
    }

    /// Returns the number of values.
    pub(crate) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Returns the quantiles at the ascending `levels`, with each owner counted as often as its weight; NaN without
    /// values.
    pub(crate) fn quantiles<const N: usize>(&self, weights: &[u32], levels: [f64; N]) -> [f64; N] {
        let weight = |owner: u32| u64::from(weights[owner as usize]);
        let total: u64 = self.0.iter().map(|(_, owner)| weight(*owner)).sum();
        let (mut found, mut next, mut passed) = ([f64::NAN; N], 0, 0);
        for (value, owner) in &self.0 {
            passed += weight(*owner);
            while next < N && passed > 0 && passed as f64 >= levels[next] * total as f64 {
                found[next] = f64::from(*value);
                next += 1;
            }
        }
        found
    }

    /// Returns the mean, with each owner counted as often as its weight.
    pub(crate) fn mean(&self, weights: &[u32]) -> f64 {
        let (mut sum, mut total) = (0.0, 0.0);
        for (value, owner) in &self.0 {
            let weight = f64::from(weights[*owner as usize]);
            sum += weight * f64::from(*value);
            total += weight;
        }
        sum / total
    }
}

/// Returns a function of the weights that gives the median of the known `values`, one for each owner.
pub(crate) fn weighted_median(values: &[Option<f64>]) -> impl Fn(&[u32]) -> f64 {
    let there = (0..).zip(values).filter_map(|(owner, value)| Some(((*value)? as f32, owner)));
    let sorted = Weighted::new(there.collect());
    move |weights| sorted.quantiles(weights, [0.5])[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_count_owners_as_often_as_told() {
        let values = Weighted::new(vec![(3.0, 2), (1.0, 0), (2.0, 1), (10.0, 1)]);
        assert_eq!(values.quantiles(&[1, 1, 1], [0.25, 0.5, 1.0]), [1.0, 2.0, 10.0]);
        assert_eq!(values.quantiles(&[9, 0, 1], [0.25, 0.95]), [1.0, 3.0]);
        assert_eq!(values.mean(&[1, 1, 0]), 13.0 / 3.0);
        assert!(values.quantiles(&[0, 0, 0], [0.5])[0].is_nan());
    }

    #[test]
    fn owners_without_a_value_do_not_move_the_median() {
        let median = weighted_median(&[Some(0.1), None, Some(0.3), Some(0.9)]);
        assert!((median(&[1, 5, 1, 1]) - 0.3).abs() < 1e-6);
    }
}
