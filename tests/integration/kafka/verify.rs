//! What `populace verify` finds in topics that somebody else touched, or of which retention has taken the beginning.

use super::admin::Admin;
use super::broker::shared_real;
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
    assert!(said.contains(&topic) && said.contains("partition 0") && said.contains("twice"), "{said}");
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
