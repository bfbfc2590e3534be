//! Benchmarks of the encoder against serde_json, on the same transactions of a real run, and of simulating with and
//! without encoding.
//! `cargo bench --bench encoder`

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use populace_sim::{Event, OrderKey, Shard, Span, Town, Transaction};
use populace_wire::{Batch, Encoders, JsonCache, RecordBuffer, scenario_from_toml};
use std::hint::black_box;

fn town() -> (Town, Encoders) {
    let text = "[world]\npeople = 2000\nstart = \"2026-01-01T00:00:00+00:00\"";
    let scenario = scenario_from_toml("bench", text).expect("a scenario");
    (Town::build(&scenario).expect("a town"), Encoders::new(&scenario.topics).expect("known fields"))
}

/// Measures the simulation of days of a small world, so that the cost of one event is seen with all data in the cache.
fn simulating(c: &mut Criterion) {
    let (town, encoders) = town();
    let (mut shard, mut day, mut batch) = (Shard::newborn(&town, 0), 0, Batch::default());
    let mut next = || {
        day += 1;
        town.start() + Span::from_days(day)
    };
    shard.run_until(&town, next(), &mut encoders.outlet(&mut batch));
    let mut ignore = |order: OrderKey, event: Event| {
        black_box((order, event));
    };
    let mut group = c.benchmark_group("a_day");
    group.throughput(Throughput::Elements(batch.len() as u64));
    group.bench_function("simulated_and_encoded", |b| {
        b.iter(|| {
            batch.clear();
            shard.run_until(&town, next(), &mut encoders.outlet(black_box(&mut batch)));
        });
    });
    group.bench_function("simulated_as_values", |b| {
        b.iter(|| shard.run_until(&town, next(), &mut ignore));
    });
    group.finish();
}

fn encoding(c: &mut Criterion) {
    let (town, encoders) = town();
    let made = transactions(&town);
    let (mut buffer, mut cache) = (RecordBuffer::default(), JsonCache::default());
    let mut group = c.benchmark_group("transactions");
    group.throughput(Throughput::Elements(made.len() as u64));
    group.bench_function("by_the_encoder", |b| {
        b.iter(|| {
            buffer.clear();
            made.iter().map(|event| encoders.transactions.write(event, &mut cache, &mut buffer).value_len).sum::<u32>()
        });
    });
    let objects: Vec<serde_json::Value> = made.iter().map(|event| object(&encoders, event)).collect();
    group.bench_function("by_serde_json", |b| {
        b.iter(|| objects.iter().map(|v| serde_json::to_vec(v).expect("JSON").len()).sum::<usize>());
    });
    group.finish();
}

/// Returns the transactions of a day.
fn transactions(town: &Town) -> Vec<Transaction> {
    let mut made = Vec::new();
    let mut take = |_: OrderKey, event: Event| {
        if let Event::Transaction(event) = event {
            made.push(event);
        }
    };
    Shard::newborn(town, 0).run_until(town, town.start() + Span::from_days(1), &mut take);
    made
}

fn object(encoders: &Encoders, event: &Transaction) -> serde_json::Value {
    let mut buffer = RecordBuffer::default();
    let written = encoders.transactions.write(event, &mut JsonCache::default(), &mut buffer);
    serde_json::from_slice(&buffer.bytes()[..written.value_len as usize]).expect("JSON")
}

criterion_group!(benches, simulating, encoding);
criterion_main!(benches);
