//! Sums that give moments, correlations, intraclass correlation and slopes, so that a draw of entities does not need
//! another pass over their records. Must not depend on: records.

/// The count and the power sums of a group of values.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Moments {
    /// The count.
    pub n: f64,
    /// The sum.
    pub sum: f64,
    /// The sum of squares.
    pub squares: f64,
    /// The sum of cubes.
    pub cubes: f64,
}

impl Moments {
    /// Adds a value.
    pub(crate) fn add(&mut self, value: f64) {
        self.add_times(&Moments { n: 1.0, sum: value, squares: value * value, cubes: value * value * value }, 1.0);
    }

    /// Adds a group `times` times.
    pub(crate) fn add_times(&mut self, other: &Moments, times: f64) {
        self.n += times * other.n;
        self.sum += times * other.sum;
        self.squares += times * other.squares;
        self.cubes += times * other.cubes;
    }

    /// Returns the mean; NaN without values.
    pub(crate) fn mean(&self) -> f64 {
        self.sum / self.n
    }

    /// Returns the standard deviation.
    pub(crate) fn deviation(&self) -> f64 {
        (self.squares / self.n - self.mean() * self.mean()).max(0.0).sqrt()
    }

    /// Returns the skewness.
    pub(crate) fn skew(&self) -> f64 {
        let (m, s) = (self.mean(), self.deviation());
        (self.cubes / self.n - 3.0 * m * self.squares / self.n + 2.0 * m * m * m) / (s * s * s)
    }
}

/// Returns all groups combined, each counted as often as its weight.
pub(crate) fn pooled(groups: &[Moments], weights: &[u32]) -> Moments {
    let mut all = Moments::default();
    groups.iter().zip(weights).for_each(|(group, weight)| all.add_times(group, f64::from(*weight)));
    all
}

/// One group of values for each entity.
#[derive(Clone, Debug)]
pub(crate) struct Groups(pub Vec<Moments>);

impl Groups {
    /// Returns all groups combined into one.
    pub(crate) fn pooled(&self, weights: &[u32]) -> Moments {
        pooled(&self.0, weights)
    }

    /// Returns the one-way intraclass correlation ICC(1) over the groups that are not empty (Shrout and Fleiss 1979),
    /// each group counted as often as its weight.
    pub(crate) fn icc(&self, weights: &[u32]) -> f64 {
        let all = self.pooled(weights);
        let (mut groups, mut within, mut sizes) = (0.0, 0.0, 0.0);
        for (group, weight) in self.0.iter().zip(weights).filter(|(group, _)| group.n > 0.0) {
            let weight = f64::from(*weight);
            groups += weight;
            within += weight * (group.squares - group.sum * group.sum / group.n);
            sizes += weight * group.n * group.n;
        }
        let between = all.squares - all.sum * all.sum / all.n - within;
        let (between, within) = (between / (groups - 1.0), within / (all.n - groups));
        let size = (all.n - sizes / all.n) / (groups - 1.0);
        (between - within) / (between + (size - 1.0) * within)
    }
}

/// The two values of each entity; `None` for an entity that lacks one.
#[derive(Clone, Debug)]
pub(crate) struct Pairs(pub Vec<Option<(f64, f64)>>);

impl Pairs {
    /// Returns the number of entities with both values.
    pub(crate) fn len(&self) -> u64 {
        self.0.iter().flatten().count() as u64
    }

    /// Returns Pearson's correlation, each entity counted as often as its weight.
    pub(crate) fn correlation(&self, weights: &[u32]) -> f64 {
        let (mut x, mut y, mut product) = (Moments::default(), Moments::default(), 0.0);
        for (pair, weight) in self.0.iter().zip(weights) {
            let (Some((a, b)), weight) = (pair, f64::from(*weight)) else { continue };
            x.add_times(&Moments { n: 1.0, sum: *a, squares: a * a, cubes: 0.0 }, weight);
            y.add_times(&Moments { n: 1.0, sum: *b, squares: b * b, cubes: 0.0 }, weight);
            product += weight * a * b;
        }
        (product / x.n - x.mean() * y.mean()) / (x.deviation() * y.deviation())
    }
}

/// Returns the slope of the least-squares line through the points.
pub(crate) fn slope(points: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut n, mut x, mut y, mut xx, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (a, b) in points {
        n += 1.0;
        x += a;
        y += b;
        xx += a * a;
        xy += a * b;
    }
    (n * xy - x * y) / (n * xx - x * x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Random;

    fn moments(values: &[f64]) -> Moments {
        let mut made = Moments::default();
        values.iter().for_each(|value| made.add(*value));
        made
    }

    #[test]
    fn moments_of_a_small_sample() {
        let made = moments(&[1.0, 1.0, 4.0]);
        assert!((made.mean() - 2.0).abs() < 1e-12 && (made.deviation() - 2.0_f64.sqrt()).abs() < 1e-12);
        assert!((made.skew() - 0.5_f64.sqrt()).abs() < 1e-12, "{}", made.skew());
    }

    #[test]
    fn groups_that_differ_and_hold_together_have_a_high_icc() {
        let apart = Groups(vec![moments(&[1.0, 1.1]), moments(&[5.0, 5.1]), moments(&[9.0, 9.1])]);
        assert!(apart.icc(&[1, 1, 1]) > 0.99);
        let mut random = Random::new(1);
        let mixed = (0..500).map(|_| moments(&[random.normal(), random.normal(), random.normal()]));
        assert!(Groups(mixed.collect()).icc(&[1; 500]).abs() < 0.06);
        let half = (0..2_000).map(|_| {
            let own = random.normal();
            moments(&[own + random.normal(), own + random.normal(), own + random.normal()])
        });
        assert!((Groups(half.collect()).icc(&[1; 2_000]) - 0.5).abs() < 0.05);
    }

    #[test]
    fn correlation_and_slope_of_a_line() {
        let line = Pairs(vec![Some((1.0, 3.0)), None, Some((2.0, 5.0)), Some((4.0, 9.0))]);
        assert!((line.correlation(&[1, 7, 1, 2]) - 1.0).abs() < 1e-9);
        assert!((slope([(1.0, 3.0), (2.0, 5.0), (4.0, 9.0)].into_iter()) - 2.0).abs() < 1e-12);
    }
}
