//! A whole shard: the order of acts, the effects of commands, and views.

use super::*;
use crate::base::Category;
use crate::base::FraudKind;
use crate::engine::Id;
use crate::testing;

fn injected(person: PersonId) -> Command {
    Command::Inject { number: 1, kind: FraudKind::Velocity, person, count: 10, within_seconds: 300, start: None }
}

/// Returns the user of a transaction.
fn user(event: &Event) -> Option<Id> {
    if let Event::Transaction(made) = event { Some(made.user_id) } else { None }
}

/// Returns the event, without its id and number if it is a transaction of this user.
fn uncounted(mut event: Event, uuid: Id) -> Event {
    match &mut event {
        Event::Transaction(made) if made.user_id == uuid => {
            made.transaction_id = uuid;
            made.entity_sequence = 0;
        }
        _ => {}
    }
    event
}

#[test]
fn an_injected_burst_is_in_time_and_changes_no_other_person() {
    let town = testing::town("[world]\npeople = 200\n[bank.fraud]\nrate = 0.0");
    let (noon, end) = (town.start() + Span::from_seconds(43_200), testing::day(&town, 2));
    let (person, uuid) = (PersonId(17), town.person_uuid(PersonId(17)));
    let events = |inject: bool| {
        let mut shards = testing::newborn(&town);
        let mut events = testing::run(&town, &mut shards, noon);
        if inject {
            shards[0].apply(&town, noon, &injected(person));
        }
        events.extend(testing::run(&town, &mut shards, end));
        events
    };
    let (without, with) = (events(false), events(true));
    let is_fraud = |event: &&Event| matches!(event, Event::Transaction(made) if made.fraud.is_some());
    let burst: Vec<&Event> = with.iter().filter(is_fraud).collect();
    assert_eq!(burst.len(), 10);
    let soon = noon + Span::from_seconds(600);
    assert!(burst.iter().all(|event| user(event) == Some(uuid) && (noon..soon).contains(&event.timestamp())));
    let is_own = |event: &&Event| match event {
        Event::Transaction(made) => made.user_id == uuid,
        Event::Interaction(seen) => seen.customer_id == uuid,
        _ => false,
    };
    let others = |all: &[Event]| all.iter().filter(|event| !is_own(event)).cloned().collect::<Vec<_>>();
    assert_eq!(others(&without), others(&with));
}

/// Returns the bytes on the heap that belong to a person.
fn heap_of(person: &Person) -> usize {
    let (shop, rides) = (&person.shop, &person.rides);
    shop.session.as_deref().map_or(0, size_of_val)
        + shop.cart.capacity() * size_of_val(&shop.cart[..]) / shop.cart.len().max(1)
        + shop.reviews.capacity() * size_of::<(VirtualTime, u32)>()
        + rides.current.as_deref().map_or(0, size_of_val)
        + rides.open_request.as_deref().map_or(0, size_of_val)
        + person.fraud.as_deref().map_or(0, size_of_val)
}

#[test]
fn what_a_person_takes_is_known_part_by_part() {
    let town = testing::town("[world]\npeople = 300");
    let mut shards = testing::newborn(&town);
    let newborn = shards[0].history.bytes() / 300;
    testing::run(&town, &mut shards, testing::day(&town, 30));
    let shard = &shards[0];
    let (drivers, people) = (shard.fleet.drivers.len(), shard.people.len());
    let heap: usize = shard.people.iter().map(heap_of).sum();
    for (part, bytes, most) in [
        ("a person", size_of::<Person>(), 544),
        ("what a person holds on the heap, in the mean", heap / people, 16),
        ("the history of a newborn person", newborn, 16),
        ("the history of a person after a month, in the mean", shard.history.bytes() / people, 328),
        ("a driver", size_of::<Driver>(), 264),
        ("the history of a driver after a month", shard.fleet.history.bytes() / drivers, 1_200),
    ] {
        eprintln!("{part}: {bytes} bytes");
        assert!(bytes <= most, "{part}: {bytes} bytes, not {most}");
    }
}

fn json(view: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(view).expect("views are plain data")
}

#[test]
fn a_requested_purchase_is_one_more_event_and_changes_no_other() {
    let town = testing::town("[world]\npeople = 200");
    let (noon, end) = (town.start() + Span::from_seconds(43_200), testing::day(&town, 3));
    let (person, uuid) = (PersonId(17), town.person_uuid(PersonId(17)));
    let events = |minors: &[u32]| {
        let mut shards = testing::newborn(&town);
        let mut events = testing::run(&town, &mut shards, noon);
        for (number, minor) in (1..).zip(minors) {
            shards[0].apply(&town, noon, &Command::Transaction { number, person, minor: *minor, start: None });
        }
        events.extend(testing::run(&town, &mut shards, end));
        events
    };
    let (without, with) = (events(&[]), events(&[1_234_567, 1]));
    let plain = |all: &[Event]| all.iter().map(|event| uncounted(event.clone(), uuid)).collect::<Vec<_>>();
    let (without, mut rest) = (plain(&without), plain(&with));
    let first = rest.iter().position(|event| event.timestamp() == noon).expect("it is there");
    let made: Vec<_> = rest.drain(first..first + 2).collect();
    assert!(rest == without);
    for (event, minor) in made.iter().zip([1_234_567, 1]) {
        let Event::Transaction(made) = event else { panic!("{event:?}") };
        assert_eq!((made.user_id, made.fraud, made.amount.minor), (uuid, None, minor), "{made:?}");
    }
    let sequence = |event: &Event| if let Event::Transaction(made) = event { Some(made.entity_sequence) } else { None };
    let own = with.iter().filter(|event| user(event) == Some(uuid)).filter_map(sequence);
    assert!(own.zip(1..).all(|(sequence, n)| sequence == n), "counted like any other");
}

#[test]
fn a_requested_purchase_uses_the_persons_own_merchants_and_devices() {
    let town = testing::town("[world]\npeople = 300");
    let noon = town.start() + Span::from_seconds(64_800);
    let mut shards = testing::newborn(&town);
    testing::run(&town, &mut shards, noon);
    for n in 0..300 {
        shards[0].apply(
            &town,
            noon,
            &Command::Transaction { number: 1 + n, person: PersonId(n as u32), minor: 2_500, start: None },
        );
    }
    let events = testing::run(&town, &mut shards, noon.next());
    assert_eq!(events.len(), 300);
    let mut at_favourites = 0;
    for (n, event) in (0..).zip(&events) {
        let Event::Transaction(made) = event else { panic!("{event:?}") };
        let view = json(&shards[0].person_view(&town, PersonId(n)));
        assert_eq!(made.user_id.to_string(), view["user_id"], "in the order of the log");
        let os = |device: &serde_json::Value| device["os"] == made.device.model().os;
        assert!(view["devices"].as_array().is_some_and(|own| own.iter().any(os)), "{made:?}");
        let category = Category::NAMES[made.category as usize];
        let known = view["favourite_merchants"][category].as_array().expect("a list");
        at_favourites += u32::from(known.contains(&format!("merchant_{}", made.merchant).into()));
        assert_eq!(view["history"].as_array().and_then(|h| h.last()).map(|a| &a["minor_units"]), Some(&2_500.into()));
    }
    assert!(at_favourites > 150, "{at_favourites} of 300 went to a favourite");
}

#[test]
fn a_world_without_fraud_has_none() {
    let town = testing::town("[world]\npeople = 500\n[bank.fraud]\nrate = 0.0");
    let events = testing::run(&town, &mut testing::newborn(&town), testing::day(&town, 20));
    assert!(events.iter().all(|event| !matches!(event, Event::Transaction(made) if made.fraud.is_some())));
}

#[test]
fn views_show_people_and_drivers() {
    let town = testing::town("[world]\npeople = 200");
    let mut shards = testing::newborn(&town);
    testing::run(&town, &mut shards, testing::day(&town, 120));
    let view = json(&shards[0].person_view(&town, PersonId(3)));
    assert_eq!(view["user_id"], view["customer_id"]);
    let (kept, done) = (view["history"].as_array().map_or(0, Vec::len), view["totals"]["transactions"].as_u64());
    assert!(kept == 24 && done > Some(5), "{kept} kept of {done:?}");
    let driver = json(&shards[0].driver_view(&town, DriverId(1)));
    assert_eq!(driver["driver_id"], "driver_2");
    assert!(driver["history"].as_array().is_some_and(|h| !h.is_empty() && h.len() <= 64));
}

#[test]
fn brief_views_agree_with_whole_views() {
    let town = testing::town("[world]\npeople = 50");
    let mut shards = testing::newborn(&town);
    testing::run(&town, &mut shards, testing::day(&town, 1));
    let agree = |short: serde_json::Value, whole: serde_json::Value| {
        let fields = short.as_object().expect("an object");
        assert!(fields.len() > 7 && fields.iter().all(|(name, value)| whole[name] == *value), "{short} {whole}");
    };
    for person in (0..50).map(PersonId) {
        agree(json(&shards[0].person_brief(&town, person)), json(&shards[0].person_view(&town, person)));
    }
    agree(json(&shards[0].driver_brief(&town, DriverId(0))), json(&shards[0].driver_view(&town, DriverId(0))));
}
