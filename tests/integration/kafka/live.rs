//! A past that is made up for and a present that is followed, in topics: no gap, no step back, and a clock that runs ahead
//! of the wall is taken.

use super::broker::shared_real;
use super::town::Town;
use crate::crash::daemon::ask;
use chrono::{DateTime, Duration as Span, Utc};
use serde_json::json;
use std::time::{Duration, SystemTime};

fn wall() -> DateTime<Utc> {
    SystemTime::now().into()
}

fn started(before: Span) -> String {
    (wall() - before).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// That times in each partition never step back.
fn assert_in_order(town: &Town) {
    for (topic, partitions) in town.content() {
        for partition in &partitions {
            assert!(partition.is_sorted_by_key(|record| record.millis), "{topic} steps back in time");
        }
    }
}

/// How many committed records tell of instants after `met`.
fn live_records(town: &Town, met: DateTime<Utc>) -> usize {
    let live = |millis: i64| millis >= met.timestamp_millis();
    town.content().into_values().flatten().flatten().filter(|record| live(record.millis)).count()
}

#[test]
fn a_backfill_goes_live_in_the_same_topics() {
    let Some(broker) = shared_real("a backfill that goes live") else { return };
    let start = started(Span::days(2));
    let busy = ["--set", "bank.purchases_per_day=40", "--set", "shop.visits_per_day=20"];
    let born = [&["--start", &start, "--people", "1500", "--seed", "5"][..], &busy].concat();
    let town = Town::new(broker, &born, 2);
    let mut daemon = town.start("run").line("--speed catch-up").spawn();
    assert!(daemon.until(|daemon| daemon.said().contains("running live")), "{}", daemon.said());
    let met = wall();
    // In the small hours a town this size may sleep for some seconds: it is the first live records that end the wait.
    std::thread::sleep(Duration::from_secs(5));
    assert!(daemon.until(|_| live_records(&town, met) > 0), "nothing was sent live: {}", daemon.said());
    let status = ask(&town.world.data(), &json!({"request": "status"})).unwrap();
    assert_eq!((&status["live"], &status["sink_away"]), (&true.into(), &serde_json::Value::Null), "{status}");
    daemon.signal("TERM");
    let summary = daemon.wait().summary();
    let end = summary["virtual_now"].as_str().unwrap();
    let stopped: DateTime<Utc> = end.parse().unwrap();
    assert!((stopped - met) > Span::seconds(4) && (wall() - stopped) < Span::seconds(20), "{end} is not the present");
    assert_in_order(&town);
    assert!(live_records(&town, met) > 0, "what was live is gone");
    town.assert_holds(end);
}

#[test]
fn a_clock_that_runs_ahead_of_the_wall_is_taken() {
    let Some(broker) = shared_real("a clock that runs ahead") else { return };
    let start = started(Span::hours(1));
    let town = Town::new(broker, &["--start", &start, "--people", "500", "--seed", "6"], 1);
    let summary = town.start("run").line("--speed 3600 --duration 5s").finish().summary();
    let end = summary["virtual_now"].as_str().unwrap();
    let reached: DateTime<Utc> = end.parse().unwrap();
    assert!(reached - wall() > Span::hours(2), "{end} is not ahead");
    assert_in_order(&town);
    town.assert_holds(end);
}
