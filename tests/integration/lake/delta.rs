//! Delta tables: the same log after any kill and any stop, files that leave their table before they are removed, and what
//! other writers do. `tests/lake/delta.py` reads tables with programs that were not written here.

use super::kills::{finish, with_twin};
use super::{assert_same, assert_whole, files, world};
use crate::crash::daemon::World;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

const END: &str = "2026-01-21";

/// The transactions, whose table the tests change.
const TOPIC: &str = "transaction_fraud_detection";

/// The path of an entry in the log of the transactions.
fn entry(world: &World, number: u32) -> PathBuf {
    world.topics().join(TOPIC).join("_delta_log").join(format!("{number:020}.json"))
}

/// The files of a world's table of transactions, by its log.
fn live(world: &World) -> BTreeSet<String> {
    let mut live = BTreeSet::new();
    for number in 0.. {
        let Ok(text) = fs::read_to_string(entry(world, number)) else { break };
        for action in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            let path = |name: &str| action[name]["path"].as_str().map(|path| format!("{TOPIC}/{path}"));
            live.extend(path("add"));
            path("remove").iter().for_each(|path| assert!(live.remove(path), "{path} was not there"));
        }
    }
    live
}

/// The files that are there.
fn there(world: &World) -> BTreeSet<String> {
    let all = files(&world.topics()).into_keys();
    all.filter(|name| name.starts_with(TOPIC) && name.ends_with(".parquet")).collect()
}

#[test]
fn it_dies_around_commits_and_the_log_is_the_same() {
    let (world, whole) = with_twin("format=delta", END);
    assert!(whole.contains_key(&format!("{TOPIC}/_delta_log/00000000000000000020.json")), "{:?}", whole.keys());
    // Each leaves what the next one needs: however late a checkpoint comes, the first holds a commit of each topic.
    for (point, n) in [("lake.commit", 1), ("lake.committed", 1), ("lake.commit", 2), ("lake.list", 1)] {
        let start = world.start("run").line("--speed 100000 --set run.checkpoint_seconds=0.1").args(&["--end", END]);
        start.windows(60).crash_at(point, n).finish().assert_crashed_at(point);
        assert_whole(&files(&world.topics()), &whole);
        world.plain("verify").finish().failed(0);
    }
    finish(&world, &whole, END);
    assert_eq!(live(&world), there(&world));
}

#[test]
fn a_stop_within_an_hour_leaves_no_trace() {
    let (world, whole) = with_twin("format=delta partition=hour", "2026-01-03");
    for (end, last) in [("2026-01-01T07:30:00Z", "hour=06"), ("2026-01-01T18:00:00Z", "hour=17")] {
        world.backfill(end);
        assert_whole(&files(&world.topics()), &whole);
        assert_eq!(live(&world), there(&world));
        assert!(live(&world).last().unwrap().contains(last), "{:?}", live(&world));
        world.plain("verify").finish().failed(0);
    }
    finish(&world, &whole, "2026-01-03");
}

#[test]
fn files_leave_their_table_before_they_are_removed() {
    let world = world("format=delta keep_days=2");
    for (n, end) in [(1, "2026-01-10"), (4, "2026-01-20")] {
        let start = world.start("run").line("--speed 1000000 --set run.checkpoint_seconds=0.1").args(&["--end", end]);
        start.windows(60).crash_at("lake.retire", n).finish().assert_crashed_at("lake.retire");
        assert!(live(&world).is_subset(&there(&world)));
        world.plain("verify").finish().failed(0);
    }
    world.backfill(END);
    let last = ["2026-01-19", "2026-01-20"].map(|day| format!("{TOPIC}/dt={day}/part-0001.parquet"));
    assert_eq!((live(&world), there(&world)), (last.clone().into(), last.into()));
    world.plain("verify").finish().failed(0);
}

#[test]
fn another_writer_stops_the_world_and_nothing_is_lost() {
    let (world, whole) = with_twin("format=delta", "2026-01-09");
    world.backfill("2026-01-04");
    let other = entry(&world, 4);
    let optimize = "{\"commitInfo\":{\"operation\":\"OPTIMIZE\",\"engineInfo\":\"other:1\"}}\n\
        {\"remove\":{\"path\":\"dt=2026-01-01/part-0001.parquet\",\"dataChange\":false}}\n";
    fs::write(&other, optimize).unwrap();
    for command in [world.start("backfill").line("--end 2026-01-09"), world.plain("verify")] {
        let refused = command.finish();
        let said = refused.failed(1);
        let words = ["00000000000000000004.json", "OPTIMIZE by other:1", "choose an empty --out"];
        assert!(words.iter().all(|words| said.contains(words)), "{said}");
    }
    fs::remove_file(&other).unwrap();
    // A commit that changes nothing is passed.
    fs::write(&other, "{\"commitInfo\":{\"operation\":\"VACUUM START\",\"engineInfo\":\"other:1\"}}\n").unwrap();
    world.plain("verify").finish().failed(0);
    world.backfill("2026-01-05");
    assert!(entry(&world, 5).exists() && live(&world).len() == 4);
    fs::remove_file(&other).unwrap();
    let refused = world.start("backfill").line("--end 2026-01-09").finish();
    assert!(refused.failed(1).contains("00000000000000000004.json is missing"), "{}", refused.err);
    fs::rename(entry(&world, 5), &other).unwrap();
    finish(&world, &whole, "2026-01-09");
}

#[test]
fn a_table_that_lost_its_last_commit_or_a_file_is_named() {
    let world = world("format=delta");
    world.backfill("2026-01-04");
    let whole = files(&world.topics());
    let last = entry(&world, 3);
    let text = fs::read(&last).unwrap();
    fs::remove_file(&last).unwrap();
    for command in [world.start("backfill").line("--end 2026-01-05"), world.plain("verify")] {
        assert!(command.finish().failed(1).contains("does not name"));
    }
    fs::write(&last, text).unwrap();
    let file = world.topics().join(TOPIC).join("dt=2026-01-02/part-0001.parquet");
    let moved = file.with_extension("moved");
    fs::rename(&file, &moved).unwrap();
    assert!(world.plain("verify").finish().failed(1).contains("its table names it, and it is gone"));
    fs::rename(&moved, &file).unwrap();
    world.plain("verify").finish().failed(0);
    assert_same(&files(&world.topics()), &whole);
}
