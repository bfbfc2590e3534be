//! Check 3: amounts. Fraud tests with small sums and cashes out with large ones, while genuine amounts have a long
//! tail.

use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Channel, Data, Kind, Label, Means, Payment};
use crate::statistics::{Weighted, bootstrap};

const LEVELS: [f64; 3] = [0.25, 0.5, 0.75];

const QUARTILE: Spec = Spec {
    number: 3,
    name: "two-humped fraud amounts",
    measure: "online cards: fraud Q1 / genuine Q1",
    band: Band::below(1.0),
    least: 200,
    unit: Unit::Number,
    source: "ULB 1.00/9.25/105.89 against 5.65/22/77.05",
};

const MEDIAN: Spec = Spec { measure: "online cards: fraud median / genuine median", ..QUARTILE };
const UPPER: Spec = Spec { measure: "online cards: fraud Q3 / genuine Q3", band: Band::above(1.0), ..QUARTILE };
const TAIL: Spec = Spec {
    measure: "genuine card purchases: mean / median",
    band: Band::between(2.5, 5.0),
    least: 1_000,
    source: "ULB 4.0",
    ..QUARTILE
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let amounts = |chosen: fn(&Payment) -> bool| {
        let cards = data.payments.iter().filter(|p| p.kind == Kind::Purchase && p.means == Means::Card);
        Weighted::new(cards.filter(|p| chosen(p)).map(|p| (p.amount, p.user)).collect())
    };
    let fraud = amounts(|p| p.channel == Channel::Online && p.label == Label::Fraud);
    let genuine = amounts(|p| p.channel == Channel::Online && p.label == Label::Genuine);
    let all = amounts(|p| p.label == Label::Genuine);
    let ratios = |weights: &[u32]| {
        let (fraud, genuine) = (fraud.quantiles(weights, LEVELS), genuine.quantiles(weights, LEVELS));
        let tail = all.mean(weights) / all.quantiles(weights, [0.5])[0];
        [fraud[0] / genuine[0], fraud[1] / genuine[1], fraud[2] / genuine[2], tail]
    };
    let counted = [fraud.len().min(genuine.len()); 3];
    let [a, b, c, tail] = bootstrap(data.users, 3, [counted[0], counted[1], counted[2], all.len()], ratios);
    vec![QUARTILE.judge(a), MEDIAN.judge(b), UPPER.judge(c), TAIL.judge(tail)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    fn online(fraud: [f32; 4], genuine: [f32; 4]) -> Vec<Check> {
        let mut rows = Vec::new();
        for user in 0..300 {
            for (label, amounts) in [(Label::Fraud, fraud), (Label::Genuine, genuine)] {
                let mut row = payment(user, Wall(0));
                (row.channel, row.label, row.amount) = (Channel::Online, label, amounts[user as usize % 4]);
                rows.push(row);
                row.amount *= 1.01;
                row.user = (user + 7) % 300;
                rows.push(row);
            }
        }
        checks(&data_of(rows))
    }

    #[test]
    fn tests_and_cash_outs_have_two_humps() {
        let checks = online([1.0, 1.0, 90.0, 200.0], [5.0, 20.0, 60.0, 300.0]);
        assert!(checks[0].value < 0.3 && checks[1].value < 0.5 && checks[2].verdict == Verdict::Inside, "{checks:?}");
    }

    #[test]
    fn large_frauds_alone_are_outside() {
        let verdicts: Vec<_> = online([100.0; 4], [5.0, 20.0, 60.0, 300.0]).iter().map(|check| check.verdict).collect();
        assert_eq!(verdicts[..2], [Verdict::Outside; 2]);
    }

    #[test]
    fn without_channels_nothing_is_known() {
        let mut row = payment(0, Wall(0));
        row.channel = Channel::Unknown;
        assert_eq!(checks(&data_of(vec![row; 2_000]))[0].verdict, Verdict::TooFew);
    }
}
