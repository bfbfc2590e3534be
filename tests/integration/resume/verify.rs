//! What `verify` finds in files that somebody changed: each fault by its file and line, and nothing in clean ones.

use crate::crash::daemon::{Outcome, World};
use crate::crash::points::TOWN;
use crate::crash::topics::{EVERY, Files, SWITCHES, TOPICS};
use std::fs;
use std::path::PathBuf;

/// A day that the checkpoint closed, the one that it ends in, and one beyond it.
const DAYS: [&str; 3] = ["2026-01-02", "2026-01-03", "2026-01-04"];

/// Stopped on the third day, then killed on the sixth: whatever the labels of these days, all files of the fourth are closed.
fn world() -> World {
    let world = World::new(&[&TOWN[..], &SWITCHES].concat());
    world.backfill("2026-01-03T12:00:00Z");
    let run = world.start("run").line("--speed max --set run.checkpoint_seconds=3600").windows(60);
    run.crash_at("files.roll", 10).finish().assert_crashed_at("files.roll");
    world
}

fn file(world: &World, topic: &str, day: &str) -> PathBuf {
    world.topics().join(topic).join(format!("{day}.jsonl"))
}

fn verify(world: &World) -> Outcome {
    world.plain("verify").finish()
}

/// Where the `n`-th line begins, from 1.
fn start_of(bytes: &[u8], n: usize) -> usize {
    bytes.split_inclusive(|byte| *byte == b'\n').take(n - 1).map(<[u8]>::len).sum()
}

#[test]
fn clean_files_are_right() {
    let world = world();
    let clean = verify(&world);
    assert_eq!(clean.failed(0), "");
    for topic in EVERY {
        assert!(clean.out.contains(topic), "{}", clean.out);
    }
    let report = world.plain("verify").line("--json").finish().summary();
    let sum = |name: &str| report["topics"].as_array().unwrap().iter().map(|t| t[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("covered") + sum("beyond")) as usize, Files::read(&world.topics()).lines());
    assert!(sum("covered") > 0 && sum("beyond") > 0, "{report}");
}

/// Changes a file, and expects that `verify` names the line.
fn assert_named(world: &World, (topic, day): (&str, &str), line: usize, change: impl Fn(&mut Vec<u8>, usize)) {
    let path = file(world, topic, day);
    let own = fs::read(&path).unwrap();
    let mut bytes = own.clone();
    change(&mut bytes, start_of(&own, line));
    fs::write(&path, &bytes).unwrap();
    let found = verify(world);
    let place = format!("{}:{line}:", path.display());
    assert!(found.failed(1).contains(&place), "{place} is not in {}", found.err);
    assert!(fs::read(&path).unwrap() == bytes, "verify writes nothing");
    fs::write(&path, own).unwrap();
}

fn line_length(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').unwrap() + 1
}

#[test]
fn each_fault_is_named_by_file_and_line() {
    let world = world();
    for place in
        [(TOPICS[0], DAYS[0]), (TOPICS[2], DAYS[1]), (TOPICS[1], DAYS[2]), (EVERY[4], DAYS[0]), (EVERY[4], DAYS[1])]
    {
        assert_named(&world, place, 7, |bytes, at| {
            // Inside a value, so that the line is still a JSON object.
            let digit = bytes[at..at + line_length(bytes, at)].iter().rposition(u8::is_ascii_digit).unwrap();
            bytes[at + digit] = if bytes[at + digit] == b'5' { b'6' } else { b'5' };
        });
        assert_named(&world, place, 5, |bytes, at| bytes[at] = b'[');
        assert_named(&world, place, 6, |bytes, at| drop(bytes.drain(at..at + line_length(bytes, at))));
        assert_named(&world, place, 4, |bytes, at| {
            // The third line again in fourth place.
            let third = start_of(bytes, 3);
            let line = bytes[third..at].to_vec();
            bytes.splice(at..at, line);
        });
        if place.1 != DAYS[2] {
            // The last file of a topic may end anywhere, as after a crash.
            assert_named(&world, place, 8, |bytes, at| bytes.truncate(at + 9));
        }
    }
    verify(&world).failed(0);
}

#[test]
fn a_file_that_ends_early_is_named() {
    let world = world();
    let path = file(&world, TOPICS[0], DAYS[0]);
    let own = fs::read(&path).unwrap();
    fs::write(&path, &own[..start_of(&own, 9)]).unwrap();
    let found = verify(&world);
    assert!(found.failed(1).contains(path.to_str().unwrap()), "{}", found.err);
}

#[test]
fn days_that_were_moved_away_are_named_and_allowed() {
    let world = world();
    fs::remove_file(file(&world, TOPICS[2], DAYS[0])).unwrap();
    let found = verify(&world);
    assert_eq!(found.failed(0), "");
    assert!(found.out.contains(&format!("moved away, not read: {}.jsonl", DAYS[0])), "{}", found.out);
    // And the world goes on without it.
    world.backfill("2026-01-08");
    assert!(verify(&world).out.contains("moved away"));
    assert!(!file(&world, TOPICS[2], DAYS[0]).exists());
}

#[test]
fn a_file_of_another_day_is_named() {
    let world = world();
    let path = file(&world, TOPICS[1], "2025-12-31");
    fs::write(&path, "{}\n").unwrap();
    let found = verify(&world);
    assert!(found.failed(1).contains(path.to_str().unwrap()), "{}", found.err);
}

#[test]
fn a_folder_that_was_taken_away_or_emptied_is_no_success() {
    let world = world();
    let (own, aside) = (world.topics(), world.data().join("aside.log"));
    let refused = |words: &str| {
        let found = verify(&world);
        assert!(found.failed(1).contains(words), "{words} is not in {}", found.err);
    };
    // One topic's folder; all of them, with the marker left; and the whole folder.
    let topic = own.join(TOPICS[1]);
    fs::rename(&topic, &aside).unwrap();
    refused(TOPICS[1]);
    fs::create_dir(&topic).unwrap();
    refused(TOPICS[1]);
    fs::remove_dir(&topic).unwrap();
    fs::rename(&aside, &topic).unwrap();
    fs::rename(&own, &aside).unwrap();
    refused("topics");
    fs::create_dir(&own).unwrap();
    refused("topics");
    fs::copy(aside.join(".populace"), own.join(".populace")).unwrap();
    refused("topics");
}
