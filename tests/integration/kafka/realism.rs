//! `populace realism` over topics of Kafka: the same report as over files, up to the end at the start, and what it says
//! where there is nothing to read.

use super::broker::{Broker, free_port, fresh_prefix, shared_real};
use super::town::{PLACES, Town};
use rdkafka::config::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use serde_json::Value;
use std::time::Duration;

const SOON: &str = "2026-01-08T00:00:00Z";
const REPORT: [&str; 2] = ["--json", "--report-only"];
const REGIONS: [&str; 2] = ["--region", "houston,tokyo"];

fn report(town: &Town, words: &[&str]) -> Value {
    town.world.plain("realism").args(words).args(&REPORT).finish().summary()
}

fn same(one: &Value, other: &Value) {
    for part in ["checks", "notes", "not_measured"] {
        assert_eq!(one[part], other[part], "{part}");
    }
    for count in ["transactions", "users", "trips", "drivers", "interactions", "customers", "first_day", "last_day"] {
        assert_eq!(one["data"][count], other["data"][count], "{count}");
    }
}

#[test]
fn topics_come_to_the_same_report_as_files() {
    let Some(broker) = shared_real("topics of a world") else { return };
    let (town, files) = (Town::new(broker, &PLACES, 1), crate::crash::daemon::World::new(&PLACES));
    town.backfill(SOON);
    files.backfill(SOON);
    let of_files = files.plain("realism").args(&REPORT).finish().summary();
    assert!(of_files["data"]["transactions"].as_u64() > Some(1_000), "{of_files}");
    // The data directory says where its topics are.
    let of_topics = report(&town, &[]);
    same(&of_topics, &of_files);
    let origin = of_topics["data"]["origin"].as_str().unwrap().to_owned();
    assert!(origin.contains(broker.address()), "{origin}");
    let notes = of_topics["notes"].to_string();
    for field in ["topics.transactions.fields", "topics.trips.fields", "topics.interactions.fields"] {
        assert!(notes.contains(field), "{notes}");
    }
    // And without it, whoever knows the addresses and names can read them too.
    let prefix = format!("kafka.topic_prefix={}", town.prefix());
    let elsewhere = tempfile::tempdir().unwrap();
    let read = std::process::Command::new(env!("CARGO_BIN_EXE_populace"))
        .env_clear()
        .current_dir(elsewhere.path())
        .args(["realism", "--sink", "kafka", "--brokers", broker.address(), "--set", &prefix])
        .args(REGIONS)
        .args(REPORT)
        .output()
        .unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    same(&serde_json::from_slice(&read.stdout).unwrap(), &of_files);
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0, "nothing is written");
}

#[test]
fn several_partitions_hold_the_same_records_and_a_running_world_can_be_read() {
    let Some(broker) = shared_real("topics of a world") else { return };
    let town = Town::new(broker, &PLACES, 3);
    town.backfill(SOON);
    let stopped = report(&town, &[]);
    let content = town.content();
    let all = |topic: &str| content[topic].iter().map(Vec::len).sum::<usize>() as u64;
    assert_eq!(stopped["data"]["transactions"].as_u64(), Some(all("transaction_fraud_detection")));
    assert_eq!(stopped["data"]["trips"].as_u64(), Some(all("estimated_time_of_arrival")));
    let mut daemon = town.start("run").line("--speed max").line(super::town::OFTEN).spawn();
    assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    let running = report(&town, &[]);
    daemon.signal("TERM");
    daemon.wait().summary();
    let count = |report: &Value| report["data"]["interactions"].as_u64();
    assert!(count(&running) > count(&stopped), "{running}");
}

#[test]
fn nothing_to_read_is_said_with_what_to_do() {
    let Some(broker) = shared_real("topics of a world") else { return };
    let prefix = fresh_prefix();
    let town = Town::new(broker, &PLACES, 1);
    let at = |address: &str| {
        let words = ["--sink", "kafka", "--brokers", address, "--set", "kafka.connect_timeout=2s", "--set"];
        let set = format!("kafka.topic_prefix={prefix}");
        town.world.plain("realism").args(&words).args(&[&set]).finish()
    };
    let none = at(broker.address());
    let said = none.failed(1);
    for words in [&prefix, "transaction_fraud_detection", "kafka.topic_prefix", "--brokers"] {
        assert!(said.contains(words), "{words} is not said: {said}");
    }
    let nowhere = format!("127.0.0.1:{}", free_port());
    let away = at(&nowhere);
    let said = away.failed(1);
    assert!(said.contains(&nowhere) && said.to_lowercase().contains("refused") && said.contains("--brokers"), "{said}");
}

#[test]
fn a_record_that_lacks_a_field_is_named_with_the_key_of_the_scenario() {
    let Some(broker) = shared_real("topics of a world") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.start("backfill")
        .args(&["--end", "2026-01-02", "--set", "topics.transactions.fields=[\"user_id\", \"timestamp\", \"amount\"]"])
        .finish()
        .summary();
    let refused = town.world.plain("realism").args(&REPORT).finish();
    let said = refused.failed(1);
    let topic = &town.topics()[0];
    for words in [topic.as_str(), "offset ", "currency", "topics.transactions.fields"] {
        assert!(said.contains(words), "{words} is not said: {said}");
    }
    stranger(broker, &town);
}

/// A record of somebody else's is named by its place.
fn stranger(broker: &Broker, town: &Town) {
    let topic = town.topics()[1].clone();
    let producer: BaseProducer = ClientConfig::new().set("bootstrap.servers", broker.address()).create().unwrap();
    producer.send(BaseRecord::to(&topic).partition(0).key("k").payload("no record")).map_err(|(e, _)| e).unwrap();
    producer.flush(Duration::from_secs(30)).unwrap();
    let prefix = format!("kafka.topic_prefix={}", town.prefix());
    let words = ["--sink", "kafka", "--brokers", broker.address(), "--set", &prefix, "--set"];
    let other = ["topics.transactions.name=not-there"];
    let elsewhere = crate::crash::daemon::World::new(&PLACES);
    let said = elsewhere.plain("realism").args(&words).args(&other).args(&REGIONS).args(&REPORT).finish();
    let said = said.failed(1);
    assert!(said.contains(&topic) && said.contains("wire contract"), "{said}");
}
