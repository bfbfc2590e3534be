//! Check 14: the sessions of one customer are clustered in spells. Burstiness B = (σ − μ)/(σ + μ) of the gaps between
//! them (Goh and Barabási 2008): −1 for regular, 0 for random, towards 1 for clustered sessions.

use super::visits::visits;
use crate::check::{Band, Check, Spec, Unit};
use crate::data::Data;
use crate::statistics::{Moments, bootstrap, weighted_median};

/// The fewest gaps of a customer: the spread of fewer is uncertain.
const LEAST_GAPS: f64 = 20.0;

const BURSTINESS: Spec = Spec {
    number: 14,
    name: "sessions come in spells",
    measure: "burstiness of the gaps between the sessions of a customer, median",
    band: Band::between(0.2, 0.6),
    least: 200,
    unit: Unit::Number,
    source: "Web visits 0.2–0.6 (measure: Goh and Barabási 2008); chance alone 0",
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let of = |gaps: &Moments| (gaps.n >= LEAST_GAPS).then(|| burstiness(gaps));
    let each: Vec<Option<f64>> = gaps(data).iter().map(of).collect();
    let (known, median) = (each.iter().flatten().count() as u64, weighted_median(&each));
    let [measured] = bootstrap(data.customers, 17, [known], |weights| [median(weights)]);
    vec![BURSTINESS.judge(measured)]
}

/// Returns the gaps between the starts of the sessions of each customer, in days.
fn gaps(data: &Data) -> Vec<Moments> {
    let (mut gaps, mut last) = (vec![Moments::default(); data.customers], vec![None; data.customers]);
    for visit in visits(data) {
        let customer = visit.customer as usize;
        if let Some(before) = last[customer].replace(visit.begun.0) {
            gaps[customer].add((visit.begun.0 - before) as f64 / 86_400.0);
        }
    }
    gaps
}

fn burstiness(gaps: &Moments) -> f64 {
    let (mean, deviation) = (gaps.mean(), gaps.deviation());
    (deviation - mean) / (deviation + mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{click, data_of_clicks};
    use crate::data::{Action, Visitor};
    use crate::statistics::Random;

    /// Returns data of `count` customers with 40 sessions each, with gaps of `gap` seconds between them.
    fn customers(count: u32, mut gap: impl FnMut() -> f64) -> Data {
        let mut rows = Vec::new();
        for customer in 0..count {
            let mut at = 0.0;
            for visit in 0..40 {
                rows.push(click(customer, customer * 40 + visit, Wall(at as i64), Action::View));
                at += gap();
            }
        }
        data_of_clicks(rows)
    }

    fn value(data: &Data) -> f64 {
        checks(data)[0].value
    }

    #[test]
    fn the_clock_is_minus_one_and_chance_is_near_zero() {
        assert!((value(&customers(300, || 50_000.0)) + 1.0).abs() < 1e-3);
        let mut random = Random::new(21);
        let chance = value(&customers(300, || -50_000.0 * (1.0 - random.unit()).ln()));
        assert!(chance.abs() < 0.05, "{chance}");
    }

    #[test]
    fn spells_of_sessions_are_bursty_whoever_else_comes() {
        let mut random = Random::new(22);
        let mut data =
            customers(300, || if random.unit() < 0.5 { 10_000.0 } else { -400_000.0 * (1.0 - random.unit()).ln() });
        let check = checks(&data).remove(0);
        assert!((0.2..0.6).contains(&check.value) && check.verdict == Verdict::Inside, "{check:?}");
        data.clicks.iter_mut().for_each(|row| row.visitor = Visitor::Bot);
        assert_eq!(checks(&data)[0].verdict, Verdict::TooFew, "programs do not count");
    }
}
