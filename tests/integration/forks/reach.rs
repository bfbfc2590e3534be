//! How far a drift of a fork reaches: until it begins nothing differs, and after it only what it concerns.

use super::{MORNING, TOWN, beyond, fork, forking, written};
use crate::crash::daemon::World;
use crate::crash::oracle::Oracle;
use crate::crash::topics::{Files, TOPICS};
use std::fs;

/// A day and a half after the fork.
const BEGINS: &str = "2026-01-03T18:30:00Z";
const END: &str = "2026-01-06T00:00:00Z";

const BANK: &str = "[[drift]]\nid = \"dearer\"\nkey = \"bank.amount_scale\"\nkind = \"sudden\"\nat = \"+36h\"\n\
                    factor = 2.0\n[[drift]]\nkey = \"bank.purchases_per_day\"\nkind = \"blip\"\nat = \"+36h\"\n\
                    length = \"30h\"\nfactor = 3.0\n";

/// The forks of one world with this drift and with none, at the end; the world and its past.
fn twins(drift: &str) -> [World; 3] {
    let [world, twin, drifted] = [(); 3].map(|()| World::new(&TOWN));
    world.backfill(MORNING);
    fork(&world, &twin);
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    fs::write(file.path(), drift).unwrap();
    forking(&world, &drifted).args(&["--drift", file.path().to_str().unwrap()]).finish().summary();
    [world, twin, drifted]
}

fn of_topic(files: &Files, topic: &str) -> Files {
    Files(files.0.iter().filter(|(name, _)| name.starts_with(topic)).map(|(n, b)| (n.clone(), b.clone())).collect())
}

#[test]
fn a_drift_of_the_bank_leaves_trips_and_visits_alone_and_changes_nothing_before_it_begins() {
    let [world, twin, drifted] = twins(BANK);
    [&twin, &drifted].iter().for_each(|one| drop(one.backfill(BEGINS)));
    let before = written(&drifted);
    assert!(before.lines() > 500, "there is something to compare");
    before.assert_same(&written(&twin));

    [&world, &twin, &drifted].iter().for_each(|one| drop(one.backfill(END)));
    let [plain, other] = [&twin, &drifted].map(written);
    for topic in &TOPICS[1..] {
        of_topic(&other, topic).assert_same(&of_topic(&plain, topic));
    }
    let [few, many] = [&plain, &other].map(|files| of_topic(&beyond(files, &before), TOPICS[0]).lines());
    assert!(many > few + few / 10, "{few} and {many} transactions");
    // Its log of commands and its scenario make it, and nothing else.
    let oracle = Oracle::of(&drifted.data());
    assert_eq!(oracle.commands(), 1);
    let whole = beyond(&oracle.files(END), &oracle.files(MORNING));
    other.assert_same(&whole);
    drifted.plain("verify").finish().failed(0);
}

#[test]
fn a_shipped_drift_is_given_by_name() {
    let [world, twin] = [(); 2].map(|()| World::new(&TOWN));
    world.backfill(MORNING);
    forking(&world, &twin).args(&["--drift", "drift-lockdown"]).finish().summary();
    twin.backfill(END);
    twin.plain("verify").finish().failed(0);
    let oracle = Oracle::of(&world.data());
    written(&twin).assert_same(&beyond(&oracle.files(END), &oracle.files(MORNING)));
}
