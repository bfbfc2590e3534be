//! Listeners of a broker that do not fit what the client was told, or that it cannot reach: the message says which, why, and
//! which key to look at.

use super::broker::{Broker, free_port};
use super::refusals::{RIGHT, credentials, with_passwords};
use super::town::{PLACES, Town};
use std::path::Path;
use std::process::Command;

const SOON: &str = "2026-01-01T06:00:00Z";
const KEY: &str = "kafka.properties.security.protocol";

/// That a run by way of this address ends with 1 and one message that has all these parts.
fn assert_told(broker: &Broker, address: &str, properties: &[String], parts: &[&str]) {
    let properties: Vec<&str> = properties.iter().map(String::as_str).collect();
    let town = Town::new(broker, &PLACES, 1).by_way_of(address, &properties);
    let ended = town.start("backfill").args(&["--end", SOON]).line("--set kafka.connect_timeout=4s").finish();
    let said = ended.failed(1);
    let error = said.lines().find(|line| line.starts_with("error: ")).unwrap_or_else(|| panic!("no error: {said}"));
    println!("{error}");
    for part in parts.iter().chain([&address]) {
        assert!(error.contains(part), "{part:?} is not said: {error}\n{said}");
    }
}

/// A broker that is reached at its address and sends its clients on to another.
fn advertising(address: &str) -> Option<Broker> {
    let inside = free_port();
    let settings = format!(
        "listeners=PLAINTEXT://127.0.0.1:{{PORT}},INSIDE://127.0.0.1:{inside},CONTROLLER://127.0.0.1:{{CPORT}}\n\
         advertised.listeners=PLAINTEXT://{address},INSIDE://127.0.0.1:{inside}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT\n\
         inter.broker.listener.name=INSIDE\n"
    );
    Broker::start_with("an advertised listener", &settings)
}

#[test]
fn an_advertised_listener_that_cannot_be_reached_is_named() {
    let name = format!("kafka-internal.invalid:{}", free_port());
    let Some(broker) = advertising(&name) else { return };
    assert_told(&broker, broker.address(), &[], &[&name, "resolve", "advertised.listeners"]);

    let nobody = format!("127.0.0.1:{}", free_port());
    let Some(broker) = advertising(&nobody) else { return };
    assert_told(&broker, broker.address(), &[], &[&nobody, "refused", "advertised.listeners"]);
}

#[test]
fn a_login_that_does_not_fit_the_listener_is_named() {
    let Some((broker, locked)) = with_passwords() else { return };
    assert_told(&broker, &locked, &[], &["login", KEY, "SASL_PLAINTEXT", "kafka.username"]);
    let login = credentials("PLAIN", RIGHT);
    assert_told(&broker, broker.address(), &login, &["no login", KEY, "PLAINTEXT"]);
    let mechanism = credentials("SCRAM-SHA-512", RIGHT);
    assert_told(&broker, &locked, &mechanism, &["sasl.mechanism", "SCRAM-SHA-256"]);
}

/// A key store with a certificate that nobody signed.
fn key_store(dir: &Path) -> String {
    let path = dir.join("keys.p12").display().to_string();
    let words = "-genkeypair -alias broker -keyalg RSA -dname CN=127.0.0.1 -storetype PKCS12 -storepass a-password";
    let made = Command::new("keytool").args(words.split(' ')).args(["-keystore", &path]).output().expect("java has it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
    path
}

#[test]
fn tls_that_does_not_fit_the_listener_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (port, keys) = (free_port(), key_store(dir.path()));
    let settings = format!(
        "listeners=PLAINTEXT://127.0.0.1:{{PORT}},CONTROLLER://127.0.0.1:{{CPORT}},SAFE://127.0.0.1:{port}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{{PORT}},SAFE://127.0.0.1:{port}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SAFE:SSL\n\
         ssl.keystore.location={keys}\n\
         ssl.keystore.type=PKCS12\n\
         ssl.keystore.password=a-password\n\
         ssl.key.password=a-password\n"
    );
    let Some(broker) = Broker::start_with("a listener with TLS", &settings) else { return };
    let safe = format!("127.0.0.1:{port}");
    let tls = ["security.protocol=ssl".to_owned()];
    assert_told(&broker, &safe, &[], &["with TLS", KEY, "to SSL"]);
    assert_told(&broker, broker.address(), &tls, &["without TLS", KEY, "to PLAINTEXT"]);
    assert_told(&broker, &safe, &tls, &["certificate", "ssl.ca.location"]);
}
