//! Kills at random instants: twenty that each find more than the one before, and some in start-up or in a replay.

use super::daemon::{Chance, SIGKILL, World, number, seed};
use super::oracle::Oracle;
use super::points::TOWN;
use super::topics::{EVERY, Files, SWITCHES, Seen, TOPICS, length, timestamp};
use chrono::TimeDelta;
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

/// What a random kill is given: how the run goes until then.
fn going(chance: &mut Chance, rate: u64) -> String {
    let pace = match chance.below(3) {
        0 => "--speed max".to_owned(),
        1 => format!("--speed {}", chance.between(20_000, 200_000)),
        _ => format!("--rate {}", chance.between(rate / 4, rate)),
    };
    let every = chance.pick(&["0.1", "0.2", "5"]);
    format!("{pace} --threads {} --set run.checkpoint_seconds={every}", chance.between(1, 2))
}

/// Kills with progress each time: measured from outside, from the moment when the files are longer than they were.
fn kill(world: &World, chance: &mut Chance, rate: u64, seen: &mut Seen) -> Duration {
    let before = length(&world.topics());
    let began = Instant::now();
    let windows = *chance.pick(&[1, 7, 60, 300]);
    let mut daemon = world.start("run").line(&going(chance, rate)).windows(windows).spawn();
    assert!(daemon.until(|_| length(&world.topics()) > before), "it ended: {}", daemon.said());
    let passed = began.elapsed();
    chance.rest(0, 60);
    let ended = daemon.kill();
    assert_eq!(ended.status.signal(), Some(SIGKILL), "{}", ended.err);
    seen.look();
    assert!(seen.length() > before);
    passed
}

/// Kills so soon that it may still be starting or repeating.
fn kill_early(world: &World, chance: &mut Chance, rate: u64) {
    let daemon = world.start("run").line(&going(chance, rate)).spawn();
    chance.rest(0, 80);
    daemon.kill();
}

/// The world after that, at rest.
fn kill_at_random_instants(born: &[&str], kills: u32, rate: u64) -> World {
    let mut chance = Chance(seed());
    let world = World::new(born);
    let mut seen = Seen::of(world.topics());
    let mut longest = Duration::ZERO;
    for _ in 0..kills {
        longest = longest.max(kill(&world, &mut chance, rate, &mut seen));
        for _ in 0..chance.below(3) {
            kill_early(&world, &mut chance, rate);
        }
        seen.look();
    }
    println!("{kills} kills over {} MB; the longest way back took {longest:?}", seen.length() / 1_000_000);
    let end = &seen.after(24 * 60);
    world.backfill(end);
    Oracle::of(&world.data()).assert_wrote(&world.topics(), end);
    world.plain("verify").finish().failed(0);
    world
}

#[test]
fn twenty_random_kills_change_no_byte() {
    kill_at_random_instants(&TOWN, 20, 8_000);
}

#[test]
fn kills_change_no_byte_of_topics_that_were_switched_on() {
    let world = kill_at_random_instants(&[&TOWN[..], &SWITCHES].concat(), 6, 8_000);
    assert_trips_are_completed(&Files::read(&world.topics()));
}

/// That each trip that a reader of the files finds has one completion with its travel time, and each completion its trip;
/// only the trips of the last hours may still be under way.
fn assert_trips_are_completed(files: &Files) {
    let records = |topic: &'static str| {
        let days = files.0.iter().filter(move |(name, _)| name.split('/').next() == Some(topic));
        let lines = days.flat_map(|(_, bytes)| bytes.split(|byte| *byte == b'\n')).filter(|line| !line.is_empty());
        lines.map(|line| {
            let record: Value = serde_json::from_slice(line).unwrap();
            let text = |field: &str| record[field].as_str().unwrap().to_owned();
            let seconds = record["simulated_actual_travel_time_seconds"].as_u64().unwrap();
            (text("trip_id"), (text("driver_id"), seconds, timestamp(line)))
        })
    };
    let completions: Vec<_> = records(EVERY[4]).collect();
    let ends: BTreeMap<_, _> = completions.iter().cloned().collect();
    assert_eq!(ends.len(), completions.len(), "a trip is completed once");
    let trips: BTreeMap<_, _> = records(TOPICS[1]).collect();
    assert!(ends.keys().all(|id| trips.contains_key(id)), "a completion has its trip");
    let last = completions.iter().map(|(_, (.., at))| *at).max().expect("some trips are completed");
    for (id, (driver, seconds, requested)) in &trips {
        let Some((by, took, at)) = ends.get(id) else {
            assert!(*requested + TimeDelta::hours(3) > last, "{id} of {driver} at {requested} was never completed");
            continue;
        };
        assert_eq!((by, took), (driver, seconds), "{id}");
        assert!(*at > *requested + TimeDelta::seconds(*seconds as i64), "{id} ended at {at}");
    }
}

#[test]
#[ignore = "long: run by CI"]
fn sixty_random_kills_of_ten_thousand_people_change_no_byte() {
    let born = ["--start", "2026-01-01", "--region", "houston,london,tokyo", "--seed", "11"];
    kill_at_random_instants(&born, 60, 100_000);
}

/// Number of the last checkpoint, from the small file beside the store.
fn checkpoint(world: &World) -> u64 {
    let text = std::fs::read_to_string(world.data().join("world/populace-world")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("checkpoint ")).unwrap_or_else(|| panic!("{text}"));
    line.parse().unwrap()
}

/// A replay saves on its way, so that a world that is killed in every replay still gets through it.
#[test]
fn a_replay_that_is_killed_again_and_again_gets_on() {
    let world = World::new(&TOWN);
    let rarely = "--speed max --set run.checkpoint_seconds=3600";
    world.start("run").line(rarely).windows(360).crash_at("files.roll", 60).finish().assert_crashed_at("files.roll");
    let seen = Files::read(&world.topics());
    assert!(seen.lines() > 20_000);
    let often = "--speed max --set run.checkpoint_seconds=0.1";
    for _ in 0..3 {
        let before = checkpoint(&world);
        let start = world.start("run").line(often).windows(1);
        let ended = start.crash_at("checkpoint.done", 1).finish();
        ended.assert_crashed_at("checkpoint.done");
        assert!(!ended.err.contains("replay finished"), "it was still repeating: {}", ended.err);
        assert_eq!(checkpoint(&world), before + 1);
        assert_eq!(length(&world.topics()), seen.0.values().map(|bytes| bytes.len() as u64).sum::<u64>());
    }
    let end = &seen.after(60);
    let summary = world.backfill(end);
    let repeated = summary["repeated"].as_u64().unwrap();
    assert!(repeated > 0 && repeated < seen.lines() as u64, "{summary}");
    counts_what_was_added(&summary, &seen, &Files::read(&world.topics()));
    Files::read(&world.topics()).assert_same(&Oracle::of(&world.data()).files(end));
}

/// The summary counts the records that its run added, in all and by topic, and nothing that was there.
fn counts_what_was_added(summary: &Value, before: &Files, after: &Files) {
    let added = (after.lines() - before.lines()) as u64;
    let by_topic = summary["events_by_topic"].as_object().unwrap();
    let sum: u64 = by_topic.values().map(|count| count.as_u64().unwrap()).sum();
    // A line that was cut off counts where it was completed.
    assert!(number(summary, "events").abs_diff(added) <= by_topic.len() as u64, "{added} were added: {summary}");
    assert_eq!(sum, number(summary, "events"), "{summary}");
    let rate = summary["events_per_second"].as_f64().unwrap();
    assert!(rate * summary["seconds"].as_f64().unwrap() >= number(summary, "events") as f64 * 0.9 - 1.0, "{summary}");
}

/// What a start has to repeat is what was made since the last checkpoint, however long the world ran.
#[test]
fn replays_are_bounded_by_checkpoints() {
    let world = World::new(&TOWN);
    let pace = "--rate 3000 --set run.checkpoint_seconds=0.1";
    let mut daemon = world.start("run").line(pace).spawn();
    let often_saved = |_: &_| world.data().join("control.sock").exists() && checkpoint(&world) >= 6;
    assert!(daemon.until(often_saved), "{}", daemon.said());
    std::thread::sleep(Duration::from_millis(250));
    daemon.kill();
    let seen = Files::read(&world.topics());
    let repeated = world.backfill(&seen.after(60))["repeated"].as_u64().unwrap();
    println!("{repeated} of {} records were repeated", seen.lines());
    assert!(repeated < seen.lines() as u64 / 2, "{repeated} of {} records were repeated", seen.lines());
}
