//! A wall clock that is set while a world follows it: back, ahead, and at the next start; by libfaketime, which sets the
//! clock of the one process. None of it changes a byte.

use super::client::Client;
use super::{listening, run, stop};
use crate::crash::daemon::{Daemon, Start, World};
use crate::tools::faketime;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const TOWN: [&str; 6] = ["--people", "60", "--seed", "5", "--start", "-2h"];
const DAY: f64 = 86_400.0;

/// What sets the clocks of processes.
struct Clock {
    folder: tempfile::TempDir,
}

impl Clock {
    fn new() -> Self {
        let clock = Clock { folder: tempfile::tempdir().unwrap() };
        clock.set("+0");
        clock
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("offset")
    }

    /// Sets it by an offset to the true time, as in "-2d".
    fn set(&self, offset: &str) {
        let next = self.folder.path().join("next");
        std::fs::write(&next, offset).unwrap();
        std::fs::rename(next, self.file()).unwrap();
    }

    /// A start whose wall clock is this one.
    fn of(&self, start: Start) -> Start {
        start
            .env("LD_PRELOAD", &faketime().display().to_string())
            .env("FAKETIME_TIMESTAMP_FILE", &self.file().display().to_string())
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1")
    }
}

#[track_caller]
fn told(daemon: &mut Daemon, text: &str) {
    told_times(daemon, text, 1);
}

#[track_caller]
fn told_times(daemon: &mut Daemon, text: &str, times: usize) {
    assert!(daemon.until(|daemon| daemon.said().matches(text).count() >= times), "{text}: {}", daemon.said());
}

#[track_caller]
fn live(start: Start) -> (Daemon, Client) {
    let (mut daemon, client) = listening(start);
    told(&mut daemon, "running live");
    (daemon, client)
}

/// Waits until a metric is as it should be.
#[track_caller]
fn until(client: &Client, metric: &str, fits: impl Fn(f64) -> bool) {
    let began = Instant::now();
    while !fits(client.metric(metric)) {
        assert!(began.elapsed() < Duration::from_secs(120), "{metric} is {}", client.metric(metric));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// How far the world is ahead of the true time, in seconds.
fn lead(client: &Client) -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    client.metric("populace_virtual_time_seconds") - now.as_secs_f64()
}

fn verified(world: &World) {
    world.plain("verify").finish().failed(0);
}

#[test]
fn a_clock_that_is_set_back_is_waited_for_and_told_again_and_again() {
    let (world, clock) = (World::new(&TOWN), Clock::new());
    let (mut daemon, client) = live(clock.of(run(&world)));
    assert_eq!(client.metric("populace_ahead_seconds"), 0.0);
    clock.set("-2d");
    told(&mut daemon, "the wall clock was set back by 2.0 days");
    told(&mut daemon, "ahead of the wall clock; waiting");
    until(&client, "populace_ahead_seconds", |ahead| (ahead - 2.0 * DAY).abs() < 600.0);
    // Again, as progress is shown.
    told_times(&mut daemon, "waiting for the wall clock", 2);
    assert_eq!((client.metric("populace_live"), client.get("/ready").status), (0.0, 200));
    assert!(client.status()["ahead_seconds"].as_f64().is_some_and(|ahead| ahead > DAY));
    clock.set("+0");
    told_times(&mut daemon, "running live", 2);
    until(&client, "populace_ahead_seconds", |ahead| ahead == 0.0);
    stop(daemon);
    // A world that is ahead when it starts says so, too.
    clock.set("-2d");
    let (mut daemon, _) = listening(clock.of(run(&world)));
    told(&mut daemon, "ahead of the wall clock; waiting");
    assert!(!daemon.said().contains("running live"), "{}", daemon.said());
    stop(daemon);
    verified(&world);
}

#[test]
fn a_leap_of_more_than_a_day_is_not_followed_unless_that_is_asked_for() {
    let (world, clock) = (World::new(&TOWN), Clock::new());
    let (mut daemon, client) = live(clock.of(run(&world)));
    clock.set("+400d");
    told(&mut daemon, "the wall clock was set ahead by 400.0 days: not following a leap of more than a day");
    until(&client, "populace_clock_leap_seconds", |leap| (leap - 400.0 * DAY).abs() < 600.0);
    let then = client.metric("populace_virtual_time_seconds");
    until(&client, "populace_virtual_time_seconds", |now| now > then + 1.0);
    assert!(lead(&client).abs() < 600.0, "{}", lead(&client));
    clock.set("+0");
    told(&mut daemon, "the wall clock was set back by 400.0 days: following it");
    until(&client, "populace_clock_leap_seconds", |leap| leap == 0.0);
    // Half a day is caught up with, and so is more once somebody says so.
    clock.set("+12h");
    told(&mut daemon, "the wall clock was set ahead by 12.0 hours: following it");
    until(&client, "populace_lag_seconds", |lag| lag.abs() < 30.0 * 60.0);
    clock.set("+5d");
    until(&client, "populace_clock_leap_seconds", |leap| leap > 4.0 * DAY);
    assert_eq!(client.post("/api/v1/speed", &serde_json::json!({ "to": "catch-up" })).status, 200);
    until(&client, "populace_virtual_time_seconds", |now| now > then + 4.9 * DAY);
    stop(daemon);
    verified(&world);
}

#[test]
fn a_world_that_follows_every_step_never_stands_still() {
    let (world, clock) = (World::new(&TOWN), Clock::new());
    let (mut daemon, client) = live(clock.of(run(&world)).line("--on-clock-step follow"));
    clock.set("+3d");
    told(&mut daemon, "the wall clock was set ahead by 3.0 days: following it");
    until(&client, "populace_virtual_time_seconds", |_| lead(&client) > 2.9 * DAY);
    clock.set("+0");
    told(&mut daemon, "going on from virtual now, ahead of the clock");
    let then = client.metric("populace_virtual_time_seconds");
    until(&client, "populace_virtual_time_seconds", |now| now > then + 1.0);
    assert_eq!(client.metric("populace_ahead_seconds"), 0.0);
    stop(daemon);
    verified(&world);
}

#[test]
fn a_step_that_is_refused_ends_the_run_until_the_clock_is_right() {
    let (world, clock) = (World::new(&TOWN), Clock::new());
    let refusing = || clock.of(run(&world)).env("POPULACE_RUN_ON_CLOCK_STEP", "refuse");
    let (daemon, _) = live(refusing());
    clock.set("+3d");
    let parts = ["error: the wall clock was set ahead by 3.0 days", "--on-clock-step wait or follow"];
    let ended = daemon.wait();
    parts.iter().for_each(|part| assert!(ended.failed(1).contains(part), "{part}: {}", ended.err));
    // A supervisor that starts it again does not get around that.
    let ended = refusing().finish();
    parts.iter().for_each(|part| assert!(ended.failed(1).contains(part), "{part}: {}", ended.err));
    clock.set("+0");
    let (daemon, client) = live(refusing());
    assert!(lead(&client) < 600.0);
    stop(daemon);
    verified(&world);
}
