//! A whole shard: who acts when, what commands do, what readers see. Knows worlds small enough to look through.

use super::*;
use crate::base::FraudKind;
use crate::engine::Digests;
use crate::testing;

fn injected(person: PersonId) -> Command {
    Command::Inject { number: 1, kind: FraudKind::Velocity, person, count: 10, within_seconds: 300, start: None }
}

#[test]
fn an_injected_burst_comes_in_time_and_moves_nobody_else() {
    let town = testing::town("[world]\npeople = 200\n[bank.fraud]\nrate = 0.0");
    let (noon, end) = (town.start() + Span::from_seconds(43_200), testing::day(&town, 2));
    let (person, uuid) = (PersonId(17), town.person_uuid(PersonId(17)).to_string());
    let lines = |inject: bool| {
        let (mut shards, mut lines) = (testing::newborn(&town), Vec::new());
        let mut keep = |line: &str| lines.push(line.to_owned());
        testing::run(&town, &mut shards, noon, &mut Digests::default(), &mut keep);
        if inject {
            shards[0].apply(&town, noon, &injected(person));
        }
        testing::run(&town, &mut shards, end, &mut Digests::default(), &mut keep);
        lines
    };
    let (without, with) = (lines(false), lines(true));
    let burst: Vec<&String> = with.iter().filter(|l| l.contains("\"is_fraud\":1")).collect();
    assert_eq!(burst.len(), 10);
    assert!(burst.iter().all(|l| l.contains(&uuid) && l.contains("\"timestamp\":\"2026-01-01T12:0")));
    let others = |all: &[String]| all.iter().filter(|l| !l.contains(&uuid)).cloned().collect::<Vec<_>>();
    assert_eq!(others(&without), others(&with));
}

fn json(view: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(view).expect("views are plain data")
}

/// A record as an object, without what counts this person's transactions.
fn uncounted(line: &str, uuid: &str) -> serde_json::Value {
    let mut record: serde_json::Value = serde_json::from_str(line).expect("JSON");
    if record["user_id"] == uuid {
        record["transaction_id"].take();
        record["entity_sequence"].take();
    }
    record
}

#[test]
fn a_purchase_asked_for_is_one_more_act_of_that_person_and_moves_nothing_else() {
    let all = "\"transaction_id\", \"user_id\", \"timestamp\", \"amount\", \"merchant_id\", \"payment_method\", \
        \"device_info\", \"is_fraud\", \"card_id\", \"entity_sequence\"";
    let town = testing::town(&format!("[world]\npeople = 200\n[topics.transactions]\nfields = [{all}]"));
    let (noon, end) = (town.start() + Span::from_seconds(43_200), testing::day(&town, 3));
    let (person, uuid) = (PersonId(17), town.person_uuid(PersonId(17)).to_string());
    let lines = |minors: &[u32]| {
        let (mut shards, mut lines) = (testing::newborn(&town), Vec::new());
        let mut keep = |line: &str| lines.push(line.to_owned());
        testing::run(&town, &mut shards, noon, &mut Digests::default(), &mut keep);
        for (number, minor) in (1..).zip(minors) {
            shards[0].apply(&town, noon, &Command::Transaction { number, person, minor: *minor, start: None });
        }
        testing::run(&town, &mut shards, end, &mut Digests::default(), &mut keep);
        lines
    };
    let (without, with) = (lines(&[]), lines(&[1_234_567, 1]));
    let plain = |all: &[String]| all.iter().map(|l| uncounted(l, &uuid)).collect::<Vec<_>>();
    let (without, mut rest) = (plain(&without), plain(&with));
    let first = rest.iter().position(|r| r["timestamp"] == "2026-01-01T12:00:00.000000+00:00").expect("it is there");
    let made: Vec<_> = rest.drain(first..first + 2).collect();
    assert_eq!(rest, without);
    for (record, amount) in made.iter().zip([12_345.67, 0.01]) {
        assert_eq!((&record["user_id"], &record["is_fraud"]), (&uuid.as_str().into(), &0.into()), "{record}");
        assert_eq!(record["amount"], amount);
    }
    let own: Vec<serde_json::Value> = with
        .iter()
        .filter(|l| l.contains(&format!("\"user_id\":\"{uuid}")))
        .map(|l| serde_json::from_str(l).expect("JSON"))
        .collect();
    assert!(own.iter().zip(1..).all(|(r, n)| r["entity_sequence"] == n), "counted like any other");
}

#[test]
fn a_purchase_asked_for_keeps_to_the_persons_own_merchants_and_devices() {
    let town = testing::town("[world]\npeople = 300");
    let noon = town.start() + Span::from_seconds(64_800);
    let mut shards = testing::newborn(&town);
    testing::run(&town, &mut shards, noon, &mut Digests::default(), |_| {});
    for n in 0..300 {
        shards[0].apply(
            &town,
            noon,
            &Command::Transaction { number: 1 + n, person: PersonId(n as u32), minor: 2_500, start: None },
        );
    }
    let mut lines = Vec::new();
    testing::run(&town, &mut shards, noon.next(), &mut Digests::default(), |line| lines.push(line.to_owned()));
    assert_eq!(lines.len(), 300);
    let mut at_favourites = 0;
    for (n, line) in (0..).zip(&lines) {
        let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let view = json(&shards[0].person_view(&town, PersonId(n)));
        assert_eq!(record["user_id"], view["user_id"], "in the order of the log");
        let os = |d: &serde_json::Value| d["os"] == record["device_info"]["os"];
        assert!(view["devices"].as_array().is_some_and(|own| own.iter().any(os)), "{record}");
        let category = record["product_category"].as_str().expect("a name");
        let known = view["favourite_merchants"][category].as_array().expect("a list");
        at_favourites += u32::from(known.contains(&record["merchant_id"]));
        assert_eq!(view["history"].as_array().and_then(|h| h.last()).map(|a| &a["minor_units"]), Some(&2_500.into()));
    }
    assert!(at_favourites > 150, "{at_favourites} of 300 went to a favourite");
}

#[test]
fn a_world_without_fraud_has_none() {
    let town = testing::town("[world]\npeople = 500\n[bank.fraud]\nrate = 0.0");
    let mut frauds = 0;
    let count = |line: &str| frauds += usize::from(line.contains("\"is_fraud\":1"));
    testing::run(&town, &mut testing::newborn(&town), testing::day(&town, 20), &mut Digests::default(), count);
    assert_eq!(frauds, 0);
}

#[test]
fn readers_see_people_and_drivers() {
    let town = testing::town("[world]\npeople = 200");
    let mut shards = testing::newborn(&town);
    testing::run(&town, &mut shards, testing::day(&town, 120), &mut Digests::default(), |_| {});
    let view = json(&shards[0].person_view(&town, PersonId(3)));
    assert_eq!(view["user_id"], view["customer_id"]);
    let (kept, done) = (view["history"].as_array().map_or(0, Vec::len), view["totals"]["transactions"].as_u64());
    assert!(kept == 24 && done > Some(5), "{kept} kept of {done:?}");
    let driver = json(&shards[0].driver_view(&town, DriverId(1)));
    assert_eq!(driver["driver_id"], "driver_2");
    assert!(driver["history"].as_array().is_some_and(|h| !h.is_empty() && h.len() <= 64));
}

#[test]
fn what_is_told_in_short_is_what_is_told_at_length() {
    let town = testing::town("[world]\npeople = 50");
    let mut shards = testing::newborn(&town);
    testing::run(&town, &mut shards, testing::day(&town, 1), &mut Digests::default(), &mut |_: &str| {});
    let agree = |short: serde_json::Value, whole: serde_json::Value| {
        let fields = short.as_object().expect("an object");
        assert!(fields.len() > 7 && fields.iter().all(|(name, value)| whole[name] == *value), "{short} {whole}");
    };
    for person in (0..50).map(PersonId) {
        agree(json(&shards[0].person_brief(&town, person)), json(&shards[0].person_view(&town, person)));
    }
    agree(json(&shards[0].driver_brief(&town, DriverId(0))), json(&shards[0].driver_view(&town, DriverId(0))));
}
