//! What the daemon refuses before it sends anything, what it says then, and that it never says a password.

use super::admin::Admin;
use super::broker::{Broker, free_port, shared_real, tool};
use super::reader::partitions;
use super::town::{PLACES, Town};
use std::time::{Duration, Instant};

const SOON: &str = "2026-01-01T06:00:00Z";
const LATER: &str = "2026-01-01T12:00:00Z";

/// That a run to `end` ends with 1 and says all of these.
fn assert_refused(town: &Town, end: &str, words: &[&str]) -> String {
    let ended = town.start("backfill").args(&["--end", end]).finish();
    let said = ended.failed(1).to_owned();
    let missing: Vec<_> = words.iter().filter(|word| !said.contains(**word)).collect();
    assert!(missing.is_empty(), "{missing:?} are not said: {said}");
    said
}

#[test]
fn a_broker_that_is_not_there_is_named_with_the_reason() {
    let Some(broker) = shared_real("connecting") else { return };
    let nowhere = format!("127.0.0.1:{}", free_port());
    let town = Town::new(broker, &PLACES, 1).by_way_of(&nowhere, &[]);
    let began = Instant::now();
    let ended = town.start("backfill").args(&["--end", SOON]).line("--set kafka.connect_timeout=2s").finish();
    let said = ended.failed(1);
    assert!(said.contains(&nowhere) && said.to_lowercase().contains("refused"), "{said}");
    assert!(began.elapsed() > Duration::from_secs(1), "it tried for a while: {said}");

    let unknown = "no-such-host.invalid:9092";
    let town = Town::new(broker, &PLACES, 1).by_way_of(unknown, &[]);
    let ended = town.start("backfill").args(&["--end", SOON]).line("--set kafka.connect_timeout=2s").finish();
    assert!(ended.failed(1).contains(unknown), "{}", ended.err);
}

#[test]
fn an_unreachable_broker_changes_no_sink_and_loses_no_world() {
    let Some(broker) = Broker::start("killing a broker") else { return };
    let town = Town::new(&broker, &PLACES, 1);
    town.backfill(SOON);
    broker.kill();
    let ended = town.start("backfill").args(&["--end", LATER]).line("--set kafka.connect_timeout=2s").finish();
    assert!(ended.failed(1).contains(broker.address()), "{}", ended.err);
    assert!(!town.world.topics().exists(), "it wrote files instead");
    broker.restart();
    town.backfill(LATER);
    town.assert_holds(LATER);
}

#[test]
fn topics_of_another_world_are_refused() {
    let Some(broker) = shared_real("progress in topics") else { return };
    let town = Town::new(broker, &PLACES, 1);
    town.backfill(SOON);
    let owner = town.world.data().display().to_string();
    let rival = town.rival(&["--start", "2026-01-01", "--people", "300", "--region", "london", "--seed", "8"]);
    let said = assert_refused(&rival, SOON, &["another world", "topic_prefix", &owner]);
    assert!(!said.contains("panicked"), "{said}");
    // The same rules do not make it the same world.
    assert_refused(&town.rival(&PLACES), SOON, &["another world", &owner]);
    town.backfill(LATER);
    town.assert_holds(LATER);
}

#[test]
fn progress_that_is_gone_is_refused() {
    let Some(broker) = shared_real("progress in topics") else { return };
    let (town, admin) = (Town::new(broker, &PLACES, 1), Admin::of(broker));
    town.backfill(SOON);
    admin.delete(&town.progress());
    assert_refused(&town, LATER, &[&town.progress()]);
    // Nor is an empty one of that name taken for it.
    if partitions(broker.address(), &town.progress()) == 0 {
        admin.create(&town.progress(), 1, &[("cleanup.policy", "compact")]);
    }
    assert_refused(&town, LATER, &[&town.progress()]);
}

#[test]
fn another_number_of_partitions_is_refused() {
    let Some(broker) = shared_real("partitions that are added") else { return };
    let town = Town::new(broker, &PLACES, 2);
    town.backfill(SOON);
    let topic = town.topics()[1].clone();
    Admin::of(broker).grow(&topic, 5);
    assert_refused(&town, LATER, &[&topic, "partition", "2", "5"]);
}

#[test]
fn retention_that_would_swallow_the_past_is_refused_with_figures() {
    let Some(broker) = shared_real("settings of topics") else { return };
    let (town, admin) = (Town::new(broker, &PLACES, 1), Admin::of(broker));
    for topic in town.topics() {
        admin.create(
            &topic,
            1,
            &[("retention.ms", "604800000"), ("message.timestamp.after.max.ms", &i64::MAX.to_string())],
        );
    }
    let said = assert_refused(&town, SOON, &["retention.ms", &town.topics()[0], "--allow-expired"]);
    assert!(said.contains("older than 7.0 days (604800000 ms)"), "the figure is missing: {said}");
    assert!(said.contains("kafka-configs"), "the command that mends it is missing: {said}");
    let start = town.start("backfill").args(&["--end", SOON, "--allow-expired"]);
    start.finish().summary();
    assert!(town.watch().written().unwrap() > 0);

    // What it advises helps.
    let mended = Town::new(broker, &PLACES, 1);
    for topic in mended.topics() {
        admin.create(&topic, 1, &[("message.timestamp.after.max.ms", &i64::MAX.to_string())]);
    }
    assert_refused(&mended, SOON, &["retention.ms"]);
    for topic in mended.topics() {
        admin.set(&topic, &[("retention.ms", "-1"), ("message.timestamp.after.max.ms", &i64::MAX.to_string())]);
    }
    mended.backfill(SOON);
    mended.assert_holds(SOON);
}

#[test]
fn a_limit_that_would_refuse_the_future_is_refused_with_figures() {
    let Some(broker) = shared_real("settings of topics") else { return };
    let (town, admin) = (Town::new(broker, &PLACES, 1), Admin::of(broker));
    for topic in town.topics() {
        admin.create(&topic, 1, &[("retention.ms", "-1"), ("message.timestamp.after.max.ms", "3600000")]);
    }
    let said = assert_refused(&town, "+2d", &["message.timestamp.after.max.ms", &town.topics()[0]]);
    assert!(said.contains("(3600000 ms) ahead") && said.contains("2.0 days"), "the figure is missing: {said}");
    assert!(said.contains("kafka-configs"), "the command that mends it is missing: {said}");
    assert_eq!(town.watch().written(), Some(0), "something was sent");
}

pub(super) const USER: &str = "town";
pub(super) const RIGHT: &str = "the-right-password";
const WRONG: &str = "not-the-right-password";

/// A broker that asks one of its listeners' clients who they are, and that listener's address.
pub(super) fn with_passwords() -> Option<(Broker, String)> {
    let port = free_port();
    let module = "org.apache.kafka.common.security";
    let settings = format!(
        "listeners=PLAINTEXT://127.0.0.1:{{PORT}},CONTROLLER://127.0.0.1:{{CPORT}},LOCKED://127.0.0.1:{port}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{{PORT}},LOCKED://127.0.0.1:{port}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOCKED:SASL_PLAINTEXT\n\
         listener.name.locked.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256\n\
         listener.name.locked.plain.sasl.jaas.config={module}.plain.PlainLoginModule required user_{USER}=\"{RIGHT}\";\n\
         listener.name.locked.scram-sha-256.sasl.jaas.config={module}.scram.ScramLoginModule required;\n"
    );
    let broker = Broker::start_with("passwords", &settings)?;
    let password = format!("SCRAM-SHA-256=[password={RIGHT}]");
    let who = ["--alter", "--entity-type", "users", "--entity-name", USER, "--add-config", &password];
    tool("kafka.admin.ConfigCommand", &[&["--bootstrap-server", broker.address()], &who[..]].concat());
    Some((broker, format!("127.0.0.1:{port}")))
}

pub(super) fn credentials(mechanism: &str, password: &str) -> Vec<String> {
    [
        ("security.protocol", "sasl_plaintext"),
        ("sasl.mechanism", mechanism),
        ("sasl.username", USER),
        ("sasl.password", password),
    ]
    .map(|(key, value)| format!("{key}={value}"))
    .to_vec()
}

#[test]
fn wrong_passwords_are_refused_and_never_said() {
    let Some((broker, locked)) = with_passwords() else { return };
    for mechanism in ["PLAIN", "SCRAM-SHA-256"] {
        let with = |password| {
            let given = credentials(mechanism, password);
            let given: Vec<&str> = given.iter().map(String::as_str).collect();
            Town::new(&broker, &PLACES, 1).by_way_of(&locked, &given)
        };
        let town = with(WRONG);
        let ended = town.start("backfill").args(&["--end", SOON]).line("--set kafka.connect_timeout=4s").finish();
        let said = ended.failed(1);
        assert!(said.to_lowercase().contains("authentication"), "{mechanism}: {said}");
        assert!(!said.contains(WRONG) && !ended.out.contains(WRONG), "{mechanism}: the password is said");

        let town = with(RIGHT);
        let ended = town.start("backfill").args(&["--end", SOON]).finish();
        assert!(!ended.err.contains(RIGHT) && !ended.out.contains(RIGHT), "{mechanism}: the password is said");
        ended.summary();
        let saved = std::process::Command::new("grep").args(["-rl", RIGHT]).arg(town.world.data()).output().unwrap();
        assert!(saved.stdout.is_empty(), "the password is saved: {}", String::from_utf8_lossy(&saved.stdout));
    }
}

/// Kafka makes names of metrics from those of topics, with `_` for `.`, and has no two topics for which they are the same.
#[test]
fn a_topic_whose_name_collides_is_refused_with_the_other() {
    let Some(broker) = shared_real("rules for names of topics") else { return };
    let (town, admin) = (Town::new(broker, &PLACES, 1), Admin::of(broker));
    let other = town.topics()[0].replace('_', ".");
    admin.create(&other, 1, &[("retention.ms", "-1")]);
    let said = assert_refused(&town, SOON, &["is no name for a topic", "collides with the topic", &other]);
    assert!(said.contains("kafka.topic_prefix"), "{said}");
    admin.delete(&other);
    town.backfill(SOON);
    town.assert_holds(SOON);
}
