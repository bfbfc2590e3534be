//! Check 4, the overlap: the share of genuine days that look like fraud, by signs that a bank watches. Must not depend
//! on: the learner.

use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Data, Label, Payment};
use crate::statistics::share;
use std::collections::{BTreeMap, BTreeSet};

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;
/// The time in seconds, and the number of payments, after which a user's usual behaviour is known.
const ACQUAINTED: i64 = 30 * DAY;
const LEAST: f64 = 20.0;
/// The number of standard deviations of ln amount above a user's mean from which an amount is unusual.
const DEAR: f64 = 3.0;

const SUSPICIOUS: Spec = Spec {
    number: 4,
    name: "learnable, not trivial",
    measure: "genuine person-days that look suspicious",
    band: Band::between(0.01, 0.03),
    least: 10_000,
    unit: Unit::Share,
    source: "1–3 % of user-days",
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let mut users = BTreeMap::<u32, Usual>::new();
    for payment in data.payments.iter().filter(|payment| payment.label == Label::Genuine) {
        users.entry(payment.user).or_default().see(payment);
    }
    // Without the fields of checks, every day would be suspicious.
    let has_checks = data.payments.iter().any(|payment| payment.facts.cvv == 1);
    let known = users.values().filter(|_| has_checks);
    let (suspicious, days) =
        known.fold((0, 0), |sums, one| (sums.0 + one.suspicious.len() as u64, sums.1 + one.days_known()));
    vec![SUSPICIOUS.judge(share(suspicious, days))]
}

/// The usual behaviour of a user, and the days on which the user deviated from it.
#[derive(Debug, Default)]
struct Usual {
    since: Option<i64>,
    until: i64,
    devices: BTreeSet<u16>,
    /// Number, sum and sum of squares of ln amounts.
    amounts: [f64; 3],
    /// The times of the last payment and the one before.
    last: [i64; 2],
    suspicious: BTreeSet<i32>,
}

impl Usual {
    fn see(&mut self, payment: &Payment) {
        let now = payment.wall.0;
        let since = *self.since.get_or_insert(now);
        let level = f64::from(payment.amount.max(0.01)).ln();
        let new_device = self.devices.insert(payment.facts.device);
        let hasty = now - self.last[1] < 10 * MINUTE;
        let failed = payment.facts.cvv == 0 && payment.facts.billing_match == 0;
        if now - since >= ACQUAINTED && (new_device || hasty || failed || self.is_dear(level)) {
            self.suspicious.insert(payment.wall.day().0);
        }
        self.amounts = [self.amounts[0] + 1.0, self.amounts[1] + level, self.amounts[2] + level * level];
        (self.last, self.until) = ([now, self.last[0]], now);
    }

    fn is_dear(&self, level: f64) -> bool {
        let [n, sum, squares] = self.amounts;
        let mean = sum / n.max(1.0);
        n >= LEAST && level > mean + DEAR * (squares / n - mean * mean).max(0.05).sqrt()
    }

    /// Returns the number of days from the time when the usual behaviour is known to the last payment.
    fn days_known(&self) -> u64 {
        let since = self.since.map_or(self.until, |since| since + ACQUAINTED);
        ((self.until - since) / DAY).max(0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    /// Returns a purchase a day for 100 days, of about 20 dollars, with the same device and passing checks.
    fn calm() -> Vec<Payment> {
        let one = |day: i64| {
            let mut row = payment(0, Wall(day * DAY + 40_000));
            (row.amount, row.facts.cvv, row.facts.billing_match) = (20.0 + (day % 7) as f32, 1, 1);
            row
        };
        (0..100).map(one).collect()
    }

    fn suspicious(rows: Vec<Payment>) -> f64 {
        checks(&data_of(rows))[0].value
    }

    #[test]
    fn each_sign_makes_a_day_suspicious() {
        assert_eq!(suspicious(calm()), 0.0);
        let odd = |change: fn(&mut Payment)| {
            let mut rows = calm();
            change(&mut rows[60]);
            suspicious(rows)
        };
        let one_day = 1.0 / 69.0;
        let changes: [fn(&mut Payment); 3] = [
            |row| row.amount = 900.0,
            |row| row.facts.device = 9,
            |row| (row.facts.cvv, row.facts.billing_match) = (0, 0),
        ];
        for change in changes {
            assert!((odd(change) - one_day).abs() < 1e-9, "{}", odd(change));
        }
        let mut hasty = calm();
        let at = hasty[60];
        hasty.splice(61..61, (1..3).map(|n| Payment { wall: Wall(at.wall.0 + 60 * n), ..at }));
        assert!((suspicious(hasty) - one_day).abs() < 1e-9);
    }
}
