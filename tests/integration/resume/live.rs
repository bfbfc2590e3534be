//! Worlds that follow the clock: catch-up and its hand-over, speeds, rates, durations, pauses. Bytes are compared; times
//! only loosely, for machines are busy.

use crate::crash::daemon::{Daemon, World, ask, number};
use crate::crash::oracle::Oracle;
use crate::crash::points::TOWN;
use crate::crash::topics::Files;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

fn status(world: &World) -> Value {
    ask(&world.data(), &json!({"request": "status"})).unwrap()
}

fn virtual_now(of: &Value) -> DateTime<Utc> {
    of["virtual_now"].as_str().unwrap().parse().unwrap()
}

/// Seconds by which an instant lies behind the calendar's now.
fn seconds_ago(instant: DateTime<Utc>) -> f64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    now.as_secs_f64() - instant.timestamp_micros() as f64 / 1e6
}

/// Starts and waits until the world can be asked.
fn running(world: &World, line: &str) -> Daemon {
    let mut daemon = world.start("run").line(line).spawn();
    assert!(daemon.until(|_| ask(&world.data(), &json!({"request": "status"})).is_ok()), "{}", daemon.said());
    daemon
}

fn stop(daemon: Daemon) -> Value {
    daemon.signal("TERM");
    daemon.wait().summary()
}

/// Milliseconds in which what is computed once, such as the roads of three cities, is there and the time that it took is
/// made good for.
const WARM_UP: u64 = 4_000;

fn rest(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

#[test]
fn catching_up_hands_over_to_live_and_leaves_no_gap() {
    let busy = "--start -10m --people 15000 --region houston,london,tokyo,mumbai --speed catch-up \
        --set bank.purchases_per_day=20 --set shop.visits_per_day=10";
    let world = World::new(&busy.split_whitespace().collect::<Vec<_>>());
    let mut before = Files::default();
    for turn in 0..2 {
        let mut daemon = running(&world, "");
        assert!(daemon.until(|d| d.said().contains("running live")), "{}", daemon.said());
        for _ in 0..3 {
            rest(500);
            let now = status(&world);
            assert_eq!(now["live"], true, "{now}");
            let behind = seconds_ago(virtual_now(&now));
            assert!((0.0..5.0).contains(&behind), "{behind} s behind the clock in turn {turn}");
        }
        let lines = Files::read(&world.topics());
        lines.assert_grown_from(&before);
        assert!(daemon.until(|_| Files::read(&world.topics()).lines() > lines.lines()), "{}", daemon.said());
        let summary = stop(daemon);
        let files = Files::read(&world.topics());
        files.assert_grown_from(&lines);
        files.assert_same(&Oracle::of(&world.data()).files(summary["virtual_now"].as_str().unwrap()));
        before = files;
        // The world stands still meanwhile; the next start makes good for it.
        rest(1_000);
    }
}

/// Change of a number over wall time, both as the world says them.
fn speed(world: &World, millis: u64, of: impl Fn(&Value) -> f64) -> f64 {
    let from = status(world);
    rest(millis);
    let to = status(world);
    (of(&to) - of(&from)) / (to["seconds"].as_f64().unwrap() - from["seconds"].as_f64().unwrap())
}

fn virtual_speed(world: &World, millis: u64) -> f64 {
    speed(world, millis, |status| virtual_now(status).timestamp_micros() as f64 / 1e6)
}

#[test]
fn a_factor_is_kept_and_can_be_changed() {
    let world = World::new(&TOWN);
    let daemon = running(&world, "--speed 3600");
    rest(WARM_UP);
    let factor = virtual_speed(&world, 2_000);
    assert!((factor / 3_600.0 - 1.0).abs() < 0.25, "{factor}");
    ask(&world.data(), &json!({"request": "speed", "to": 60_000})).unwrap();
    let factor = virtual_speed(&world, 1_000);
    assert!((factor / 60_000.0 - 1.0).abs() < 0.25, "{factor}");
    ask(&world.data(), &json!({"request": "pause"})).unwrap();
    let paused = status(&world);
    rest(300);
    assert_eq!(status(&world)["virtual_now"], paused["virtual_now"]);
    assert_eq!(paused["paused"], true);
    ask(&world.data(), &json!({"request": "resume"})).unwrap();
    let factor = virtual_speed(&world, 1_000);
    assert!((factor / 60_000.0 - 1.0).abs() < 0.25, "{factor} after a pause");
    let summary = stop(daemon);
    let end = summary["virtual_now"].as_str().unwrap();
    Files::read(&world.topics()).assert_same(&Oracle::of(&world.data()).files(end));
}

#[test]
fn a_rate_is_kept_within_a_tenth() {
    let world = World::new(&TOWN);
    let daemon = running(&world, "--rate 2000");
    rest(WARM_UP);
    let rate = speed(&world, 5_000, |status| number(status, "events") as f64);
    println!("{rate:.0} events/s where 2000 were asked for");
    assert!((rate / 2_000.0 - 1.0).abs() < 0.1, "{rate}");
    stop(daemon);
}

#[test]
fn a_duration_ends_the_run() {
    let world = World::new(&TOWN);
    let summary = world.start("run").line("--rate 500 --duration 2s").finish().summary();
    assert_eq!(summary["ended"], "duration", "{summary}");
    assert!(summary["seconds"].as_f64().unwrap() >= 2.0, "{summary}");
    assert!(number(&summary, "events") > 0, "{summary}");
    let files = Files::read(&world.topics());
    files.assert_same(&Oracle::of(&world.data()).files(summary["virtual_now"].as_str().unwrap()));
}
