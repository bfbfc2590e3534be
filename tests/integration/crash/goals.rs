//! Goals of events: a killed run gives exactly as many as were asked for, and they are the first ones.

use super::daemon::{Chance, World, number, seed};
use super::oracle::Oracle;
use super::points::TOWN;
use super::topics::{Files, length};

const OFTEN: &str = "--set run.checkpoint_seconds=0.1";

/// A run that is killed soon after it got further, unless it was there already.
fn cut_off(world: &World, goal: &str, chance: &mut Chance) {
    let before = length(&world.topics());
    let start = world.start("run").args(&["--events", goal, "--rate", "20000"]).line(OFTEN);
    let mut daemon = start.windows(*chance.pick(&[5, 90, 1_000])).spawn();
    if daemon.until(|_| length(&world.topics()) > before) {
        chance.rest(0, 40);
    }
    daemon.kill();
}

#[test]
fn a_goal_is_met_exactly_however_often_it_is_killed() {
    let mut chance = Chance(seed());
    let world = World::new(&TOWN);
    for goal in [1, 2, 3_333, 3_334, 9_000] {
        let text = &goal.to_string();
        for _ in 0..2 {
            cut_off(&world, text, &mut chance);
        }
        let summary = world.start("backfill").args(&["--events", text]).line(OFTEN).finish().summary();
        assert_eq!((number(&summary, "world_events"), summary["ended"].as_str()), (goal, Some("events")), "{summary}");
        let files = Files::read(&world.topics());
        files.assert_same(&Oracle::of(&world.data()).first(goal as usize, "2026-02-01"));
    }
    let again = world.start("backfill").args(&["--events", "9000"]).finish().summary();
    assert_eq!((number(&again, "events"), number(&again, "world_events")), (0, 9_000), "{again}");
}

#[test]
fn a_goal_that_dies_while_it_is_made_durable_is_met_by_the_next_start() {
    for (point, n) in
        [("files.sync", 1), ("files.sync", 5), ("files.write", 1), ("files.write", 3), ("publish.window", 9)]
    {
        let world = World::new(&TOWN);
        let start = || world.start("backfill").args(&["--events", "2500"]).windows(30);
        start().crash_at(point, n).finish().assert_crashed_at(point);
        start().finish().summary();
        Files::read(&world.topics()).assert_same(&Oracle::of(&world.data()).first(2_500, "2026-02-01"));
    }
}

/// Dies after the first topics have opened the file of a new day, and before the last one has: files without a record.
#[test]
fn a_goal_is_not_passed_for_a_file_that_has_no_record_yet() {
    let world = World::new(&TOWN);
    // Both days in one window: nothing is written in between, except where a day ends.
    let start = || world.start("backfill").windows(3_000);
    start().args(&["--end", "2026-01-03"]).crash_at("files.roll", 6).finish().assert_crashed_at("files.roll");
    let left = Files::read(&world.topics());
    let empty: Vec<_> = left.0.iter().filter(|(_, bytes)| bytes.is_empty()).map(|(name, _)| name.clone()).collect();
    assert!(empty.iter().any(|name| name.ends_with("2026-01-02.jsonl")), "{empty:?} are empty");
    let goal = Oracle::of(&world.data()).files("2026-01-02").lines();
    let summary = start().args(&["--events", &goal.to_string()]).finish().summary();
    assert_eq!(number(&summary, "world_events"), goal as u64, "{summary}");
    let end = world.backfill("2026-01-03");
    Oracle::of(&world.data()).assert_wrote(&world.topics(), "2026-01-03");
    assert_eq!(end["ended"], "end", "{end}");
}
