//! Runs a world in memory and prints what it emits and how fast: for a quick look while changing rules.
//! `cargo run --release -p populace-wire --example look -- PEOPLE DAYS [print]`
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a program for the terminal that measures itself"
)]

use populace_sim::{Shard, Span, Stream, Town};
use populace_wire::{Batch, Digests, Encoders, Merged, scenario_from_toml};
use std::collections::BTreeMap;
use std::time::Instant;

/// The number of records between two merges.
const WINDOW_RECORDS: f64 = 40_000.0;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |i: usize, default: i64| arguments.get(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (people, days) = (number(1, 10_000), number(2, 60));
    let text = format!("[world]\npeople = {people}\nstart = \"2026-01-01T00:00:00+00:00\"");
    let scenario = scenario_from_toml("look", &text).expect("a scenario");
    let town = Town::build(&scenario).expect("a town");
    let encoders = Encoders::new(&scenario.topics).expect("known fields");
    let begun = Instant::now();
    let mut shards: Vec<Shard> = (0..town.shard_count()).map(|s| Shard::newborn(&town, s)).collect();
    eprintln!("{people} people in {} shards, made in {:?}", town.shard_count(), begun.elapsed());
    let mut digests = Digests::default();
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    let (mut bytes, mut simulating, begun) = (0usize, 0.0, Instant::now());
    let window = Span::from_seconds_f64((86_400.0 * WINDOW_RECORDS / town.events_per_day()).clamp(1.0, 86_400.0));
    let (mut until, end) = (town.start(), town.start() + Span::from_days(days));
    while until < end {
        until = (until + window).min(end);
        let start = Instant::now();
        let run = |shard: &mut Shard| {
            let mut batch = Batch::default();
            shard.run_until(&town, until, &mut encoders.outlet(&mut batch));
            batch
        };
        let batches: Vec<Batch> = shards.iter_mut().map(run).collect();
        simulating += start.elapsed().as_secs_f64();
        let merged = Merged::new(batches);
        for record in merged.iter() {
            digests.add(&record);
            bytes += record.value.len();
            let text = std::str::from_utf8(record.value).expect("UTF-8");
            if arguments.get(3).is_some() {
                println!("{text}");
            }
            let kind = match record.stream {
                Stream::Trips => "trip".to_owned(),
                _ => ["is_fraud\":1", "transaction_type\":\"", "event_type\":\""]
                    .iter()
                    .find_map(|mark| {
                        text.split_once(mark).map(|(_, rest)| format!("{mark}{}", rest.split('"').next().unwrap_or("")))
                    })
                    .unwrap_or_default(),
            };
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    let total = digests.total() as f64;
    eprintln!(
        "{total} events in {seconds:.2} s: {:.0}/s, simulating alone {:.0}/s; {:.0} bytes each; expected {:.0} a day, got {:.0}",
        total / seconds,
        total / simulating,
        bytes as f64 / total,
        town.events_per_day(),
        total / days as f64
    );
    for (kind, count) in kinds {
        eprintln!("{count:>10} {kind}");
    }
    let mut counters = populace_sim::Counters::default();
    shards.iter().for_each(|s| counters += s.counters());
    eprintln!("{counters:?} {:x?}", digests.0.map(|d| d.chain as u32));
}
