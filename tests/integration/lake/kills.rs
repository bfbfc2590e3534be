//! Kills: at each crash point of whole files and at random instants, between clean stops. After each the folder holds whole
//! files only, and in the end those of a world that was never stopped.

use super::{assert_same, assert_whole, files, world};
use crate::crash::daemon::{Chance, SIGKILL, World, seed};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;

/// The end of the worlds that are killed at random instants, and of those with crash points, which take their time.
const END: &str = "2026-01-21";
const LATE_END: &str = "2026-02-20";

/// Checkpoints as often as they may be.
const OFTEN: &str = "--set run.checkpoint_seconds=0.1";

/// A world that was just made, and the files of a copy of it that ran to `end` without a stop: files name their world.
pub(super) fn with_twin(keys: &str, end: &str) -> (World, BTreeMap<String, Vec<u8>>) {
    let world = world(keys);
    world.backfill("2026-01-01T00:00:00.000001Z");
    let twin = world.copy();
    twin.backfill(end);
    let whole = files(&twin.topics());
    (world, whole)
}

/// Goes on to `end`, where the files are those of the twin.
pub(super) fn finish(world: &World, whole: &BTreeMap<String, Vec<u8>>, end: &str) {
    world.backfill(end);
    assert_same(&files(&world.topics()), whole);
    let verified = world.plain("verify").finish();
    verified.failed(0);
    assert!(verified.out.contains("right") && !verified.out.contains("moved away"), "{}", verified.out);
}

/// Kills a world at random instants of runs that go on until its end.
fn kill_at_random(keys: &str, kills: u32) {
    let (world, whole) = with_twin(keys, END);
    let mut chance = Chance(seed());
    let mut killed = 0;
    for _ in 0..kills {
        let pace = format!("--speed {} --threads {}", chance.between(200_000, 2_000_000), chance.between(1, 2));
        let windows = *chance.pick(&[7, 60, 300]);
        let daemon = world.start("run").line(&pace).line(OFTEN).args(&["--end", END]).windows(windows).spawn();
        chance.rest(20, 500);
        killed += u32::from(daemon.kill().status.signal() == Some(SIGKILL));
        assert_whole(&files(&world.topics()), &whole);
    }
    println!("{killed} of {kills} runs were killed, {} files", whole.len());
    assert!(killed > 0);
    finish(&world, &whole, END);
}

#[test]
fn kills_at_random_instants_leave_whole_files_and_change_no_byte() {
    kill_at_random("compression=zstd partition=hour layout=hive", 6);
    kill_at_random("format=parquet", 4);
    kill_at_random("format=delta", 4);
}

#[test]
#[ignore = "long: run by CI"]
fn forty_kills_change_no_byte_of_any_form() {
    for keys in [
        "compression=gzip",
        "format=csv max_file_megabytes=1",
        "format=avro",
        "format=parquet",
        "format=delta partition=hour",
        "compression=zstd layout=hive",
    ] {
        kill_at_random(keys, 40);
    }
}

/// A table's row that ends is a record of its topic, and no row of a file of columns.
#[test]
fn tables_are_rows_of_columns_too() {
    let tables = world("format=csv");
    tables.start("backfill").line("--end 2026-01-01T06:00:00Z --set topics.users.enabled=true").finish().failed(0);
    let daemon = tables.start("run").line("--speed 2000000").line(OFTEN).args(&["--end", END]).windows(60).spawn();
    std::thread::sleep(std::time::Duration::from_millis(400));
    daemon.kill();
    tables.plain("verify").finish().failed(0);
    tables.backfill(END);
    assert!(files(&tables.topics()).keys().any(|name| name == "populace.users/2026-01-01.csv"));
    tables.plain("verify").finish().failed(0);
}

#[test]
fn it_dies_at_every_crash_point_of_whole_files_and_goes_on() {
    let keys = "compression=zstd layout=hive keep_days=1000";
    let (world, whole) = with_twin(keys, LATE_END);
    for n in [1, 3] {
        for point in ["lake.convert", "lake.publish", "lake.list", "lake.drop"] {
            let start = world.start("run").line("--speed 100000").line(OFTEN).args(&["--end", LATE_END]).windows(60);
            start.crash_at(point, n).finish().assert_crashed_at(point);
            assert_whole(&files(&world.topics()), &whole);
        }
    }
    finish(&world, &whole, LATE_END);
}

#[test]
fn clean_stops_show_what_there_is_and_leave_no_trace() {
    let keys = "format=csv max_file_megabytes=1";
    let (world, whole) = with_twin(keys, END);
    for end in ["2026-01-02T07:30:00Z", "2026-01-02T18:00:00Z", "2026-01-04"] {
        world.backfill(end);
        let shown = files(&world.topics());
        let days = |files: &BTreeMap<String, Vec<u8>>| files.keys().filter(|name| name.contains("2026-01-02")).count();
        assert!(days(&shown) >= 3, "{end}: {:?}", shown.keys());
        world.plain("verify").finish().failed(0);
    }
    finish(&world, &whole, END);
}
