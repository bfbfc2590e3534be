//! What the topics are that populace makes, on a broker whose defaults would refuse or lose records; and which progress
//! topics it does not rely on.

use super::admin::Admin;
use super::broker::{Broker, shared_real};
use super::reader::partitions;
use super::town::{PLACES, Town};

const SOON: &str = "2026-01-01T06:00:00Z";
const A_DAY: &str = "2026-01-02T00:00:00Z";
const FOREVER: &str = "9223372036854775807";

/// Defaults of which each one would refuse, delete or change records of a world in the past.
const HOSTILE: &str = "log.message.timestamp.before.max.ms=3600000\n\
                       log.message.timestamp.after.max.ms=3600000\n\
                       log.message.timestamp.type=LogAppendTime\n\
                       log.cleanup.policy=compact\n\
                       log.retention.ms=3600000\n\
                       log.retention.bytes=1048576\n\
                       message.max.bytes=20000\n";

#[test]
fn defaults_of_the_broker_decide_about_no_record() {
    let Some(broker) = Broker::start_with("settings of topics that are made", HOSTILE) else { return };
    let admin = Admin::of(&broker);
    for delivery in ["exactly-once", "at-least-once"] {
        let town = Town::new(&broker, &PLACES, 2);
        let how = format!("--set kafka.delivery={delivery}");
        let summary = town.start("backfill").args(&["--end", A_DAY]).line(&how).finish().summary();
        assert!(summary["events"].as_u64().unwrap() > 500, "{summary}");
        town.assert_holds(A_DAY);
        for topic in town.topics() {
            let settings = admin.settings(&topic);
            let stated = [
                ("message.timestamp.before.max.ms", FOREVER),
                ("message.timestamp.after.max.ms", FOREVER),
                ("message.timestamp.type", "CreateTime"),
                ("cleanup.policy", "delete"),
                ("retention.ms", "-1"),
                ("retention.bytes", "-1"),
                ("max.message.bytes", "1048588"),
            ];
            stated.iter().for_each(|(name, value)| assert_eq!(settings[*name], *value, "{topic}: {name}"));
        }
        let settings = admin.settings(&town.progress());
        let stated = [("cleanup.policy", "compact"), ("retention.ms", "-1"), ("max.message.bytes", "1048588")];
        stated.iter().for_each(|(name, value)| assert_eq!(settings[*name], *value, "the progress topic: {name}"));
    }
}

/// That a start is refused with the command that mends the progress topic.
fn assert_refused(town: &Town) {
    let ended = town.start("backfill").args(&["--end", A_DAY]).finish();
    let said = ended.failed(1);
    for word in [&*town.progress(), "cleanup.policy=compact", "kafka-configs", "--allow-expired"] {
        assert!(said.contains(word), "{word} is not said: {said}");
    }
}

#[test]
fn a_progress_topic_that_forgets_is_refused_with_the_command_that_mends_it() {
    let Some(broker) = shared_real("settings of topics") else { return };
    let admin = Admin::of(broker);
    for (policy, retention) in [("delete", "604800000"), ("delete", "-1"), ("compact,delete", "604800000")] {
        let town = Town::new(broker, &PLACES, 1);
        admin.create(&town.progress(), 1, &[("cleanup.policy", policy), ("retention.ms", retention)]);
        assert_refused(&town);
        assert_eq!(partitions(broker.address(), &town.topics()[0]), 0, "topics were made all the same");
        assert!(!town.world.data().join("world").exists(), "a world was made all the same");
        // What it advises helps.
        admin.set(&town.progress(), &[("cleanup.policy", "compact")]);
        town.backfill(SOON);
        // And so it does for a world that has lived.
        admin.set(&town.progress(), &[("cleanup.policy", policy), ("retention.ms", retention)]);
        assert_refused(&town);
        admin.set(&town.progress(), &[("cleanup.policy", "compact,delete"), ("retention.ms", "-1")]);
        town.backfill(A_DAY);
        town.assert_holds(A_DAY);
    }
}

#[test]
fn a_topic_that_refuses_the_past_names_that_bound_and_its_command() {
    let Some(broker) = shared_real("settings of topics") else { return };
    let (town, admin) = (Town::new(broker, &PLACES, 1), Admin::of(broker));
    for topic in town.topics() {
        admin.create(&topic, 1, &[("retention.ms", "-1"), ("message.timestamp.before.max.ms", "3600000")]);
    }
    let ended = town.start("backfill").args(&["--end", SOON]).finish();
    let said = ended.failed(1);
    let mends = format!("message.timestamp.before.max.ms={FOREVER}");
    assert!(said.contains(&mends) && !said.contains("after.max.ms"), "{said}");
    assert_eq!(town.watch().written(), Some(0), "something was sent");
}

#[test]
fn a_topic_that_takes_only_small_batches_is_refused_with_figures() {
    let Some(broker) = shared_real("settings of topics") else { return };
    let (town, admin) = (Town::new(broker, &PLACES, 1), Admin::of(broker));
    for topic in town.topics() {
        let endless = [("retention.ms", "-1"), ("message.timestamp.after.max.ms", FOREVER)];
        admin.create(&topic, 1, &[&endless[..], &[("max.message.bytes", "20000")]].concat());
    }
    let ended = town.start("backfill").args(&["--end", SOON]).finish();
    let said = ended.failed(1);
    assert!(said.contains("20000") && said.contains("max.message.bytes=1048588"), "{said}");
    let small = ["--end", SOON, "--kafka-property", "batch.size=10000"];
    town.start("backfill").args(&small).finish().summary();
    town.assert_holds(SOON);
}
