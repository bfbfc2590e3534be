//! The encoder against serde_json: the same transactions of a real run, written by the plan and by the library.
//! `cargo bench --bench encoder`

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use populace_sim::{Batch, Merged, Scenario, Shard, Span, Stream, Town};
use std::hint::black_box;

fn town() -> Town {
    let text = "[world]\npeople = 2000\nstart = \"2026-01-01T00:00:00+00:00\"";
    Town::build(&Scenario::from_toml("bench", text).expect("a scenario")).expect("a town")
}

/// Simulates and encodes days of a small world, so that the cost of one event is seen with everything in the cache.
fn benchmark(c: &mut Criterion) {
    let town = town();
    let mut shard = Shard::newborn(&town, 0);
    let mut day = 0;
    let mut batch = Batch::default();
    let mut next_day = move |batch: &mut Batch| {
        day += 1;
        batch.clear();
        shard.run_until(&town, town.start() + Span::from_days(day), batch);
        batch.len() as u64
    };
    let per_day = next_day(&mut batch);
    let mut group = c.benchmark_group("encoder");
    group.throughput(Throughput::Elements(per_day));
    group.bench_function("simulate_and_encode_a_day", |b| b.iter(|| next_day(black_box(&mut batch))));
    let values = values(&batch_of_a_day());
    group.throughput(Throughput::Elements(values.len() as u64));
    group.bench_function("serde_json_of_the_same_transactions", |b| {
        b.iter(|| values.iter().map(|v| serde_json::to_vec(v).expect("JSON").len()).sum::<usize>())
    });
    group.finish();
}

fn batch_of_a_day() -> Merged {
    let town = town();
    let mut shard = Shard::newborn(&town, 0);
    let mut batch = Batch::default();
    shard.run_until(&town, town.start() + Span::from_days(1), &mut batch);
    Merged::new(vec![batch])
}

fn values(merged: &Merged) -> Vec<serde_json::Value> {
    let transactions = merged.iter().filter(|r| r.stream == Stream::Transactions);
    transactions.map(|r| serde_json::from_slice(r.value).expect("JSON")).collect()
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
