//! Checks 4 and 5: fraud can be learnt but is not obvious, and a user's past helps. The learner is gradient boosting on
//! online card purchases, as in the published figures (except the check of single kinds, which is on all channels); the
//! last 60 days are the test, and labels come a week late.

mod kinds;
mod knowledge;
mod learner;
mod windows;

use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Data, Label, Payment};
use crate::statistics::{Boosting, Estimate, Random, Ranking, Table, bootstrap};
use knowledge::{Known, LABEL_DELAY, RECORD, is_judged, known};
use learner::{DAY, LEARNER, LEARNT};
use std::collections::{BTreeMap, BTreeSet};

const TEST: i64 = 60 * DAY;
/// The approximate number of genuine purchases that are drawn for learning.
const MOST_LEARNT: f64 = 50_000.0;
/// The number of purchases with the usual share of frauds that are added to those of each merchant.
const PRIOR_PURCHASES: f32 = 20.0;
/// The number of days before a fraud that show a victim's usual activity.
const BEFORE: i32 = 30;

const ONE_FIELD: Boosting = Boosting { trees: 30, depth: 3, rate: 0.2, ..LEARNER };

const AREA: Spec = Spec {
    number: 4,
    name: "learnable, not trivial",
    measure: "AUC by the record and the Handbook's windows",
    band: Band::between(0.85, 0.97),
    least: 100,
    unit: Unit::Number,
    source: "Worldline 0.928",
};

const LIFT: Spec = Spec {
    measure: "average precision / prevalence by the same",
    band: Band::between(15.0, 100.0),
    source: "Worldline 38, Handbook 87",
    ..AREA
};

const ALL_HISTORY: Spec =
    Spec { measure: "AUC by all history", band: Band::below(0.99), source: "Sparkov 0.998 is too easy", ..AREA };

/// The measure for each field of the record, and for the merchant at the end.
const FIELDS: [&str; RECORD + 1] = [
    "AUC by the best single field (amount)",
    "AUC by the best single field (category)",
    "AUC by the best single field (hour)",
    "AUC by the best single field (weekday)",
    "AUC by the best single field (payment method)",
    "AUC by the best single field (device)",
    "AUC by the best single field (latitude)",
    "AUC by the best single field (longitude)",
    "AUC by the best single field (address block)",
    "AUC by the best single field (address)",
    "AUC by the best single field (account age)",
    "AUC by the best single field (cvv)",
    "AUC by the best single field (billing address)",
    "AUC by the best single field (merchant)",
];

const SINGLE: Spec = Spec { band: Band::below(0.85), source: "no threshold of one field", ..AREA };

const VICTIMS: Spec = Spec {
    measure: "genuine rows of victims, fraud days / before",
    band: Band::between(0.5, 2.0),
    source: "none on fraud days would be a leak",
    ..AREA
};

const HISTORY_PAYS: Spec = Spec {
    number: 5,
    name: "history pays",
    measure: "average precision by all history / by the record",
    band: Band::above(1.8),
    source: "Handbook rules 2.8–5",
    ..AREA
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let mut judged = Lesson::of(data).map_or_else(unknown, |lesson| lesson.judged(data.users));
    judged.insert(4, VICTIMS.judge(victims(data)));
    judged.splice(5..5, kinds::checks(data));
    judged
}

fn unknown() -> Vec<Check> {
    let nothing = Estimate { value: f64::NAN, low: f64::NAN, high: f64::NAN, observations: 0 };
    let single = Spec { measure: "AUC by the best single field", ..SINGLE };
    [AREA, LIFT, ALL_HISTORY, single, HISTORY_PAYS].map(|spec| spec.judge(nothing)).to_vec()
}

/// The rows to learn from, followed by the rows to test on.
struct Lesson {
    rows: Vec<Known>,
    learnt: usize,
}

impl Lesson {
    /// Returns the rows of the data, or `None` if one of the two parts lacks frauds or genuine purchases.
    fn of(data: &Data) -> Option<Lesson> {
        let test = data.payments.last()?.wall.0 - TEST;
        let (from, until) = (test - LABEL_DELAY - LEARNT, test - LABEL_DELAY);
        let to_learn = |row: &Payment| (from..until).contains(&row.wall.0);
        let count = data.payments.iter().filter(|row| to_learn(row) && is_judged(row)).count() as f64;
        let mut random = Random::new(21);
        let mut drawn = |row: &Payment| row.label == Label::Fraud || random.unit() * count < MOST_LEARNT;
        let rows = known(data, from, |row| is_judged(row) && (row.wall.0 >= test || (to_learn(row) && drawn(row))));
        let learnt = rows.partition_point(|row| row.at < test);
        let frauds = |rows: &[Known]| rows.iter().any(|row| row.fraud) && rows.iter().any(|row| !row.fraud);
        (frauds(&rows[..learnt]) && frauds(&rows[learnt..])).then_some(Lesson { rows, learnt })
    }

    fn judged(&self, users: usize) -> Vec<Check> {
        let record = self.columns(|row| &row.record);
        let by_record = [record.clone(), vec![self.merchants()]].concat();
        let with_windows = [by_record.clone(), self.columns(|row| &row.windows)].concat();
        let with_all = [with_windows.clone(), self.columns(|row| &row.history)].concat();
        let (single, field) = self.best_field(&by_record, users);
        let [raw, windows, all] = [by_record, with_windows, with_all].map(|columns| self.ranking(&LEARNER, columns));
        let statistic = |weights: &[u32]| {
            let [raw, windows, all] = [&raw, &windows, &all].map(|ranking| ranking.worth(weights));
            let single = single.worth(weights).area;
            let lift = windows.precision / windows.prevalence;
            [windows.area, lift, all.area, single, all.precision / raw.precision]
        };
        let frauds = self.rows[self.learnt..].iter().filter(|row| row.fraud).count() as u64;
        let measured = bootstrap(users, 22, [frauds; 5], statistic);
        let single = Spec { measure: FIELDS[field], ..SINGLE };
        [AREA, LIFT, ALL_HISTORY, single, HISTORY_PAYS].into_iter().zip(measured).map(|(s, one)| s.judge(one)).collect()
    }

    fn columns<const N: usize>(&self, of: impl Fn(&Known) -> &[f32; N]) -> Vec<Vec<f32>> {
        (0..N).map(|n| self.rows.iter().map(|row| of(row)[n]).collect()).collect()
    }

    /// Returns the share of frauds of each row's merchant among the rows to learn from, shrunk towards the overall
    /// share.
    fn merchants(&self) -> Vec<f32> {
        let (mut counts, mut all) = (BTreeMap::<u32, (f32, f32)>::new(), (0.0, 0.0));
        for row in &self.rows[..self.learnt] {
            let fraud = f32::from(u8::from(row.fraud));
            let own = counts.entry(row.merchant).or_default();
            *own = (own.0 + fraud, own.1 + 1.0);
            all = (all.0 + fraud, all.1 + 1.0);
        }
        let usual = all.0 / f32::max(all.1, 1.0);
        let risk = |row: &Known| {
            let (frauds, count) = counts.get(&row.merchant).copied().unwrap_or_default();
            (frauds + PRIOR_PURCHASES * usual) / (count + PRIOR_PURCHASES)
        };
        self.rows.iter().map(risk).collect()
    }

    /// Returns the ranking of the test rows by a model that learnt from these columns.
    fn ranking(&self, learner: &Boosting, columns: Vec<Vec<f32>>) -> Ranking {
        let target: Vec<f64> = self.rows.iter().map(|row| f64::from(u8::from(row.fraud))).collect();
        let table = Table { columns };
        let scores = learner.learn(&table, &target, 0..self.learnt).predict(&table, self.learnt..self.rows.len());
        let tested = &self.rows[self.learnt..];
        let users: Vec<u32> = tested.iter().map(|row| row.user).collect();
        let frauds: Vec<bool> = tested.iter().map(|row| row.fraud).collect();
        Ranking::new(&scores, &users, &frauds)
    }

    /// Returns the ranking by the single best field, and the index of that field.
    fn best_field(&self, columns: &[Vec<f32>], users: usize) -> (Ranking, usize) {
        let one = |column: &Vec<f32>| self.ranking(&ONE_FIELD, vec![column.clone()]);
        let area = |ranking: &Ranking| ranking.worth(&vec![1; users]).area;
        let rankings = columns.iter().map(one).zip(0..);
        rankings.max_by(|a, b| area(&a.0).total_cmp(&area(&b.0))).expect("a record has fields")
    }
}

/// Returns the ratio of victims' own activity on days of fraud to that on the days before: both sums over all such
/// days.
fn victims(data: &Data) -> Estimate {
    let mut frauds = BTreeSet::new();
    let of_fraud = |payment: &&Payment| payment.label == Label::Fraud;
    data.payments.iter().filter(of_fraud).for_each(|row| _ = frauds.insert((row.user, row.wall.day().0)));
    let mut genuine = BTreeMap::<(u32, i32), f64>::new();
    let victims: BTreeSet<u32> = frauds.iter().map(|(user, _)| *user).collect();
    for row in data.payments.iter().filter(|row| row.label == Label::Genuine && victims.contains(&row.user)) {
        *genuine.entry((row.user, row.wall.day().0)).or_default() += 1.0;
    }
    let first = data.days().map_or(0, |(first, _)| first.0);
    let (mut sums, mut days) = (vec![(0.0, 0.0); data.users], 0);
    // The first days lack a past for comparison.
    for (user, day) in frauds.iter().filter(|(_, day)| *day >= first + BEFORE) {
        let on = |day: i32| genuine.get(&(*user, day)).copied().unwrap_or(0.0);
        let calm: Vec<i32> = (day - BEFORE..*day).filter(|day| !frauds.contains(&(*user, *day))).collect();
        let usual = calm.iter().map(|day| on(*day)).sum::<f64>() / calm.len().max(1) as f64;
        let own = &mut sums[*user as usize];
        *own = (own.0 + on(*day), own.1 + usual);
        days += 1;
    }
    let statistic = |weights: &[u32]| {
        let sum = |part: fn(&(f64, f64)) -> f64| -> f64 {
            sums.iter().zip(weights).map(|(own, weight)| part(own) * f64::from(*weight)).sum()
        };
        [sum(|own| own.0) / sum(|own| own.1)]
    };
    let [measured] = bootstrap(data.users, 23, [days], statistic);
    measured
}
