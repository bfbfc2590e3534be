//! Tests of drifts that are started, changed and ended in running worlds.

use super::{HONEST, announced, block, concepts, day_of, owned, who};
use crate::base::PersonId;
use crate::drift::{Begin, DriftOrder};
use crate::drift::{DriftEntry, Rule};
use crate::engine::{Id, Span, Stream, VirtualTime};
use crate::outlet::Event;
use crate::scenario::Scenario;
use crate::shard::Shard;
use crate::testing::{self, of};
use crate::town::Town;
use serde_json::{Value, json};

/// A running world.
struct Life {
    town: Town,
    shards: Vec<Shard>,
    events: Vec<Event>,
    orders: u64,
}

impl Life {
    fn born(rules: &str) -> Self {
        let town = testing::town(rules);
        Life { shards: testing::newborn(&town), town, events: Vec::new(), orders: 0 }
    }

    fn at(&self, days: f64) -> VirtualTime {
        self.town.start() + Span::from_seconds_f64(days * 86_400.0)
    }

    fn run(&mut self, days: f64) {
        let until = self.at(days);
        self.events.extend(testing::run(&self.town, &mut self.shards, until));
    }

    /// Applies an order on a day, to which the world must have run.
    fn order(&mut self, days: f64, make: impl FnOnce(&Scenario, VirtualTime) -> DriftOrder) {
        let at = self.at(days);
        let order = make(self.town.scenario(), at);
        let next = Town::build(&self.town.scenario().with_order(&order, at).expect("an order")).expect("a town");
        self.orders += 1;
        for shard in &mut self.shards {
            shard.adopt(&self.town, &next, at, self.orders);
        }
        self.town = next;
    }

    fn start(&mut self, days: f64, drift: Value) {
        self.order(days, |rules, at| rules.start_drifts(&[table(drift)], Begin::AsStated, at).expect("it may start"));
    }

    fn stop(&mut self, days: f64, id: &str) {
        self.order(days, |rules, at| rules.stop_drifts(&[id.to_owned()], at).expect("it may stop"));
    }
}

fn table(value: Value) -> toml::Table {
    toml::Table::try_from(value).expect("a table")
}

fn sudden(id: &str, key: &str, factor: f64) -> Value {
    json!({"id": id, "key": key, "kind": "sudden", "factor": factor})
}

/// Returns the number of events of a stream on days of January.
fn count(events: &[Event], stream: Stream, days: std::ops::RangeInclusive<i32>) -> usize {
    of(events, stream).iter().filter(|event| days.contains(&day_of(event))).count()
}

/// Returns the events without the names of the drifts in force.
fn plain(events: &[Event]) -> Vec<Event> {
    events.iter().cloned().map(testing::without_concepts).collect()
}

#[test]
fn a_rate_changes_at_once_and_changes_back() {
    let (mut life, mut twin) = (Life::born(HONEST), Life::born(HONEST));
    twin.run(12.0);
    for (key, stream, id) in [
        ("rides.requests_per_day", Stream::Trips, "rides"),
        ("shop.visits_per_day", Stream::Interactions, "shop"),
        ("bank.purchases_per_day", Stream::Transactions, "bank"),
    ] {
        life = Life::born(HONEST);
        life.run(3.0);
        life.start(3.0, sudden(id, key, 4.0));
        life.run(6.0);
        life.stop(6.0, id);
        life.run(12.0);
        let of_days = |days: std::ops::RangeInclusive<i32>| {
            (count(&life.events, stream, days.clone()) as f64, count(&twin.events, stream, days) as f64)
        };
        let ((before, as_before), (during, usual), (after, as_after)) =
            (of_days(1..=3), of_days(4..=6), of_days(8..=12));
        assert_eq!(before, as_before, "{key}");
        // A small number of drivers cannot take four times as many riders.
        assert!(during > 1.5 * usual, "{key}: {during} instead of {usual}");
        assert!((after / as_after - 1.0).abs() < 0.5, "{key}: {after} after it, usually {as_after}");
    }
    let (events, usual) = (plain(&life.events), plain(&twin.events));
    let mut moved = of(&events, Stream::Trips);
    moved.retain(|trip| !of(&usual, Stream::Trips).contains(trip));
    assert!(moved.is_empty(), "a drift of the bank has moved trips: {moved:?}");
    assert_eq!(of(&events, Stream::Interactions), of(&usual, Stream::Interactions), "or visits");
}

#[test]
fn an_order_for_a_share_of_people_changes_no_others() {
    for (key, stream) in
        [("bank.purchases_per_day", Stream::Transactions), ("shop.visits_per_day", Stream::Interactions)]
    {
        let (mut life, mut twin) = (Life::born(HONEST), Life::born(HONEST));
        life.run(1.5);
        life.start(1.5, json!({"id": "some", "key": key, "kind": "sudden", "factor": 3.0, "share": 0.4}));
        let rule = Rule::of_key(key).expect("a rule");
        let base = rule.value(life.town.scenario());
        let late = life.at(2.0);
        let concerned = |n: &u32| life.town.rule(rule, late, || who(*n)) != base;
        let spared: Vec<Id> = (0..300).filter(|n| !concerned(n)).map(|n| life.town.person_uuid(PersonId(n))).collect();
        assert!((140..220).contains(&spared.len()), "{} are spared", spared.len());
        life.run(3.0);
        life.start(3.0, json!({"id": "some", "key": key, "kind": "sudden", "factor": 0.5, "share": 0.4}));
        life.run(4.0);
        life.stop(4.0, "some");
        life.run(6.0);
        twin.run(6.0);
        let (events, usual) = (plain(&life.events), plain(&twin.events));
        assert_eq!(owned(&events, stream, &spared), owned(&usual, stream, &spared), "{key}");
        assert!(of(&events, stream) != of(&usual, stream), "{key} changes somebody");
    }
}

#[test]
fn a_rate_that_was_nothing_comes_by_order_and_goes() {
    let mut life = Life::born(&format!("{HONEST}[rides]\nrequests_per_day = 0.0\n"));
    life.run(2.0);
    life.start(2.0, json!({"id": "rides", "key": "rides.requests_per_day", "kind": "sudden", "to": 2.0}));
    life.run(4.0);
    life.stop(4.0, "rides");
    life.run(7.0);
    let days = [1, 2, 3, 4, 6, 7].map(|day| count(&life.events, Stream::Trips, day..=day));
    assert!(days[2] > 25 && days[3] > 25, "{days:?}");
    assert_eq!([days[0], days[1], days[4], days[5]], [0; 4]);
}

#[test]
fn campaigns_of_days_that_were_planned_stay_and_later_ones_follow() {
    let world = "[world]\npeople = 6000\n[bank.fraud]\nrate = 0.01\n";
    let (mut life, mut twin) = (Life::born(world), Life::born(world));
    life.run(2.4);
    life.start(2.4, sudden("wave", "bank.fraud.rate", 6.0));
    let local = |town: &Town| town.localities()[0].region.id;
    assert_eq!(local(&life.town), local(&twin.town));
    let planned = |life: &Life, from: f64, to: f64| {
        let (from, to) = (life.at(from), life.at(to));
        crate::fraud::campaigns_in(&life.town, &life.town.localities()[0], from, to).len()
    };
    assert_eq!(planned(&life, 0.0, 3.0), planned(&twin, 0.0, 3.0));
    let (many, few) = (planned(&life, 3.0, 20.0), planned(&twin, 3.0, 20.0));
    assert!(many > 3 * few, "{many} and {few}");
    life.run(3.0);
    twin.run(3.0);
    assert!(plain(&life.events) == plain(&twin.events), "the day that was planned has changed");
}

#[test]
fn orders_are_announced_and_named_on_events() {
    let topics = "[topics.drifts]\nenabled = true\n";
    let rules = "id = \"born\", key = \"rides.fare_scale\", kind = \"sudden\", at = \"+1d\", to = 1.5";
    let mut life = Life::born(&format!("{HONEST}{topics}{}", block(rules)));
    life.run(2.0);
    life.start(
        2.0,
        json!({"id": "slow", "key": "rides.pickup_limit_km", "kind": "incremental", "width": "12h", "factor": 0.9}),
    );
    life.stop(2.0, "born");
    life.run(3.25);
    life.start(3.25, json!({"id": "slow", "key": "rides.pickup_limit_km", "kind": "sudden", "factor": 0.8}));
    life.run(5.0);
    life.stop(5.0, "slow");
    life.run(6.0);
    let notice = |event: &Event| if let Event::Drift(notice) = event { Some(announced(notice)) } else { None };
    let told: Vec<String> = life.events.iter().filter_map(notice).collect();
    let expected = [
        "born start 02T00",
        "born centre 02T00",
        "born end 02T00",
        "born stop 03T00",
        "slow start 03T18",
        "slow centre 04T00",
        "slow stop 04T06",
        "slow start 04T06",
        "slow centre 04T06",
        "slow end 04T06",
        "slow stop 06T00",
    ];
    // A drift that ends where another of its name begins is announced with it, in the order of the ledger.
    assert_eq!(told, expected);
    let trips = of(&life.events, Stream::Trips);
    let with =
        |day: i32, names: &[&str]| trips.iter().filter(|trip| day_of(trip) == day && concepts(trip) == names).count();
    assert!(with(2, &["born"]) > 10 && with(3, &["born"]) == 0);
    assert!(with(5, &["slow"]) > 10 && with(5, &[]) == 0 && with(6, &[]) > 10);
    let ledger = DriftEntry::of(life.town.scenario()).expect("valid");
    let ends: Vec<bool> = ledger.iter().map(|entry| entry.until.is_some()).collect();
    assert_eq!((ledger.len(), ends), (3, vec![true, true, true]));
}
