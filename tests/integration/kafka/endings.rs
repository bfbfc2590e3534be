//! Runs that come to their end while the broker is away: none says that it is done before all is in the topics, and one that
//! is told to end at once says what is missing.

use super::broker::Broker;
use super::town::{OFTEN, PLACES, Town};
use crate::crash::daemon::{Daemon, number};
use std::time::Duration;

const END: &str = "2026-01-03T00:00:00Z";
const LATER: &str = "2026-01-12T00:00:00Z";
const EVENTS: usize = 500;
const CLAIMED: &str = "claimed topics";
const AWAY: &str = "Kafka unreachable";
const PLAIN: &str = "--set kafka.delivery=at-least-once";

/// A backfill that has lived all it was asked for while its broker hangs: stopped when the world is claimed. One that was
/// faster than that is tried again with another world.
fn finished_without_its_broker(broker: &Broker, bound: &str, how: &str) -> (Town, Daemon) {
    for _ in 0..20 {
        let town = Town::new(broker, &PLACES, 1);
        let mut daemon = town.start("backfill").line(bound).line(how).spawn();
        assert!(daemon.until(|daemon| daemon.said().contains(CLAIMED)), "{}", daemon.said());
        broker.stop();
        if daemon.until(|daemon| daemon.said().contains(AWAY)) {
            return (town, daemon);
        }
        broker.cont();
        daemon.wait().summary();
        town.assert_holds(END);
    }
    panic!("each time it had sent everything before the broker hung")
}

fn waits_for_the_broker(how: &str) {
    let Some(broker) = Broker::start("stopping a broker") else { return };
    for bound in [format!("--end {END}"), format!("--events {EVENTS}")] {
        let (town, mut daemon) = finished_without_its_broker(&broker, &bound, how);
        // Far longer than a stop by a signal would wait.
        std::thread::sleep(Duration::from_secs(8));
        assert!(daemon.is_running(), "{bound}: it did not wait: {}", daemon.said());
        broker.cont();
        let summary = daemon.wait().summary();
        if bound.starts_with("--events") {
            let records: usize = town.content().values().flatten().map(Vec::len).sum();
            assert_eq!(records, EVENTS, "{summary}");
        } else {
            town.assert_holds(END);
        }
    }
}

#[test]
fn a_bounded_run_waits_until_all_is_in_the_topics() {
    waits_for_the_broker("");
}

#[test]
fn a_bounded_run_without_transactions_waits_until_all_is_in_the_topics() {
    waits_for_the_broker(PLAIN);
}

#[test]
fn a_run_of_some_seconds_waits_until_all_is_in_the_topics() {
    let Some(broker) = Broker::start("stopping a broker") else { return };
    for how in ["", PLAIN] {
        let town = Town::new(&broker, &PLACES, 1);
        let mut daemon = town.start("run").line("--rate 300 --duration 6s").line(OFTEN).line(how).spawn();
        assert!(town.gets_on(&mut daemon), "{}", daemon.said());
        broker.stop();
        assert!(daemon.until(|daemon| daemon.said().contains(AWAY)), "{}", daemon.said());
        std::thread::sleep(Duration::from_secs(10));
        assert!(daemon.is_running(), "it did not wait: {}", daemon.said());
        broker.cont();
        let summary = daemon.wait().summary();
        assert_eq!(summary["ended"], "duration");
        if how.is_empty() {
            town.assert_holds(summary["virtual_now"].as_str().unwrap());
        } else {
            let records: usize = town.content().values().flatten().map(Vec::len).sum();
            assert!(records as u64 >= number(&summary, "world_events"), "{records}: {summary}");
        }
    }
}

/// That a run which ended early said what is missing, and that the same command delivers it.
fn assert_short(town: &Town, broker: &Broker, (said, how): (&str, &str)) {
    for part in
        ["error: stopped before all was delivered", broker.address(), "events of this world, all before 20", "later"]
    {
        assert!(said.contains(part), "{part:?} is not said: {said}");
    }
    assert!(!said.contains("Purge"), "{said}");
    broker.cont();
    town.start("backfill").args(&["--end", LATER]).line(how).finish().summary();
    if how.is_empty() {
        town.assert_holds(LATER);
    }
}

#[test]
fn a_second_signal_ends_the_wait_with_what_is_missing() {
    let Some(broker) = Broker::start("stopping a broker") else { return };
    for how in ["", PLAIN] {
        let (town, daemon) = finished_without_its_broker(&broker, &format!("--end {END}"), how);
        daemon.signal("TERM");
        daemon.signal("INT");
        let ended = daemon.wait();
        assert_eq!(ended.out, "", "a failure answers nothing");
        assert_short(&town, &broker, (ended.failed(1), how));
    }
}

#[test]
fn one_signal_ends_a_run_without_its_broker_and_is_no_success() {
    let Some(broker) = Broker::start("stopping a broker") else { return };
    let (town, daemon) = finished_without_its_broker(&broker, &format!("--end {END}"), "");
    daemon.signal("TERM");
    assert_short(&town, &broker, (daemon.wait().failed(1), ""));

    let town = Town::new(&broker, &PLACES, 1);
    let mut daemon = town.start("run").line("--rate 100").line(OFTEN).spawn();
    assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    broker.stop();
    assert!(daemon.until(|daemon| daemon.said().contains(AWAY)), "{}", daemon.said());
    daemon.signal("INT");
    assert_short(&town, &broker, (daemon.wait().failed(1), ""));
}
