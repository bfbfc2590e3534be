//! Synthetic data for tests: single rows, a small town in which the checks hold, and the negative controls on which
//! they must fail. None of it comes from a world.

use super::clock::{Places, Wall};
use super::data::{Action, Channel, Click, Data, Facts, Kind, Label, Means, Payment, Sky, Trip, Visitor};
use super::statistics::Random;
use std::collections::BTreeSet;

const DAY: i64 = 86_400;

/// Returns a grocery purchase of 20 by card at the till.
pub(super) fn payment(user: u32, wall: Wall) -> Payment {
    Payment {
        wall,
        user,
        merchant: 0,
        amount: 20.0,
        category: 0,
        region: 0,
        kind: Kind::Purchase,
        means: Means::Card,
        channel: Channel::Pos,
        label: Label::Genuine,
        pattern: None,
        facts: Facts::default(),
    }
}

/// Returns a dry trip of 10 km in 1,000 s.
pub(super) fn trip(driver: u32, wall: Wall) -> Trip {
    Trip {
        wall,
        driver,
        region: 0,
        sky: Sky::Dry,
        ends: [29.7, -95.4, 29.8, -95.3],
        kilometres: 10.0,
        celsius: 20.0,
        rating: 4.5,
        vehicle: 0,
        highway_share: 0.5,
        naive_seconds: 800.0,
        seconds: 1_000.0,
    }
}

/// Returns an event about product 1.
pub(super) fn click(customer: u32, session: u32, wall: Wall, action: Action) -> Click {
    Click {
        wall,
        customer,
        session,
        product: 1,
        spent: 0.0,
        dwell_seconds: 30,
        region: 0,
        action,
        visitor: Visitor::Human,
    }
}

/// Returns data of these transactions, whose category 0 is groceries and 1 electronics.
pub(super) fn data_of(mut payments: Vec<Payment>) -> Data {
    payments.sort_by_key(|row| row.wall);
    let users = payments.iter().map(|row| row.user as usize + 1).max().unwrap_or(0);
    let categories = vec!["groceries".to_owned(), "electronics".to_owned()];
    Data { payments, users, categories, ..Data::empty(Places::made_up()) }
}

/// Returns data of these trips.
pub(super) fn data_of_trips(mut trips: Vec<Trip>) -> Data {
    trips.sort_by_key(|row| row.wall);
    let drivers = trips.iter().map(|row| row.driver as usize + 1).max().unwrap_or(0);
    Data { trips, drivers, ..Data::empty(Places::made_up()) }
}

/// Returns data of these events of the shop.
pub(super) fn data_of_clicks(mut clicks: Vec<Click>) -> Data {
    clicks.sort_by_key(|row| row.wall);
    let most = |number: fn(&Click) -> u32| clicks.iter().map(|row| number(row) as usize + 1).max().unwrap_or(0);
    let (customers, sessions, products) = (most(|c| c.customer), most(|c| c.session), most(|c| c.product));
    Data { clicks, customers, sessions, products, ..Data::empty(Places::made_up()) }
}

/// Draws an hour with these weights.
fn hour(weights: &[f64; 24], random: &mut Random) -> i64 {
    let mut left = random.unit() * weights.iter().sum::<f64>();
    weights
        .iter()
        .position(|weight| {
            left -= weight;
            left < 0.0
        })
        .unwrap_or(23) as i64
}

/// The activity of shops in each hour, and of people at home.
const TILLS: [f64; 24] = [
    0.8, 0.4, 0.25, 0.2, 0.3, 0.8, 2.0, 3.0, 4.5, 5.5, 6.0, 6.5, 6.7, 6.7, 7.0, 8.0, 9.5, 9.7, 8.5, 6.5, 5.0, 4.0, 2.6,
    1.5,
];
const SCREENS: [f64; 24] = [
    4.0, 2.8, 1.8, 1.2, 1.0, 1.0, 1.4, 2.2, 2.8, 3.3, 4.4, 5.2, 5.8, 6.2, 6.1, 5.9, 5.5, 5.3, 5.3, 5.4, 5.5, 5.6, 5.5,
    5.0,
];

/// Returns data of 300 people with individual favourites, levels and hours, over a year; frauds come three at a time.
fn town() -> Data {
    let (mut random, mut rows) = (Random::new(11), Vec::new());
    for user in 0..300 {
        let (level, rate) = (0.65 * random.normal(), 0.35 + 0.5 * -(1.0 - random.unit()).ln());
        let halves = [level + 0.25 * random.normal(), level + 0.25 * random.normal()];
        for _ in 0..(rate * 365.0) as u32 {
            let day = random.below(365) as i64;
            // Merchants by rank, each half as often as the previous one, and occasionally a new one.
            let rank = (-(1.0 - random.unit()).log2()) as u32;
            let online = random.unit() < 0.4;
            let weights = if online { &SCREENS } else { &TILLS };
            let mut row = payment(user, Wall(day * DAY + hour(weights, &mut random) * 3_600));
            row.merchant =
                if random.unit() < 0.05 { random.below(100_000) as u32 } else { 1_000_000 + user * 40 + rank };
            row.channel = if online { Channel::Online } else { Channel::Pos };
            row.merchant += if online { 20 } else { 0 };
            row.amount = (2.5 + halves[day as usize / 183] + 1.1 * random.normal()).exp() as f32;
            rows.push(row);
        }
        let stolen = Wall(random.below(360) as i64 * DAY + 40_000);
        for (after, amount) in [(0, 1.0), (600, 90.0), (5_000, 150.0)] {
            let mut row = payment(user, Wall(stolen.0 + after));
            (row.label, row.channel, row.amount) = (Label::Fraud, Channel::Online, amount);
            rows.push(row);
        }
    }
    data_of(rows)
}

/// Returns trips of a city with two rush hours.
fn city() -> Data {
    let mut random = Random::new(12);
    let rows = (0..30_000_u32).map(|n| {
        let mut row = trip(n % 80, Wall(random.below(200) as i64 * DAY + random.below(24) as i64 * 3_600));
        let slow = match row.wall.hour() {
            7 | 8 | 17 => 0.65,
            6 | 9 | 16 | 18 => 0.8,
            _ => 1.0,
        };
        row.kilometres = (2.0 + 0.6 * random.normal()).exp() as f32;
        row.seconds = row.kilometres * 90.0 / slow * (0.1 * random.normal()).exp() as f32;
        row
    });
    data_of_trips(rows.collect())
}

/// Negative control: a new random person for every event.
fn strangers(mut data: Data) -> Data {
    (0..).zip(&mut data.payments).for_each(|(n, row)| row.user = n);
    (0..).zip(&mut data.clicks).for_each(|(n, row)| (row.customer, row.session) = (n, n));
    data.users = data.payments.len();
    (data.customers, data.sessions) = (data.clicks.len(), data.clicks.len());
    data
}

/// Negative control: clocks that are six hours fast.
fn shifted(mut data: Data) -> Data {
    data.payments.iter_mut().for_each(|row| row.wall.0 += 6 * 3_600);
    data.trips.iter_mut().for_each(|row| row.wall.0 += 6 * 3_600);
    data.clicks.iter_mut().for_each(|row| row.wall.0 += 6 * 3_600);
    data
}

/// Negative control: labels by chance, 0.3 % of them fraud.
fn labels_by_chance(mut data: Data) -> Data {
    let mut random = Random::new(13);
    let mut label = || if random.unit() < 0.003 { Label::Fraud } else { Label::Genuine };
    data.payments.iter_mut().for_each(|row| row.label = label());
    data
}

/// Returns data of 800 people who buy online, all genuine until [`labels_by_chance`] draws their labels.
fn screens() -> Data {
    let mut random = Random::new(15);
    let rows = (0..200_000_u32).map(|n| {
        let second = random.below(240) as i64 * DAY + hour(&SCREENS, &mut random) * 3_600;
        let mut row = payment(n % 800, Wall(second));
        (row.channel, row.merchant) = (Channel::Online, n % 800 + random.below(8) as u32);
        row.amount = (2.5 + random.normal()).exp() as f32;
        row
    });
    data_of(rows.collect())
}

/// Negative control: a victim of fraud makes no genuine transaction that day.
fn paralysed(mut data: Data) -> Data {
    let of_fraud = |row: &&Payment| row.label == Label::Fraud;
    let days: BTreeSet<_> = data.payments.iter().filter(of_fraud).map(|row| (row.user, row.wall.day().0)).collect();
    data.payments.retain(|row| row.label == Label::Fraud || !days.contains(&(row.user, row.wall.day().0)));
    data
}

/// Negative control: the rules of the Fraud Detection Handbook's simulator, a tenth of its size: terminals within reach
/// at random, a normal hour, a normal amount; fraud is every amount above 220, every transaction of a compromised
/// terminal for 28 days, and a third of the payments of a leaked card for 14 days, at five times the amount.
fn handbook() -> Data {
    const CUSTOMERS: usize = 500;
    const TERMINALS: usize = 1_000;
    const DAYS: usize = 200;
    let (mut random, mut rows) = (Random::new(14), Vec::new());
    let spells = |random: &mut Random, of: usize, share: f64| -> Vec<i64> {
        (0..of).map(|_| if random.unit() < share { random.below(DAYS) as i64 } else { i64::MAX / 2 }).collect()
    };
    let terminals = spells(&mut random, TERMINALS, 0.04);
    let cards = spells(&mut random, CUSTOMERS, 0.12);
    for (customer, leak) in cards.iter().enumerate() {
        let (mean, rate) = (5.0 + 95.0 * random.unit(), 4.0 * random.unit());
        let reach: Vec<usize> = (0..100).map(|_| random.below(TERMINALS)).collect();
        for _ in 0..(rate * DAYS as f64) as usize {
            let day = random.below(DAYS) as i64;
            let second = (43_200.0 + 20_000.0 * random.normal()).clamp(0.0, 86_399.0) as i64;
            let terminal = reach[random.below(100)];
            let mut row = payment(customer as u32, Wall(day * DAY + second));
            let leaked = (0..14).contains(&(day - leak)) && random.unit() < 1.0 / 3.0;
            let amount = (mean + mean / 2.0 * random.normal()).abs() * if leaked { 5.0 } else { 1.0 };
            let fraud = leaked || amount > 220.0 || (0..28).contains(&(day - terminals[terminal]));
            (row.merchant, row.amount) = (terminal as u32, amount as f32);
            row.label = if fraud { Label::Fraud } else { Label::Genuine };
            rows.push(row);
        }
    }
    data_of(rows)
}

/// Returns data of 300 people whose visits to the shop come in spells: every other one is a few hours after the
/// previous one.
fn visitors() -> Data {
    let (mut random, mut rows) = (Random::new(16), Vec::new());
    for customer in 0..300 {
        let mut at = 0.0;
        for visit in 0..60 {
            rows.push(click(customer, customer * 60 + visit, Wall(at as i64), Action::View));
            at += -(1.0 - random.unit()).ln() * if random.unit() < 0.5 { 12_000.0 } else { 600_000.0 };
        }
    }
    data_of_clicks(rows)
}

/// Negative control: visits at random times, independent of the last one.
fn scattered(mut data: Data) -> Data {
    let mut random = Random::new(17);
    data.clicks.iter_mut().for_each(|row| row.wall = Wall(random.below(300 * DAY as usize) as i64));
    data_of_clicks(data.clicks)
}

/// Returns trips that begin at one of twelve places, each 11 km from the next, with slow and fast hours of each place.
fn quarters() -> Data {
    let mut random = Random::new(18);
    let slow: Vec<f64> = (0..12 * 40 * 24).map(|_| 0.1 * random.normal()).collect();
    let rows = (0..40_000_u32).map(|n| {
        let (place, hour) = (n as usize % 12, random.below(40 * 24));
        let mut row = trip(n % 80, Wall((hour * 3_600 + random.below(3_600)) as i64));
        row.ends[0] = 29.0 + 0.1 * place as f32;
        row.kilometres = (2.0 + 0.5 * random.normal()).exp() as f32;
        let noise = 0.15 * random.normal() + slow[place * 40 * 24 + hour];
        row.seconds = row.kilometres * 90.0 * noise.exp() as f32;
        row
    });
    data_of_trips(rows.collect())
}

/// Negative control: each trip is moved to another day, with its hour and its place kept.
fn dealt_anew(mut data: Data) -> Data {
    let mut random = Random::new(19);
    data.trips.iter_mut().for_each(|row| row.wall = Wall(row.wall.0 % DAY + random.below(40) as i64 * DAY));
    data_of_trips(data.trips)
}

mod tests {
    use super::*;
    use crate::check::{Check, Verdict};
    use crate::checks;
    use std::sync::LazyLock;

    static TOWN: LazyLock<Data> = LazyLock::new(town);

    /// Returns the checks of these rows of the table.
    fn rows(data: &Data, numbers: &[u8]) -> Vec<Check> {
        numbers.iter().flat_map(|number| checks::row(data, *number)).collect()
    }

    /// Returns the verdict of the check with this measure.
    fn verdict(checks: &[Check], number: u8, measure: &str) -> Verdict {
        let found = checks.iter().find(|check| check.number == number && check.measure.starts_with(measure));
        found.unwrap_or_else(|| panic!("{number} {measure}: {checks:?}")).verdict
    }

    #[test]
    fn the_town_is_what_the_controls_are_not() {
        let town = rows(&TOWN, &[2, 3, 6, 7, 8]);
        for (number, measure) in [
            (2, "frauds with"),
            (2, "frauds per"),
            (3, "online cards: fraud Q1"),
            (3, "online cards: fraud Q3"),
            (6, "median top-1"),
            (6, "same top"),
            (6, "purchases at a known"),
            (7, "ICC"),
            (7, "correlation across halves of ln mean"),
            (8, "pos: busiest /"),
            (8, "pos: busiest hour"),
            (8, "pos: quietest"),
            (8, "online: busiest /"),
            (8, "online: busiest hour"),
            (8, "online: quietest"),
        ] {
            assert_eq!(verdict(&town, number, measure), Verdict::Inside, "{number} {measure}");
        }
        let city = rows(&city(), &[9]);
        for measure in ["weekdays", "slowest hour before", "slowest hour after", "skew"] {
            assert_eq!(verdict(&city, 9, measure), Verdict::Inside, "{measure}");
        }
    }

    #[test]
    fn strangers_have_neither_bursts_nor_habits() {
        let named = rows(&strangers(TOWN.clone()), &[2, 6, 7]);
        assert_eq!(named.len(), 8);
        assert!(named.iter().all(|check| check.verdict != Verdict::Inside), "{named:?}");
    }

    #[test]
    fn a_slip_of_the_clock_shows_in_rhythm_and_traffic() {
        let town = rows(&shifted(TOWN.clone()), &[8]);
        for measure in ["pos: busiest hour", "pos: quietest hour", "online: quietest hour"] {
            assert_eq!(verdict(&town, 8, measure), Verdict::Outside, "{measure}");
        }
        let city = rows(&shifted(city()), &[9]);
        for measure in ["slowest hour before", "slowest hour after"] {
            assert_eq!(verdict(&city, 9, measure), Verdict::Outside, "{measure}");
        }
    }

    #[test]
    fn labels_by_chance_come_one_by_one() {
        let chance = rows(&labels_by_chance(TOWN.clone()), &[2]);
        assert_eq!(verdict(&chance, 2, "frauds with"), Verdict::Outside);
        assert_eq!(verdict(&chance, 2, "frauds per"), Verdict::Outside);
    }

    #[test]
    fn labels_by_chance_cannot_be_learnt() {
        // Both rows come from one lesson.
        let chance = checks::all(&labels_by_chance(screens()));
        assert_eq!(verdict(&chance, 4, "AUC by the record"), Verdict::Outside);
        assert_eq!(verdict(&chance, 4, "average precision"), Verdict::Outside);
        assert_eq!(verdict(&chance, 5, "average precision"), Verdict::Outside);
    }

    #[test]
    fn victims_who_do_nothing_else_are_a_leak() {
        assert_eq!(verdict(&rows(&TOWN, &[4]), 4, "genuine rows"), Verdict::Inside);
        assert_eq!(verdict(&rows(&paralysed(TOWN.clone()), &[4]), 4, "genuine rows"), Verdict::Outside);
    }

    #[test]
    fn the_handbooks_rules_have_neither_bursts_nor_habits() {
        let handbook = rows(&handbook(), &[2, 6]);
        assert_eq!(verdict(&handbook, 2, "frauds with"), Verdict::Outside);
        assert_eq!(verdict(&handbook, 6, "median top-1"), Verdict::Outside);
    }

    #[test]
    fn visits_by_chance_are_no_spells() {
        assert_eq!(verdict(&rows(&visitors(), &[14]), 14, "burstiness"), Verdict::Inside);
        assert_eq!(verdict(&rows(&scattered(visitors()), &[14]), 14, "burstiness"), Verdict::Outside);
        assert_eq!(verdict(&rows(&strangers(visitors()), &[14]), 14, "burstiness"), Verdict::TooFew);
    }

    #[test]
    fn trips_of_other_days_share_no_traffic() {
        let quarters = rows(&quarters(), &[15]);
        assert!(quarters.len() == 3 && quarters.iter().all(|check| check.verdict == Verdict::Inside), "{quarters:?}");
        let dealt = rows(&dealt_anew(super::quarters()), &[15]);
        assert!(dealt.iter().all(|check| check.verdict == Verdict::Outside), "{dealt:?}");
    }
}
