//! Check 6: habits. People return to the merchants that they know.

use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Channel, Data};
use crate::statistics::{bootstrap, share, weighted_median};
use std::collections::{HashMap, HashSet};

const NAME: &str = "habits: merchants";
/// The fewest purchases of a user who has a favourite merchant.
const ENOUGH: u32 = 100;
/// The fewest grocery purchases of a user in each half.
const ENOUGH_GROCERIES: u32 = 15;
/// The day from which a merchant counts as known or new.
const SETTLED: i32 = 30;
/// The number of ranks of merchants that are measured.
pub(crate) const TOP_RANKS: usize = 10;

const TOP: Spec = Spec {
    number: 6,
    name: NAME,
    measure: "median top-1 merchant share (users with ≥ 100)",
    band: Band::between(0.12, 0.45),
    least: 100,
    unit: Unit::Share,
    source: "Krumme et al. 2013; random choice 3 %",
};

const GROCER: Spec = Spec {
    measure: "same top grocery store in both halves (pos, ≥ 15 each)",
    band: Band::above(0.65),
    least: 100,
    source: "Complete Journey 0.83",
    ..TOP
};

const KNOWN: Spec = Spec {
    measure: "purchases at a known merchant, from day 30",
    band: Band::between(0.70, 0.97),
    least: 5_000,
    source: "Complete Journey 0.965",
    ..TOP
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    vec![top_share(data), same_grocer(data), known(data)]
}

/// Returns the number of purchases of each user at each of their merchants, highest first.
pub(crate) fn purchases_by_merchant(data: &Data) -> Vec<Vec<u32>> {
    let mut counts: HashMap<(u32, u32), u32> = HashMap::new();
    data.genuine_purchases().for_each(|p| *counts.entry((p.user, p.merchant)).or_default() += 1);
    let mut ranked = vec![Vec::new(); data.users];
    counts.into_iter().for_each(|((user, _), count)| ranked[user as usize].push(count));
    ranked.iter_mut().for_each(|own| own.sort_by(|a, b| b.cmp(a)));
    ranked
}

/// Returns the shares of the first ranks in the purchases of each user; `None` for a user with too few purchases.
pub(crate) fn rank_shares(ranked: &[Vec<u32>]) -> Vec<Option<[f64; TOP_RANKS]>> {
    let shares = |own: &Vec<u32>| {
        let all: u32 = own.iter().sum();
        let share = |rank: usize| f64::from(own.get(rank).copied().unwrap_or(0)) / f64::from(all);
        (all >= ENOUGH).then(|| std::array::from_fn(share))
    };
    ranked.iter().map(shares).collect()
}

fn top_share(data: &Data) -> Check {
    let shares: Vec<Option<f64>> =
        rank_shares(&purchases_by_merchant(data)).into_iter().map(|own| own.map(|own| own[0])).collect();
    let median = weighted_median(&shares);
    let [measured] = bootstrap(data.users, 6, [shares.iter().flatten().count() as u64], |weights| [median(weights)]);
    TOP.judge(measured)
}

fn same_grocer(data: &Data) -> Check {
    let (groceries, middle) = (data.category("groceries"), data.middle());
    let mut halves: [HashMap<(u32, u32), u32>; 2] = Default::default();
    for payment in data.genuine_purchases().filter(|p| p.channel == Channel::Pos && Some(p.category) == groceries) {
        let half = &mut halves[usize::from(payment.wall.day() >= middle)];
        *half.entry((payment.user, payment.merchant)).or_default() += 1;
    }
    let [first, second] = halves.map(|half| favourites(&half, data.users));
    let both: Vec<(u32, u32)> = first.into_iter().zip(second).filter_map(|(a, b)| a.zip(b)).collect();
    GROCER.judge(share(both.iter().filter(|(a, b)| a == b).count() as u64, both.len() as u64))
}

/// Returns the favourite merchant of each user with enough purchases; of two equal ones that with the lower number.
fn favourites(counts: &HashMap<(u32, u32), u32>, users: usize) -> Vec<Option<u32>> {
    let mut best = vec![(0, 0, 0); users];
    for ((user, merchant), count) in counts {
        let (all, most, favourite) = &mut best[*user as usize];
        *all += count;
        if (*count, std::cmp::Reverse(*merchant)) > (*most, std::cmp::Reverse(*favourite)) {
            (*most, *favourite) = (*count, *merchant);
        }
    }
    best.into_iter().map(|(all, _, favourite)| (all >= ENOUGH_GROCERIES).then_some(favourite)).collect()
}

fn known(data: &Data) -> Check {
    let settled = data.days().map_or(0, |(first, _)| first.0 + SETTLED);
    let (mut met, mut known, mut all) = (HashSet::new(), 0, 0);
    for payment in data.genuine_purchases() {
        let new = met.insert((payment.user, payment.merchant));
        if payment.wall.day().0 >= settled {
            all += 1;
            known += u64::from(!new);
        }
    }
    KNOWN.judge(share(known, all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    /// Returns data of 120 users with a purchase a day for 200 days at the merchant that `choose` returns.
    fn visits(choose: impl Fn(u32, u32) -> u32) -> Data {
        let mut rows = Vec::new();
        for day in 0..200 {
            for user in 0..120 {
                let mut row = payment(user, Wall(i64::from(day) * 86_400 + 43_200));
                row.merchant = choose(user, day);
                rows.push(row);
            }
        }
        data_of(rows)
    }

    #[test]
    fn favourites_are_found_again() {
        let checks = checks(&visits(|user, day| if day % 3 == 0 { user } else { 1_000 + (user + day) % 40 }));
        assert!((checks[0].value - 0.335).abs() < 0.01, "{:?}", checks[0]);
        assert_eq!(checks[1].value, 1.0);
        assert!(checks[2].value > 0.85 && checks[2].value < 1.0, "{:?}", checks[2]);
        assert!(checks.iter().all(|check| check.verdict == Verdict::Inside), "{checks:?}");
    }

    #[test]
    fn whoever_never_comes_back_has_no_habits() {
        let checks = checks(&visits(|user, day| user * 1_000 + day));
        assert!(checks.iter().all(|check| check.verdict == Verdict::Outside), "{checks:?}");
    }

    #[test]
    fn a_move_changes_the_grocer() {
        let check = same_grocer(&visits(|user, day| user * 2 + u32::from(day >= 100)));
        assert_eq!((check.value, check.verdict), (0.0, Verdict::Outside));
    }
}
