//! The quality of a ranking by scores: area under the curve and average precision, of weighted rows. Must not depend
//! on: records.

/// Rows in the order of their scores, the highest first; rows of equal scores form one step.
#[derive(Clone, Debug)]
pub(crate) struct Ranking {
    steps: Vec<Vec<Row>>,
}

/// The entity of a row, and whether the row is positive.
#[derive(Clone, Copy, Debug)]
struct Row {
    entity: u32,
    sought: bool,
}

/// The quality of a ranking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Worth {
    /// The probability that a positive row ranks before a negative one; NaN without both.
    pub area: f64,
    /// The mean of the precision at each positive row; NaN without any.
    pub precision: f64,
    /// The share of positive rows.
    pub prevalence: f64,
}

impl Ranking {
    /// Returns the ranking by `scores`; each row belongs to an entity and is positive if `sought`.
    pub(crate) fn new(scores: &[f64], entities: &[u32], sought: &[bool]) -> Self {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        let row = |at: &usize| Row { entity: entities[*at], sought: sought[*at] };
        let alike = |a: &usize, b: &usize| scores[*a] == scores[*b];
        Ranking { steps: order.chunk_by(alike).map(|step| step.iter().map(row).collect()).collect() }
    }

    /// Returns the quality of the ranking, with each entity's rows counted as often as its weight.
    pub(crate) fn worth(&self, weights: &[u32]) -> Worth {
        let (mut found, mut passed, mut below, mut precision) = (0.0, 0.0, 0.0, 0.0);
        for step in &self.steps {
            let (mut sought, mut others) = (0.0, 0.0);
            for row in step {
                *(if row.sought { &mut sought } else { &mut others }) += f64::from(weights[row.entity as usize]);
            }
            below += others * (found + sought / 2.0);
            (found, passed) = (found + sought, passed + others);
            if sought > 0.0 {
                precision += sought * found / (found + passed);
            }
        }
        Worth { area: below / (found * passed), precision: precision / found, prevalence: found / (found + passed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(scores: &[f64], sought: &[bool]) -> Worth {
        let entities = vec![0; scores.len()];
        Ranking::new(scores, &entities, sought).worth(&[1])
    }

    #[test]
    fn the_textbooks_example() {
        // From scikit-learn's documentation: y = 0 0 1 1, scores 0.1 0.4 0.35 0.8.
        let found = worth(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]);
        assert!((found.area - 0.75).abs() < 1e-9 && (found.precision - 0.833_333).abs() < 1e-5, "{found:?}");
    }

    #[test]
    fn ties_count_half_and_weights_count_rows() {
        let found = worth(&[1.0; 4], &[true, false, false, false]);
        assert_eq!((found.area, found.precision, found.prevalence), (0.5, 0.25, 0.25));
        let ranking = Ranking::new(&[3.0, 2.0, 1.0], &[0, 1, 2], &[true, false, true]);
        assert_eq!(ranking.worth(&[1, 1, 0]).area, 1.0);
        assert_eq!(ranking.worth(&[0, 2, 1]).area, 0.0);
        assert!(worth(&[1.0], &[true]).area.is_nan());
    }
}
