//! Check 7: personal level. People keep their level of amounts and of activity.

use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Data, Payment};
use crate::statistics::{Groups, Moments, Pairs, bootstrap};

const NAME: &str = "habits: level";
/// The fewest purchases of a user whose amounts are compared.
const ENOUGH: f64 = 20.0;
/// The fewest purchases in each half of a user whose halves are compared.
const ENOUGH_EACH: f64 = 5.0;

const ICC: Spec = Spec {
    number: 7,
    name: NAME,
    measure: "ICC by user of ln amount less its category's mean (≥ 20)",
    band: Band::between(0.15, 0.45),
    least: 100,
    unit: Unit::Number,
    source: "Complete Journey 0.30",
};

const AMOUNTS: Spec = Spec {
    measure: "correlation across halves of ln mean amount",
    band: Band::between(0.55, 0.90),
    source: "Complete Journey 0.72",
    ..ICC
};

const RATES: Spec = Spec {
    measure: "correlation across halves of ln rate",
    band: Band::between(0.60, 0.95),
    source: "Complete Journey 0.78",
    ..ICC
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let own_level = residuals(data);
    let (amounts, rates) = halves(data);
    let users = own_level.0.iter().filter(|user| user.n > 0.0).count() as u64;
    let observations = [users, amounts.len(), rates.len()];
    let all = |weights: &[u32]| [own_level.icc(weights), amounts.correlation(weights), rates.correlation(weights)];
    let [icc, amounts, rates] = bootstrap(data.users, 7, observations, all);
    vec![ICC.judge(icc), AMOUNTS.judge(amounts), RATES.judge(rates)]
}

fn log_amount(payment: &Payment) -> f64 {
    f64::from(payment.amount.max(0.01)).ln()
}

/// Returns the logarithms of the amounts minus their category's mean, by user; empty for a user with too few purchases.
fn residuals(data: &Data) -> Groups {
    let mut categories = vec![Moments::default(); data.categories.len()];
    data.genuine_purchases().for_each(|p| categories[p.category as usize].add(log_amount(p)));
    let mut users = vec![Moments::default(); data.users];
    for payment in data.genuine_purchases() {
        users[payment.user as usize].add(log_amount(payment) - categories[payment.category as usize].mean());
    }
    users.iter_mut().filter(|user| user.n < ENOUGH).for_each(|user| *user = Moments::default());
    Groups(users)
}

/// Returns the logarithms of mean amount and of rate in both halves.
fn halves(data: &Data) -> (Pairs, Pairs) {
    let (mut users, middle) = (vec![[Moments::default(); 2]; data.users], data.middle());
    for payment in data.genuine_purchases() {
        users[payment.user as usize][usize::from(payment.wall.day() >= middle)].add(f64::from(payment.amount));
    }
    let pairs = |value: fn(&Moments) -> f64| {
        let both =
            |[a, b]: &[Moments; 2]| (a.n >= ENOUGH_EACH && b.n >= ENOUGH_EACH).then(|| (value(a).ln(), value(b).ln()));
        Pairs(users.iter().map(both).collect())
    };
    (pairs(Moments::mean), pairs(|half| half.n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};
    use crate::statistics::Random;

    /// Returns data of 300 users over 200 days, with this deviation of ln amount between users and a deviation of 1
    /// within a user.
    fn town(own: f64) -> Data {
        let (mut random, mut rows) = (Random::new(4), Vec::new());
        for user in 0..300 {
            let (level, purchases) = (random.normal() * own, 20.0 * (1.0 + 5.0 * random.unit()));
            for n in 0..purchases as u32 {
                let mut row = payment(user, Wall((200.0 * 86_400.0 * f64::from(n) / purchases) as i64));
                row.amount = (3.0 + level + random.normal()).exp() as f32;
                rows.push(row);
            }
        }
        rows.sort_by_key(|row| row.wall);
        data_of(rows)
    }

    #[test]
    fn people_with_a_level_keep_it() {
        let checks = checks(&town(0.65));
        assert!((checks[0].value - 0.30).abs() < 0.05 && checks[0].verdict == Verdict::Inside, "{:?}", checks[0]);
        assert_eq!(checks[1].verdict, Verdict::Inside, "{:?}", checks[1]);
        assert!(checks[2].value > 0.95, "{:?}", checks[2]);
    }

    #[test]
    fn people_without_one_do_not() {
        let checks = checks(&town(0.0));
        assert!(checks[0].value.abs() < 0.02 && checks[0].verdict == Verdict::Outside, "{:?}", checks[0]);
        assert_eq!(checks[1].verdict, Verdict::Outside, "{:?}", checks[1]);
    }
}
