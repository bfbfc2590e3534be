//! Check 12: concentration and dwell. Few buyers spend most, few products are seen most, most pages are left soon.

use super::visits::visits;
use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Action, Click, Data};
use crate::statistics::{bootstrap, share, slope, weibull_shape};

const NAME: &str = "concentration and dwell";
/// The ranks of products between which the slope is measured.
const RANKS: std::ops::RangeInclusive<usize> = 10..=1_000;
/// The longest look that is counted, in seconds; longer ones are cut off.
const LONGEST: usize = 7_200;

const SPEND: Spec = Spec {
    number: 12,
    name: NAME,
    measure: "spend of the top 20 % of buyers",
    band: Band::between(0.55, 0.78),
    least: 500,
    unit: Unit::Share,
    source: "339 firms 0.67, CDNOW 0.68",
};

const SLOPE: Spec = Spec {
    measure: "−slope of ln views on ln rank (10–1,000)",
    band: Band::between(0.55, 1.1),
    least: 10_000,
    unit: Unit::Number,
    source: "Complete Journey 0.66",
    ..SPEND
};

const TOP_PRODUCTS: Spec = Spec {
    measure: "views of the top 20 % of products",
    band: Band::between(0.65, 0.92),
    source: "Complete Journey 0.86",
    unit: Unit::Share,
    ..SLOPE
};

const DWELL: Spec = Spec {
    measure: "Weibull shape of dwell on product pages",
    band: Band::between(0.55, 0.95),
    source: "Liu et al. 2010: below 1 on 99 % of pages",
    ..SLOPE
};

const ONCE: Spec = Spec {
    measure: "buyers with a single buying session",
    band: Band::between(0.40, 0.70),
    source: "CDNOW 0.51",
    ..SPEND
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let [slope, top] = popularity(data);
    vec![spend(data), slope, top, dwell(data), once(data)]
}

fn spend(data: &Data) -> Check {
    let mut spent: Vec<(f64, usize)> = (0..data.customers).map(|customer| (0.0, customer)).collect();
    data.human_clicks().for_each(|click| spent[click.customer as usize].0 += f64::from(click.spent));
    spent.retain(|(spent, _)| *spent > 0.0);
    spent.sort_by(|a, b| b.0.total_cmp(&a.0));
    let statistic = |weights: &[u32]| {
        let weight = |customer: usize| f64::from(weights[customer]);
        let fifth = spent.iter().map(|(_, customer)| weight(*customer)).sum::<f64>() / 5.0;
        let (mut passed, mut top, mut all) = (0.0, 0.0, 0.0);
        for (spent, customer) in &spent {
            let counted = f64::min(weight(*customer), f64::max(fifth - passed, 0.0));
            passed += weight(*customer);
            top += counted * spent;
            all += weight(*customer) * spent;
        }
        [top / all]
    };
    let [measured] = bootstrap(data.customers, 14, [spent.len() as u64], statistic);
    SPEND.judge(measured)
}

/// Returns the views of products in the region with the most of them: each region has a separate shop.
fn views(data: &Data) -> Vec<&Click> {
    let looks = || data.human_clicks().filter(|click| click.action == Action::View && click.product > 0);
    let mut regions = vec![0; data.places.0.len()];
    looks().for_each(|click| regions[click.region as usize] += 1);
    let main = (0..regions.len()).rev().max_by_key(|region| regions[*region]).unwrap_or(0);
    looks().filter(|click| usize::from(click.region) == main).collect()
}

fn popularity(data: &Data) -> [Check; 2] {
    let views: Vec<(u32, u32)> = views(data).into_iter().map(|click| (click.customer, click.product)).collect();
    let statistic = |weights: &[u32]| {
        let mut counts = vec![0_u32; data.products];
        views.iter().for_each(|(customer, product)| counts[*product as usize] += weights[*customer as usize]);
        counts.retain(|count| *count > 0);
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let ranked = (1..).zip(&counts).filter(|(rank, _)| RANKS.contains(rank));
        let slope = slope(ranked.map(|(rank, count)| ((rank as f64).ln(), f64::from(*count).ln())));
        let sum = |counts: &[u32]| counts.iter().map(|count| f64::from(*count)).sum::<f64>();
        [-slope, sum(&counts[..counts.len() / 5]) / sum(&counts)]
    };
    let [slope, top] = bootstrap(data.customers, 15, [views.len() as u64; 2], statistic);
    [SLOPE.judge(slope), TOP_PRODUCTS.judge(top)]
}

fn dwell(data: &Data) -> Check {
    let looks = data.human_clicks().filter(|click| click.action == Action::View);
    let looks: Vec<(u32, usize)> =
        looks.map(|click| (click.customer, usize::from(click.dwell_seconds).clamp(1, LONGEST) - 1)).collect();
    let statistic = |weights: &[u32]| {
        let mut counts = vec![0; LONGEST];
        looks.iter().for_each(|(customer, index)| counts[*index] += u64::from(weights[*customer as usize]));
        [weibull_shape(&counts)]
    };
    let [measured] = bootstrap(data.customers, 16, [looks.len() as u64], statistic);
    DWELL.judge(measured)
}

fn once(data: &Data) -> Check {
    let mut sessions = vec![0_u32; data.customers];
    visits(data).iter().filter(|visit| visit.buys()).for_each(|visit| sessions[visit.customer as usize] += 1);
    let buyers = sessions.iter().filter(|count| **count > 0).count() as u64;
    ONCE.judge(share(sessions.iter().filter(|count| **count == 1).count() as u64, buyers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{click, data_of_clicks};

    #[test]
    fn a_fifth_of_the_buyers_spends_most() {
        let row = |customer: u32, spent: f32| Click { spent, ..click(customer, customer, Wall(0), Action::Purchase) };
        let unequal = (0..1_000).map(|n| row(n, if n % 5 == 0 { 8.0 } else { 1.0 })).collect();
        let check = spend(&data_of_clicks(unequal));
        assert!((check.value - 2.0 / 3.0).abs() < 1e-9 && check.verdict == Verdict::Inside, "{check:?}");
        let equal = (0..1_000).map(|n| row(n, 3.0)).collect();
        assert_eq!(spend(&data_of_clicks(equal)).verdict, Verdict::Outside);
    }

    #[test]
    fn the_exponent_of_popularity_is_found() {
        let mut rows = Vec::new();
        for product in 1..=1_000_u32 {
            let count = (2_000.0 / f64::from(product).powf(0.8)).round() as u32;
            rows.extend((0..count).map(|n| Click { product, ..click(n % 97, n, Wall(0), Action::View) }));
        }
        let [slope, top] = popularity(&data_of_clicks(rows));
        assert!((slope.value - 0.8).abs() < 0.02 && slope.verdict == Verdict::Inside, "{slope:?}");
        assert!((top.value - 0.646).abs() < 0.01, "{top:?}");
    }

    #[test]
    fn regulars_are_no_single_buyers() {
        let bought = |n: u32| click(n % 600, n, Wall(i64::from(n)), Action::Purchase);
        let check = once(&data_of_clicks((0..900).map(bought).collect()));
        assert_eq!((check.value, check.verdict), (0.5, Verdict::Inside));
        assert_eq!(once(&data_of_clicks((0..1_200).map(bought).collect())).verdict, Verdict::Outside);
    }

    #[test]
    fn looks_that_all_last_alike_have_a_high_shape() {
        let look = |n: u32| Click { dwell_seconds: 38 + (n % 5) as u16, ..click(n % 50, n, Wall(0), Action::View) };
        let check = dwell(&data_of_clicks((0..12_000).map(look).collect()));
        assert!(check.value > 10.0 && check.verdict == Verdict::Outside, "{check:?}");
    }
}
