//! The course of a drift as measured by a reader of the events: the people who have changed, the size of the change,
//! and whether a model learnt at its last visit is valid again.

use super::{HONEST, block, lived_with_concepts};
use crate::bank::Transaction;
use crate::base::TransactionType;
use crate::engine::{Id, VirtualTime};
use crate::outlet::Event;
use crate::rides::Trip;
use crate::scenario::Scenario;
use crate::world::World;
use std::collections::BTreeMap;

const DAY: i64 = 86_400;
const START: i64 = 1_767_225_600;

/// Returns the days since the start of 2026-01-01.
fn day_of(at: VirtualTime) -> f64 {
    (at.seconds() - START) as f64 / DAY as f64
}

/// Returns the transactions of a world until a day.
fn transactions(rules: &str, days: f64) -> Vec<Transaction> {
    let made = |event| if let Event::Transaction(made) = event { Some(made) } else { None };
    lived_with_concepts(rules, days).into_iter().filter_map(made).collect()
}

fn logistic(day: f64, centre: f64, width: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-4.0 * (day - centre) / width))
}

#[test]
fn the_share_of_changed_people_follows_the_logistic_and_never_falls() {
    let rules =
        "id = \"own\", key = \"bank.amount_scale\", kind = \"gradual\", at = \"+20d\", width = \"10d\", factor = 2.0";
    let world = HONEST.replace("people = 300", "people = 600");
    let (mut changed, mut by_day) = (BTreeMap::new(), BTreeMap::<i64, BTreeMap<Id, (f64, bool)>>::new());
    for made in transactions(&format!("{world}{}", block(rules)), 42.0) {
        let (day, who) = (day_of(made.timestamp), made.user_id);
        let has = made.concepts.names().next().is_some();
        let before = changed.entry(who).or_insert(has);
        assert!(has || !*before, "{who} went back on day {day}");
        *before = has;
        by_day.entry(day as i64).or_default().entry(who).or_insert((day, has));
    }
    for day in (1..40).step_by(3) {
        let seen: Vec<&(f64, bool)> = by_day.get(&day).into_iter().flatten().map(|one| one.1).collect();
        let count = seen.len() as f64;
        let expected = seen.iter().map(|(at, _)| logistic(*at, 20.0, 10.0)).sum::<f64>() / count;
        let share = seen.iter().filter(|(_, has)| *has).count() as f64 / count;
        let spread = f64::sqrt(expected * (1.0 - expected) / count);
        assert!(count > 150.0 && (share - expected).abs() < 4.0 * spread + 0.002, "day {day}: {share}, not {expected}");
    }
}

#[test]
fn a_measured_moving_value_follows_the_curve() {
    let rules = "key = \"bank.amount_scale\", kind = \"incremental\", at = \"+20d\", width = \"10d\", to = 3.0";
    let amounts = |world: &str| -> BTreeMap<Id, (f64, f64)> {
        let bought = transactions(world, 42.0).into_iter().filter(|made| made.kind == TransactionType::Purchase);
        bought.map(|made| (made.transaction_id, (day_of(made.timestamp), made.amount.minor as f64 / 100.0))).collect()
    };
    // The twin makes the same purchases at the prices without drift.
    let (with, without) = (amounts(&format!("{HONEST}{}", block(rules))), amounts(HONEST));
    let mut ratios = BTreeMap::<i64, Vec<f64>>::new();
    for (id, (day, amount)) in &with {
        // Small prices are rounded, and expensive products are more informative than the mean of a day.
        if let Some((_, usual)) = without.get(id).filter(|(_, usual)| *usual > 5.0) {
            ratios.entry(*day as i64).or_default().push(amount / usual);
        }
    }
    for day in (1..40).step_by(2) {
        let day_ratios = ratios.get_mut(&day).expect("purchases on all days");
        day_ratios.sort_by(f64::total_cmp);
        // The curve moves within the day: the value is between that of its morning and of its evening, within a step of
        // a 16th of the width.
        let value = |day: f64| 1.0 + 2.0 * logistic(day, 20.0, 10.0);
        let (low, high) = (value(day as f64 - 0.7), value(day as f64 + 1.7));
        let median = day_ratios[day_ratios.len() / 2];
        assert!(
            day_ratios.len() > 50 && (low - 0.01..high + 0.01).contains(&median),
            "day {day}: {median} {low} {high}"
        );
    }
}

/// The times of trips against the naive estimate, by hour: the mean logarithm over the trips of the hour.
#[derive(Default)]
struct Table(BTreeMap<i64, (f64, f64)>);

impl Table {
    fn learn(&mut self, trip: &Trip) {
        let cell = self.0.entry(hour(trip)).or_default();
        *cell = (cell.0 + slowness(trip), cell.1 + 1.0);
    }

    fn error(&self, trip: &Trip) -> f64 {
        let (sum, count) = self.0.get(&hour(trip)).copied().unwrap_or((0.0, 1.0));
        (slowness(trip) - sum / count).abs()
    }
}

fn hour(trip: &Trip) -> i64 {
    trip.timestamp.micros().div_euclid(3_600_000_000).rem_euclid(24)
}

fn slowness(trip: &Trip) -> f64 {
    libm::log(trip.actual_seconds as f64 / trip.initial_seconds as f64)
}

#[test]
fn a_model_stored_at_the_last_visit_beats_the_latest_other() {
    let rules = "key = \"rides.traffic.heavy_multiplier\", kind = \"recurring\", at = \"+14d\", period = \"28d\", length = \"14d\", to = 3.0";
    let town = "[world]\npeople = 300\npeople_per_driver = 4\nstart = \"2026-01-05\"\n[rides]\nrequests_per_day = 1.0\n\
                [bank]\npurchases_per_day = 0.0\n[shop]\nvisits_per_day = 0.0\nbot_share = 0.0\n[bank.fraud]\nrate = 0.0\n";
    let scenario = Scenario::from_toml("test", &format!("{town}{}", block(rules))).expect("valid");
    let mut world = World::new(&scenario).expect("a world");
    let mut turns: Vec<Vec<Trip>> = Vec::new();
    // Usual, visit, usual, visit, usual: a fortnight each.
    for turn in 1..=5 {
        let mut trips = Vec::new();
        let until = VirtualTime::from_seconds(START + (4 + 14 * turn) * DAY);
        world.run_until(until, |event| {
            if let Event::Trip(trip) = event {
                trips.push(trip);
            }
        });
        turns.push(trips);
    }
    let learnt = |turn: usize| {
        let mut table = Table::default();
        turns[turn].iter().for_each(|trip| table.learn(trip));
        table
    };
    let error = |model: usize, turn: usize| {
        let table = learnt(model);
        turns[turn].iter().map(|trip| table.error(trip)).sum::<f64>() / turns[turn].len() as f64
    };
    for visit in [3, 4] {
        let (stored, other) = (error(visit - 2, visit), error(visit - 1, visit));
        assert!(turns[visit].len() > 2_000 && stored < 0.85 * other, "turn {visit}: {stored} and {other}");
        // As good as a model that learnt from the same visit, except for the difference in weather between two
        // fortnights.
        assert!(stored < 1.1 * error(visit, visit), "turn {visit}: {stored} and {}", error(visit, visit));
    }
}
