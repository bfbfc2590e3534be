//! Profiles as of a past instant: those that the world showed when it was there, whatever happened since.

use crate::crash::daemon::{Chance, World, seed};
use serde_json::Value;

/// Two regions, so two shards.
const TOWN: [&str; 8] = ["--start", "2026-01-01", "--people", "300", "--region", "houston,tokyo", "--seed", "7"];

/// A profile that the world showed, and how to ask for it again.
struct Shown {
    words: String,
    at: String,
    profile: Value,
}

fn shown(world: &World, words: &str, at: &str) -> Shown {
    let profile = world.plain("inspect").line(&format!("{words} --json")).finish().summary();
    Shown { words: words.to_owned(), at: at.to_owned(), profile }
}

fn name(profile: &Value) -> String {
    format!("user {}", profile["user_id"].as_str().expect("a name"))
}

/// Profiles of some people and a driver at the instant at which the world stands.
fn look(world: &World, chance: &mut Chance, at: &str) -> Vec<Shown> {
    let sample = world.plain("inspect").line("--sample 97 --json").finish();
    let lines: Vec<Value> = sample.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let people = [chance.below(97), chance.below(97), chance.below(97)].map(|n| &lines[n as usize]);
    let people = people.map(|profile| Shown { words: name(profile), at: at.to_owned(), profile: profile.clone() });
    let driver = shown(world, &format!("driver driver_{}", chance.between(1, 5)), at);
    people.into_iter().chain([driver]).collect()
}

fn assert_same_as_then(world: &World, seen: &[Shown]) {
    for one in seen {
        let again = world.plain("inspect").line(&one.words).args(&["--at", &one.at, "--json"]).finish().summary();
        assert_eq!(again, one.profile, "{} at {}", one.words, one.at);
    }
}

#[test]
fn a_profile_of_the_past_is_the_one_that_was_shown_then() {
    let (world, fork, mut chance) = (World::new(&TOWN), World::new(&TOWN), Chance(seed()));
    let (mut seen, mut minute) = (Vec::new(), 0);
    for turn in 0..12 {
        minute += chance.between(1, 2_000);
        let at = format!("2026-01-{:02}T{:02}:{:02}:00Z", 1 + minute / 1_440, minute / 60 % 24, minute % 60);
        world.backfill(&at);
        // Commands that are given now act at this instant, so that what is shown of it has to come before them.
        if turn % 2 == 0 {
            seen.extend(look(&world, &mut chance, &at));
            continue;
        }
        let user = seen[chance.below(3) as usize].words.clone();
        let user = user.strip_prefix("user ").expect("people come first");
        world.plain("inject").line("velocity --count 20 --within 30m --user").args(&[user]).finish();
        let by = format!("start --key shop.visits_per_day --by {}.5 --id busy", 1 + turn);
        world.drift(&by).finish().failed(0);
    }
    assert_same_as_then(&world, &seen);
    let to = fork.data();
    world.plain("fork").args(&["--to", to.to_str().expect("UTF-8")]).finish().failed(0);
    assert_same_as_then(&fork, &seen[..3]);
}

#[test]
fn what_is_not_in_the_past_is_refused() {
    let world = World::new(&TOWN);
    world.backfill("2026-03-01");
    let refused = |words: &str, code: i32, parts: &[&str]| {
        let ended = world.plain("inspect").line(words).finish();
        ended.failed(code);
        parts.iter().for_each(|part| assert!(ended.err.contains(part), "{words}: {}", ended.err));
    };
    let past = "give an instant of the world's past";
    refused("driver driver_1 --at 2026-03-02", 2, &["--at: 2026-03-02T00:00:00.000000+00:00 is after", past]);
    refused("driver driver_1 --at 2025-12-31", 2, &["is before the start of the world, 2026-01-01", past]);
    refused("driver driver_1 --at yesterday", 2, &["--at: \"yesterday\"", "-3d"]);
    refused("--sample 3 --at -1d", 2, &["--at", "--sample"]);
    refused("campaign x --at -1d", 2, &["--at cannot be used with campaign"]);
    refused("driver driver_999 --at -1d", 1, &["this world has no driver \"driver_999\""]);
    let sample = world.plain("inspect").line("--sample 300 --json").finish();
    let people: Vec<Value> = sample.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let opened =
        |one: &&Value| one["account_opened"].as_str().is_some_and(|at| ("2026-01-02".."2026-03").contains(&at));
    let newcomer = people.iter().find(opened).expect("somebody moved in");
    refused(&format!("{} --at 2026-01-01", name(newcomer)), 1, &["is open from 2026-0", "give a later --at"]);
}
