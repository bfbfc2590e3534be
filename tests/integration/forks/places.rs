//! What a fork refuses, each with one message: places, worlds, keys and drifts.

use super::{END, MORNING, TOWN, forking, written};
use crate::crash::daemon::World;
use std::fs;

/// Expects one message with all the parts, and that no world was made.
fn refuses(from: &World, more: &[&str], code: i32, parts: &[&str]) {
    let to = World::new(&TOWN);
    let outcome = forking(from, &to).args(more).finish();
    let said = outcome.failed(code);
    parts.iter().for_each(|part| assert!(said.contains(part), "{part:?} is missing: {said}"));
    assert_eq!(said.lines().filter(|line| line.starts_with("error")).count(), 1, "one message: {said}");
    assert_eq!(outcome.out, "", "a failure answers nothing");
    assert!(!to.data().join("world").exists(), "no world is made");
}

#[test]
fn impossible_forks_are_refused() {
    let world = World::new(&TOWN);
    refuses(&world, &[], 1, &["there is no world"]);
    world.backfill(MORNING);
    let past = written(&world);
    refuses(&world, &["--set", "bank.fraud.raet=0.1"], 2, &["`bank.fraud.rate`"]);
    refuses(&world, &["--set", "world.people=9"], 2, &["world.people", "fixed when the world was created"]);
    refuses(&world, &["--set", "kafka.partitions=9"], 2, &["a setting of a run"]);
    refuses(&world, &["--set", "bank.fraud.rate=7"], 2, &["from 0 to 0.5"]);
    refuses(&world, &["--drift", "drift-lokdown"], 2, &["drift-lockdown"]);
    refuses(&world, &["--drift", "quick-look"], 2, &["no [[drift]] block"]);
    refuses(&world, &["--topic-prefix", ""], 2, &["--topic-prefix"]);
    refuses(&world, &["--topic-prefix", "a b"], 2, &["--topic-prefix"]);

    let home = tempfile::tempdir().unwrap();
    let early = home.path().join("early.toml");
    let block =
        "[[drift]]\nid = \"early\"\nkey = \"shop.conversion\"\nkind = \"sudden\"\nat = \"2026-01-02\"\nto = 0.2";
    fs::write(&early, block).unwrap();
    let early = early.to_str().unwrap();
    refuses(&world, &["--drift", early], 2, &["\"early\"", "2026-01-02T00:00", "before the fork's instant"]);

    let to = World::new(&TOWN);
    fs::create_dir_all(to.data()).unwrap();
    fs::write(to.data().join("letter.txt"), "dear").unwrap();
    let full = forking(&world, &to).finish();
    assert!(full.failed(1).contains("letter.txt") && full.err.contains("--to"), "{}", full.err);
    let own = forking(&world, &world).finish();
    assert!(own.failed(1).contains("of a world already"), "{}", own.err);

    world.backfill(END);
    written(&world).assert_grown_from(&past);
    world.plain("verify").finish().failed(0);
}
