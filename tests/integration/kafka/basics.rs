//! The everyday: a backfill into topics is what files would hold, in pieces or at once, by windows and epochs of any
//! length, with topics that keep what they are sent.

use super::admin::Admin;
use super::broker::{Broker, shared_real};
use super::oracle;
use super::reader::{partitions, read};
use super::town::{OFTEN, PLACES, Town};
use crate::crash::daemon::{ask, number};
use crate::crash::topics::{SWITCHES, TOPICS};
use rdkafka::config::ClientConfig;
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};
use serde_json::json;
use std::time::Duration;

const TWO_DAYS: &str = "2026-01-03T00:00:00Z";

#[test]
fn two_days_in_one_partition_are_what_files_hold() {
    let Some(broker) = shared_real("the daemon") else { return };
    let town = Town::new(broker, &PLACES, 1);
    let summary = town.backfill(TWO_DAYS);
    let content = town.content();
    let records: usize = content.values().flatten().map(Vec::len).sum();
    assert_eq!(number(&summary, "events"), records as u64, "{summary}");
    assert!(content.values().flatten().all(|partition| partition.len() > 20), "every topic has records");
    town.assert_holds(TWO_DAYS);
}

#[test]
fn two_days_in_three_partitions_are_divided_as_java_clients_do() {
    let Some(broker) = shared_real("the daemon") else { return };
    let town = Town::new(broker, &PLACES, 3);
    town.backfill(TWO_DAYS);
    // The few drivers may all have the same partition.
    let content = town.content();
    let people = content.iter().filter(|(topic, _)| topic.as_str() != TOPICS[1]).flat_map(|(_, partitions)| partitions);
    assert!(people.into_iter().all(|partition| !partition.is_empty()), "every partition has records");
    town.assert_holds(TWO_DAYS);
    let again = town.backfill(TWO_DAYS);
    assert_eq!(number(&again, "events"), 0, "{again}");
    town.assert_holds(TWO_DAYS);
}

/// Topics that are off are not made; those that are on are in the same epochs and the same progress, through a crash.
#[test]
fn topics_that_are_switched_on_are_as_the_others() {
    let Some(broker) = shared_real("the daemon") else { return };
    let plain = Town::new(broker, &PLACES, 1);
    plain.backfill("2026-01-01T02:00:00Z");
    let drifting = [
        "--set",
        "drift=[{key = \"shop.visits_per_day\", kind = \"gradual\", at = \"+36h\", width = \"2h\", factor = 2}]",
    ];
    let born = [&PLACES[..], &SWITCHES, &drifting].concat();
    let (address, all) = (broker.address(), Town::new(broker, &born, 3));
    assert_eq!(partitions(address, &format!("{}trip_completions", plain.prefix())), 0, "it is off");
    let progress = read(address, &plain.progress())[0].last().map(|record| record.text()).unwrap();
    assert!(!progress.contains("completions"), "{progress}");
    // Small epochs, so that even a fast machine dies long before the end that is asked for later.
    let start = all.start("run").line("--speed max").line(OFTEN).line("--set kafka.epoch_records=200").windows(60);
    start.crash_at("kafka.committed", 5).finish().assert_crashed_at("kafka.committed");
    all.backfill("2026-01-05T00:00:00Z");
    assert_eq!(all.topics().len(), 6);
    assert!(all.topics().iter().all(|topic| partitions(address, topic) == 3));
    let records = |topic: &str| all.content()[topic].iter().map(Vec::len).sum::<usize>();
    assert!(records("trip_completions") > 50, "{} completions", records("trip_completions"));
    assert_eq!(records("populace.drift"), 3, "a drift starts, is half-way and ends");
    all.assert_holds("2026-01-05T00:00:00Z");
}

#[test]
fn pieces_windows_and_epochs_change_no_byte() {
    let Some(broker) = shared_real("the daemon") else { return };
    let town = Town::new(broker, &PLACES, 3);
    let pieces = [
        ("2026-01-01T07:31:00Z", 1, "--set kafka.epoch_records=1"),
        ("2026-01-01T19:00:00Z", 7, "--set kafka.epoch_records=97 --set kafka.commit_interval_ms=10"),
        (TWO_DAYS, 600, "--set kafka.epoch_records=100000 --set kafka.commit_interval_ms=5000 --threads 1"),
    ];
    for (end, minutes, how) in pieces {
        town.start("backfill").args(&["--end", end]).line(how).windows(minutes).finish().summary();
        town.assert_holds(end);
    }
}

#[test]
fn a_run_that_is_stopped_goes_on_where_it_was() {
    let Some(broker) = shared_real("the daemon") else { return };
    let town = Town::new(broker, &PLACES, 3);
    let watch = town.watch();
    for round in 0..3 {
        let before = watch.written().unwrap_or(0);
        let mut daemon = town.start("run").line("--rate 4000").line(OFTEN).spawn();
        assert!(daemon.until(|_| watch.written().is_some_and(|now| now > before + 500)), "{}", daemon.said());
        if round == 1 {
            ask(&town.world.data(), &json!({"request": "stop"})).unwrap();
        } else {
            daemon.signal("TERM");
        }
        let summary = daemon.wait().summary();
        assert!(number(&summary, "events") > 0, "{summary}");
    }
    let end = town.settle();
    town.assert_holds(&end);
}

#[test]
fn a_goal_of_events_is_met_exactly() {
    let Some(broker) = shared_real("the daemon") else { return };
    let town = Town::new(broker, &PLACES, 1);
    for goal in [1_u64, 77, 500] {
        let summary = town.start("backfill").args(&["--events", &goal.to_string()]).line(OFTEN).finish().summary();
        assert_eq!(number(&summary, "world_events"), goal, "{summary}");
        let records: usize = town.content().values().flatten().map(Vec::len).sum();
        assert_eq!(records as u64, goal);
    }
    town.backfill(TWO_DAYS);
    town.assert_holds(TWO_DAYS);
}

#[test]
fn topics_that_the_daemon_makes_keep_what_they_are_sent() {
    let Some(broker) = shared_real("settings of topics") else { return };
    let town = Town::new(broker, &PLACES, 3);
    town.backfill("2026-01-01T02:00:00Z");
    let admin = Admin::of(broker);
    for topic in town.topics() {
        assert_eq!(partitions(broker.address(), &topic), 3);
        let settings = admin.settings(&topic);
        assert_eq!(settings["retention.ms"], "-1", "{topic}");
        assert_eq!(settings["message.timestamp.after.max.ms"], i64::MAX.to_string(), "{topic}");
        assert_eq!(settings["message.timestamp.type"], "CreateTime", "{topic}");
        let month = Duration::from_secs(28 * 86_400).as_millis();
        assert!(settings["segment.ms"].parse::<u128>().unwrap() >= month, "{topic}: {}", settings["segment.ms"]);
    }
    assert_eq!(partitions(broker.address(), &town.progress()), 1);
    assert_eq!(admin.settings(&town.progress())["cleanup.policy"], "compact");
    assert!(!read(broker.address(), &town.progress())[0].is_empty());
}

/// Retention looks every three seconds, and a default topic keeps a week by the records' own time.
#[test]
fn what_is_sent_stays_however_old_it_is_or_far_ahead() {
    let Some(broker) = Broker::start("retention") else { return };
    for start in ["2019-05-01", "2037-05-01"] {
        let born = ["--start", start, "--people", "300", "--region", "london", "--seed", "3"];
        let end = format!("{}-03T00:00:00Z", &start[..7]);
        let town = Town::new(&broker, &born, 1);
        town.backfill(&end);
        std::thread::sleep(Duration::from_secs(7));
        town.assert_holds(&end);
    }
}

/// A stranger's transaction that is never decided hides what comes after it, until it is; nothing of ours is lost.
#[test]
fn strangers_in_the_same_topic_are_no_part_of_the_world() {
    let Some(broker) = shared_real("transactions") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.backfill("2026-01-01T12:00:00Z");
    let stranger: ThreadedProducer<DefaultProducerContext> = ClientConfig::new()
        .set("bootstrap.servers", broker.address())
        .set("transactional.id", format!("stranger-{}", town.progress()))
        .create()
        .unwrap();
    let patience = Duration::from_secs(30);
    stranger.init_transactions(patience).unwrap();
    stranger.begin_transaction().unwrap();
    let topics = town.topics();
    let record = BaseRecord::to(&topics[0]).partition(0).key("nobody").payload("{}");
    stranger.send(record).map_err(|(error, _)| error).unwrap();
    stranger.flush(patience).unwrap();
    stranger.abort_transaction(patience).unwrap();
    town.backfill(TWO_DAYS);
    oracle::assert_same(&town.content(), &oracle::expected(&PLACES, TWO_DAYS, 1));
}
