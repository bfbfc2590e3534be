//! How records travel: headers, compression, without transactions, and not at all while the world is paused.

use super::broker::shared_real;
use super::oracle::{self, Content};
use super::reader::Received;
use super::town::{OFTEN, PLACES, Town};
use crate::crash::daemon::{ask, number};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

const A_DAY: &str = "2026-01-02T00:00:00Z";
const TWO_DAYS: &str = "2026-01-03T00:00:00Z";

fn header<'a>(record: &'a Received, name: &str) -> &'a str {
    let found = record.headers.iter().find(|(key, _)| key == name);
    std::str::from_utf8(&found.unwrap_or_else(|| panic!("no header {name}")).1).unwrap()
}

#[test]
fn headers_name_the_world_and_number_each_entitys_records() {
    let Some(broker) = shared_real("headers") else { return };
    let town = Town::new(broker, &PLACES, 2);
    let with = |end| town.start("backfill").args(&["--end", end, "--set", "kafka.headers=true"]).line(OFTEN).finish();
    let world = with(A_DAY).summary()["world"].as_str().unwrap().to_owned();
    with(TWO_DAYS).summary();
    for (topic, partitions) in town.content() {
        let mut last: BTreeMap<&[u8], u64> = BTreeMap::new();
        for record in partitions.iter().flatten() {
            assert_eq!(header(record, "world"), world, "{topic}");
            assert!(header(record, "epoch").parse::<u64>().unwrap() > 0, "{topic}");
            let sequence = header(record, "entity_sequence").parse::<u64>().unwrap();
            let before = last.insert(&record.key, sequence).unwrap_or(0);
            assert_eq!(sequence, before + 1, "{topic}: a record of this entity is missing or there twice");
        }
    }
    town.assert_holds(TWO_DAYS);
}

#[test]
fn compression_changes_no_record() {
    let Some(broker) = shared_real("compression") else { return };
    for compression in ["gzip", "snappy", "lz4", "zstd"] {
        let town = Town::new(broker, &PLACES, 1);
        let how = format!("--set kafka.compression={compression}");
        town.start("backfill").args(&["--end", A_DAY]).line(&how).finish().summary();
        town.assert_holds(A_DAY);
    }
}

#[test]
fn without_transactions_nothing_is_missing_and_a_crash_repeats_only_the_end() {
    let Some(broker) = shared_real("delivery at least once") else { return };
    let plain = "--set kafka.delivery=at-least-once";
    let town = Town::new(broker, &PLACES, 1);
    town.start("backfill").args(&["--end", A_DAY]).line(plain).line(OFTEN).finish().summary();
    town.assert_holds(A_DAY);

    let dying = town.start("run").line("--speed max").line(plain).line(OFTEN).windows(30);
    dying.crash_at("kafka.produce", 3).finish().assert_crashed_at("kafka.produce");
    town.start("backfill").args(&["--end", "2026-01-12T00:00:00Z"]).line(plain).finish().summary();
    assert_whole(&town.content(), &PLACES, "2026-01-12T00:00:00Z", 1);
}

/// That topics hold the world until `end`, where stretches may be there again.
pub fn assert_whole(found: &Content<Received>, born: &[&str], end: &str, partitions: usize) {
    let wanted = oracle::expected(born, end, partitions);
    for (topic, there) in found {
        for (there, wanted) in there.iter().zip(&wanted[topic]) {
            // A repeated stretch begins again at a record that was there: what is new is in order and whole.
            let mut met = 0;
            for record in there {
                let next = wanted.get(met).is_some_and(|wanted| wanted.value == record.value);
                let before = || wanted[..met].iter().any(|wanted| wanted.value == record.value);
                assert!(next || before(), "{topic}: {} is out of place", record.text());
                met += usize::from(next);
            }
            assert_eq!(met, wanted.len(), "{topic} is not whole");
        }
    }
}

#[test]
fn a_paused_world_holds_no_transaction_open() {
    let Some(broker) = shared_real("transactions") else { return };
    let town = Town::new(broker, &PLACES, 1);
    let watch = town.watch();
    let mut daemon = town.start("run").line("--rate 2000").spawn();
    assert!(daemon.until(|_| watch.written().is_some_and(|written| written > 500)), "{}", daemon.said());
    ask(&town.world.data(), &json!({"request": "pause"})).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    let status = ask(&town.world.data(), &json!({"request": "status"})).unwrap();
    let read: usize = town.content().values().flatten().map(Vec::len).sum();
    assert_eq!(read as u64, number(&status, "events"), "what happened before the pause is there to be read");
    daemon.signal("TERM");
    daemon.wait().summary();
}
