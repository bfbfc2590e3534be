//! What `populace verify` finds in topics that somebody else touched, or of which retention has taken the beginning.

use super::admin::Admin;
use super::broker::{Broker, shared_real};
use super::reader::{read, wait_until_emptied};
use super::town::{PLACES, Town};
use crate::crash::daemon::{Outcome, number};
use rdkafka::config::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use std::time::Duration;

const A_DAY: &str = "2026-01-02T00:00:00Z";

fn verify(town: &Town, address: &str) -> Outcome {
    town.world.plain("verify").line("--json --sink kafka --brokers").args(&[address]).finish()
}

#[test]
fn a_record_of_somebody_else_is_found() {
    let Some(broker) = shared_real("verify") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.backfill(A_DAY);
    let topic = town.topics()[0].clone();
    let stranger: BaseProducer = ClientConfig::new().set("bootstrap.servers", broker.address()).create().unwrap();
    stranger.send(BaseRecord::to(&topic).partition(0).key("nobody").payload("{}")).map_err(|(e, _)| e).unwrap();
    stranger.flush(Duration::from_secs(30)).unwrap();
    let found = verify(&town, broker.address());
    let said = found.failed(1);
    assert!(said.contains(&topic) && said.contains("partition 0") && said.contains("duplicated"), "{said}");
}

#[test]
fn what_retention_took_is_told_and_the_rest_is_compared() {
    let Some(broker) = shared_real("verify") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.backfill(A_DAY);
    let topic = town.topics()[2].clone();
    let whole = town.content().values().map(|partitions| partitions[0].len() as u64).collect::<Vec<_>>();
    Admin::of(broker).delete_before(&topic, 0, 100);
    let report = verify(&town, broker.address()).summary();
    let topics = report["topics"].as_array().unwrap();
    let of = |name: &str| topics.iter().find(|one| one["topic"] == name).unwrap();
    assert!(number(of(&topic), "expired") > 50, "{report}");
    let all: u64 = topics.iter().map(|one| number(one, "records") + number(one, "expired")).sum();
    assert_eq!(all, whole.iter().sum::<u64>(), "{report}");
    assert_eq!(number(of(&town.topics()[0]), "expired"), 0, "{report}");
}

/// Deletes a topic and makes it again, empty.
fn make_again(broker: &Broker, topic: &str, partitions: usize) {
    let admin = Admin::of(broker);
    admin.delete(topic);
    let endless = [("retention.ms", "-1"), ("message.timestamp.after.max.ms", "9223372036854775807")];
    admin.create(topic, partitions, &endless);
}

#[test]
fn topics_that_are_gone_or_made_again_are_no_success() {
    let Some(broker) = shared_real("verify") else { return };
    for delivery in ["exactly-once", "at-least-once"] {
        let town = Town::new(broker, &PLACES, 2);
        let how = format!("--set kafka.delivery={delivery}");
        town.start("backfill").args(&["--end", A_DAY]).line(&how).finish().summary();
        let topic = town.topics()[0].clone();
        Admin::of(broker).delete(&topic);
        let gone = verify(&town, broker.address());
        assert!(gone.failed(1).contains(&topic) && gone.err.contains("not there"), "{}", gone.err);

        make_again(broker, &town.topics()[1], 2);
        Admin::of(broker).create(&topic, 2, &[("retention.ms", "-1")]);
        let again = verify(&town, broker.address());
        assert!(again.failed(1).contains("made again"), "{}", again.err);
        // Nor does a run go on into them as if nothing were missing.
        let run = town.start("backfill").args(&["--end", "2026-01-03T00:00:00Z"]).line(&how).finish();
        assert!(run.failed(1).contains("made again"), "{}", run.err);

        make_again(broker, &town.topics()[2], 2);
        let all = verify(&town, broker.address());
        assert!(all.failed(1).contains("none of the"), "{}", all.err);
    }
}

#[test]
fn a_partition_that_somebody_emptied_is_no_success() {
    let Some(broker) = shared_real("verify") else { return };
    let town = Town::new(broker, &PLACES, 2);
    town.backfill(A_DAY);
    let topic = town.topics()[1].clone();
    let last = read(broker.address(), &topic)[1].last().unwrap().offset;
    // After the marker of the transaction, too.
    Admin::of(broker).delete_before(&topic, 1, last + 1);
    let found = verify(&town, broker.address());
    let said = found.failed(1);
    assert!(said.contains(&topic) && said.contains("partition 1") && said.contains("retention"), "{said}");
}

#[test]
fn what_a_topics_own_retention_emptied_is_told_while_something_is_left() {
    let Some(broker) = shared_real("retention") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.backfill(A_DAY);
    let empty = |topic: &str| {
        Admin::of(broker).set(topic, &[("retention.ms", "1000")]);
        wait_until_emptied(broker.address(), topic);
    };
    let topics = town.topics();
    empty(&topics[2]);
    let report = verify(&town, broker.address()).summary();
    let told = report["topics"].as_array().unwrap().iter().find(|one| one["topic"] == *topics[2]).unwrap();
    assert!(number(told, "records") == 0 && number(told, "expired") > 0, "{report}");
    topics.iter().for_each(|topic| empty(topic));
    let found = verify(&town, broker.address());
    assert!(found.failed(1).contains("none of the"), "{}", found.err);
}
