//! People come back and are born with a past: 60 days of the default scenario, counted person by person; and the share
//! of fraud over thousands of campaigns. Knows the contract's fields, and the scenario's keys to keep records small.
#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

use crate::contract::worlds::World;
use crate::contract::{Topic, raw};
use std::collections::{HashMap, HashSet};

/// What is counted of one world.
#[derive(Default)]
struct Counts {
    /// Transactions by user.
    transactions: HashMap<Box<str>, u32>,
    /// Trips by driver.
    trips: HashMap<Box<str>, u32>,
    /// Sessions by customer.
    sessions: HashMap<Box<str>, u32>,
    /// Days of an account at its user's first transaction; ratings at drivers' first trips.
    ages: Vec<f64>,
    ratings: Vec<f64>,
    /// Products in carts that were there when they were first bought, and purchases before anything was added.
    purchases: u32,
    unfounded: u32,
    carts: HashSet<(Box<str>, Box<str>)>,
}

impl Counts {
    fn see(&mut self, topic: Topic, key: &str, text: &str) {
        match topic {
            Topic::Transactions => {
                if count(&mut self.transactions, key) == 1 {
                    self.ages.push(raw(text, "account_age_days").parse().unwrap());
                }
            }
            Topic::Trips => {
                if count(&mut self.trips, key) == 1 {
                    self.ratings.push(raw(text, "driver_rating").parse().unwrap());
                }
            }
            Topic::Interactions => self.see_interaction(key, text),
            Topic::Labels | Topic::Completions | Topic::Drifts => {}
        }
    }

    fn see_interaction(&mut self, key: &str, text: &str) {
        if raw(text, "session_event_sequence") == "1" {
            count(&mut self.sessions, key);
        }
        let item = || (key.into(), raw(text, "product_id").into());
        match raw(text, "event_type") {
            "\"add_to_cart\"" => {
                self.carts.insert(item());
            }
            "\"purchase\"" => {
                self.purchases += 1;
                self.unfounded += u32::from(!self.carts.contains(&item()));
            }
            _ => {}
        }
    }
}

fn count(counts: &mut HashMap<Box<str>, u32>, key: &str) -> u32 {
    if !counts.contains_key(key) {
        counts.insert(key.into(), 0);
    }
    let count = counts.get_mut(key).expect("inserted above");
    *count += 1;
    *count
}

fn median(values: impl IntoIterator<Item = u32>) -> u32 {
    let mut sorted: Vec<u32> = values.into_iter().collect();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// The ends of what is left without the outer tenths.
fn spread(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    (values[values.len() / 10], values[values.len() * 9 / 10])
}

const FEW_FIELDS: &str = "
    [topics.transactions]
    fields = [\"user_id\", \"account_age_days\"]
    [topics.trips]
    fields = [\"driver_id\", \"driver_rating\"]
    [topics.interactions]
    fields = [\"customer_id\", \"event_type\", \"product_id\", \"session_event_sequence\"]";

#[test]
fn people_come_back_and_have_a_past() {
    let mut world = World::born(&format!("[world]\nstart = \"2026-01-01\"\n{FEW_FIELDS}"));
    assert_eq!(world.town.scenario().world.people, 10_000, "the default");
    let mut counts = Counts::default();
    world.run(60, 24, |topic, key, text| counts.see(topic, key, text));

    let transactions = median(counts.transactions.values().copied());
    assert!(transactions >= 20, "the median active user has {transactions} transactions");
    let (all, first) = (counts.sessions.values().sum::<u32>(), counts.sessions.len() as u32);
    assert!((all - first) * 10 >= all * 4, "{} of {all} sessions are by returning customers", all - first);
    let trips = median(counts.trips.values().copied());
    assert!(trips >= 300, "the median driver makes {trips} trips");
    assert!(counts.trips.len() as u32 * 10 >= world.town.driver_count() * 9, "most drivers drive");

    assert!(counts.purchases > 1_000, "{} purchases", counts.purchases);
    assert_eq!(counts.unfounded, 0, "nobody has an open cart at birth");
    let (young, old) = spread(counts.ages);
    assert!(young < 400.0 && old > 1_500.0, "accounts are {young} to {old} days old");
    let (low, high) = spread(counts.ratings);
    assert!(high - low >= 0.3, "ratings are {low} to {high} at the start");
}

/// Share of fraud, and campaigns, of a year of the bank.
fn fraud_of_a_year(seed: u64, rate: f64, people: u32, rest: &str) -> (f64, usize) {
    let toml = format!(
        "[world]\nseed = {seed}\npeople = {people}\nstart = \"2026-01-01\"\n[bank.fraud]\nrate = {rate}\n\
         [topics.transactions]\nfields = [\"user_id\", \"campaign_id\"]\n{rest}"
    );
    let (mut all, mut frauds, mut campaigns) = (0u64, 0u64, HashSet::<Box<str>>::new());
    World::born(&toml).run(365, 48, |topic, _, text| {
        if topic == Topic::Transactions {
            all += 1;
            let campaign = raw(text, "campaign_id");
            if campaign != "null" {
                frauds += 1;
                if !campaigns.contains(campaign) {
                    campaigns.insert(campaign.into());
                }
            }
        }
    });
    (frauds as f64 / all as f64, campaigns.len())
}

/// Without the shop and rides, so that a year of the bank takes seconds; one run has them.
const BANK_ALONE: &str = "[shop]\nvisits_per_day = 0.0\n[rides]\nrequests_per_day = 0.0";

#[test]
fn fraud_has_the_share_that_was_asked_for() {
    let runs = [
        (1, 0.004, 17_000, BANK_ALONE),
        (2, 0.004, 17_000, BANK_ALONE),
        (3, 0.004, 17_000, BANK_ALONE),
        (1, 0.01, 7_000, BANK_ALONE),
        (2, 0.01, 7_000, BANK_ALONE),
        (3, 0.01, 7_000, BANK_ALONE),
        (4, 0.02, 3_500, ""),
    ];
    let check = |(seed, rate, people, rest): (u64, f64, u32, &str)| {
        let (share, campaigns) = fraud_of_a_year(seed, rate, people, rest);
        let off = share / rate - 1.0;
        println!("seed {seed}, rate {rate}: {campaigns} campaigns, the share is {:+.1} % off", off * 100.0);
        (seed, rate, campaigns, off)
    };
    let results = std::thread::scope(|scope| {
        let halves = [[0, 3, 4, 6].as_slice(), &[1, 2, 5]];
        let threads = halves.map(|half| scope.spawn(move || half.iter().map(|i| check(runs[*i])).collect::<Vec<_>>()));
        threads.map(|t| t.join().unwrap()).concat()
    });
    for (seed, rate, campaigns, off) in results {
        assert!(campaigns >= 2_000, "seed {seed}, rate {rate}: {campaigns} campaigns");
        assert!(off.abs() <= 0.10, "seed {seed}, rate {rate}: the share is {:+.1} % off", off * 100.0);
    }
}
