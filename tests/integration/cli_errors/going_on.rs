//! Worlds that are there: contradictions, ends, a second process, questions about strangers.

use super::{Place, Running, TOWN, populace};

#[test]
fn contradictions_are_refused_with_both_values() {
    let place = Place::new();
    place.lives_to("2026-01-02", &["--set", "bank.fraud.rate=0.02"]).succeeds();
    let go = |words: &[&str]| place.asks(&[&["backfill", "--end", "2026-01-03"], words].concat());
    go(&["--seed", "12"]).complains(2, &["--seed", "12", "has 11", "--data-dir"]);
    go(&["--people", "41"]).complains(2, &["--people", "41", "has 40"]);
    go(&["--start", "2026-01-02"]).complains(2, &["--start", "2026-01-02", "has", "2026-01-01"]);
    go(&["--region", "tokyo"]).complains(2, &["--region", "tokyo", "houston"]);
    go(&["--set", "bank.fraud.rate=0.01"]).complains(2, &["bank.fraud.rate", "0.01", "0.02"]);
    go(&["--set", "topics.trips.name=rides"]).complains(2, &["topics.trips.name", "rides"]);
    let switched = ["--set", "topics.completions.enabled=true"];
    go(&switched).complains(2, &["topics.completions.enabled", "is true", "has false", "--data-dir"]);
    go(&[&["--adopt-scenario"], &switched[..]].concat())
        .complains(2, &["topics.completions.enabled", "cannot be adopted"]);
    go(&["--set", "bank.fraud.rate=0.02", "--seed", "11"]).succeeds();
    let plain = place.asks(&["backfill", "--end", "2026-01-04", "--json"]);
    plain.succeeds();
    let whole = Place::new();
    whole.lives_to("2026-01-04", &["--set", "bank.fraud.rate=0.02"]).succeeds();
    super::same(&place.topics(), &whole.topics());
    let shown = place.asks(&["scenario", "show"]);
    assert!(shown.stdout.contains("rate = 0.02") && shown.stdout.contains("people = 40"), "{}", shown.stdout);
}

#[test]
fn what_is_reached_already_is_said_in_a_line_and_changes_nothing() {
    let place = Place::new();
    place.lives_to("2026-01-04", &[]).succeeds();
    let before = place.topics();
    for words in [&["--end", "2026-01-02"][..], &["--end", "2026-01-04"], &["--events", "10"]] {
        let mut command = place.command(&[&["backfill"], words, &TOWN].concat());
        let outcome = super::ended(command.env("POPULACE_LOG", "info"));
        outcome.succeeds();
        let lines: Vec<_> = outcome.stderr.lines().filter(|line| line.contains("nothing to do")).collect();
        assert_eq!(lines.len(), 1, "{}", outcome.stderr);
        super::same(&place.topics(), &before);
    }
    place.lives_to("2025-12-31", &[]).complains(2, &["--end 2025-12-31", "not after the start"]);
    place.is_unharmed("2026-01-05");
}

#[test]
fn a_second_process_is_told_who_holds_the_world() {
    let place = Place::new();
    let first = Running::start(place.command(&[&["run", "--speed", "1"], TOWN.as_slice()].concat()), &place.data());
    let holder = format!("process {}", first.0.id());
    place.lives_to("2026-01-02", &[]).complains(1, &["in use by", &holder, "stop that one first"]);
    place.asks(&["verify"]).complains(1, &["is running", "stop it first"]);
    first.stop().succeeds();
    place.is_unharmed("2026-01-02");
}

#[test]
fn where_there_is_no_world_nothing_is_made() {
    let place = Place::new();
    let id = "00000000-0000-4000-8000-000000000000";
    let lines = [
        &["inspect", "--sample", "3"][..],
        &["inspect", "user", id],
        &["inject", "velocity", "--user", id],
        &["verify"],
    ];
    for words in lines {
        place.asks(words).complains(1, &["there is no world in", "data"]);
        assert!(!place.data().exists());
    }
    populace(&["inspect", "--sample", "1", "--data-dir", "/dev/null"]).complains(1, &["/dev/null", "no world"]);
}

#[test]
fn strangers_are_named_running_or_not() {
    let place = Place::new();
    place.lives_to("2026-01-02", &[]).succeeds();
    let id = "00000000-0000-4000-8000-000000000000";
    let ask = || {
        place.asks(&["inspect", "user", id]).complains(1, &["no user", id, "inspect --sample"]);
        place.asks(&["inspect", "driver", "driver_999"]).complains(1, &["driver_999", "inspect driver --sample"]);
        place.asks(&["inspect", "driver", "7"]).complains(1, &["no driver", "\"7\""]);
        place.asks(&["inject", "velocity", "--user", id]).complains(1, &["no user", id, "inspect --sample"]);
    };
    ask();
    let world = Running::start(place.command(&["run", "--speed", "1"]), &place.data());
    ask();
    world.stop().succeeds();
    place.is_unharmed("2026-01-03");
}
