//! Check 2: bursts. A stolen card is used again soon.

use crate::check::{Band, Check, Spec, Unit};
use crate::clock::Wall;
use crate::data::{Data, Label};
use crate::statistics::{bootstrap, share};

const NAME: &str = "fraud comes in bursts";
const DAY: i64 = 86_400;

const CLOSE: Spec = Spec {
    number: 2,
    name: NAME,
    measure: "frauds with another of the same user within 24 h",
    band: Band::above(0.60),
    least: 100,
    unit: Unit::Share,
    source: "Worldline ~3 a day; Handbook re-run 31 %",
};

const A_DAY: Spec = Spec {
    number: 2,
    name: NAME,
    measure: "frauds per compromised user-day",
    band: Band::between(2.0, 5.0),
    least: 100,
    unit: Unit::Number,
    source: "Worldline ~3 a day",
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let mut frauds: Vec<Vec<Wall>> = vec![Vec::new(); data.users];
    for payment in data.payments.iter().filter(|payment| payment.label == Label::Fraud) {
        frauds[payment.user as usize].push(payment.wall);
    }
    let all = frauds.iter().map(Vec::len).sum::<usize>() as u64;
    let close = frauds.iter().map(|own| close(own)).sum();
    let counts: Vec<(f64, f64)> = frauds.iter().map(|own| (own.len() as f64, days(own) as f64)).collect();
    let per_day = |weights: &[u32]| {
        let weighted = || counts.iter().zip(weights).map(|(own, weight)| (own, f64::from(*weight)));
        let frauds: f64 = weighted().map(|(own, weight)| own.0 * weight).sum();
        [frauds / weighted().map(|(own, weight)| own.1 * weight).sum::<f64>()]
    };
    let [per_day] = bootstrap(data.users, 2, [all], per_day);
    vec![CLOSE.judge(share(close, all)), A_DAY.judge(per_day)]
}

/// Returns the number of these instants, in order, that have another one within a day.
fn close(own: &[Wall]) -> u64 {
    let near = |a: usize, b: usize| own[b].0 - own[a].0 <= DAY;
    let has = |i: usize| (i > 0 && near(i - 1, i)) || (i + 1 < own.len() && near(i, i + 1));
    (0..own.len()).filter(|i| has(*i)).count() as u64
}

/// Returns the number of days on which these instants, in order, fall.
fn days(own: &[Wall]) -> usize {
    let mut days: Vec<_> = own.iter().map(|wall| wall.day()).collect();
    days.dedup();
    days.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::controls::{data_of, payment};

    fn frauds(times: &[i64]) -> Data {
        let mut rows = Vec::new();
        for user in 0..100 {
            for time in times {
                let mut row = payment(user, Wall(*time));
                row.label = Label::Fraud;
                rows.push(row);
            }
        }
        rows.sort_by_key(|row| row.wall);
        data_of(rows)
    }

    #[test]
    fn three_on_a_day_and_one_alone() {
        let checks = checks(&frauds(&[1_000, 2_000, 40_000, 40 * DAY]));
        assert_eq!((checks[0].value, checks[1].value), (0.75, 2.0));
        assert!(checks.iter().all(|check| check.verdict == Verdict::Inside));
    }

    #[test]
    fn lonely_frauds_are_outside() {
        let checks = checks(&frauds(&[0, 10 * DAY, 20 * DAY]));
        assert_eq!((checks[0].value, checks[1].value), (0.0, 1.0));
        assert!(checks.iter().all(|check| check.verdict == Verdict::Outside));
    }

    #[test]
    fn a_pair_across_midnight_is_close() {
        assert_eq!((close(&[Wall(DAY - 5), Wall(DAY + 5)]), days(&[Wall(DAY - 5), Wall(DAY + 5)])), (2, 2));
    }
}
