//! The daemon with a real schema registry: registers, evolves, is refused, waits, and frames its values, which are those of
//! the JSON twin.

use super::admin::Admin;
use super::apicurio::{self, Apicurio};
use super::broker::{Broker, free_port, shared_real};
use super::crash::kill_at_random_instants;
use super::reader::Received;
use super::town::{PLACES, Town, Values};
use crate::crash::daemon::Outcome;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

const SOON: &str = "2026-01-01T06:00:00Z";
const LATER: &str = "2026-01-01T12:00:00Z";

/// The formats that have schemas, and their names in the registry.
const FORMATS: [(&str, &str); 3] = [("json-schema", "JSON"), ("avro", "AVRO"), ("protobuf", "PROTOBUF")];

/// The topic that is looked at.
const TRIPS: &str = "estimated_time_of_arrival";

/// A registry and a broker, or none.
fn shared(what: &str) -> Option<(&'static Broker, &'static Apicurio)> {
    Some((shared_real(what)?, apicurio::shared(what)?))
}

/// The options by which every topic has this format, with this registry.
pub fn options(registry: &Apicurio, format: &str) -> Vec<String> {
    let topics = ["transactions", "trips", "interactions"];
    let formats = topics.iter().map(|topic| format!("--set=topics.{topic}.format={format}"));
    formats.chain([format!("--set=kafka.registry.url={}", registry.url())]).collect()
}

/// A town whose topics have this format, in a registry.
pub fn town(broker: &Broker, registry: &Apicurio, format: &str, partitions: usize) -> Town {
    let options = options(registry, format);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let values = if format == "json-schema" { Values::JsonWithId } else { Values::Encoded };
    Town::new(broker, &PLACES, partitions).with_schemas(&options, values)
}

fn backfill(town: &Town, end: &str, more: &[&str]) -> Outcome {
    town.start("backfill").args(&["--end", end]).args(more).finish()
}

/// That it ends with 1 and says all of these.
#[track_caller]
fn assert_refused(ended: &Outcome, words: &[&str]) {
    let said = ended.failed(1);
    let missing: Vec<_> = words.iter().filter(|word| !said.contains(**word)).collect();
    assert!(missing.is_empty(), "{missing:?} are not said: {said}");
}

fn subject(town: &Town) -> String {
    format!("{}{TRIPS}-value", town.prefix())
}

/// The records of the trips.
fn trips(town: &Town) -> Vec<Received> {
    town.content()[TRIPS].iter().flatten().cloned().collect()
}

/// The bytes of the id of a subject's latest version.
fn id_of(registry: &Apicurio, subject: &str) -> Vec<u8> {
    let id = u32::try_from(registry.latest(subject)["id"].as_u64().unwrap()).unwrap();
    [&[0], &id.to_be_bytes()[..]].concat()
}

/// What the program prints as the schema of the trips.
fn printed_schema(format: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_populace"));
    let ran = program.args(["schema", TRIPS, "--format", format]).output().expect("it starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn a_schema_is_registered_and_named_in_front_of_each_value() {
    let Some((broker, registry)) = shared("registering a schema") else { return };
    for (format, name) in FORMATS {
        let town = town(broker, registry, format, 2);
        backfill(&town, SOON, &[]).failed(0);
        let latest = registry.latest(&subject(&town));
        assert_eq!((&latest["version"], &latest["schemaType"]), (&json!(1), &json!(name)));
        let mut id = id_of(registry, &subject(&town));
        // The first message of the file.
        id.extend((format == "protobuf").then_some(0));
        assert!(trips(&town).iter().all(|one| one.value.starts_with(&id)), "the id of {format}");
        // Again, with the same id.
        let ended = backfill(&town, LATER, &[]);
        ended.failed(0);
        assert!(ended.err.contains("schema registered") && ended.err.contains(&registry.url()), "{}", ended.err);
        assert_eq!(registry.latest(&subject(&town)), latest);
        town.assert_holds(LATER);
    }
}

#[test]
fn the_id_in_a_header_leaves_the_value_alone() {
    let Some((broker, registry)) = shared("an id in a header") else { return };
    let options = options(registry, "json-schema");
    let mut options: Vec<&str> = options.iter().map(String::as_str).collect();
    options.extend(["--set=kafka.registry.schema_id=header", "--set=kafka.registry.subject=topic-record"]);
    let town = Town::new(broker, &PLACES, 1).with_schemas(&options, Values::Json);
    backfill(&town, SOON, &[]).failed(0);
    let header = id_of(registry, &format!("{}{TRIPS}-{TRIPS}", town.prefix()));
    let expected = vec![("__value_schema_id".to_owned(), header)];
    assert!(trips(&town).iter().all(|one| one.headers == expected), "{:?}", trips(&town)[0].headers);
    town.assert_holds(SOON);
}

#[test]
fn an_evolution_that_fits_is_a_version_and_one_that_does_not_is_refused_with_the_registrys_words() {
    let Some((broker, registry)) = shared("evolution") else { return };
    let town = town(broker, registry, "json-schema", 1);
    backfill(&town, SOON, &[]).failed(0);
    registry.set_compatibility(&subject(&town), "BACKWARD");
    let before = town.content();
    // Every field of the JSON Schema is required: one more does not fit records that have it not.
    let fields = "--set=topics.trips.fields=[\"trip_id\",\"driver_id\",\"timestamp\",\"weather as sky\"]";
    let ended = backfill(&town, LATER, &["--adopt-scenario", fields]);
    assert_refused(
        &ended,
        &["does not fit", &subject(&town), &registry.url(), "which says:", "topic_prefix", "fields"],
    );
    assert_eq!(town.content(), before, "something was written");
    assert_eq!(registry.latest(&subject(&town))["version"], 1);
    // The owner of the subject lets it.
    registry.set_compatibility(&subject(&town), "NONE");
    backfill(&town, LATER, &["--adopt-scenario", fields]).failed(0);
    let latest = registry.latest(&subject(&town));
    assert_eq!(latest["version"], 2);
    assert!(latest["schema"].as_str().unwrap().contains("\"sky\""), "{latest}");
    town.assert_begins_with(&before);
    let ids: BTreeSet<_> = trips(&town).iter().map(|one| one.value[..5].to_vec()).collect();
    assert_eq!(ids.len(), 2, "each record names the schema that it has");
    town.world.plain("verify").args(&["--sink", "kafka", "--brokers", town.address()]).finish().failed(0);
}

#[test]
fn avro_takes_an_optional_field_and_no_other_type() {
    let Some((broker, registry)) = shared("evolution of Avro") else { return };
    let town = town(broker, registry, "avro", 1);
    let subject = format!("{}e_commerce_customer_interactions-value", town.prefix());
    backfill(&town, SOON, &[]).failed(0);
    registry.set_compatibility(&subject, "BACKWARD");
    let optional = ["--adopt-scenario", "--set=topics.interactions.fields=[\"*\",\"cart_id\"]"];
    backfill(&town, "2026-01-01T08:00:00Z", &optional).failed(0);
    assert_eq!(registry.latest(&subject)["version"], 2);
    let changed = "--set=topics.interactions.fields=[\"*\",\"-price\",\"-quantity\",\"cart_id\",\"quantity as price\"]";
    let ended = backfill(&town, LATER, &["--adopt-scenario", changed]);
    assert_refused(&ended, &["does not fit", &subject, "which says:"]);
    assert_eq!(registry.latest(&subject)["version"], 2);
    // It goes on as it was.
    backfill(&town, LATER, &[]).failed(0);
    town.world.plain("verify").args(&["--sink", "kafka", "--brokers", town.address()]).finish().failed(0);
}

#[test]
fn without_registering_the_schema_must_be_there() {
    let Some((broker, registry)) = shared("schemas that others register") else { return };
    let manual = [
        "--set=kafka.registry.auto_register=false",
        "--set=topics.transactions.format=json",
        "--set=topics.interactions.format=json",
    ];
    let first = town(broker, registry, "json-schema", 1);
    let ended = backfill(&first, SOON, &manual);
    assert_refused(
        &ended,
        &["has no schema", &subject(&first), "populace schema --format json-schema", "auto_register"],
    );
    assert!(!first.world.data().join("world").exists(), "a refusal makes no world");
    registry.register(&subject(&first), "JSON", "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}");
    let ended = backfill(&first, SOON, &manual);
    assert_refused(&ended, &["version 1, the latest of subject", "is not the schema of", "populace schema"]);

    let second = town(broker, registry, "json-schema", 1);
    registry.register(&subject(&second), "JSON", &printed_schema("json-schema"));
    backfill(&second, SOON, &manual).failed(0);
    assert_eq!(registry.latest(&subject(&second))["version"], 1);
    // What registers by itself finds it, too, in other words as it may be.
    backfill(&second, LATER, &manual[1..]).failed(0);
    assert_eq!(registry.latest(&subject(&second))["version"], 1);
    let id = id_of(registry, &subject(&second));
    assert!(trips(&second).iter().all(|one| one.value.starts_with(&id)), "the id");
    // Topics of the format json have no schema.
    let of_this = |one: &&Value| one.as_str().is_some_and(|name| name.starts_with(second.prefix()));
    assert_eq!(registry.get("/subjects").as_array().unwrap().iter().filter(of_this).count(), 1);
}

#[test]
fn a_registry_that_is_down_is_waited_for_and_one_that_dies_later_is_not_missed() {
    let Some(broker) = shared_real("transactions") else { return };
    let Some(registry) = Apicurio::start("killing a registry") else { return };
    registry.kill();
    let town = town(broker, &registry, "json-schema", 1);
    let ended = backfill(&town, SOON, &["--set=kafka.connect_timeout=2s"]);
    assert_refused(&ended, &["the schema registry at", &registry.url(), "unreachable", "refused", "nothing is lost"]);
    assert!(!town.world.data().join("world").exists(), "a refusal makes no world");

    let start = town.start("run").line("--rate 2000 --set kafka.connect_timeout=3m");
    let mut daemon = start.spawn();
    assert!(daemon.until(|daemon| daemon.said().contains("retrying")), "{}", daemon.said());
    registry.run();
    assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    registry.kill();
    assert!(town.gets_on(&mut daemon), "{}", daemon.said());
    daemon.signal("TERM");
    let summary = daemon.wait().summary();
    let end = summary["virtual_now"].as_str().expect("an instant").to_owned();
    town.assert_holds(&end);
}

#[test]
fn a_topic_keeps_how_its_values_name_their_schema() {
    let Some((broker, registry)) = shared("framing") else { return };
    let town = town(broker, registry, "json-schema", 1);
    backfill(&town, SOON, &[]).failed(0);
    let ended = backfill(&town, LATER, &["--set=kafka.registry.url="]);
    assert_refused(&ended, &["have a schema id in front", "would write no schema id", "[kafka.registry]"]);
    let ended = backfill(&town, LATER, &["--set=kafka.registry.schema_id=header"]);
    assert_refused(&ended, &["would write a schema id in a header"]);
    // The progress is rebuilt from values that are read without the id.
    Admin::of(broker).delete(&town.progress());
    let rebuild = town.world.plain("verify").args(&["--sink", "kafka", "--brokers", town.address()]);
    rebuild.args(&["--rebuild-progress"]).finish().failed(0);
    backfill(&town, LATER, &[]).failed(0);
    town.assert_holds(LATER);
}

/// A key store with a certificate that nobody signed, and the certificate itself in a file.
fn certificate(dir: &Path) -> [String; 2] {
    let [keys, certificate] = ["keys.p12", "own.pem"].map(|name| dir.join(name).display().to_string());
    let tool = |words: &str| {
        let all = words.split(' ').chain(["-alias", "registry", "-storepass", "a-password", "-keystore", &keys]);
        let made = Command::new("keytool").args(all).output().expect("java has it");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
    };
    tool("-genkeypair -keyalg RSA -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -storetype PKCS12");
    tool(&format!("-exportcert -rfc -file {certificate}"));
    [keys, certificate]
}

#[test]
fn a_registry_with_tls_is_trusted_by_its_authority_alone() {
    let Some(broker) = shared_real("transactions") else { return };
    let dir = tempfile::tempdir().unwrap();
    let ([keys, own], port) = (certificate(dir.path()), free_port());
    let more = [
        format!("-Dquarkus.http.ssl-port={port}"),
        format!("-Dquarkus.http.ssl.certificate.key-store-file={keys}"),
        "-Dquarkus.http.ssl.certificate.key-store-password=a-password".to_owned(),
    ];
    let Some(registry) = Apicurio::start_with("a registry with TLS", &more) else { return };
    let town = town(broker, &registry, "json-schema", 1);
    let url = |scheme: &str| format!("--set=kafka.registry.url={scheme}://127.0.0.1:{port}/apis/ccompat/v7");
    let soon = "--set=kafka.connect_timeout=1s";
    assert_refused(&backfill(&town, SOON, &[&url("https"), soon]), &["certificate", "kafka.registry.ca"]);
    backfill(&town, SOON, &[&url("https"), &format!("--set=kafka.registry.ca={own}")]).failed(0);
    assert_eq!(registry.latest(&subject(&town))["version"], 1);
    town.assert_holds(SOON);
}

/// A server that gives everyone this answer.
fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1 << 16]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn a_wrong_password_and_nonsense_are_said_in_one_message_and_secrets_never() {
    let Some(broker) = shared_real("transactions") else { return };
    const SECRET: &str = "not-the-right-password";
    let denied = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let page = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\n<html/>";
    for (answer, words) in
        [(denied, ["denies access with 401", "kafka.registry.password"]), (page, ["<html/>", "kafka.registry.url"])]
    {
        let (town, url) = (Town::new(broker, &PLACES, 1), format!("--set=kafka.registry.url={}", answering(answer)));
        let more = ["--set=topics.trips.format=json-schema", &url, "--set=kafka.registry.username=town"];
        let start = town.start("backfill").args(&["--end", SOON]).args(&more);
        let ended = start.env("POPULACE_KAFKA_REGISTRY_PASSWORD", SECRET).finish();
        assert_refused(&ended, &words);
        assert!(!ended.err.contains(SECRET) && !ended.out.contains(SECRET), "the password is said: {}", ended.err);
        assert_eq!(ended.err.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{}", ended.err);
        assert!(!town.world.data().join("world").exists(), "a refusal makes no world");
    }
}

/// Values with a schema id: nothing lost, nothing doubled.
#[test]
#[ignore = "long: run by CI"]
fn thirty_random_kills_change_no_value() {
    let Some((broker, registry)) = shared("kills with schemas") else { return };
    kill_at_random_instants(30, &town(broker, registry, "avro", 3));
}

#[test]
fn two_random_kills_change_no_value() {
    let Some((broker, registry)) = shared("kills with schemas") else { return };
    kill_at_random_instants(2, &town(broker, registry, "avro", 3));
}
