//! The tools of these tests tested: that the reader sees committed records and no others, that a broker keeps them when it
//! is killed, that the proxy cuts connections.

use super::admin::Admin;
use super::broker::{Broker, fresh_prefix, shared, shared_real, tool};
use super::proxy::Proxy;
use super::reader::{Received, read, read_stable};
use rdkafka::config::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

type Transactional = ThreadedProducer<DefaultProducerContext>;

fn producer(address: &str, id: &str) -> Transactional {
    let producer: Transactional = ClientConfig::new()
        .set("bootstrap.servers", address)
        .set("transactional.id", id)
        .set("transaction.timeout.ms", "60000")
        .set("reconnect.backoff.max.ms", "200")
        .set("log_level", "0")
        .create()
        .unwrap();
    producer.init_transactions(PATIENCE).unwrap();
    producer
}

/// Sends some numbered records to partition 0 in a transaction that stays open.
fn send(producer: &Transactional, topic: &str, numbers: std::ops::Range<u32>) {
    producer.begin_transaction().unwrap();
    for n in numbers {
        let (key, value) = (format!("k{n}"), n.to_string());
        let headers = OwnedHeaders::new().insert(Header { key: "n", value: Some(&value) });
        let record = BaseRecord::to(topic).partition(0).key(&key).payload(&value);
        producer.send(record.timestamp(1_000 + i64::from(n)).headers(headers)).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(PATIENCE).unwrap();
}

fn commit(producer: &Transactional, topic: &str, numbers: std::ops::Range<u32>) {
    send(producer, topic, numbers);
    producer.commit_transaction(PATIENCE).unwrap();
}

fn numbers(records: &[Received]) -> Vec<u32> {
    records.iter().map(|one| one.text().parse().unwrap()).collect()
}

#[test]
fn a_reader_finds_keys_values_times_and_headers_in_order() {
    let (broker, topic) = (shared(), fresh_prefix() + "plain");
    Admin::of(broker).create(&topic, 2, &[("retention.ms", "-1")]);
    commit(&producer(broker.address(), &topic), &topic, 0..1_000);
    let found = read(broker.address(), &topic);
    assert_eq!(numbers(&found[0]), (0..1_000).collect::<Vec<_>>());
    let (one, headers) = (&found[0][7], vec![("n".to_owned(), b"7".to_vec())]);
    assert_eq!((one.key.as_slice(), one.millis, &one.headers), (&b"k7"[..], 1_007, &headers));
    assert!(found[1].is_empty());
}

#[test]
fn a_reader_sees_what_was_committed_and_nothing_else() {
    let Some(broker) = shared_real("reading committed records only") else { return };
    let topic = fresh_prefix() + "committed";
    Admin::of(broker).create(&topic, 1, &[("retention.ms", "-1")]);
    let (first, second) = (producer(broker.address(), &topic), producer(broker.address(), &format!("{topic}2")));
    commit(&first, &topic, 0..10);
    send(&first, &topic, 10..20);
    first.abort_transaction(PATIENCE).unwrap();
    assert_eq!(numbers(&read(broker.address(), &topic)[0]), (0..10).collect::<Vec<_>>());

    // An open transaction is in the way of what others commit.
    send(&first, &topic, 20..30);
    commit(&second, &topic, 30..40);
    assert_eq!(numbers(&read_stable(broker.address(), &topic)[0]), (0..10).collect::<Vec<_>>());
    first.commit_transaction(PATIENCE).unwrap();
    let all: Vec<u32> = (0..10).chain(20..40).collect();
    assert_eq!(numbers(&read(broker.address(), &topic)[0]), all);
}

#[test]
fn topics_have_settings_and_partitions_that_an_operator_can_change() {
    let Some(broker) = shared_real("settings of topics") else { return };
    let (admin, topic) = (Admin::of(broker), fresh_prefix() + "settings");
    admin.create(&topic, 1, &[("segment.ms", "86400000")]);
    assert_eq!(admin.settings(&topic)["segment.ms"], "86400000");
    admin.set(&topic, &[("retention.ms", "1234567")]);
    assert_eq!(admin.settings(&topic)["retention.ms"], "1234567");
    admin.grow(&topic, 3);
    let told = tool(
        "org.apache.kafka.tools.TopicCommand",
        &["--bootstrap-server", broker.address(), "--describe", "--topic", &topic],
    );
    assert!(told.contains("PartitionCount: 3"), "{told}");
    admin.delete(&topic);
}

#[test]
fn a_killed_broker_has_what_was_committed() {
    let Some(broker) = Broker::start("killing a broker") else { return };
    let topic = "killed";
    Admin::of(&broker).create(topic, 1, &[("retention.ms", "-1")]);
    let mut all = Vec::new();
    let producer = producer(broker.address(), topic);
    for round in 0..3 {
        commit(&producer, topic, round * 100..round * 100 + 50);
        all.extend(round * 100..round * 100 + 50);
        broker.kill();
        broker.restart();
    }
    assert_eq!(numbers(&read(broker.address(), topic)[0]), all);

    broker.stop();
    producer.begin_transaction().unwrap();
    producer.send(BaseRecord::<(), str>::to(topic).payload("7")).map_err(|(error, _)| error).unwrap();
    assert!(producer.flush(Duration::from_millis(500)).is_err(), "a stopped broker answers nobody");
    broker.cont();
    producer.commit_transaction(PATIENCE).unwrap();
    assert_eq!(numbers(&read(broker.address(), topic)[0]).last(), Some(&7));
}

#[test]
fn a_proxy_cuts_refuses_and_delays() {
    let proxy = Proxy::bind();
    let Some(broker) = Broker::start_behind(&proxy, "a proxy before the broker") else { return };
    assert_eq!(broker.address(), proxy.address());
    Admin::of(&broker).create("cut", 1, &[("retention.ms", "-1")]);
    let producer = producer(broker.address(), "cut");
    for round in 0..5 {
        commit(&producer, "cut", round * 10..round * 10 + 10);
        assert!(proxy.reset_all() > 0, "the producer is connected");
    }
    proxy.refuse();
    proxy.reset_all();
    producer.begin_transaction().unwrap();
    producer.send(BaseRecord::<(), str>::to("cut").payload("50")).map_err(|(error, _)| error).unwrap();
    assert!(producer.flush(Duration::from_millis(500)).is_err(), "nobody can connect");
    proxy.behave();
    proxy.delay(Duration::from_millis(50));
    producer.commit_transaction(PATIENCE).unwrap();
    proxy.pause();
    assert!(producer.client().fetch_metadata(None, Duration::from_millis(300)).is_err(), "it carries nothing");
    proxy.behave();
    assert_eq!(numbers(&read(broker.address(), "cut")[0]), (0..51).collect::<Vec<_>>());
}
