//! Stores that are not what was written: refused by name with 1, never answered by another world, and well again when
//! the bytes are put back.

use super::{Place, TOWN, copy, ended};
use populace_state::{Store, no_probe};
use std::fs;
use std::path::PathBuf;

/// A world of three days, with a copy of its directory.
struct Copied {
    place: Place,
}

impl Copied {
    fn new() -> Self {
        let place = Place::new();
        place.lives_to("2026-01-03", &[]).succeeds();
        copy(&place.data().join("world"), &place.path("copy"));
        Copied { place }
    }

    fn world(&self, name: &str) -> PathBuf {
        self.place.data().join("world").join(name)
    }

    fn put_back(&self) {
        fs::remove_dir_all(self.world("")).expect("it is there");
        copy(&self.place.path("copy"), &self.world(""));
    }
}

#[test]
fn a_marker_that_is_torn_newer_or_gone() {
    let world = Copied::new();
    let marker = world.world("populace-world");
    let text = fs::read_to_string(&marker).unwrap();
    let newer = text.replacen("world 2", "world 9", 1);
    let torn = text.replacen("checkpoint", "checkpolnt", 1);
    let cases = [
        (newer.as_str(), ["format version 9", "use the release that wrote it"]),
        (&torn, ["is damaged", "restore the data directory"]),
        ("", ["is damaged", "restore the data directory"]),
    ];
    for (text, parts) in cases {
        fs::write(&marker, text).unwrap();
        world.place.lives_to("2026-01-04", &[]).complains(1, &parts);
        world.place.asks(&["inspect", "--sample", "1"]).complains(1, &parts);
        world.place.asks(&["verify"]).complains(1, &parts);
    }
    fs::remove_file(&marker).unwrap();
    world.place.lives_to("2026-01-04", &[]).complains(1, &["populace-world is missing"]);
    world.put_back();
    world.place.is_unharmed("2026-01-04");
}

#[test]
fn a_log_that_is_cut_or_gone() {
    let world = Copied::new();
    let log = world.world("sled/db");
    let bytes = fs::read(&log).unwrap();
    fs::write(&log, &bytes[..bytes.len() / 3]).unwrap();
    world.place.lives_to("2026-01-04", &[]).complains(1, &["is damaged", "restore the data directory"]);
    fs::write(&log, "").unwrap();
    world.place.lives_to("2026-01-04", &[]).complains(1, &["is damaged", "restore the data directory"]);
    fs::remove_file(&log).unwrap();
    world.place.lives_to("2026-01-04", &[]).complains(1, &["is missing", "restore the data directory"]);
    world.put_back();
    world.place.is_unharmed("2026-01-04");
}

#[test]
fn flipped_bytes_of_the_store_are_named_or_mean_nothing() {
    const FLIPS: usize = 12;
    let world = Copied::new();
    let log = world.world("sled/db");
    let mut named = 0;
    for flip in 0..FLIPS {
        let mut bytes = fs::read(&log).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        bytes[(2 * flip + 1) * used / (2 * FLIPS)] ^= 0x10;
        fs::write(&log, bytes).unwrap();
        let outcome = world.place.asks(&["verify"]);
        if outcome.code != Some(0) {
            outcome.complains(1, &["damaged", "restore the data directory"]);
            named += 1;
        }
        world.put_back();
    }
    assert!(named >= FLIPS / 4, "{named} of {FLIPS} were noticed");
    world.place.is_unharmed("2026-01-04");
}

#[test]
fn other_rules_are_taken_over_only_where_nothing_is_to_be_lived_again() {
    let world = Copied::new();
    let mut killed = world.place.command(&[&["backfill", "--end", "2026-01-04"], TOWN.as_slice()].concat());
    let killed = ended(killed.env("POPULACE_CRASH_AT", "checkpoint.flushed"));
    assert_eq!(killed.code, None, "{}", killed.stderr);
    let rules = |version: &str| {
        let store = Store::open(&world.world(""), no_probe()).unwrap();
        store.set_setting("rules-version", version.as_bytes()).unwrap();
    };
    rules("99");
    let parts = ["rules 99", "the release that it ran under"];
    world.place.lives_to("2026-01-04", &[]).complains(1, &parts);
    world
        .place
        .lives_to("2026-01-04", &["--out", &world.place.path("else").display().to_string()])
        .complains(1, &parts);
    world.place.lives_to("2026-01-04", &["--sink", "null"]).complains(1, &parts);
    rules(&populace_sim::RULES_VERSION.to_string());
    world.place.is_unharmed("2026-01-04");
}

#[test]
fn a_world_of_the_rules_before_that_was_stopped_goes_on_by_the_new_ones() {
    let world = Copied::new();
    let rules = || {
        let store = Store::open(&world.world(""), no_probe()).unwrap();
        String::from_utf8(store.setting("rules-version").unwrap().unwrap_or_default()).unwrap()
    };
    let before = (populace_sim::RULES_VERSION - 1).to_string();
    Store::open(&world.world(""), no_probe()).unwrap().set_setting("rules-version", before.as_bytes()).unwrap();
    let told = |end| {
        let mut command = world.place.command(&[&["backfill", "--end", end], TOWN.as_slice()].concat());
        ended(command.env("POPULACE_LOG", "info"))
    };
    let outcome = told("2026-01-04");
    outcome.succeeds();
    assert!(outcome.stderr.contains("rules of this release in force"), "{}", outcome.stderr);
    assert_eq!(rules(), populace_sim::RULES_VERSION.to_string());
    let again = told("2026-01-05");
    again.succeeds();
    assert!(!again.stderr.contains("rules of this release"), "said once: {}", again.stderr);
}

#[test]
fn a_checkpoint_of_a_newer_release() {
    let world = Copied::new();
    let store = Store::open(&world.world(""), no_probe()).unwrap();
    let head = store.head().unwrap().unwrap();
    let meta = String::from_utf8(head.meta).unwrap().replacen("\"version\":1", "\"version\":7", 1);
    store.checkpoint(head.number + 1).unwrap().commit(meta.as_bytes()).unwrap();
    drop(store);
    let parts = ["checkpoint", "format version 7", "use the release that wrote it"];
    world.place.lives_to("2026-01-04", &[]).complains(1, &parts);
    world.put_back();
    world.place.is_unharmed("2026-01-04");
}
