//! One past, two futures, by the real program: forks of worlds that stand still and of worlds that run, forks of forks,
//! forks that are killed on the way, and what a drift of a fork leaves alone.

mod places;
mod reach;

use crate::crash::daemon::{Start, World, ask};
use crate::crash::oracle::Oracle;
use crate::crash::topics::Files;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Two regions, so two shards.
const TOWN: [&str; 8] = ["--start", "2026-01-01", "--people", "300", "--region", "houston,tokyo", "--seed", "7"];

const MORNING: &str = "2026-01-02T06:30:00Z";
const LATER: &str = "2026-01-03T12:00:00Z";
const END: &str = "2026-01-05T00:00:00Z";

/// `populace fork` of this world into the place of another.
fn forking(from: &World, to: &World) -> Start {
    from.plain("fork").args(&["--json", "--to", to.data().to_str().unwrap()])
}

/// A fork without changes; what it answers.
fn fork(from: &World, to: &World) -> Value {
    forking(from, to).finish().summary()
}

/// What the files of `whole` hold beyond those of `before`, which they have grown from.
fn beyond(whole: &Files, before: &Files) -> Files {
    whole.assert_grown_from(before);
    let rest = |(name, bytes): (&String, &Vec<u8>)| {
        let known = before.0.get(name).map_or(0, Vec::len);
        (name.clone(), bytes[known..].to_vec())
    };
    filled(Files(whole.0.iter().map(rest).collect()))
}

fn filled(files: Files) -> Files {
    Files(files.0.into_iter().filter(|(_, bytes)| !bytes.is_empty()).collect::<BTreeMap<_, _>>())
}

fn written(world: &World) -> Files {
    filled(Files::read(&world.topics()))
}

fn user_of(world: &World) -> String {
    let sample = world.plain("inspect").line("--sample 1 --json").finish().summary();
    sample["user_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_fork_goes_on_as_the_world_that_it_comes_from() {
    let [world, twin, grandchild] = [World::new(&TOWN), World::new(&TOWN), World::new(&TOWN)];
    world.backfill(MORNING);
    let past = written(&world);
    // What waits for the next start belongs to both.
    let user = user_of(&world);
    world.plain("inject").line("velocity --count 20 --within 30m --user").args(&[&user]).finish().failed(0);
    let answer = fork(&world, &twin);
    assert_eq!(answer["fork_of"]["at"], "2026-01-02T06:30:00.000000+00:00");

    twin.backfill(LATER);
    let half = written(&twin);
    let again = fork(&twin, &grandchild);
    assert_eq!(again["fork_of"]["world"], answer["world"], "of a fork the nearer world is told");
    [&world, &twin, &grandchild].iter().for_each(|one| drop(one.backfill(END)));

    let whole = written(&world);
    written(&twin).assert_same(&beyond(&whole, &past));
    written(&grandchild).assert_same(&beyond(&written(&twin), &half));
    [&world, &twin, &grandchild].iter().for_each(|one| drop(one.plain("verify").finish().failed(0).to_owned()));
    let oracle = Oracle::of(&twin.data());
    assert_eq!(oracle.commands(), 1, "the command acted in the fork, too");
    assert_eq!(oracle.lines(END), Oracle::of(&world.data()).lines(END));
}

#[test]
fn a_running_world_is_forked_without_a_trace() {
    let [world, twin, stopped, copy] = [(); 4].map(|()| World::new(&TOWN));
    let mut daemon = world.start("run").line("--rate 2000 --set run.checkpoint_seconds=0.3").spawn();
    let up = || ask(&world.data(), &json!({"request": "status"})).is_ok_and(|status| status["phase"] == "running");
    assert!(daemon.until(|_| up()), "{}", daemon.said());
    let status = ask(&world.data(), &json!({"request": "status"})).unwrap();
    assert_eq!(status["fork_of"], Value::Null);
    std::thread::sleep(std::time::Duration::from_secs(1));
    let answer = fork(&world, &twin);
    let at = answer["fork_of"]["at"].as_str().unwrap();
    assert_eq!((&answer["fork_of"]["world"], status["world"] == answer["world"]), (&status["world"], false));
    let refused = forking(&world, &twin).finish();
    assert!(refused.failed(1).contains("of a world already"), "{}", refused.err);
    let wrong = forking(&world, &copy).args(&["--set", "bank.fraud.raet=0.1"]).finish();
    assert!(wrong.failed(2).contains("`bank.fraud.rate`"), "{}", wrong.err);
    std::thread::sleep(std::time::Duration::from_secs(1));
    daemon.signal("TERM");
    let end = daemon.wait().summary()["virtual_now"].as_str().unwrap().to_owned();

    // As if it had never been forked.
    let oracle = Oracle::of(&world.data());
    oracle.assert_wrote(&world.topics(), &end);
    world.plain("verify").finish().failed(0);
    // The fork is what a fork of the world that stopped there would be.
    stopped.backfill(at);
    fork(&stopped, &copy);
    let end = &Files::read(&world.topics()).after(6 * 60);
    [&world, &twin, &copy].iter().for_each(|one| drop(one.backfill(end)));
    let rest = beyond(&oracle.files(end), &oracle.files(at));
    assert!(rest.lines() > 100, "there is something to compare");
    written(&twin).assert_same(&filled(rest));
    written(&twin).assert_same(&written(&copy));

    // It says where it comes from.
    let mut daemon = twin.start("run").line("--speed 1").spawn();
    let up = || ask(&twin.data(), &json!({"request": "status"})).is_ok_and(|status| status["phase"] == "running");
    assert!(daemon.until(|_| up()), "{}", daemon.said());
    let status = ask(&twin.data(), &json!({"request": "status"})).unwrap();
    assert_eq!(status["fork_of"], answer["fork_of"]);
    assert!(daemon.said().contains("this world is a fork"), "{}", daemon.said());
}

#[test]
fn a_fork_that_is_killed_leaves_no_world_or_a_whole_one() {
    let [world, twin] = [(); 2].map(|()| World::new(&TOWN));
    world.backfill(MORNING);
    let past = written(&world);
    let points = ["create.identity", "checkpoint.begin", "checkpoint.flushed", "checkpoint.head", "checkpoint.done"];
    for point in points.into_iter().chain(["fork.written"]) {
        forking(&world, &twin).crash_at(point, 1).finish().assert_crashed_at(point);
        assert!(!twin.data().join("world").exists(), "{point}");
        let none = twin.plain("inspect").line("--sample 1").finish();
        assert!(none.failed(1).contains("no world"), "{point}: {}", none.err);
    }
    forking(&world, &twin).crash_at("fork.done", 1).finish().assert_crashed_at("fork.done");
    let there = forking(&world, &twin).finish();
    assert!(there.failed(1).contains("of a world already"), "{}", there.err);
    assert!(!twin.data().join(".fork").exists(), "nothing is left over");
    [&world, &twin].iter().for_each(|one| drop(one.backfill(END)));
    written(&twin).assert_same(&beyond(&written(&world), &past));
    twin.plain("verify").finish().failed(0);
}

/// The daemon itself makes the fork of a world that runs: when it dies on the way, it goes on as after any crash.
#[test]
fn a_daemon_that_dies_while_it_forks_loses_nothing() {
    let [world, twin] = [(); 2].map(|()| World::new(&TOWN));
    let start = world.start("run").line("--rate 2000 --set run.checkpoint_seconds=3600");
    let mut daemon = start.crash_at("fork.written", 1).spawn();
    let up = || ask(&world.data(), &json!({"request": "status"})).is_ok_and(|status| status["phase"] == "running");
    assert!(daemon.until(|_| up()), "{}", daemon.said());
    let gone = forking(&world, &twin).finish();
    assert!(gone.failed(1).contains("closed the connection"), "{}", gone.err);
    daemon.wait().assert_crashed_at("fork.written");
    assert!(!twin.data().join("world").exists());
    let [end, later] = [12 * 60, 36 * 60].map(|minutes| Files::read(&world.topics()).after(minutes));
    world.backfill(&end);
    Oracle::of(&world.data()).assert_wrote(&world.topics(), &end);
    fork(&world, &twin);
    twin.backfill(&later);
    twin.plain("verify").finish().failed(0);
}

#[test]
fn a_prefix_names_the_folders_of_a_fork() {
    let [world, twin] = [(); 2].map(|()| World::new(&TOWN));
    world.backfill(MORNING);
    let past = written(&world);
    forking(&world, &twin).args(&["--topic-prefix", "twin-", "--set", "bank.amount_scale=1.5"]).finish().failed(0);
    world.backfill(END);
    // The options of the world's birth fit the fork, too.
    twin.backfill(END);
    twin.plain("verify").finish().failed(0);
    let topic = |files: &Files, name: &str| -> Vec<u8> {
        files.0.iter().filter(|(file, _)| file.starts_with(name)).flat_map(|(_, bytes)| bytes.clone()).collect()
    };
    let trips = "estimated_time_of_arrival";
    let own = |name: &str| twin.topics().join(format!("twin-{name}"));
    let days = std::fs::read_dir(own(trips)).unwrap().map(|day| day.unwrap().path());
    let days: BTreeMap<_, _> = days.map(|day| (day.clone(), std::fs::read(day).unwrap())).collect();
    let found: Vec<u8> = days.into_values().flatten().collect();
    assert!(found.len() > 1_000 && found == topic(&beyond(&written(&world), &past), trips), "trips are the same");
    assert!(written(&twin).0.is_empty(), "no folder has the old name");
}
