//! Compares the formats of records in one run: the same world for each, day by day in turn, simulated, encoded, put in order
//! and digested as the daemon does it. `cargo bench -p populace-wire --bench formats`
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a program for the terminal that measures time"
)]

use populace_sim::{Shard, Span, Town, VirtualTime};
use populace_wire::{Batch, Digests, Encoders, Merged, TopicFormat, scenario_from_toml};
use std::time::{Duration, Instant};

const PEOPLE: u32 = 5_000;
const DAYS: u32 = 30;
/// The virtual time between two merges.
const WINDOW: Span = Span::from_seconds(3_600);
const WINDOWS_OF_A_DAY: u32 = 24;

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let mut worlds = [TopicFormat::Json, TopicFormat::Avro, TopicFormat::Protobuf].map(World::new);
    worlds.iter_mut().for_each(World::run_day);
    worlds.iter_mut().for_each(World::forget);
    for _ in 0..DAYS {
        worlds.iter_mut().for_each(World::run_day);
    }
    let json = worlds[0].events_per_second();
    for world in &worlds {
        let (rate, name) = (world.events_per_second(), world.format.name());
        let bytes = world.bytes as f64 / world.events as f64;
        println!("{name:10} {rate:>12.0} events/s  {:.3} of JSON  {bytes:.1} bytes an event", rate / json);
    }
}

/// A world whose topics all have one format, and what was measured of it.
struct World {
    format: TopicFormat,
    town: Town,
    encoders: Encoders,
    shards: Vec<Shard>,
    batches: Vec<Batch>,
    now: VirtualTime,
    digests: Digests,
    events: u64,
    bytes: u64,
    took: Duration,
}

impl World {
    fn new(format: TopicFormat) -> Self {
        let name = format.name();
        let topics: String = ["transactions", "trips", "interactions"]
            .map(|topic| format!("[topics.{topic}]\nformat = \"{name}\"\n"))
            .concat();
        let text = format!("[world]\npeople = {PEOPLE}\nstart = \"2026-01-01T00:00:00+00:00\"\n{topics}");
        let scenario = scenario_from_toml("formats", &text).expect("a scenario");
        let town = Town::build(&scenario).expect("a town");
        let shards: Vec<Shard> = (0..town.shard_count()).map(|shard| Shard::newborn(&town, shard)).collect();
        World {
            format,
            encoders: Encoders::new(&scenario.topics).expect("known fields"),
            batches: shards.iter().map(|_| Batch::default()).collect(),
            now: town.start(),
            shards,
            town,
            digests: Digests::default(),
            events: 0,
            bytes: 0,
            took: Duration::ZERO,
        }
    }

    /// Sets what was measured to nothing.
    fn forget(&mut self) {
        (self.events, self.bytes, self.took) = (0, 0, Duration::ZERO);
    }

    fn run_day(&mut self) {
        let began = Instant::now();
        for _ in 0..WINDOWS_OF_A_DAY {
            self.run_window();
        }
        self.took += began.elapsed();
    }

    fn run_window(&mut self) {
        self.now = self.now + WINDOW;
        for (shard, batch) in self.shards.iter_mut().zip(&mut self.batches) {
            shard.run_until(&self.town, self.now, &mut self.encoders.outlet(batch));
        }
        let merged = Merged::new(std::mem::take(&mut self.batches));
        self.events += merged.len() as u64;
        for record in merged.iter() {
            self.bytes += record.value.len() as u64;
            self.digests.add(&record);
        }
        self.batches = merged.recycle();
    }

    fn events_per_second(&self) -> f64 {
        self.events as f64 / self.took.as_secs_f64()
    }
}
