//! Check 8, holidays: groceries are bought on the eve.

use crate::check::{Band, Check, Spec, Unit};
use crate::clock::Place;
use crate::data::Data;
use crate::statistics::bootstrap;
use populace_sim::LocalDay;
use std::ops::RangeInclusive;

/// The number of days on each side of a day against which it is compared.
const AROUND: i32 = 14;
/// The fewest days of the window with data.
const LEAST_DAYS: usize = 20;

const EVE: Spec = Spec {
    number: 8,
    name: "rhythm",
    measure: "groceries on the eve of holidays / 29-day median",
    band: Band::between(1.3, 2.0),
    least: 200,
    unit: Unit::Number,
    source: "Complete Journey 1.63",
};

/// The days before a holiday.
struct Eve {
    days: RangeInclusive<i32>,
    /// The region that keeps the holiday.
    region: u8,
}

impl Eve {
    fn holds(&self, one: &Bought) -> bool {
        self.region == one.region && self.days.contains(&one.day)
    }
}

/// A grocery purchase near an eve.
struct Bought {
    user: u32,
    day: i32,
    region: u8,
}

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let Some((first, last)) = data.days() else { return Vec::new() };
    let eves = eves(data, first, last);
    let bought = groceries_near(data, &eves);
    let on_eves = bought.iter().filter(|one| eves.iter().any(|eve| eve.holds(one))).count() as u64;
    let whole = first.0 + 1..=last.0 - 1;
    let ratio = |eve: &Eve, weights: &[u32]| {
        let mut counts = vec![0; (last.0 - first.0 + 1) as usize];
        for one in bought.iter().filter(|one| one.region == eve.region) {
            counts[(one.day - first.0) as usize] += weights[one.user as usize];
        }
        busier(&eve.days, |day| whole.contains(&day).then(|| counts[(day - first.0) as usize]))
    };
    let statistic = |weights: &[u32]| {
        let ratios: Option<Vec<f64>> = eves.iter().map(|eve| ratio(eve, weights)).collect();
        let ratios = ratios.unwrap_or_default();
        [ratios.iter().sum::<f64>() / ratios.len() as f64]
    };
    let [measured] = bootstrap(data.users, 9, [on_eves], statistic);
    vec![EVE.judge(measured)]
}

/// Returns the eves of all regions with enough days of data around them.
fn eves(data: &Data, first: LocalDay, last: LocalDay) -> Vec<Eve> {
    let days = LocalDay(first.0 + 1)..=LocalDay(last.0 - 1);
    let seen = |eve: &RangeInclusive<i32>| {
        let (from, to) = (eve.start() - AROUND, eve.start() + AROUND);
        to.min(last.0 - 1) - from.max(first.0 + 1) + 1 >= LEAST_DAYS as i32
    };
    let of = |(region, place): (usize, &Place)| {
        let eves = place.eves(days.clone()).into_iter().filter(seen);
        eves.map(move |days| Eve { days, region: region as u8 }).collect::<Vec<_>>()
    };
    data.places.0.iter().enumerate().flat_map(of).collect()
}

/// Returns the grocery purchases in the windows around the eves.
fn groceries_near(data: &Data, eves: &[Eve]) -> Vec<Bought> {
    let groceries = data.category("groceries");
    let near = |day: i32| eves.iter().any(|eve| (eve.days.start() - AROUND..=eve.days.end() + AROUND).contains(&day));
    let bought = data.genuine_purchases().filter(|p| Some(p.category) == groceries);
    let bought = bought.map(|p| Bought { user: p.user, day: p.wall.day().0, region: p.region });
    bought.filter(|one| near(one.day)).collect()
}

/// Returns the ratio of the busier day of an eve to the median of the days around it; `None` if too few of these have
/// data.
fn busier(eve: &RangeInclusive<i32>, count: impl Fn(i32) -> Option<u32>) -> Option<f64> {
    let ratio = |day: i32| {
        let mut around: Vec<u32> = (day - AROUND..=day + AROUND).filter_map(&count).collect();
        around.sort_unstable();
        (around.len() >= LEAST_DAYS).then(|| f64::from(count(day).unwrap_or(0)) / f64::from(around[around.len() / 2]))
    };
    eve.clone().filter_map(ratio).reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    fn autumn(on_eves: u32) -> Check {
        let start = LocalDay::of(2025, 11, 1).unwrap().0;
        let eves = [(11, 26), (12, 23)].map(|(month, day)| LocalDay::of(2025, month, day).unwrap().0);
        let mut rows = Vec::new();
        for day in start..start + 80 {
            let count = if eves.contains(&day) { on_eves } else { 100 };
            rows.extend((0..count).map(|n| payment(n % 90, Wall(i64::from(day) * 86_400 + 40_000))));
        }
        checks(&data_of(rows)).remove(0)
    }

    #[test]
    fn busy_eves_are_seen_and_idle_ones_too() {
        let busy = autumn(165);
        assert!((busy.value - 1.65).abs() < 1e-9 && busy.verdict == Verdict::Inside, "{busy:?}");
        assert_eq!(autumn(100).verdict, Verdict::Outside);
    }

    #[test]
    fn a_spring_has_no_eves() {
        let rows = (0..90 * 50).map(|n| payment(n % 50, Wall(i64::from(n / 50) * 86_400))).collect();
        assert_eq!(checks(&data_of(rows))[0].verdict, Verdict::TooFew);
    }
}
