//! Kafka plans by table: accepted sections, refused sections with their messages, and no secret in any of them.

use populace_sim::{Layers, VirtualTime};

use super::*;
use crate::config::kafka::Secret;

const SECRET: &str = "hunter2-and-more";

/// A login that is complete except for its password.
const LOGIN: &str = "username = \"ann\"\n[kafka.properties]\n\"security.protocol\" = \"SASL_SSL\"\n\
     \"sasl.mechanism\" = \"SCRAM-SHA-512\"\n";

fn around() -> Surroundings {
    let environment = vec![("PASSWORD".to_owned(), SECRET.to_owned())];
    Surroundings { environment, undecoded: Vec::new(), now: VirtualTime::from_seconds(1_767_225_600), terminal: false }
}

/// Returns the plan of a section `[kafka]`, with the sink of that name if one is stated.
fn of_section(sink: Option<&str>, section: &str) -> Result<KafkaPlan, UsageError> {
    let mut layers = Layers::new();
    let sink = sink.map_or(String::new(), |sink| format!("[sink]\nkind = \"{sink}\"\n"));
    layers.file("x.toml", &format!("{sink}[kafka]\n{section}"));
    let resolved = populace_wire::resolve(layers, around().now)?;
    plan(&resolved, &resolved.settings().unwrap(), &KafkaOptions::default(), &around())
}

fn good(section: &str) -> KafkaPlan {
    of_section(Some("kafka"), section).expect(section)
}

fn refused(section: &str) -> String {
    let error = of_section(Some("kafka"), section).expect_err(section);
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    error.to_string()
}

fn property<'a>(plan: &'a KafkaPlan, name: &str) -> Option<&'a str> {
    plan.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.reveal())
}

#[test]
fn the_default_plan_is_that_of_the_reference() {
    assert_eq!(good(""), KafkaPlan::default());
    assert_eq!(of_section(None, ""), Ok(KafkaPlan::default()));
}

#[test]
fn every_key_reaches_the_plan() {
    let plan = good(
        "brokers = \"a:1, [::1]:2\"\ntopic_prefix = \"t.\"\npartitions = 3\nreplication = 2\nretention_ms = 5\n\
         retention_bytes = 6\ncompression = \"zstd\"\ndelivery = \"at-least-once\"\ncommit_interval_ms = 100\n\
         epoch_records = 7\nepoch_megabytes = 8\ntransaction_timeout_ms = 10000\nconnect_timeout = \"2m\"\nheaders = true\n\
         [kafka.properties]\n\"linger.ms\" = 9\n",
    );
    let expected = KafkaPlan {
        brokers: "a:1,[::1]:2".into(),
        topic_prefix: "t.".into(),
        partitions: 3,
        replication: Some(2),
        retention_ms: Some(5),
        retention_bytes: Some(6),
        compression: Compression::Zstd,
        delivery: Delivery::AtLeastOnce,
        commit_interval: Duration::from_millis(100),
        epoch_records: 7,
        epoch_bytes: 8 << 20,
        transaction_timeout: Duration::from_secs(10),
        connect_timeout: Duration::from_secs(120),
        headers: Headers::On,
        expired: Expired::Refuse,
        registry: None,
        properties: vec![("linger.ms".into(), Secret::new("9"))],
    };
    assert_eq!(plan, expected);
}

#[test]
fn brokers_are_host_and_port() {
    for text in
        ["a", "a:", ":1", "a:0", "a:70000", "a:+1", "a:b", "", "a:1,,b:1", "a:1;b:2", "::1:9092", "tcp://a:1", "a b:1"]
    {
        let error = refused(&format!("brokers = \"{text}\""));
        assert!(error.starts_with("x.toml:4: `kafka.brokers`: ") && error.contains("kafka-1:9092"), "{text}: {error}");
    }
    refused("brokers = \"ann:hunter2@a:1\"");
}

#[test]
fn names_suggest_the_nearest() {
    assert!(refused("compression = \"lz5\"").contains("did you mean `lz4`"));
    assert!(refused("delivery = \"exactly_once\"").contains("did you mean `exactly-once`"));
    let property = refused("[kafka.properties]\n\"sasl.mechansim\" = \"PLAIN\"");
    assert!(property.starts_with("x.toml:5: `kafka.properties.sasl.mechansim`: unknown property"), "{property}");
    assert!(property.contains("did you mean `sasl.mechanism`"), "{property}");
}

#[test]
fn spans_limits_and_intervals_that_make_no_sense() {
    for text in ["0s", "-1s", "NaN", "soon", "2d", "10ms", ""] {
        assert!(refused(&format!("connect_timeout = \"{text}\"")).contains("`kafka.connect_timeout`: "), "{text}");
    }
    assert!(refused("retention_ms = 0").contains("0 would keep nothing"));
    assert!(refused("retention_bytes = 0").contains("`kafka.retention_bytes`"));
    let hasty = refused("commit_interval_ms = 7000");
    assert!(hasty.starts_with("x.toml:4: `kafka.commit_interval_ms`: 60000 ms"), "named where it was stated: {hasty}");
    assert!(hasty.contains("raise the first to 70000"), "{hasty}");
    good("commit_interval_ms = 6000");
}

#[test]
fn properties_that_populace_decides_or_the_client_does_not_take() {
    let asked = |line: &str| refused(&format!("[kafka.properties]\n{line}"));
    assert!(asked("\"bootstrap.servers\" = \"a:1\"").contains("help: set `kafka.brokers`"));
    assert!(asked("\"group.id\" = \"g\"").contains("without a group of consumers"));
    assert!(asked("\"linger.ms\" = -5").contains("outside allowed range"));
    assert!(asked("\"security.protocol\" = \"env:PASSWORD\"").contains("invalid value for the Kafka client"));
    assert!(asked("\"sasl.username\" = \"a\"").contains("needs a password"));
}

#[test]
fn a_login_is_found_where_it_lies() {
    let plan = good(&format!("password = \"env:PASSWORD\"\n{LOGIN}"));
    assert_eq!(property(&plan, "sasl.username"), Some("ann"));
    assert_eq!(property(&plan, "sasl.password"), Some(SECRET));
    assert!(!format!("{plan:?}").contains("hunter2"));
    let own =
        LOGIN.replace("username = \"ann\"\n", "") + "\"sasl.username\" = \"bob\"\n\"sasl.password\" = \"env:PASSWORD\"";
    assert_eq!(property(&good(&own), "sasl.password"), Some(SECRET));
}

#[test]
fn tls_trusts_the_systems_authorities_unless_others_are_named() {
    let of = |more: &str| good(&format!("[kafka.properties]\n\"security.protocol\" = \"ssl\"\n{more}"));
    assert_eq!(property(&of(""), "ssl.ca.location"), Some("probe"));
    assert_eq!(property(&of("\"ssl.ca.location\" = \"/own.pem\""), "ssl.ca.location"), Some("/own.pem"));
    assert_eq!(property(&of("\"ssl.ca.pem\" = \"x\""), "ssl.ca.location"), None);
}

#[test]
fn a_login_that_is_not_whole_is_refused() {
    let missing = refused(&format!("password = \"env:NOWHERE\"\n{LOGIN}"));
    assert!(missing.starts_with("x.toml:4: `kafka.password`: the variable NOWHERE is not set"), "{missing}");
    let file = refused(&format!("password = \"file:/nowhere/at/all\"\n{LOGIN}"));
    assert!(file.contains("failed to read the file \"/nowhere/at/all\""), "{file}");
    assert!(refused(LOGIN).contains("a user needs a password"));
    assert!(refused("password = \"hunter2\"").contains("a password needs a user"));
    assert!(refused(&format!("password = \"***\"\n{LOGIN}")).contains("scenario show"));
    let twice = refused(&format!("password = \"hunter2\"\n{LOGIN}\"sasl.password\" = \"hunter2\""));
    assert!(twice.contains("`kafka.properties.sasl.password` states the same"), "{twice}");
    let bare = refused("username = \"ann\"\npassword = \"hunter2\"");
    assert!(bare.contains("\"security.protocol\" = \"SASL_SSL\" and \"sasl.mechanism\""), "{bare}");
    let open = refused(&format!("password = \"hunter2\"\n{}", LOGIN.replace("SASL_SSL", "ssl")));
    assert!(open.contains("without a login"), "{open}");
}

#[test]
fn secrets_of_a_sink_that_was_not_asked_for_need_not_be_there() {
    let section = format!("password = \"env:NOWHERE\"\n{LOGIN}");
    let plan = of_section(Some("files"), &section).expect("another sink");
    assert_eq!((property(&plan, "sasl.password"), property(&plan, "sasl.username")), (None, Some("ann")));
    assert!(of_section(None, &section).is_err(), "the world may be attached to Kafka");
}

#[test]
fn a_section_can_be_checked_without_its_secrets() {
    let mut layers = Layers::new();
    layers.file("x.toml", &format!("[kafka]\npassword = \"env:NOWHERE\"\n{LOGIN}"));
    let resolved = populace_wire::resolve(layers, around().now).unwrap();
    assert_eq!(check(&resolved, &resolved.settings().unwrap()), Ok(()));
}

#[test]
fn what_is_shown_has_no_secret() {
    let mut layers = Layers::new();
    let own = "\"ssl.key.password\" = \"hunter2\"\n\"ssl.key.pem\" = \"file:/there\"\n\"ssl.key.location\" = \"/k\"\n";
    layers.file("x.toml", &format!("[kafka]\npassword = \"hunter2\"\n{LOGIN}{own}"));
    let settings: Settings = populace_wire::resolve(layers, around().now).unwrap().settings().unwrap();
    let text = toml::to_string(&settings).unwrap();
    assert!(!text.contains("hunter2") && !format!("{settings:?}").contains("hunter2"), "{text}");
    for line in [
        "username = \"ann\"",
        "password = \"***\"",
        "\"ssl.key.password\" = \"***\"",
        "\"ssl.key.pem\" = \"file:/there\"",
        "\"ssl.key.location\" = \"/k\"",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}");
    }
}

#[test]
fn the_progress_topic_is_no_topic_of_events() {
    let mut layers = Layers::new();
    layers.file("x.toml", "[topics.trips]\nname = \"populace.progress\"\n[sink]\nkind = \"kafka\"");
    let resolved = populace_wire::resolve(layers, around().now).unwrap();
    let error = plan(&resolved, &resolved.settings().unwrap(), &KafkaOptions::default(), &around()).expect_err("taken");
    assert!(error.to_string().starts_with("x.toml:2: `topics.trips.name`: populace.progress"), "{error}");
}
