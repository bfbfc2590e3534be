//! Tables in Kafka: compacted topics with the rows that files hold, tombstones without a value, and what `verify` finds when
//! the broker has compacted them.

use super::admin::Admin;
use super::broker::{Broker, shared_real};
use super::reader::{Received, read};
use super::town::{OFTEN, Town};
use crate::crash::daemon::World;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

/// A town that is small and quiet, so that it lives until accounts close.
const BORN: [&str; 14] = [
    "--start",
    "2026-01-01",
    "--people",
    "150",
    "--region",
    "houston,tokyo",
    "--seed",
    "7",
    "--set",
    "shop.products=40",
    "--set",
    "bank.merchants=20",
    "--set",
    "shop.visits_per_day=0.1",
];
const TABLES: [(&str, &str); 5] = [
    ("users", "user_id"),
    ("drivers", "driver_id"),
    ("customers", "customer_id"),
    ("merchants", "merchant_id"),
    ("products", "product_id"),
];
const END: &str = "2026-03-01T00:00:00Z";

type Rows = BTreeMap<String, Vec<Option<String>>>;

fn born() -> Vec<String> {
    let on = TABLES.iter().flat_map(|(table, _)| ["--set".to_owned(), format!("topics.{table}.enabled=true")]);
    BORN.iter().map(|one| (*one).to_owned()).chain(on).collect()
}

/// The values of each key in files, in their order; none where a line says that the row is gone.
fn in_files(world: &World, table: &str, key: &str) -> Rows {
    let mut files: Vec<_> = fs::read_dir(world.topics().join(format!("populace.{table}")))
        .expect("a folder")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    let mut rows = Rows::new();
    for line in files
        .iter()
        .flat_map(|file| fs::read_to_string(file).expect("text").lines().map(str::to_owned).collect::<Vec<_>>())
    {
        let row: Value = serde_json::from_str(&line).expect("JSON");
        let id = row[key].as_str().expect("a key").to_owned();
        rows.entry(id).or_default().push((row["deleted"] != true).then_some(line));
    }
    rows
}

fn in_kafka(found: &[Vec<Received>]) -> Rows {
    let mut rows = Rows::new();
    for one in found.iter().flatten() {
        let id = String::from_utf8(one.key.clone()).expect("text");
        rows.entry(id).or_default().push((!one.is_null).then(|| one.text()));
    }
    rows
}

fn topic(town: &Town, table: &str) -> String {
    format!("{}populace.{table}", town.prefix())
}

fn verify(town: &Town, broker: &Broker) -> crate::crash::daemon::Outcome {
    town.world.plain("verify").line("--json --sink kafka --brokers").args(&[broker.address()]).finish()
}

#[test]
fn tables_are_compacted_topics_whose_rows_end_with_tombstones() {
    let Some(broker) = shared_real("tables") else { return };
    let born = born();
    let born: Vec<&str> = born.iter().map(String::as_str).collect();
    let (town, twin) = (Town::new(broker, &born, 3), World::new(&born));
    let start = town.start("run").line("--speed max").line(OFTEN).windows(600);
    start.crash_at("kafka.committed", 9).finish().assert_crashed_at("kafka.committed");
    town.backfill(END);
    twin.start("backfill").args(&["--sink", "files", "--end", END]).finish().summary();
    let mut gone = 0;
    for (table, key) in TABLES {
        let (name, wanted) = (topic(&town, table), in_files(&twin, table, key));
        let found = in_kafka(&read(broker.address(), &name));
        assert!(found == wanted, "{table}: {} and {} keys", found.len(), wanted.len());
        gone += wanted.values().flatten().filter(|value| value.is_none()).count();
        assert_eq!(Admin::of(broker).settings(&name)["cleanup.policy"], "compact");
    }
    assert!(gone >= 2, "{gone} rows went");
    verify(&town, broker).failed(0);
}

#[test]
#[ignore = "waits for the broker to compact, half a minute"]
fn verify_compares_the_last_rows_of_a_compacted_table() {
    let Some(broker) = Broker::start_with("compaction", "log.cleaner.backoff.ms=500\n") else { return };
    let born = born();
    let born: Vec<&str> = born.iter().map(String::as_str).collect();
    let town = Town::new(&broker, &born, 1);
    town.backfill("2026-02-01T00:00:00Z");
    let (admin, name) = (Admin::of(&broker), topic(&town, "products"));
    let whole = read(broker.address(), &name)[0].len();
    let soon = [
        ("cleanup.policy", "compact"),
        ("retention.ms", "-1"),
        ("message.timestamp.before.max.ms", "9223372036854775807"),
        ("message.timestamp.after.max.ms", "9223372036854775807"),
        ("segment.ms", "1000"),
        ("min.cleanable.dirty.ratio", "0.0"),
        ("segment.bytes", "1048576"),
        ("delete.retention.ms", "0"),
    ];
    admin.set(&name, &soon);
    town.backfill(END);
    let began = Instant::now();
    while read(broker.address(), &name)[0].len() >= whole {
        assert!(began.elapsed() < Duration::from_secs(120), "the broker compacts nothing");
        std::thread::sleep(Duration::from_millis(500));
    }
    let report = verify(&town, &broker).summary();
    assert!(report["topics"].to_string().contains("products"), "{report}");
}
