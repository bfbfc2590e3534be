//! Check 1: the share of fraud in the months with the least and the most of it, and the share of fraud that is online.

use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Channel, Data, Label, Means};
use crate::statistics::{bootstrap, share};

const NAME: &str = "fraud prevalence";
/// The days of a month.
const MONTH: i32 = 30;

const MONTHLY: Spec = Spec {
    number: 1,
    name: NAME,
    measure: "fraud / transactions, lowest 30 days",
    band: Band::between(0.001, 0.01),
    least: 5_000,
    unit: Unit::Share,
    source: "Worldline 0.25 %, ULB 0.172 %",
};

const ONLINE: Spec = Spec {
    number: 1,
    name: NAME,
    measure: "online share of card-fraud value",
    band: Band::between(0.65, 0.85),
    least: 100,
    unit: Unit::Share,
    source: "ECB 73–79 %",
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let mut months = months(data);
    months.sort_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)));
    let month = |month: Option<&(u64, u64)>| month.map_or(share(0, 0), |(fraud, all)| share(*fraud, *all));
    vec![
        MONTHLY.judge(month(months.first())),
        Spec { measure: "fraud / transactions, highest 30 days", ..MONTHLY }.judge(month(months.last())),
        online(data),
    ]
}

/// Returns the number of frauds and of transactions of each whole month of whole days.
fn months(data: &Data) -> Vec<(u64, u64)> {
    let Some((first, last)) = data.days() else { return Vec::new() };
    let whole = (last.0 - first.0 - 1) / MONTH;
    let mut months = vec![(0, 0); whole.max(0) as usize];
    for payment in &data.payments {
        let day = payment.wall.day().0 - first.0 - 1;
        if let Some(month) = months.get_mut(day.div_euclid(MONTH) as usize) {
            month.0 += u64::from(payment.label == Label::Fraud);
            month.1 += 1;
        }
    }
    months
}

fn online(data: &Data) -> Check {
    let (mut sums, mut count) = (vec![(0.0, 0.0); data.users], 0);
    for payment in data.payments.iter().filter(|p| p.label == Label::Fraud && p.means == Means::Card) {
        let (online, all) = &mut sums[payment.user as usize];
        *online += if payment.channel == Channel::Online { f64::from(payment.amount) } else { 0.0 };
        *all += f64::from(payment.amount);
        count += 1;
    }
    let statistic = |weights: &[u32]| {
        let sum = |part: fn(&(f64, f64)) -> f64| -> f64 {
            sums.iter().zip(weights).map(|(user, weight)| part(user) * f64::from(*weight)).sum()
        };
        [sum(|user| user.0) / sum(|user| user.1)]
    };
    let [measured] = bootstrap(data.users, 1, [count], statistic);
    ONLINE.judge(measured)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    #[test]
    fn months_are_counted_by_themselves() {
        let mut rows = Vec::new();
        for n in 0..62 * 1_000 {
            let mut row = payment(n % 500, Wall(i64::from(n) * 86));
            // One in 500 in the first month, one in 50 in the second.
            let every = if n < 31_500 { 500 } else { 50 };
            row.label = if n % every == 0 { Label::Fraud } else { Label::Genuine };
            rows.push(row);
        }
        let checks = checks(&data_of(rows));
        assert!((checks[0].value - 0.002).abs() < 1e-4 && checks[0].verdict == Verdict::Inside, "{:?}", checks[0]);
        assert!((checks[1].value - 0.02).abs() < 1e-3 && checks[1].verdict == Verdict::Outside, "{:?}", checks[1]);
    }

    #[test]
    fn value_counts_and_only_that_of_cards() {
        let fraud = |user, amount, channel, means| {
            let mut row = payment(user, Wall(0));
            (row.label, row.amount, row.channel, row.means) = (Label::Fraud, amount, channel, means);
            row
        };
        let mut rows = Vec::new();
        for user in 0..100 {
            rows.push(fraud(user, 75.0, Channel::Online, Means::Card));
            rows.push(fraud(user, 25.0, Channel::Pos, Means::Card));
            rows.push(fraud(user, 999.0, Channel::Online, Means::Other));
        }
        let check = online(&data_of(rows));
        assert!((check.value - 0.75).abs() < 1e-6 && check.observations == 200, "{check:?}");
    }
}
