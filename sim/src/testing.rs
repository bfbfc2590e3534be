//! Helpers of the unit tests: towns from a few lines of scenario, and runs of a whole world in memory.

use crate::engine::{Batch, Digests, Merged, Span, VirtualTime};
use crate::scenario::Scenario;
use crate::shard::Shard;
use crate::town::Town;

/// Returns the town of a scenario in TOML; it starts on 2026-01-01 unless the text states another start.
pub fn town(toml: &str) -> Town {
    let mut scenario = Scenario::from_toml("test", toml).expect("a valid scenario");
    if crate::scenario::is_relative_time(&scenario.world.start) {
        scenario.world.start = "2026-01-01T00:00:00+00:00".to_owned();
    }
    Town::build(&scenario).expect("a town")
}

/// Returns all shards of a town as they are created.
pub fn newborn(town: &Town) -> Vec<Shard> {
    (0..town.shard_count()).map(|s| Shard::newborn(town, s)).collect()
}

/// Runs all shards to `until` and calls `see` with each record in order.
pub fn run(town: &Town, shards: &mut [Shard], until: VirtualTime, digests: &mut Digests, mut see: impl FnMut(&str)) {
    let run_one = |shard: &mut Shard| {
        let mut batch = Batch::default();
        shard.run_until(town, until, &mut batch);
        batch
    };
    let merged = Merged::new(shards.iter_mut().map(run_one).collect());
    for record in merged.iter() {
        digests.add(&record);
        see(std::str::from_utf8(record.value).expect("records are UTF-8"));
    }
}

/// Returns the instant `days` after the town's start.
pub fn day(town: &Town, days: i64) -> VirtualTime {
    town.start() + Span::from_days(days)
}
