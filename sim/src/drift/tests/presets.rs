//! Tests that every shipped drift makes the change that it describes, measured in a world of a few hundred people
//! before and after.

use crate::bank::Transaction;
use crate::base::{Category, Channel, TransactionType};
use crate::drift::DriftEntry;
use crate::engine::{Span, VirtualTime};
use crate::outlet::Event;
use crate::scenario::Layers;
use crate::shop::InteractionType;
use crate::world::World;

/// The claim of a preset: a measure of events, and the bounds of its ratio of after to before.
type Claim = (fn(&[Event]) -> f64, std::ops::Range<f64>);

fn transactions(events: &[Event]) -> impl Iterator<Item = &Transaction> {
    events.iter().filter_map(|event| if let Event::Transaction(one) = event { Some(one) } else { None })
}

fn purchases(events: &[Event]) -> impl Iterator<Item = &Transaction> {
    transactions(events).filter(|one| one.kind == TransactionType::Purchase && one.fraud.is_none())
}

fn frauds(events: &[Event]) -> impl Iterator<Item = &Transaction> {
    transactions(events).filter(|one| one.fraud.is_some())
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    sum / f64::from(count.max(1))
}

fn share<'a, T: 'a>(all: impl Iterator<Item = &'a T>, of: impl Fn(&T) -> bool) -> f64 {
    mean(all.map(|one| f64::from(u8::from(of(one)))))
}

fn median(mut values: Vec<i64>) -> f64 {
    values.sort_unstable();
    values[values.len() / 2] as f64
}

fn trips(events: &[Event]) -> f64 {
    events.iter().filter(|event| matches!(event, Event::Trip(_))).count() as f64
}

fn slowness(events: &[Event]) -> f64 {
    mean(events.iter().filter_map(|event| match event {
        Event::Trip(trip) => Some(trip.actual_seconds as f64 / trip.initial_seconds as f64),
        _ => None,
    }))
}

fn wet(events: &[Event]) -> f64 {
    mean(events.iter().filter_map(|event| match event {
        Event::Trip(trip) => Some(f64::from(u8::from(trip.weather.kind.is_wet()))),
        _ => None,
    }))
}

fn fares(events: &[Event]) -> f64 {
    mean(transactions(events).filter(|one| one.merchant == 2).map(|one| one.amount.minor as f64))
}

fn online(events: &[Event]) -> f64 {
    share(purchases(events), |one| one.channel == Channel::Online)
}

fn spent(events: &[Event]) -> f64 {
    median(purchases(events).filter(|one| one.merchant != 1).map(|one| one.amount.minor).collect())
}

fn clothing(events: &[Event]) -> f64 {
    share(purchases(events), |one| one.category == Category::Clothing)
}

fn fraud(events: &[Event]) -> f64 {
    share(transactions(events), |one| one.fraud.is_some())
}

fn stolen(events: &[Event]) -> f64 {
    median(frauds(events).map(|one| one.amount.minor).collect())
}

fn at_tills(events: &[Event]) -> f64 {
    share(frauds(events), |one| one.channel == Channel::Pos)
}

fn visits(events: &[Event]) -> f64 {
    events
        .iter()
        .filter(|event| matches!(event, Event::Interaction(one) if one.referrer.is_some() && !one.is_bot))
        .count() as f64
}

fn orders(events: &[Event]) -> f64 {
    events
        .iter()
        .filter(|event| matches!(event, Event::Interaction(one) if one.kind == InteractionType::Purchase))
        .count() as f64
}

fn direct(events: &[Event]) -> f64 {
    mean(events.iter().filter_map(|event| match event {
        Event::Interaction(one) if !one.is_bot => one.referrer.map(|from| f64::from(u8::from(from == 0))),
        _ => None,
    }))
}

fn prices(events: &[Event]) -> f64 {
    median(
        events
            .iter()
            .filter_map(|event| match event {
                Event::Interaction(one) => one.product.map(|product| product.price.minor),
                _ => None,
            })
            .collect(),
    )
}

fn phones(events: &[Event]) -> f64 {
    mean(events.iter().filter_map(|event| match event {
        Event::Interaction(one) if !one.is_bot && one.referrer.is_some() => {
            Some(f64::from(u8::from(one.device.model().device_type == "Mobile")))
        }
        _ => None,
    }))
}

/// Days that are measured before a drift and after it.
const DAYS: i64 = 21;

/// Returns the events of a world with `people` people in the days before the drifts of a scenario begin, and once all
/// are in force.
fn lived(text: &str, people: u32, extra: &str) -> (Vec<Event>, Vec<Event>) {
    let mut layers = Layers::new();
    layers.file("preset", text);
    layers.set(&format!("world.people={people}"));
    layers.set("world.start=2026-04-01");
    extra.split(' ').filter(|one| !one.is_empty()).for_each(|one| layers.set(one));
    let rules = layers.resolve(VirtualTime::from_seconds(0)).expect("valid").scenario;
    let ledger = DriftEntry::of(&rules).expect("valid");
    let begins = ledger.iter().map(|one| one.begins).min().expect("a drift");
    let done = |one: &DriftEntry| one.centre + Span::from_micros(one.centre.since(one.begins).micros());
    let there = ledger.iter().map(done).max().expect("a drift");
    let goes = ledger.iter().filter_map(|one| one.length.map(|length| one.begins + length)).min();
    let until = goes.unwrap_or(VirtualTime::NEVER).min(there + Span::from_days(DAYS));
    let (mut world, mut before, mut after) = (World::new(&rules).expect("a world"), Vec::new(), Vec::new());
    let length = until.since(there);
    world.run_until((begins - length).max(world.now()), |_| {});
    world.run_until(begins, |event| before.push(event));
    world.run_until(there, |_| {});
    world.run_until(until, |event| after.push(event));
    (before, after)
}

fn check(name: &str, text: &str, people: u32, extra: &str, claims: &[Claim]) {
    let (before, after) = lived(text, people, extra);
    for (number, (measure, bounds)) in claims.iter().enumerate() {
        let (old, new) = (measure(&before), measure(&after));
        let ratio = new / old;
        assert!(bounds.contains(&ratio), "{name}, claim {number}: {old} became {new}, by {ratio:.3}, not {bounds:?}");
    }
}

macro_rules! preset {
    ($test:ident, $name:literal, $people:literal, $extra:literal, $($claim:expr),+) => {
        #[test]
        fn $test() {
            check($name, include_str!(concat!("../../../../scenarios/drift-", $name, ".toml")), $people, $extra, &[$($claim),+]);
        }
    };
}

preset!(
    lockdown,
    "lockdown",
    600,
    "",
    (trips, 0.15..0.5),
    (online, 1.6..2.6),
    (visits, 1.2..2.2),
    (slowness, 0.5..0.97)
);
preset!(new_fraud_wave, "new-fraud-wave", 2000, "bank.fraud.rate=0.02", (fraud, 1.5..4.0));
preset!(small_amounts, "small-amounts", 1500, "bank.fraud.rate=0.03", (stolen, 0.1..0.5));
preset!(chip_and_pin, "chip-and-pin", 1500, "bank.fraud.rate=0.04", (at_tills, 0.0..0.7));
preset!(inflation, "inflation", 400, "", (spent, 1.3..1.7), (prices, 1.25..1.9), (fares, 1.3..1.7));
preset!(mobile_shift, "mobile-shift", 600, "", (phones, 1.15..1.8));
preset!(fuel_price, "fuel-price", 600, "", (fares, 1.25..1.55), (trips, 0.65..0.95));
preset!(school_holidays, "school-holidays", 1500, "", (trips, 0.6..0.95), (slowness, 0.5..0.98));
preset!(new_freeway, "new-freeway", 600, "", (slowness, 0.5..0.96));
preset!(marketplace_launch, "marketplace-launch", 1500, "", (visits, 1.4..2.3), (orders, 1.5..3.5), (direct, 0.4..0.9));
preset!(seasonal_fashion, "seasonal-fashion", 500, "", (clothing, 1.7..2.8));
preset!(cookie_loss, "cookie-loss", 500, "", (direct, 1.8..3.5));
preset!(wet_season, "wet-season", 800, "", (wet, 1.5..20.0));
preset!(broken_checkout, "broken-checkout", 2000, "", (orders, 0.0..0.6));
preset!(online_shift, "online-shift", 400, "", (online, 1.7..2.7));
