//! The daemon killed at every point around a transaction and at random instants, the broker killed under it, both stopped,
//! copied and cut off: readers of committed records find every time what they would have found anyway.

use super::broker::{Broker, shared_real};
use super::proxy::Proxy;
use super::town::{OFTEN, PLACES, Town};
use crate::crash::daemon::{Chance, Daemon, SIGKILL, ask, seed};
use crate::crash::oracle::Oracle;
use serde_json::json;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

/// Epochs as small as in `OFTEN`, and no checkpoint but those that a start or a stop asks for.
const RARELY: &str =
    "--set kafka.commit_interval_ms=100 --set kafka.epoch_records=2000 --set run.checkpoint_seconds=3600";

const ADOPT: &str = "--adopt-scenario --set shop.visits_per_day=2.5";

/// A transaction that outlives this is the broker's to abort.
const SHORT: &str = "--set kafka.transaction_timeout_ms=10000";

/// How a run goes until it dies.
#[derive(Clone, Copy)]
enum Going {
    Fast,
    Paced,
}

fn crash(town: &Town, point: &str, n: u64, going: Going) {
    println!("{point}:{n}");
    let start = match going {
        Going::Fast => town.start("run").line("--speed max").line(RARELY).windows(30),
        Going::Paced => town.start("run").line("--rate 5000").line(OFTEN),
    };
    start.crash_at(point, n).finish().assert_crashed_at(point);
}

/// Leaves committed records that no checkpoint covers.
fn get_ahead_of_the_checkpoint(town: &Town) {
    crash(town, "kafka.committed", 4, Going::Fast);
}

fn at_birth(broker: &Broker) {
    for point in ["birth.attached", "kafka.topics", "kafka.claim", "kafka.claimed", "kafka.begin", "kafka.commit"] {
        let town = Town::new(broker, &PLACES, 3);
        crash(&town, point, 1, Going::Fast);
        crash(&town, point_again(point), 1, Going::Fast);
        let end = town.settle();
        town.assert_holds(&end);
    }
}

/// What is passed once only, at birth, is not passed by the start that goes on with it.
fn point_again(point: &'static str) -> &'static str {
    if matches!(point, "kafka.topics" | "birth.attached") { "kafka.claim" } else { point }
}

fn while_it_runs(town: &Town, times: &[u64]) {
    for n in times {
        for point in
            ["kafka.begin", "kafka.produce", "kafka.records", "kafka.commit", "kafka.unanswered", "kafka.committed"]
        {
            crash(town, point, *n, Going::Fast);
        }
        for point in [
            "checkpoint.pack",
            "checkpoint.begin",
            "checkpoint.batch",
            "checkpoint.flushed",
            "checkpoint.head",
            "checkpoint.done",
        ] {
            crash(town, point, *n, Going::Paced);
        }
    }
}

fn while_it_starts(town: &Town, times: &[u64]) {
    for n in times {
        for (point, n) in [
            ("startup.opened", 1),
            ("startup.loaded", 1),
            ("kafka.claim", 1),
            ("kafka.claimed", 1),
            ("replay.window", *n),
            ("checkpoint.head", 1),
            ("replay.done", 1),
            ("kafka.begin", 1),
        ] {
            get_ahead_of_the_checkpoint(town);
            crash(town, point, n, Going::Fast);
        }
    }
}

fn while_it_stops(town: &Town) {
    for point in ["stop.checkpoint", "checkpoint.flushed"] {
        println!("{point} at a stop");
        let start = town.start("run").line("--speed max --duration 3s").line(RARELY);
        start.crash_at(point, 1).finish().assert_crashed_at(point);
    }
}

#[test]
fn it_dies_around_a_transaction_and_goes_on() {
    let Some(broker) = shared_real("transactions") else { return };
    let town = Town::new(broker, &PLACES, 3);
    while_it_runs(&town, &[2]);
    get_ahead_of_the_checkpoint(&town);
    crash(&town, "kafka.claimed", 1, Going::Fast);
    crash(&town, "replay.window", 1, Going::Fast);
    let end = town.settle();
    town.assert_holds(&end);
}

#[test]
#[ignore = "long: run by CI"]
fn it_dies_at_every_crash_point_and_goes_on() {
    let Some(broker) = shared_real("transactions") else { return };
    at_birth(broker);
    let town = Town::new(broker, &PLACES, 3);
    while_it_runs(&town, &[1, 2, 5]);
    while_it_starts(&town, &[1, 2]);
    while_it_stops(&town);
    let end = town.settle();
    town.assert_holds(&end);
}

/// What is injected, and another pace, between a crash and the start that repeats what the crash lost, change nothing of
/// what is repeated.
#[test]
fn a_command_between_a_crash_and_the_restart_comes_after_what_is_committed() {
    let Some(broker) = shared_real("transactions") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.backfill("2026-01-01T06:00:00Z");
    let user = town.sample_user();
    get_ahead_of_the_checkpoint(&town);
    let before = town.content();
    town.inject_velocity(&user);
    crash(&town, "replay.window", 1, Going::Fast);
    town.inject_velocity(&user);
    town.settle();
    town.assert_begins_with(&before);
    town.assert_velocity_of_both(&user);
    town.world.plain("verify").line("--sink kafka --brokers").args(&[broker.address()]).finish().failed(0);
}

/// Rules that are adopted between a crash and the restart act where the topics are, a second crash or not.
#[test]
fn rules_adopted_between_a_crash_and_the_restart_come_after_what_is_committed() {
    let Some(broker) = shared_real("transactions") else { return };
    let town = Town::new(broker, &PLACES, 1);
    get_ahead_of_the_checkpoint(&town);
    let before = town.content();
    let adopting = || town.start("run").line("--speed max").line(RARELY).line(ADOPT).windows(30);
    adopting().crash_at("replay.window", 1).finish().assert_crashed_at("replay.window");
    adopting().crash_at("kafka.unanswered", 3).finish().assert_crashed_at("kafka.unanswered");
    town.settle();
    town.assert_begins_with(&before);
    town.world.plain("verify").line("--sink kafka --brokers").args(&[broker.address()]).finish().failed(0);
    let oracle = Oracle::of(&town.world.data());
    assert_eq!(oracle.commands(), 1, "adopted once");
}

/// Kills with progress each time: seen from outside, by what is in the topics.
fn kill(town: &Town, chance: &mut Chance) {
    let watch = town.watch();
    let before = watch.written().unwrap_or(0);
    let pace = *chance.pick(&["--speed max", "--speed 40000", "--rate 3000", "--rate 9000"]);
    let mut daemon = town.start("run").line(pace).line(OFTEN).windows(*chance.pick(&[1, 7, 60])).spawn();
    assert!(daemon.until(|_| watch.written().is_some_and(|now| now > before)), "{}", daemon.said());
    chance.rest(0, 400);
    let ended = daemon.kill();
    assert_eq!(ended.status.signal(), Some(SIGKILL), "{}", ended.err);
}

/// Kills so soon that it may still be starting, claiming or repeating.
fn kill_early(town: &Town, chance: &mut Chance) {
    let daemon = town.start("run").line("--speed max").line(RARELY).spawn();
    chance.rest(0, 500);
    daemon.kill();
}

pub fn kill_at_random_instants(kills: u32, town: &Town) {
    let mut chance = Chance(seed());
    for _ in 0..kills {
        kill(town, &mut chance);
        for _ in 0..chance.below(2) {
            kill_early(town, &mut chance);
        }
    }
    let end = town.settle();
    println!("{kills} kills, and all is there until {end}");
    town.assert_holds(&end);
}

#[test]
fn five_random_kills_change_no_byte() {
    let Some(broker) = shared_real("transactions") else { return };
    kill_at_random_instants(5, &Town::new(broker, &PLACES, 3));
}

#[test]
#[ignore = "long: run by CI"]
fn fifty_random_kills_change_no_byte() {
    let Some(broker) = shared_real("transactions") else { return };
    kill_at_random_instants(50, &Town::new(broker, &PLACES, 3));
}

/// A daemon that gets on.
fn running(town: &Town, how: &str) -> Daemon {
    let mut daemon = town.start("run").line(OFTEN).line(how).spawn();
    assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    daemon
}

/// That it still runs and gets on, stops by a signal, and left what it should.
fn assert_unharmed(town: &Town, mut daemon: Daemon) {
    assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    daemon.signal("TERM");
    daemon.wait().summary();
    let end = town.settle();
    town.assert_holds(&end);
}

fn kill_the_broker(times: u32) {
    let Some(broker) = Broker::start("killing a broker") else { return };
    let mut chance = Chance(seed());
    let town = Town::new(&broker, &PLACES, 3);
    let mut daemon = running(&town, "--rate 2000");
    for _ in 0..times {
        chance.rest(0, 600);
        broker.kill();
        chance.rest(0, 1_500);
        broker.restart();
        assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    }
    assert_unharmed(&town, daemon);
}

#[test]
fn a_killed_broker_is_waited_for() {
    kill_the_broker(1);
}

#[test]
#[ignore = "long: run by CI"]
fn ten_kills_of_the_broker_change_no_byte() {
    kill_the_broker(10);
}

#[test]
#[ignore = "long: run by CI"]
fn kills_of_daemon_and_broker_change_no_byte() {
    let Some(broker) = Broker::start("killing a broker") else { return };
    let mut chance = Chance(seed());
    let town = Town::new(&broker, &PLACES, 3);
    for _ in 0..10 {
        let daemon = running(&town, "--rate 4000");
        chance.rest(0, 400);
        if chance.below(2) == 0 {
            broker.kill();
            chance.rest(0, 300);
            daemon.kill();
        } else {
            daemon.kill();
            broker.kill();
        }
        // Sometimes it starts before the broker, and waits.
        let early = (chance.below(2) == 0).then(|| town.start("run").line("--rate 4000").line(OFTEN).spawn());
        broker.restart();
        if let Some(mut early) = early {
            assert!(town.gets_on(&mut early), "{}", early.said());
            early.kill();
        }
    }
    let end = town.settle();
    town.assert_holds(&end);
}

#[test]
#[ignore = "long: run by CI"]
fn a_broker_that_is_away_for_longer_than_a_transaction_may_last_is_waited_for() {
    let Some(broker) = Broker::start("killing a broker") else { return };
    let town = Town::new(&broker, &PLACES, 3);
    let daemon = running(&town, &format!("--rate 2000 {SHORT}"));
    broker.kill();
    std::thread::sleep(Duration::from_secs(20));
    broker.restart();
    assert_unharmed(&town, daemon);
}

/// The virtual clock stands still meanwhile, and memory stays bounded.
#[test]
fn a_broker_that_hangs_holds_the_clock() {
    let Some(broker) = Broker::start("stopping a broker") else { return };
    let town = Town::new(&broker, &PLACES, 1);
    let daemon = running(&town, "--speed 20000");
    broker.stop();
    std::thread::sleep(Duration::from_secs(2));
    let now = || ask(&town.world.data(), &json!({"request": "status"})).unwrap()["virtual_now"].clone();
    let before = now();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(before, now());
    broker.cont();
    assert_unharmed(&town, daemon);
}

fn stop_for(seconds: u64, times: u32) {
    let Some(broker) = shared_real("transactions") else { return };
    let town = Town::new(broker, &PLACES, 3);
    let mut daemon = running(&town, &format!("--rate 3000 {SHORT}"));
    for _ in 0..times {
        daemon.signal("STOP");
        std::thread::sleep(Duration::from_secs(seconds));
        daemon.signal("CONT");
        assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    }
    assert_unharmed(&town, daemon);
}

#[test]
fn a_daemon_that_was_stopped_for_a_moment_goes_on() {
    stop_for(2, 1);
}

#[test]
#[ignore = "long: run by CI"]
fn a_daemon_that_slept_longer_than_a_transaction_may_last_recovers_by_itself() {
    stop_for(14, 3);
}

/// A copy that was started elsewhere has the world; the one that it was copied from says whose it is, and ends.
#[test]
fn a_copied_world_has_one_owner() {
    let Some(broker) = shared_real("transactions") else { return };
    let town = Town::new(broker, &PLACES, 3);
    let old = running(&town, &format!("--rate 3000 {SHORT}"));
    old.signal("STOP");
    let copy = town.copy();
    let mut new = running(&copy, "--rate 3000");
    old.signal("CONT");
    let ended = old.wait();
    let said = ended.failed(1);
    let successor = copy.world.data().display().to_string();
    assert!(said.contains("claimed by another process") && said.contains(&successor), "{said}");
    assert!(copy.gets_on(&mut new), "{}", new.said());
    new.signal("TERM");
    new.wait().summary();
    let end = copy.settle();
    copy.assert_holds(&end);
}

fn through_a_bad_network(seconds: u64) {
    let proxy = Proxy::bind();
    let Some(broker) = Broker::start_behind(&proxy, "a proxy before the broker") else { return };
    let mut chance = Chance(seed());
    let town = Town::new(&broker, &PLACES, 3);
    let daemon = running(&town, "--rate 2000");
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(seconds) {
        match chance.below(4) {
            0 => proxy.delay(Duration::from_millis(chance.between(1, 120))),
            1 => proxy.pause(),
            2 => proxy.refuse(),
            _ => proxy.delay(Duration::ZERO),
        }
        chance.rest(0, 500);
        proxy.reset_all();
        chance.rest(0, 500);
        proxy.behave();
        chance.rest(0, 1_500);
    }
    assert_unharmed(&town, daemon);
}

#[test]
fn resets_and_delays_change_no_byte() {
    through_a_bad_network(6);
}

#[test]
#[ignore = "long: run by CI"]
fn a_bad_network_for_long_changes_no_byte() {
    through_a_bad_network(60);
}

#[test]
fn many_clean_stops_change_no_byte() {
    let Some(broker) = shared_real("the daemon") else { return };
    let town = Town::new(broker, &PLACES, 3);
    for _ in 0..4 {
        town.settle();
    }
    let end = town.settle();
    town.assert_holds(&end);
}
