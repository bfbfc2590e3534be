//! What a broker refuses in the middle of a run: named by the broker's own code, with the topic and the command that mends
//! it, and never an endless wait.

use super::admin::Admin;
use super::broker::{Broker, free_port, shared_real, tool};
use super::refusals::{RIGHT, USER, credentials, with_passwords};
use super::town::{OFTEN, PLACES, Town};
use crate::crash::daemon::{Daemon, ask, number};
use serde_json::json;
use std::time::Duration;

const PLAIN: &str = "--set kafka.delivery=at-least-once";
const KEEPS: [(&str, &str); 2] = [("retention.ms", "-1"), ("message.timestamp.after.max.ms", "9223372036854775807")];

/// A run that gets on slowly, so that what happens to its topics happens in the middle of it.
fn running(town: &Town, how: &str) -> Daemon {
    let mut daemon = town.start("run").line("--rate 3000").line(OFTEN).line(how).spawn();
    assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    daemon
}

/// That it ends with 1 and says all these parts, and never what the client library drops for another reason.
fn assert_ends(daemon: Daemon, parts: &[&str]) {
    let ended = daemon.wait();
    let said = ended.failed(1);
    let error = said.lines().find(|line| line.starts_with("error: ")).unwrap_or_else(|| panic!("no error: {said}"));
    parts.iter().for_each(|part| assert!(error.contains(part), "{part:?} is not said: {error}\n{said}"));
    assert!(!said.contains("Purge") && !said.contains("Purged"), "{said}");
    assert_eq!(ended.out, "", "a failure answers nothing");
}

/// Alters the topic of transactions under a run, and returns how that ended.
fn altered(settings: &[(&str, &str)], how: &str, parts: &[&str]) {
    let Some(broker) = shared_real("settings of topics") else { return };
    let town = Town::new(broker, &PLACES, 1);
    let daemon = running(&town, how);
    let topic = town.topics()[0].clone();
    Admin::of(broker).set(&topic, &[&KEEPS[..], settings].concat());
    assert_ends(daemon, &[&[topic.as_str(), "partition 0", "kafka-configs.sh", broker.address()][..], parts].concat());
    // What the message says to do helps, and nothing is missing.
    Admin::of(broker).set(&topic, &KEEPS);
    if how.is_empty() {
        let end = town.settle();
        town.assert_holds(&end);
    }
}

#[test]
fn a_bound_on_old_times_that_comes_in_mid_life_is_named() {
    let parts =
        ["InvalidTimestamp", "behind the wall clock", "message.timestamp.before.max.ms of the topic is 3600000 ms"];
    for how in ["", PLAIN] {
        altered(&[("message.timestamp.before.max.ms", "3600000")], how, &parts[usize::from(!how.is_empty())..]);
    }
}

#[test]
fn a_bound_on_times_ahead_that_comes_in_mid_life_is_named() {
    let Some(broker) = shared_real("settings of topics") else { return };
    let ahead = ["--start", "2090-01-01", "--people", "300", "--region", "houston", "--seed", "7"];
    let town = Town::new(broker, &ahead, 1);
    let daemon = running(&town, "");
    let topic = town.topics()[0].clone();
    Admin::of(broker).set(&topic, &[("retention.ms", "-1"), ("message.timestamp.after.max.ms", "3600000")]);
    let wanted =
        ["InvalidTimestamp", &topic, "ahead of the wall clock", "message.timestamp.after.max.ms of the topic is"];
    assert_ends(daemon, &wanted);
}

#[test]
fn batches_that_are_too_large_in_mid_life_are_named() {
    for how in ["", PLAIN] {
        altered(&[("max.message.bytes", "100")], how, &["max.message.bytes", "batch.size"]);
    }
}

fn deletes_a_topic(broker: &Broker) {
    for how in ["", PLAIN] {
        let town = Town::new(broker, &PLACES, 1);
        let daemon = running(&town, how);
        let topic = town.topics()[0].clone();
        Admin::of(broker).delete(&topic);
        assert_ends(daemon, &[&topic, "was deleted", "kafka.topic_prefix"]);
    }
}

#[test]
fn a_topic_that_is_deleted_in_mid_life_is_named() {
    let Some(broker) = shared_real("deleting topics") else { return };
    deletes_a_topic(broker);
}

/// It is not made again by being asked for, or written to, where a broker makes topics by itself.
#[test]
fn a_topic_that_is_deleted_in_mid_life_does_not_come_back_by_itself() {
    let Some(broker) = Broker::start_with("deleting topics", "auto.create.topics.enable=true\n") else { return };
    deletes_a_topic(&broker);
}

#[test]
fn progress_that_is_deleted_in_mid_life_is_named() {
    let Some(broker) = shared_real("deleting topics") else { return };
    let town = Town::new(broker, &PLACES, 1);
    let daemon = running(&town, "");
    Admin::of(broker).delete(&town.progress());
    assert_ends(daemon, &[&town.progress(), "kafka.topic_prefix"]);
}

/// A broker with rights, one of whose listeners' clients are all `ANONYMOUS`; the address at which everything is allowed.
fn with_rights() -> Option<(Broker, String)> {
    let port = free_port();
    let settings = format!(
        "listeners=PLAINTEXT://127.0.0.1:{{PORT}},CONTROLLER://127.0.0.1:{{CPORT}},ADMIN://127.0.0.1:{port}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{{PORT}},ADMIN://127.0.0.1:{port}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:SASL_PLAINTEXT,ADMIN:SASL_PLAINTEXT\n\
         inter.broker.listener.name=ADMIN\n\
         sasl.mechanism.inter.broker.protocol=PLAIN\n\
         sasl.mechanism.controller.protocol=PLAIN\n\
         listener.name.admin.sasl.enabled.mechanisms=PLAIN\n\
         listener.name.controller.sasl.enabled.mechanisms=PLAIN\n\
         listener.name.admin.plain.sasl.jaas.config={JAAS}\n\
         listener.name.controller.plain.sasl.jaas.config={JAAS}\n\
         authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n\
         super.users=User:admin\n\
         allow.everyone.if.no.acl.found=true\n"
    );
    let broker = Broker::start_with("rights", &settings)?;
    Some((broker, format!("127.0.0.1:{port}")))
}

const JAAS: &str = "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\" \
                    password=\"a-password\" user_admin=\"a-password\";";

/// Takes a right from everybody who did not log in.
fn deny(address: &str, what: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let login = dir.path().join("login.properties");
    let text = format!("security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config={JAAS}\n");
    std::fs::write(&login, text).unwrap();
    let who = ["--bootstrap-server", address, "--command-config", login.to_str().unwrap(), "--add", "--force"];
    let whom = ["--deny-principal", "User:ANONYMOUS", "--operation", "Write"];
    tool("org.apache.kafka.tools.AclCommand", &[&who[..], &whom, what].concat());
}

#[test]
fn a_right_that_is_taken_away_in_mid_life_is_named() {
    let Some((broker, admin)) = with_rights() else { return };
    for how in ["", PLAIN] {
        let town = Town::new(&broker, &PLACES, 1);
        let daemon = running(&town, how);
        let topic = town.topics()[0].clone();
        deny(&admin, &["--topic", &topic]);
        assert_ends(
            daemon,
            &["TopicAuthorizationFailed", &topic, "kafka-acls.sh", "User:ANONYMOUS", "--operation Write"],
        );
    }
    let town = Town::new(&broker, &PLACES, 1);
    let daemon = running(&town, "");
    deny(&admin, &["--topic", &town.progress()]);
    assert_ends(daemon, &["TopicAuthorizationFailed", &town.progress(), "kafka-acls.sh"]);
    let town = Town::new(&broker, &PLACES, 1);
    let daemon = running(&town, "");
    deny(&admin, &["--transactional-id", "populace-", "--resource-pattern-type", "prefixed"]);
    assert_ends(daemon, &["TransactionalIdAuthorizationFailed", "kafka-acls.sh", "--transactional-id populace-"]);
}

/// A login that is refused may be so for a moment, while a broker starts: it ends the run when it stays so.
#[test]
fn a_password_that_is_changed_in_mid_life_is_named() {
    let Some((broker, locked)) = with_passwords() else { return };
    let login = credentials("SCRAM-SHA-256", RIGHT);
    let login: Vec<&str> = login.iter().map(String::as_str).collect();
    let town = Town::new(&broker, &PLACES, 1).by_way_of(&locked, &login);
    let run = town.start("run").line("--rate 500 --set kafka.connect_timeout=5s");
    let mut daemon = run.spawn();
    let lives = || ask(&town.world.data(), &json!({"request": "status"})).is_ok_and(|now| number(&now, "events") > 500);
    assert!(daemon.until(|_| lives()), "{}", daemon.said());
    let change = ["--alter", "--entity-type", "users", "--entity-name", USER, "--add-config"];
    let other = ["SCRAM-SHA-256=[password=another-password]", "--bootstrap-server", broker.address()];
    tool("kafka.admin.ConfigCommand", &[&change[..], &other].concat());
    broker.kill();
    broker.restart();
    let ended = daemon.wait();
    let said = ended.failed(1);
    for part in ["cannot sign in", "kafka.username", "kafka.password"] {
        assert!(said.contains(part), "{part:?} is not said: {said}");
    }
    assert!(!said.contains(RIGHT), "the password is said");
}

/// What passes is waited for, and told in few lines.
#[test]
fn what_passes_is_waited_for_in_few_lines() {
    let Some(broker) = Broker::start("killing a broker") else { return };
    let town = Town::new(&broker, &PLACES, 1);
    let mut daemon = running(&town, "");
    broker.kill();
    std::thread::sleep(Duration::from_secs(12));
    let told = daemon.said().lines().filter(|line| line.contains("WARN") && line.contains("Kafka")).count();
    assert!((1..=2).contains(&told), "{told} lines: {}", daemon.said());
    broker.restart();
    assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    assert!(daemon.until(|daemon| daemon.said().contains("Kafka reachable again")), "{}", daemon.said());
    daemon.signal("TERM");
    daemon.wait().summary();
}
