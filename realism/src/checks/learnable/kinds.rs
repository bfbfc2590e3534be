//! Check 4 for each kind of fraud: some feature of the past separates it from genuine transactions, and a model that
//! learnt from all kinds at once finds a share of it. Includes transactions of every channel. Must not depend on: the
//! world.

use super::knowledge::{HISTORY, Known, LABEL_DELAY, known};
use super::learner::{DAY, LEARNER, LEARNT};
use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Data, Label, Payment};
use crate::statistics::{Estimate, Random, Ranking, Table, bootstrap};
use populace_sim::{FraudKind, fraud_kinds};
use std::sync::LazyLock;

const KINDS: usize = FraudKind::ALL.len();

/// The length of the test, in seconds: longer than for the other checks, because some kinds are rare.
const TEST: i64 = 120 * DAY;
/// The approximate number of genuine transactions that are drawn for learning, and as many for the test.
const DRAWN: f64 = 40_000.0;
/// The share of genuine transactions that may raise alarms.
const FALSE_ALARMS: f64 = 0.01;

const FOUND: Spec = Spec {
    number: 4,
    name: "every kind is found",
    measure: "AUC by its best history feature",
    band: Band::above(0.6),
    least: 10,
    unit: Unit::Number,
    source: "each kind has its trace",
};

/// The recall of a model that learnt from all kinds: at least five times that of chance.
const RECALLED: Spec = Spec {
    measure: "recall at 1 % false alarms",
    band: Band::above(5.0 * FALSE_ALARMS),
    unit: Unit::Share,
    source: "five times chance",
    ..FOUND
};

/// The names of the rows of each measure, in the order of the kinds.
static FOUND_NAMES: LazyLock<Vec<String>> = LazyLock::new(|| names(&FOUND));
static RECALL_NAMES: LazyLock<Vec<String>> = LazyLock::new(|| names(&RECALLED));

fn names(spec: &Spec) -> Vec<String> {
    fraud_kinds().iter().map(|kind| format!("{}: {}", kind.title, spec.measure)).collect()
}

/// Returns a check for each kind and measure; if the records have no kinds, one for each measure without a value.
pub(super) fn checks(data: &Data) -> Vec<Check> {
    let Some(lesson) = Lesson::of(data) else {
        let nothing = Estimate { value: f64::NAN, low: f64::NAN, high: f64::NAN, observations: 0 };
        return [FOUND, RECALLED].map(|spec| spec.judge(nothing)).to_vec();
    };
    let found = lesson.found(data.users).into_iter().zip(&*FOUND_NAMES);
    let recalled = lesson.recalled(data.users).into_iter().zip(&*RECALL_NAMES);
    let found = found.map(|(one, measure)| Spec { measure: measure.as_str(), ..FOUND }.judge(one));
    found.chain(recalled.map(|(one, measure)| Spec { measure: measure.as_str(), ..RECALLED }.judge(one))).collect()
}

/// The rows to learn from, followed by the rows to test on, with the kind of each.
struct Lesson {
    rows: Vec<Known>,
    learnt: usize,
}

impl Lesson {
    /// Returns the rows of the data, or `None` if one of the two parts lacks frauds with a kind or genuine
    /// transactions.
    fn of(data: &Data) -> Option<Lesson> {
        let test = data.payments.last()?.wall.0 - TEST;
        let (from, until) = (test - LABEL_DELAY - LEARNT, test - LABEL_DELAY);
        let within = |row: &Payment| (from..until).contains(&row.wall.0) || row.wall.0 >= test;
        let count = |part: fn(&Payment, i64) -> bool| data.payments.iter().filter(|row| part(row, test)).count() as f64;
        let (early, late) = (count(|row, test| row.wall.0 < test), count(|row, test| row.wall.0 >= test));
        let mut random = Random::new(31);
        let mut drawn = |row: &Payment| {
            let all = if row.wall.0 < test { early } else { late };
            row.label == Label::Fraud || random.unit() * all < DRAWN
        };
        let rows = known(data, from, |row| within(row) && drawn(row));
        let learnt = rows.partition_point(|row| row.at < test);
        let has_both =
            |rows: &[Known]| rows.iter().any(|row| row.pattern.is_some()) && rows.iter().any(|row| !row.fraud);
        (has_both(&rows[..learnt]) && has_both(&rows[learnt..])).then_some(Lesson { rows, learnt })
    }

    fn tested(&self) -> &[Known] {
        &self.rows[self.learnt..]
    }

    fn count(&self, kind: FraudKind) -> u64 {
        self.tested().iter().filter(|row| row.pattern == Some(kind)).count() as u64
    }

    /// Returns the AUC of the single feature of the past that separates each kind best from genuine transactions.
    fn found(&self, users: usize) -> Vec<Estimate> {
        let everybody = vec![1; users];
        let one = |kind: FraudKind| {
            let area = |feature: usize, sign: f64| self.by_feature(kind, feature, sign).worth(&everybody).area;
            let both = (0..HISTORY).flat_map(|feature| [(feature, 1.0), (feature, -1.0)]);
            let ranked = both.map(|(feature, sign)| (area(feature, sign), feature, sign));
            let best = ranked.filter(|(area, ..)| area.is_finite()).max_by(|a, b| a.0.total_cmp(&b.0));
            let Some((_, feature, sign)) = best else {
                return Estimate { value: f64::NAN, low: f64::NAN, high: f64::NAN, observations: 0 };
            };
            let ranking = self.by_feature(kind, feature, sign);
            let [area] = bootstrap(users, 32, [self.count(kind)], |weights| [ranking.worth(weights).area]);
            area
        };
        FraudKind::ALL.map(one).to_vec()
    }

    fn by_feature(&self, kind: FraudKind, feature: usize, sign: f64) -> Ranking {
        let rows: Vec<&Known> = self.tested().iter().filter(|row| !row.fraud || row.pattern == Some(kind)).collect();
        let scores: Vec<f64> = rows.iter().map(|row| sign * f64::from(row.history[feature])).collect();
        let users: Vec<u32> = rows.iter().map(|row| row.user).collect();
        let frauds: Vec<bool> = rows.iter().map(|row| row.fraud).collect();
        Ranking::new(&scores, &users, &frauds)
    }

    /// Returns the share of each kind that a model finds with a share of [`FALSE_ALARMS`] false alarms.
    fn recalled(&self, users: usize) -> [Estimate; KINDS] {
        let scores = self.scores();
        let mut genuine: Vec<f64> =
            self.tested().iter().zip(&scores).filter(|(row, _)| !row.fraud).map(|(_, score)| *score).collect();
        genuine.sort_by(f64::total_cmp);
        let alarm = genuine[((1.0 - FALSE_ALARMS) * genuine.len() as f64) as usize];
        let statistic = |weights: &[u32]| {
            let (mut found, mut all) = ([0.0; KINDS], [0.0; KINDS]);
            for (row, score) in self.tested().iter().zip(&scores) {
                let Some(kind) = row.pattern else { continue };
                let weight = f64::from(weights[row.user as usize]);
                all[kind as usize] += weight;
                found[kind as usize] += if *score > alarm { weight } else { 0.0 };
            }
            std::array::from_fn(|n| found[n] / all[n])
        };
        bootstrap(users, 33, FraudKind::ALL.map(|kind| self.count(kind)), statistic)
    }

    /// Returns the scores of the test rows by a model of all features.
    fn scores(&self) -> Vec<f64> {
        let of = |row: &Known| [&row.record[..], &row.windows[..], &row.history[..]].concat();
        let rows: Vec<Vec<f32>> = self.rows.iter().map(of).collect();
        let columns = (0..rows[0].len()).map(|n| rows.iter().map(|row| row[n]).collect()).collect();
        let table = Table { columns };
        let target: Vec<f64> = self.rows.iter().map(|row| f64::from(u8::from(row.fraud))).collect();
        LEARNER.learn(&table, &target, 0..self.learnt).predict(&table, self.learnt..self.rows.len())
    }
}
