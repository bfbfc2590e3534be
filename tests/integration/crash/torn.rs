//! Files that a power loss, or somebody else, changed between two runs: zeros at the end are cut and said, anything else
//! is refused by name and left as it is.

use super::daemon::World;
use super::oracle::Oracle;
use super::points::TOWN;
use super::topics::{Files, TOPICS};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

/// A world whose files go beyond its checkpoint, or one that was stopped properly.
fn world(cut_off: bool) -> World {
    let world = World::new(&TOWN);
    world.backfill("2026-01-02T06:00:00Z");
    if cut_off {
        let run = world.start("run").line("--speed max --set run.checkpoint_seconds=3600").windows(60);
        run.crash_at("files.roll", 5).finish().assert_crashed_at("files.roll");
    }
    world
}

/// The last day's file of a topic.
fn last(world: &World, topic: &str) -> PathBuf {
    let folder = world.topics().join(topic);
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).max().unwrap()
}

fn append(path: &PathBuf, bytes: &[u8]) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn zeros_at_the_end_are_cut_and_said() {
    for (cut_off, zeros) in [(true, 1), (true, 70_000), (false, 5_000)] {
        for topic in TOPICS {
            let world = world(cut_off);
            let before = Files::read(&world.topics());
            let path = last(&world, topic);
            append(&path, &vec![0; zeros]);
            let end = &before.after(36 * 60);
            let ended = world.start("backfill").args(&["--end", end]).finish();
            ended.summary();
            assert!(ended.err.contains("zeros") && ended.err.contains(topic), "{topic}: {}", ended.err);
            let files = Files::read(&world.topics());
            files.assert_grown_from(&before);
            files.assert_same(&Oracle::of(&world.data()).files(end));
        }
    }
}

/// Nothing is due, and still the zeros go, without an event beyond the end.
#[test]
fn zeros_are_cut_though_the_world_is_at_its_end() {
    let world = world(false);
    let before = Files::read(&world.topics());
    append(&last(&world, TOPICS[1]), &[0; 99]);
    let ended = world.start("backfill").line("--end 2026-01-02T06:00:00Z").finish();
    ended.summary();
    assert!(ended.err.contains("zeros"), "{}", ended.err);
    Files::read(&world.topics()).assert_same(&before);
}

#[test]
fn a_line_that_was_cut_off_is_completed() {
    let world = world(true);
    let before = Files::read(&world.topics());
    for (topic, less) in TOPICS.iter().zip([1, 100, 2_000]) {
        let path = last(&world, topic);
        let length = fs::metadata(&path).unwrap().len();
        OpenOptions::new().write(true).open(&path).unwrap().set_len(length.saturating_sub(less)).unwrap();
    }
    let end = &before.after(60);
    world.backfill(end);
    Files::read(&world.topics()).assert_same(&Oracle::of(&world.data()).files(end));
}

#[test]
fn foreign_text_is_refused_by_name_and_nothing_is_lost() {
    for cut_off in [true, false] {
        for foreign in ["{\"note\":\"mine\"}\n", "x", "\n"] {
            let world = world(cut_off);
            let before = Files::read(&world.topics());
            let path = last(&world, TOPICS[0]);
            let own = fs::read(&path).unwrap();
            append(&path, foreign.as_bytes());
            let changed = fs::read(&path).unwrap();
            let end = &before.after(36 * 60);
            for _ in 0..2 {
                let refused = world.start("backfill").args(&["--end", end]).finish();
                let said = refused.failed(1);
                assert!(said.contains(path.to_str().unwrap()), "{said}");
                assert!(said.contains("put the file back") || said.contains("move it away"), "{said}");
                assert_eq!(said.matches("error:").count(), 1, "{said}");
                assert!(fs::read(&path).unwrap() == changed, "what is refused stays as it is");
            }
            Files::read(&world.topics()).assert_grown_from(&before);
            fs::write(&path, own).unwrap();
            world.backfill(end);
            Files::read(&world.topics()).assert_same(&Oracle::of(&world.data()).files(end));
        }
    }
}

#[test]
fn bytes_that_are_missing_before_the_checkpoint_are_named() {
    let world = world(false);
    let path = last(&world, TOPICS[2]);
    let own = fs::read(&path).unwrap();
    fs::write(&path, &own[..own.len() - 1]).unwrap();
    let refused = world.start("backfill").line("--end 2026-01-03").finish();
    assert!(refused.failed(1).contains(path.to_str().unwrap()), "{}", refused.err);
    assert_eq!(fs::read(&path).unwrap().len(), own.len() - 1);
    fs::write(&path, &own).unwrap();
    world.backfill("2026-01-03");
    Files::read(&world.topics()).assert_same(&Oracle::of(&world.data()).files("2026-01-03"));
}
