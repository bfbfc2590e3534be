//! Benchmarks of the event queue against a binary heap and a radix heap: pop one event, push it back later, at several
//! sizes.
//! `cargo bench --bench queue`

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use populace_sim::{EventQueue, Purpose, VirtualTime, WorldKey};
use radix_heap::RadixHeapMap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The mean gap between two acts of an entity, in microseconds: a few hours, as in a town.
const GAP_MICROS: u64 = 4 * 3_600_000_000;
const STEPS: u64 = 200_000;
const END: VirtualTime = VirtualTime::from_micros(i64::MAX - 1);

fn gaps() -> Vec<i64> {
    let mut rng = WorldKey::new(1).rng(0, Purpose::Expectation, 0);
    (0..4_096).map(|_| 1 + rng.below(2 * GAP_MICROS) as i64).collect()
}

fn entries(count: u32) -> Vec<(VirtualTime, u32)> {
    let gaps = gaps();
    (0..count).map(|i| (VirtualTime::from_micros(gaps[i as usize % 4_096] + i as i64), i)).collect()
}

fn benchmark(c: &mut Criterion) {
    let gaps = gaps();
    let mut group = c.benchmark_group("queue");
    group.throughput(Throughput::Elements(STEPS)).sample_size(10);
    for count in [5_000u32, 10_000, 1_000_000, 10_000_000] {
        let make =
            || EventQueue::new(VirtualTime::from_micros(0), entries(count).into_iter().map(|(time, _)| time).collect());
        group.bench_function(BenchmarkId::new("calendar", count), |b| {
            b.iter_batched_ref(make, |queue| calendar(queue, &gaps), BatchSize::PerIteration)
        });
        let make = || entries(count).into_iter().map(Reverse).collect::<BinaryHeap<_>>();
        group.bench_function(BenchmarkId::new("binary_heap", count), |b| {
            b.iter_batched_ref(make, |queue| binary(queue, &gaps), BatchSize::PerIteration)
        });
        let make = || entries(count).into_iter().map(|(t, i)| (Reverse((t.micros() as u64, i)), ())).collect();
        group.bench_function(BenchmarkId::new("radix_heap", count), |b| {
            b.iter_batched_ref(make, |queue| radix(queue, &gaps), BatchSize::PerIteration)
        });
    }
}

fn calendar(queue: &mut EventQueue, gaps: &[i64]) {
    for step in 0..STEPS as usize {
        let (time, id) = queue.pop_before(END).expect("it never runs empty");
        queue.set(id, VirtualTime::from_micros(time.micros() + gaps[step % 4_096]));
    }
}

fn binary(queue: &mut BinaryHeap<Reverse<(VirtualTime, u32)>>, gaps: &[i64]) {
    for step in 0..STEPS as usize {
        let Reverse((time, id)) = queue.pop().expect("it never runs empty");
        queue.push(Reverse((VirtualTime::from_micros(time.micros() + gaps[step % 4_096]), id)));
    }
}

fn radix(queue: &mut RadixHeapMap<Reverse<(u64, u32)>, ()>, gaps: &[i64]) {
    for step in 0..STEPS as usize {
        let (Reverse((time, id)), ()) = queue.pop().expect("it never runs empty");
        queue.push(Reverse((time + gaps[step % 4_096] as u64, id)), ());
    }
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
