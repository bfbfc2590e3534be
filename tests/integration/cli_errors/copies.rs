//! Copies of a world that write into the same folder of topics: one process at a time, and only the copy that wrote last.

use super::{Outcome, Place, Running, TOWN, copy, ended, files_in, program, same, unbroken};
use populace_state::{Store, no_probe};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A world that has lived for two days, and a copy of it without the topics.
fn copied() -> (Place, std::path::PathBuf) {
    let place = Place::new();
    place.lives_to("2026-01-03", &[]).succeeds();
    let other = place.path("other");
    copy(&place.data().join("world"), &other.join("world"));
    (place, other)
}

/// The copy, told to write into the topics of the first world.
fn other_command(place: &Place, other: &Path, words: &[&str]) -> Command {
    let mut command = program();
    command.args(words).args(TOWN).arg("--data-dir").arg(other).arg("--out").arg(place.data().join("topics"));
    command
}

fn other_lives_to(place: &Place, other: &Path, end: &str) -> Outcome {
    ended(&mut other_command(place, other, &["backfill", "--end", end]))
}

const REFUSED: [&str; 4] =
    ["another copy of this world", "populace fork", "another --out", "put this data directory in"];

#[test]
fn a_copy_that_did_not_write_last_is_refused() {
    let (place, other) = copied();
    place.lives_to("2026-01-05", &[]).succeeds();
    for _ in 0..2 {
        other_lives_to(&place, &other, "2026-01-06").complains(1, &REFUSED);
        other_lives_to(&place, &other, "2026-01-06").complains(1, &[place.data().to_str().unwrap()]);
    }
    place.is_unharmed("2026-01-06");
    // As it is told: with topics of its own it lives on from its last checkpoint.
    let mut own = program();
    own.args(["backfill", "--end", "2026-01-05"]).args(TOWN).arg("--data-dir").arg(&other);
    ended(own.arg("--out").arg(place.path("own"))).succeeds();
}

#[test]
fn the_first_world_is_refused_once_a_copy_wrote() {
    let (place, other) = copied();
    other_lives_to(&place, &other, "2026-01-05").succeeds();
    place.lives_to("2026-01-06", &[]).complains(1, &REFUSED);
    place.lives_to("2026-01-06", &[]).complains(1, &[other.to_str().unwrap()]);
    other_lives_to(&place, &other, "2026-01-06").succeeds();
    same(&place.topics(), &unbroken("2026-01-06"));
}

#[test]
fn two_copies_do_not_write_at_the_same_time() {
    let (place, other) = copied();
    let words = ["run", "--speed", "20000"];
    let first = Running::start(place.command(&[&words, TOWN.as_slice()].concat()), &place.data());
    let data = place.data().display().to_string();
    other_lives_to(&place, &other, "2026-01-06").complains(1, &["being written by process", "another --out", &data]);
    // A reader is in nobody's way.
    assert!(files_in(&place.data().join("topics")).values().any(|bytes| !bytes.is_empty()));
    first.stop().succeeds();
    place.asks(&["verify"]).succeeds();

    let (place, other) = copied();
    let second = Running::start(other_command(&place, &other, &words), &other);
    place.lives_to("2026-01-06", &[]).complains(1, &["being written by process", other.to_str().unwrap()]);
    second.kill();
    // The lock of a killed process is gone with it, and the copy is still the one that wrote last.
    place.lives_to("2026-01-06", &[]).complains(1, &REFUSED);
    let mut verify = program();
    other_lives_to(&place, &other, "2026-06-01").succeeds();
    ended(verify.args(["verify", "--data-dir"]).arg(&other)).succeeds();
}

#[test]
fn a_restored_copy_goes_on_in_the_place_of_the_lost_one() {
    let (place, backup) = copied();
    place.lives_to("2026-01-05", &[]).succeeds();
    fs::remove_dir_all(place.data().join("world")).unwrap();
    copy(&backup.join("world"), &place.data().join("world"));
    place.is_unharmed("2026-01-06");
}

#[test]
fn a_copy_elsewhere_goes_on_where_the_other_one_is_gone() {
    let place = Place::new();
    let out = place.path("topics").display().to_string();
    let options = ["--out", out.as_str()];
    place.lives_to("2026-01-03", &options).succeeds();
    let other = Place { dir: tempfile::tempdir().unwrap(), name: "data" };
    copy(&place.data(), &other.data());
    place.lives_to("2026-01-04", &options).succeeds();
    other.lives_to("2026-01-05", &options).complains(1, &REFUSED);
    fs::remove_dir_all(place.data()).unwrap();
    other.lives_to("2026-01-05", &options).succeeds();
    same(&files_in(&place.path("topics")), &unbroken("2026-01-05"));
}

#[test]
fn a_kill_between_the_claim_and_the_marker_is_no_obstacle() {
    let (place, other) = copied();
    for _ in 0..2 {
        let words = [&["backfill", "--end", "2026-01-04"], TOWN.as_slice()].concat();
        let killed = ended(place.command(&words).env("POPULACE_CRASH_AT", "files.claim"));
        assert_eq!(killed.code, None, "{}", killed.stderr);
    }
    place.is_unharmed("2026-01-04");
    other_lives_to(&place, &other, "2026-01-05").complains(1, &REFUSED);
}

#[test]
fn worlds_and_topics_of_the_release_before_are_adopted() {
    let (place, other) = copied();
    let marker = place.data().join("topics/.populace");
    let forget = |dir: &Path| {
        Store::open(&dir.join("world"), no_probe()).unwrap().clear_setting("files-claim").unwrap();
    };
    forget(&place.data());
    forget(&other);
    let text = fs::read_to_string(&marker).unwrap();
    let before: String = text.split_inclusive('\n').take(3).collect();
    assert_eq!(before.lines().count(), 3, "{text}");
    fs::write(&marker, before).unwrap();
    place.is_unharmed("2026-01-04");
    other_lives_to(&place, &other, "2026-01-05").complains(1, &REFUSED);
    place.is_unharmed("2026-01-05");
}

#[test]
fn readers_are_not_hindered_by_the_lock() {
    let place = Place::new();
    place.lives_to("2026-01-03", &[]).succeeds();
    let lock = fs::File::options().write(true).open(place.data().join("topics/.populace.lock")).unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::NonBlockingLockExclusive).unwrap();
    place.asks(&["verify"]).succeeds();
    place.lives_to("2026-01-04", &[]).complains(1, &["being written by process"]);
    drop(lock);
    place.is_unharmed("2026-01-04");
}
