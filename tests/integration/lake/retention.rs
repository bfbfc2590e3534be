//! Files that are removed by age and size: never what a replay needs, and `verify` knows them.

use super::{assert_whole, files, world};
use crate::crash::daemon::{Chance, World, seed};
use std::collections::BTreeMap;

const END: &str = "2026-01-15";

/// Kills the world now and then, and ends it; the last days are there, and the first ones are not.
fn keeps_the_last_days(world: &World, whole: &BTreeMap<String, Vec<u8>>) {
    let mut chance = Chance(seed());
    for _ in 0..4 {
        let often = "--speed 1000000 --set run.checkpoint_seconds=0.1";
        let daemon = world.start("run").line(often).args(&["--end", END]).windows(60).spawn();
        chance.rest(50, 400);
        daemon.kill();
    }
    world.backfill(END);
    let left = files(&world.topics());
    assert_whole(&left, whole);
    let has = |day: &str| left.keys().any(|name| name.contains(day));
    assert!(has("2026-01-14") && has("2026-01-13") && has("2026-01-12"), "{:?}", left.keys());
    assert!(!has("2026-01-11") && !has("2026-01-01"), "{:?}", left.keys());
    let verified = world.plain("verify").finish();
    verified.failed(0);
    assert!(verified.out.contains("removed by files.keep_days"), "{}", verified.out);
    assert!(!verified.out.contains("moved away"), "{}", verified.out);
}

#[test]
fn whole_files_are_removed_by_age_and_kills_break_nothing() {
    let all = world("compression=zstd layout=hive");
    all.backfill(END);
    keeps_the_last_days(&world("compression=zstd layout=hive keep_days=3"), &files(&all.topics()));
}

#[test]
fn day_files_that_grow_are_removed_by_age_too() {
    let all = world("");
    all.backfill(END);
    let world = world("keep_days=3");
    keeps_the_last_days(&world, &files(&all.topics()));
    // The retention is read at each start, and the world goes on.
    world.start("backfill").line("--end 2026-01-16 --set files.keep_days=1").finish().failed(0);
    assert!(
        files(&world.topics()).keys().all(|name| name.contains("2026-01-15")),
        "{:?}",
        files(&world.topics()).keys()
    );
    world.plain("verify").finish().failed(0);
}

#[test]
fn it_dies_while_it_removes_a_file_and_goes_on() {
    let world = world("compression=zstd keep_days=2");
    for (n, end) in [(1, "2026-01-15"), (4, "2026-01-30")] {
        let start = world.start("run").line("--speed 1000000 --set run.checkpoint_seconds=0.1").args(&["--end", end]);
        start.windows(60).crash_at("lake.retire", n).finish().assert_crashed_at("lake.retire");
    }
    world.backfill("2026-01-31");
    world.plain("verify").finish().failed(0);
}

#[test]
fn the_size_of_all_files_is_bounded() {
    let world = world("keep_gigabytes=0.0005");
    world.backfill(END);
    let left = files(&world.topics());
    let bytes: usize = left.values().map(Vec::len).sum();
    assert!(bytes < 1_200_000 && left.keys().any(|name| name.contains("2026-01-14")), "{bytes} {:?}", left.keys());
    world.plain("verify").finish().failed(0);
}
