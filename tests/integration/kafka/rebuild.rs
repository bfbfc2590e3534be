//! A world whose progress record is gone: what a run and `verify` say of it, and the way back by `verify
//! --rebuild-progress`, which writes it anew where the topics agree with the world, and nothing where they do not.

use super::admin::Admin;
use super::broker::{Broker, shared_real};
use super::delivery::assert_whole;
use super::reader::{Received, partitions, read, wait_until_emptied};
use super::town::{PLACES, Town};
use crate::crash::daemon::{Outcome, Start, number};
use rdkafka::config::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use std::time::Duration;

const A_DAY: &str = "2026-01-02T00:00:00Z";
const TWO_DAYS: &str = "2026-01-03T00:00:00Z";
const PATIENCE: Duration = Duration::from_secs(30);

/// Small epochs, and no checkpoint but that of the start.
const EPOCHS: &str =
    "--speed max --set kafka.commit_interval_ms=100 --set kafka.epoch_records=500 --set run.checkpoint_seconds=3600";

fn rebuilding(town: &Town) -> Start {
    town.world.plain("verify").line("--json --rebuild-progress")
}

fn records(town: &Town) -> u64 {
    town.content().values().flatten().map(|partition| partition.len() as u64).sum()
}

/// That neither a run nor `verify` goes on without the progress, and both name the way back.
fn assert_lost(town: &Town) {
    let way_back = "verify --rebuild-progress";
    let ran = town.start("backfill").args(&["--end", TWO_DAYS]).finish();
    assert!(ran.failed(1).contains(way_back) && ran.err.contains(&town.progress()), "{}", ran.err);
    let verified = town.world.plain("verify").finish();
    assert!(verified.failed(1).contains(way_back), "{}", verified.err);
}

/// That it is refused with these words.
fn assert_said(ended: &Outcome, words: &[&str]) {
    let said = ended.failed(1);
    let missing: Vec<_> = words.iter().filter(|word| !said.contains(**word)).collect();
    assert!(missing.is_empty(), "{missing:?} are not said: {said}");
}

/// That it is refused with these words, and nothing is written.
fn assert_refused(broker: &Broker, town: &Town, ended: &Outcome, words: &[&str]) {
    assert_said(ended, words);
    let is_there = partitions(broker.address(), &town.progress()) > 0;
    assert!(!is_there || read(broker.address(), &town.progress())[0].is_empty(), "progress was written all the same");
}

/// Lets the broker delete the progress as a retention does.
fn expire(broker: &Broker, town: &Town) {
    let (admin, topic) = (Admin::of(broker), town.progress());
    admin.set(&topic, &[("cleanup.policy", "delete"), ("retention.ms", "1"), ("file.delete.delay.ms", "1")]);
    wait_until_emptied(broker.address(), &topic);
}

#[test]
fn a_world_whose_progress_expired_goes_on_exactly_once() {
    let Some(broker) = shared_real("retention") else { return };
    let town = Town::new(broker, &PLACES, 2);
    town.backfill(A_DAY);
    // Committed records that no checkpoint covers, and a transaction that nobody ended.
    let dying = town.start("run").line(EPOCHS).line("--set kafka.headers=true").windows(30);
    dying.crash_at("kafka.commit", 4).finish().assert_crashed_at("kafka.commit");
    expire(broker, &town);
    assert_lost(&town);
    let expiring = rebuilding(&town).finish();
    // What may be there is not read: the broker deletes it meanwhile.
    assert_said(&expiring, &["cleanup.policy=compact", "kafka-configs", &town.progress()]);

    Admin::of(broker).set(&town.progress(), &[("cleanup.policy", "compact")]);
    let report = rebuilding(&town).finish().summary();
    assert_eq!(number(&report["rebuilt"], "records"), records(&town), "{report}");
    assert_eq!(number(&report["rebuilt"], "epoch"), 3, "{report}");
    assert_eq!(number(&report["rebuilt"], "repeated"), 0, "{report}");
    town.world.plain("verify").finish().failed(0);
    // What is there already is not written again.
    assert!(rebuilding(&town).finish().summary()["rebuilt"].is_null());
    let end = town.settle();
    town.assert_holds(&end);
}

#[test]
fn without_transactions_what_is_there_twice_is_no_fault() {
    let Some(broker) = shared_real("delivery at least once") else { return };
    let plain = "--set kafka.delivery=at-least-once";
    let town = Town::new(broker, &PLACES, 2);
    let backfill = |end| town.start("backfill").args(&["--end", end]).line(plain).finish().summary();
    let die = || {
        let dying = town.start("run").line(EPOCHS).line(plain).windows(30);
        dying.crash_at("kafka.records", 4).finish().assert_crashed_at("kafka.records");
    };
    backfill("2026-01-01T06:00:00Z");
    die();
    backfill("2026-01-06T00:00:00Z");
    die();
    Admin::of(broker).delete(&town.progress());
    assert_lost(&town);
    // What was written without transactions is not what transactions leave.
    let rebuilt = rebuilding(&town).env("POPULACE_KAFKA_DELIVERY", "at-least-once").finish().summary();
    assert!(number(&rebuilt["rebuilt"], "records") > 1_000, "{rebuilt}");
    backfill("2026-01-12T00:00:00Z");
    assert_whole(&town.content(), &PLACES, "2026-01-12T00:00:00Z", 2);
}

#[test]
fn what_retention_took_is_counted_as_the_worlds() {
    let Some(broker) = shared_real("retention") else { return };
    let (town, admin) = (Town::new(broker, &PLACES, 1), Admin::of(broker));
    town.backfill(A_DAY);
    let whole = records(&town);
    admin.delete_before(&town.topics()[2], 0, 100);
    admin.delete(&town.progress());
    let report = rebuilding(&town).finish().summary();
    assert_eq!(number(&report["rebuilt"], "records"), whole, "{report}");
    let expired: u64 = report["topics"].as_array().unwrap().iter().map(|topic| number(topic, "expired")).sum();
    assert!(expired > 50 && expired == whole - records(&town), "{report}");
    town.backfill(TWO_DAYS);
    town.world.plain("verify").finish().failed(0);
}

#[test]
fn commands_act_where_they_did_and_once() {
    let Some(broker) = shared_real("verify") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.backfill("2026-01-01T06:00:00Z");
    let user = town.sample_user();
    // One that acted beyond the checkpoint, and one that waits for the next start.
    town.inject_velocity(&user);
    let dying = town.start("run").line(EPOCHS).windows(30);
    dying.crash_at("kafka.committed", 4).finish().assert_crashed_at("kafka.committed");
    town.inject_velocity(&user);
    let before = town.content();
    Admin::of(broker).delete(&town.progress());
    rebuilding(&town).finish().summary();
    town.settle();
    town.assert_begins_with(&before);
    town.assert_velocity_of_both(&user);
    town.world.plain("verify").finish().failed(0);
}

#[test]
fn a_rebuilding_that_is_killed_is_begun_again() {
    let Some(broker) = shared_real("transactions") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.backfill(A_DAY);
    Admin::of(broker).delete(&town.progress());
    rebuilding(&town).crash_at("kafka.commit", 1).finish().assert_crashed_at("kafka.commit");
    assert_lost(&town);
    rebuilding(&town).crash_at("kafka.committed", 1).finish().assert_crashed_at("kafka.committed");
    assert!(rebuilding(&town).finish().summary()["rebuilt"].is_null());
    town.backfill(TWO_DAYS);
    town.assert_holds(TWO_DAYS);
}

#[test]
fn a_copy_that_still_runs_writes_nothing_more() {
    let Some(broker) = shared_real("transactions") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.backfill("2026-01-01T06:00:00Z");
    let copy = town.copy();
    let mut running = copy.start("run").line("--rate 500 --set kafka.commit_interval_ms=100").spawn();
    assert!(copy.gets_on(&mut running), "{}", running.said());
    Admin::of(broker).delete(&town.progress());
    rebuilding(&town).finish().summary();
    let ended = running.wait();
    assert_eq!(ended.status.code(), Some(1), "{}", ended.err);
    let end = town.settle();
    town.assert_holds(&end);
}

type Change = fn(&mut Vec<Received>);

/// Puts another content into a topic, with the same partitions.
fn rewrite(broker: &Broker, topic: &str, change: impl Fn(&mut Vec<Received>)) {
    let admin = Admin::of(broker);
    let mut all = read(broker.address(), topic);
    admin.delete(topic);
    let endless = [("retention.ms", "-1"), ("message.timestamp.after.max.ms", "9223372036854775807")];
    admin.create(topic, all.len(), &endless);
    change(&mut all[0]);
    let mut settings = ClientConfig::new();
    settings.set("bootstrap.servers", broker.address()).set("enable.idempotence", "true");
    let producer: BaseProducer = settings.create().unwrap();
    for (number, partition) in all.iter().enumerate() {
        let number = i32::try_from(number).unwrap();
        for one in partition {
            let record = BaseRecord::to(topic).partition(number).key(&one.key).payload(&one.value);
            producer.send(record.timestamp(one.millis)).map_err(|(error, _)| error).unwrap();
        }
    }
    producer.flush(PATIENCE).unwrap();
}

#[test]
fn topics_that_differ_from_the_world_get_no_progress() {
    let Some(broker) = shared_real("verify") else { return };
    let town = Town::new(broker, &PLACES, 2);
    town.backfill(A_DAY);
    Admin::of(broker).delete(&town.progress());
    let topic = town.topics()[0].clone();
    let own = read(broker.address(), &topic)[0].clone();
    let faults: [(&str, Change); 4] = [
        ("offset 40: a record is missing or differs", |records| drop(records.remove(40))),
        ("offset 40: a record is missing or differs", |records| records[40].value[20] ^= 1),
        ("offset 41: a record is there twice", |records| records.insert(41, records[40].clone())),
        ("ends before the last checkpoint", |records| records.truncate(records.len() - 3)),
    ];
    for (what, change) in faults {
        rewrite(broker, &topic, change);
        assert_refused(broker, &town, &rebuilding(&town).finish(), &[&topic, "partition 0", what]);
        rewrite(broker, &topic, |records| *records = own.clone());
    }
    // As it was, it is right again, though other producers wrote it.
    assert_eq!(number(&rebuilding(&town).finish().summary()["rebuilt"], "records"), records(&town));
    town.backfill(TWO_DAYS);
    town.assert_holds(TWO_DAYS);
}

#[test]
fn only_a_world_that_rests_at_a_broker_that_answers_gets_progress() {
    let Some(broker) = Broker::start("stopping a broker") else { return };
    let town = Town::new(&broker, &PLACES, 1);
    let mut daemon = town.start("run").line("--rate 500").spawn();
    assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    assert!(rebuilding(&town).finish().failed(1).contains("running"));
    daemon.signal("TERM");
    daemon.wait().summary();
    Admin::of(&broker).delete(&town.progress());
    broker.stop();
    let ended = rebuilding(&town).env("POPULACE_KAFKA_CONNECT_TIMEOUT", "2s").finish();
    broker.cont();
    assert_refused(&broker, &town, &ended, &[broker.address()]);
    rebuilding(&town).finish().summary();
    let end = town.settle();
    town.assert_holds(&end);
}

#[test]
fn a_world_that_keeps_no_progress_is_a_wrong_use() {
    let world = crate::crash::daemon::World::new(&PLACES);
    world.backfill("2026-01-01T03:00:00Z");
    let said = world.plain("verify").line("--rebuild-progress").finish();
    assert!(said.failed(2).contains("--rebuild-progress"), "{}", said.err);
}
