//! Golden digests: three scenarios emit the same bytes as when the files were written, on every platform.
//! `POPULACE_UPDATE_GOLDEN=1 cargo test -p populace-wire --test golden` writes the files anew.
#![expect(clippy::disallowed_methods, reason = "a test that reads its own files and one switch")]

use populace_sim::{RULES_VERSION, Shard, Span, Stream, Town};
use populace_wire::{Batch, Digests, Encoders, Merged, contract_name, scenario_from_toml};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "tests", "golden", name].iter().collect()
}

fn digests(toml: &str, days: i64) -> Digests {
    let scenario = scenario_from_toml("golden", toml).expect("a scenario");
    let town = Town::build(&scenario).expect("a town");
    let encoders = Encoders::new(&scenario.topics).expect("known fields");
    let mut shards: Vec<Shard> = (0..town.shard_count()).map(|s| Shard::newborn(&town, s)).collect();
    let mut digests = Digests::default();
    for day in 1..=days {
        let run = |shard: &mut Shard| {
            let mut batch = Batch::default();
            shard.run_until(&town, town.start() + Span::from_days(day), &mut encoders.outlet(&mut batch));
            batch
        };
        Merged::new(shards.iter_mut().map(run).collect()).iter().for_each(|r| digests.add(&r));
    }
    digests
}

/// What a golden file holds: the version of the rules, and count and digest by stream.
fn summary(digests: &Digests) -> Value {
    let stream = |s: Stream| {
        let digest = digests.of(s);
        (contract_name(s).to_owned(), json!({"count": digest.count, "digest": format!("{:032x}", digest.chain)}))
    };
    let lasting = Stream::ALL.into_iter().filter(|s| !s.is_optional());
    json!({"rules_version": RULES_VERSION, "streams": lasting.map(stream).collect::<Map<_, _>>()})
}

/// Compares the world of `tests/golden/NAME.toml` after `days` with `tests/golden/NAME.json`.
fn compare(name: &str, days: i64) {
    let toml = std::fs::read_to_string(file(&format!("{name}.toml"))).expect("the golden scenario is there");
    compare_digests(name, &digests(&toml, days));
}

/// Compares digests with `tests/golden/NAME.json`.
fn compare_digests(name: &str, digests: &Digests) {
    let (now, path) = (summary(digests), file(&format!("{name}.json")));
    if std::env::var_os("POPULACE_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, format!("{now:#}\n")).expect("the golden file can be written");
        return;
    }
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let then: Value = serde_json::from_str(&text).unwrap_or_default();
    assert_eq!(
        now,
        then,
        "{name} emits other bytes than {}. If that is meant, raise RULES_VERSION once a release and run this test with \
         POPULACE_UPDATE_GOLDEN=1",
        path.display()
    );
}

/// Returns `toml` with every topic in a format.
fn in_format(toml: &str, format: &str) -> String {
    let mut table: toml::Table = toml::from_str(toml).expect("TOML");
    let topics = table.entry("topics").or_insert_with(|| toml::Table::new().into());
    for stream in Stream::ALL {
        let topics = topics.as_table_mut().expect("a section");
        let topic = topics.entry(stream.section()).or_insert_with(|| toml::Table::new().into());
        topic.as_table_mut().expect("a section").insert("format".to_owned(), format.into());
    }
    toml::to_string(&table).expect("plain values")
}

/// Compares the world of `tests/golden/own-region.toml`, which has every field of three topics, in a binary format.
fn compare_format(format: &str) {
    let toml = std::fs::read_to_string(file("own-region.toml")).expect("the golden scenario is there");
    compare_digests(&format!("own-region-{format}"), &digests(&in_format(&toml, format), 30));
}

#[test]
fn own_region_in_avro() {
    compare_format("avro");
}

#[test]
fn own_region_in_protobuf() {
    compare_format("protobuf");
}

#[test]
fn houston() {
    compare("houston", 14);
}

#[test]
fn six_cities() {
    compare("six-cities", 7);
}

#[test]
fn own_region_and_rules() {
    compare("own-region", 30);
}
