//! Gradient boosting of regression trees on binned features, by least squares or for odds (Friedman 2001, with Newton's
//! leaves). Small on purpose: it measures how much of a value the fields of a record explain. Must not depend on: records.

/// The number of bins of a feature; their bounds are quantiles of the learning rows.
const BINS: usize = 64;

/// The most by which a leaf changes the logarithm of odds: a leaf with one class alone would change it without limit.
/// Values of least squares are far below it.
const MOST_STEP: f64 = 1e3;

/// Rows of features, column by column.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// One column for each feature, all of equal length.
    pub columns: Vec<Vec<f32>>,
}

/// The loss to minimise, which determines the meaning of predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Least squares: predictions are values.
    Squares,
    /// Log loss: predictions are logarithms of the odds of a target that is 0 or 1.
    Odds,
}

/// The parameters of learning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Boosting {
    /// The number of trees.
    pub trees: usize,
    /// The number of levels of splits in a tree, 1 to 8.
    pub depth: usize,
    /// The learning rate, above 0 and at most 1.
    pub rate: f64,
    /// The fewest rows of each leaf.
    pub least: f64,
    /// The loss to minimise.
    pub loss: Loss,
}

/// A model that was learnt.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    bounds: Vec<Vec<f32>>,
    base: f64,
    trees: Vec<Tree>,
}

/// A complete binary tree: nodes level by level, then the leaves.
#[derive(Clone, Debug)]
struct Tree {
    /// The feature and the last bin that goes left; a node that does not split sends all left.
    splits: Vec<(usize, u8)>,
    leaves: Vec<f64>,
}

/// The sum of residuals, the sum of curvatures and the number of the rows of a bin.
type Bin = (f64, f64, f64);

/// The residual of a row, and the curvature of its loss.
#[derive(Clone, Copy, Debug)]
struct Slope {
    residual: f64,
    curvature: f64,
}

impl Boosting {
    /// Learns `target` from the rows `learnt` of the table.
    pub(crate) fn learn(&self, table: &Table, target: &[f64], learnt: std::ops::Range<usize>) -> Model {
        let part = |column: &Vec<f32>| column[learnt.clone()].to_vec();
        let bounds: Vec<Vec<f32>> = table.columns.iter().map(|column| bounds(part(column))).collect();
        let binned: Vec<Vec<u8>> = table
            .columns
            .iter()
            .zip(&bounds)
            .map(|(column, bounds)| bin_all(&column[learnt.clone()], bounds))
            .collect();
        let target = &target[learnt];
        let base = self.loss.base(target);
        let mut expected = vec![base; target.len()];
        let trees = (0..self.trees).map(|_| self.tree(&binned, target, &mut expected)).collect();
        Model { bounds, base, trees }
    }

    /// Returns one more tree, fitted to the residuals; adds its predictions to `expected`.
    fn tree(&self, binned: &[Vec<u8>], target: &[f64], expected: &mut [f64]) -> Tree {
        let slopes: Vec<Slope> = target.iter().zip(&*expected).map(|(y, e)| self.loss.slope(*y, *e)).collect();
        let mut nodes = vec![0_u16; slopes.len()];
        let mut splits = Vec::new();
        for level in 0..self.depth {
            let found = self.split_level(binned, &slopes, &nodes, 1 << level);
            for (row, node) in nodes.iter_mut().enumerate() {
                let (feature, last) = found[*node as usize];
                *node = *node * 2 + u16::from(binned[feature][row] > last);
            }
            splits.extend(found);
        }
        let mut sums: Vec<Bin> = vec![(0.0, 0.0, 0.0); 1 << self.depth];
        nodes.iter().zip(&slopes).for_each(|(node, slope)| add(&mut sums[*node as usize], *slope));
        let answer = |(sum, curvature, _): &Bin| if *curvature > 0.0 { self.rate * sum / curvature } else { 0.0 };
        let leaves: Vec<f64> = sums.iter().map(|bin| answer(bin).clamp(-MOST_STEP, MOST_STEP)).collect();
        nodes.iter().zip(expected).for_each(|(node, expected)| *expected += leaves[*node as usize]);
        Tree { splits, leaves }
    }

    /// Returns the best split of each node of a level.
    fn split_level(&self, binned: &[Vec<u8>], slopes: &[Slope], nodes: &[u16], count: usize) -> Vec<(usize, u8)> {
        let mut best = vec![(0.0, (0, u8::MAX)); count];
        for (feature, bins) in binned.iter().enumerate() {
            let mut sums: Vec<Bin> = vec![(0.0, 0.0, 0.0); count * BINS];
            for ((bin, node), slope) in bins.iter().zip(nodes).zip(slopes) {
                add(&mut sums[*node as usize * BINS + *bin as usize], *slope);
            }
            for (node, best) in best.iter_mut().enumerate() {
                let (gain, last) = self.best_split(&sums[node * BINS..(node + 1) * BINS]);
                if gain > best.0 {
                    *best = (gain, (feature, last));
                }
            }
        }
        best.into_iter().map(|(_, split)| split).collect()
    }

    /// Returns the gain of the best split of these bins, and the last bin on its left.
    fn best_split(&self, bins: &[Bin]) -> (f64, u8) {
        let all = bins.iter().fold((0.0, 0.0, 0.0), |all, bin| (all.0 + bin.0, all.1 + bin.1, all.2 + bin.2));
        let worth = |part: &Bin| part.0 * part.0 / part.1.max(1e-9);
        let (mut left, mut best): (Bin, _) = ((0.0, 0.0, 0.0), (0.0, u8::MAX));
        for (last, bin) in (0..).zip(bins) {
            left = (left.0 + bin.0, left.1 + bin.1, left.2 + bin.2);
            let right = (all.0 - left.0, all.1 - left.1, all.2 - left.2);
            if left.2 < self.least || right.2 < self.least {
                continue;
            }
            let gain = worth(&left) + worth(&right) - worth(&all);
            if gain > best.0 {
                best = (gain, last);
            }
        }
        best
    }
}

impl Model {
    /// Returns the predictions for the rows `asked` of the table.
    pub(crate) fn predict(&self, table: &Table, asked: std::ops::Range<usize>) -> Vec<f64> {
        let binned: Vec<Vec<u8>> = table
            .columns
            .iter()
            .zip(&self.bounds)
            .map(|(column, bounds)| bin_all(&column[asked.clone()], bounds))
            .collect();
        (0..asked.len()).map(|row| self.base + self.trees.iter().map(|t| t.answer(&binned, row)).sum::<f64>()).collect()
    }
}

impl Tree {
    fn answer(&self, binned: &[Vec<u8>], row: usize) -> f64 {
        let (mut node, mut level_start) = (0, 0);
        while level_start + node < self.splits.len() {
            let (feature, last) = self.splits[level_start + node];
            level_start = level_start * 2 + 1;
            node = node * 2 + usize::from(binned[feature][row] > last);
        }
        self.leaves[node]
    }
}

impl Loss {
    /// Returns the prediction for a row without features.
    fn base(self, target: &[f64]) -> f64 {
        let mean = target.iter().sum::<f64>() / target.len().max(1) as f64;
        match self {
            Loss::Squares => mean,
            Loss::Odds => (mean.clamp(1e-6, 1.0 - 1e-6) / (1.0 - mean.clamp(1e-6, 1.0 - 1e-6))).ln(),
        }
    }

    fn slope(self, target: f64, expected: f64) -> Slope {
        match self {
            Loss::Squares => Slope { residual: target - expected, curvature: 1.0 },
            Loss::Odds => {
                let share = 1.0 / (1.0 + (-expected).exp());
                Slope { residual: target - share, curvature: (share * (1.0 - share)).max(1e-6) }
            }
        }
    }
}

fn add(bin: &mut Bin, slope: Slope) {
    bin.0 += slope.residual;
    bin.1 += slope.curvature;
    bin.2 += 1.0;
}

/// Returns the last value of every bin except the last one, ascending, without repetition.
fn bounds(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_by(f32::total_cmp);
    let mut bounds: Vec<f32> =
        (1..BINS).filter_map(|i| values.get((i * values.len() / BINS).saturating_sub(1)).copied()).collect();
    bounds.dedup();
    bounds
}

fn bin_all(values: &[f32], bounds: &[f32]) -> Vec<u8> {
    values.iter().map(|value| bounds.partition_point(|bound| bound < value) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Random;

    const SMALL: Boosting = Boosting { trees: 60, depth: 3, rate: 0.2, least: 10.0, loss: Loss::Squares };

    fn r2(target: &[f64], predicted: &[f64]) -> f64 {
        let mean = target.iter().sum::<f64>() / target.len() as f64;
        let square = |all: &mut dyn Iterator<Item = f64>| all.map(|x| x * x).sum::<f64>();
        1.0 - square(&mut target.iter().zip(predicted).map(|(y, p)| y - p))
            / square(&mut target.iter().map(|y| y - mean))
    }

    #[test]
    fn it_learns_what_two_features_say_together_and_nothing_from_noise() {
        let mut random = Random::new(2);
        let columns: Vec<Vec<f32>> = (0..3).map(|_| (0..6_000).map(|_| random.unit() as f32).collect()).collect();
        let table = Table { columns };
        let curve = |row: usize| {
            let (a, b) = (f64::from(table.columns[0][row]), f64::from(table.columns[1][row]));
            (a * 6.0).sin() + if a > 0.5 && b > 0.5 { 1.0 } else { 0.0 }
        };
        let target: Vec<f64> = (0..6_000).map(curve).collect();
        let found = r2(&target[4_000..], &SMALL.learn(&table, &target, 0..4_000).predict(&table, 4_000..6_000));
        assert!(found > 0.97, "{found}");
        let noise: Vec<f64> = (0..6_000).map(|_| random.normal()).collect();
        let found = r2(&noise[4_000..], &SMALL.learn(&table, &noise, 0..4_000).predict(&table, 4_000..6_000));
        assert!(found < 0.02, "{found}");
    }

    #[test]
    fn odds_are_learnt_as_they_are() {
        let mut random = Random::new(4);
        let column: Vec<f32> = (0..20_000).map(|_| random.unit() as f32).collect();
        let odds = |x: f32| if x > 0.8 { 0.0 } else { -3.0 };
        let share = |odds: f64| 1.0 / (1.0 + (-odds).exp());
        let target: Vec<f64> = column.iter().map(|x| f64::from(u8::from(random.unit() < share(odds(*x))))).collect();
        let table = Table { columns: vec![column] };
        let predicted =
            Boosting { loss: Loss::Odds, ..SMALL }.learn(&table, &target, 0..20_000).predict(&table, 0..20_000);
        let wrong =
            table.columns[0].iter().zip(&predicted).map(|(x, predicted)| (share(*predicted) - share(odds(*x))).abs());
        assert!(wrong.clone().sum::<f64>() / 20_000.0 < 0.02, "{}", wrong.sum::<f64>() / 20_000.0);
    }

    #[test]
    fn a_constant_feature_explains_nothing() {
        let table = Table { columns: vec![vec![1.0; 50]] };
        let target: Vec<f64> = (0..50).map(f64::from).collect();
        let model = SMALL.learn(&table, &target, 0..50);
        assert!(model.predict(&table, 0..50).iter().all(|p| (p - 24.5).abs() < 1e-9));
    }
}
