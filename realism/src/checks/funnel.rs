//! Check 11: the funnel from views to purchases, and returning customers.

use super::visits::{Visit, visits};
use crate::check::{Band, Check, Spec, Unit};
use crate::data::{Action, Data};
use crate::statistics::{bootstrap, share};

const NAME: &str = "shop funnel";
/// Days within which an earlier visit makes a customer a returning one; undecided during as many days at the start of
/// the data.
const MEMORY_DAYS: i32 = 90;

const VIEWS: Spec = Spec {
    number: 11,
    name: NAME,
    measure: "views among view, cart and purchase rows",
    band: Band::between(0.93, 0.975),
    least: 10_000,
    unit: Unit::Share,
    source: "RetailRocket 96.7 %, REES46 94.0 %",
};

const CARTS: Spec = Spec {
    measure: "carts among view, cart and purchase rows",
    band: Band::between(0.02, 0.05),
    source: "RetailRocket 2.5 %, REES46 3.6 %",
    ..VIEWS
};

const PURCHASES: Spec = Spec {
    measure: "purchases among view, cart and purchase rows",
    band: Band::between(0.006, 0.025),
    source: "RetailRocket 0.8 %, REES46 2.4 %",
    ..VIEWS
};

const BUYING: Spec = Spec {
    measure: "sessions that buy",
    band: Band::between(0.015, 0.04),
    least: 5_000,
    source: "Adobe 1.3–3.2 %, YooChoose 5.5 %",
    ..VIEWS
};

const ABANDONED: Spec = Spec {
    measure: "1 − buying sessions / sessions with add_to_cart",
    band: Band::between(0.65, 0.78),
    least: 500,
    source: "Baymard 70.19 %",
    ..VIEWS
};

const RETURNING: Spec = Spec {
    measure: "from day 90: sessions of customers seen in the last 90 days",
    band: Band::above(0.40),
    least: 5_000,
    source: "Monetate 48 %",
    ..VIEWS
};

const CONVERSION: Spec = Spec {
    measure: "from day 90: their conversion / that of the others",
    band: Band::between(1.4, 2.5),
    least: 200,
    unit: Unit::Number,
    source: "Barilliance 1.74",
    ..VIEWS
};

pub(super) fn checks(data: &Data) -> Vec<Check> {
    let visits = visits(data);
    let mut checks = rows(data);
    let buying = visits.iter().filter(|visit| visit.buys()).count() as u64;
    checks.push(BUYING.judge(share(buying, visits.len() as u64)));
    checks.push(abandoned(data, &visits));
    checks.extend(returning(data, &visits));
    checks
}

fn rows(data: &Data) -> Vec<Check> {
    let mut counts = [0; 4];
    data.human_clicks().for_each(|click| counts[click.action as usize] += 1);
    let of = |action| counts[action as usize];
    let all = of(Action::View) + of(Action::Cart) + of(Action::Purchase);
    let asked = [(VIEWS, Action::View), (CARTS, Action::Cart), (PURCHASES, Action::Purchase)];
    asked.into_iter().map(|(spec, action)| spec.judge(share(of(action), all))).collect()
}

fn abandoned(data: &Data, visits: &[Visit]) -> Check {
    let mut customers = vec![(0.0, 0.0); data.customers];
    for visit in visits {
        let (buying, carting) = &mut customers[visit.customer as usize];
        *buying += f64::from(u8::from(visit.buys()));
        *carting += f64::from(u8::from(visit.carts > 0));
    }
    let carting = visits.iter().filter(|visit| visit.carts > 0).count() as u64;
    let ratio = |weights: &[u32]| {
        let (mut buying, mut carting) = (0.0, 0.0);
        for (own, weight) in customers.iter().zip(weights) {
            buying += own.0 * f64::from(*weight);
            carting += own.1 * f64::from(*weight);
        }
        [1.0 - buying / carting]
    };
    let [measured] = bootstrap(data.customers, 12, [carting], ratio);
    ABANDONED.judge(measured)
}

/// The number of sessions and of buying sessions of a customer.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    visits: f64,
    buying: f64,
}

fn returning(data: &Data, visits: &[Visit]) -> [Check; 2] {
    let begun = data.days().map_or(0, |(first, _)| first.0 + MEMORY_DAYS);
    let mut last_seen = vec![i32::MIN / 2; data.customers];
    let mut tallies = vec![[Tally::default(); 2]; data.customers];
    for visit in visits {
        let (day, seen) = (visit.day().0, &mut last_seen[visit.customer as usize]);
        if day >= begun {
            let tally = &mut tallies[visit.customer as usize][usize::from(day - *seen <= MEMORY_DAYS)];
            tally.visits += 1.0;
            tally.buying += f64::from(u8::from(visit.buys()));
        }
        *seen = day;
    }
    let sum = |who: usize| tallies.iter().map(|own| own[who].visits).sum::<f64>() as u64;
    let [others, returning] = [sum(0), sum(1)];
    let conversion = |weights: &[u32]| {
        let rate = |who: usize| {
            let weighted = |part: fn(&Tally) -> f64| -> f64 {
                tallies.iter().zip(weights).map(|(own, weight)| part(&own[who]) * f64::from(*weight)).sum()
            };
            weighted(|tally| tally.buying) / weighted(|tally| tally.visits)
        };
        [rate(1) / rate(0)]
    };
    let [conversion] = bootstrap(data.customers, 13, [others.min(returning)], conversion);
    [RETURNING.judge(share(returning, returning + others)), CONVERSION.judge(conversion)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Verdict;
    use crate::clock::Wall;
    use crate::controls::{click, data_of_clicks};
    use crate::data::Click;

    /// Adds a session on `day` with `counts` of views, products put into the cart, and purchases.
    fn session(rows: &mut Vec<Click>, customer: u32, day: u32, counts: [u32; 3]) {
        let number = rows.last().map_or(0, |row| row.session + 1);
        let actions = [Action::View, Action::Cart, Action::Purchase];
        for (action, count) in actions.into_iter().zip(counts) {
            rows.extend((0..count).map(|_| click(customer, number, Wall(i64::from(day) * 86_400 + 60), action)));
        }
    }

    #[test]
    fn the_funnel_is_counted() {
        let mut rows = Vec::new();
        for n in 0..6_000 {
            let counts = match n % 100 {
                0..3 => [6, 1, 1],
                3..10 => [4, 1, 0],
                _ => [3, 0, 0],
            };
            session(&mut rows, n % 400, 0, counts);
        }
        let checks = checks(&data_of_clicks(rows));
        assert_eq!(checks[3].value, 0.03);
        assert!((checks[4].value - 0.70).abs() < 1e-9 && checks[4].verdict == Verdict::Inside);
        assert!((checks[1].value - 10.0 / 329.0).abs() < 1e-9, "{:?}", checks[1]);
        assert_eq!(checks[5].verdict, Verdict::TooFew, "a single day has no returning customers");
    }

    #[test]
    fn who_comes_back_is_known() {
        let mut rows = Vec::new();
        for customer in 0..1_000 {
            // One half visits every 50 days and always buys, the other half visits every 100 days and buys every other
            // time.
            let every = if customer < 500 { 50 } else { 100 };
            for visit in 0..=400 / every {
                let buys = u32::from(customer < 500 || visit % 2 == 0);
                session(&mut rows, customer, visit * every, [1, 1, buys]);
            }
        }
        rows.sort_by_key(|row| row.wall);
        let checks = checks(&data_of_clicks(rows));
        assert_eq!((checks[5].value, checks[6].value), (7.0 / 11.0, 2.0));
    }
}
