//! Mistakes in what is said of Kafka, all refused before any broker is asked; and that a secret, however it was given,
//! is in nothing that the program prints or keeps.

use super::{Outcome, Place, TOWN, ended};
use std::fs;
use std::path::Path;

const SECRET: &str = "hunter2-and-more";

/// Runs every line with `--sink kafka`, which must be refused with 2 and these parts of a message, and must have made
/// nothing.
#[track_caller]
fn refused(lines: &[(&str, &[&str])]) {
    for (line, parts) in lines {
        let place = Place::new();
        println!("populace {line} --sink kafka");
        let words: Vec<&str> = line.split(' ').chain(["--sink", "kafka"]).collect();
        place.asks(&words).complains(2, parts);
        assert!(!place.data().exists(), "{line}: nothing is made");
    }
}

#[test]
fn kafka_is_used_only_when_it_is_asked_for() {
    let place = Place::new();
    let lines: [(&str, &[&str]); 6] = [
        ("run --brokers localhost:9092", &["--brokers does not choose Kafka", "add --sink kafka"]),
        ("run --brokers localhost:9092 --sink files", &["--brokers is for Kafka", "the sink is files (--sink)"]),
        ("run --kafka-property linger.ms=5 --sink null", &["--kafka-property is for Kafka", "the sink is null"]),
        ("backfill --end now --start -1d --allow-expired", &["--allow-expired does not choose Kafka", "--sink kafka"]),
        ("verify --brokers localhost:9092", &["--brokers", "add --sink kafka"]),
        ("verify --out there --sink files --kafka-property linger.ms=5", &["--kafka-property is for Kafka"]),
    ];
    for (line, parts) in lines {
        place.asks(&line.split(' ').collect::<Vec<_>>()).complains(2, parts);
    }
    let stated = ended(place.command(&["run", "--brokers", "a:1"]).env("POPULACE_SINK_KIND", "stdout"));
    stated.complains(2, &["the sink is stdout (environment POPULACE_SINK_KIND)"]);
    assert!(!place.data().exists(), "nothing is made");
}

#[test]
fn addresses_look_like_host_and_port() {
    for address in
        ["localhost", "localhost:", ":9092", "localhost:0", "a:1,b", "a:1,,b:1", "kafka://a:1", "a:99999", ""]
    {
        let place = Place::new();
        let outcome = place.asks(&["run", "--sink", "kafka", "--brokers", address]);
        outcome.complains(2, &["--brokers: `kafka.brokers`", "is not host:port", "kafka-1:9092,kafka-2:9092"]);
        assert!(!place.data().exists(), "{address}: nothing is made");
    }
}

#[test]
fn numbers_and_names_are_refused_by_their_range() {
    refused(&[
        ("run --set kafka.partitions=0", &["kafka.partitions", "1 to 10,000"]),
        ("run --set kafka.partitions=-1", &["kafka.partitions"]),
        ("run --set kafka.partitions=NaN", &["kafka.partitions"]),
        ("run --set kafka.partitions=1e308", &["kafka.partitions"]),
        ("run --set kafka.replication=-1", &["kafka.replication", "0 to 100"]),
        ("run --set kafka.retention_ms=0", &["kafka.retention_ms", "-1 to keep everything"]),
        ("run --set kafka.retention_ms=-2", &["kafka.retention_ms", "from -1"]),
        ("run --set kafka.retention_bytes=0", &["kafka.retention_bytes"]),
        ("run --set kafka.commit_interval_ms=0", &["kafka.commit_interval_ms", "1 to 90,000"]),
        ("run --set kafka.commit_interval_ms=6001", &["kafka.commit_interval_ms", "10 times", "60010"]),
        ("run --set kafka.transaction_timeout_ms=9999", &["kafka.transaction_timeout_ms", "10,000 to 900,000"]),
        ("run --set kafka.epoch_records=0", &["kafka.epoch_records"]),
        ("run --set kafka.epoch_megabytes=0.5", &["kafka.epoch_megabytes", "a whole number"]),
        ("run --set kafka.connect_timeout=0s", &["kafka.connect_timeout"]),
        ("run --set kafka.connect_timeout=30d", &["kafka.connect_timeout", "1s to 1d"]),
        ("run --set kafka.headers=perhaps", &["kafka.headers", "true or false"]),
        ("run --set kafka.compression=ztsd", &["kafka.compression", "did you mean `zstd`"]),
        ("run --set kafka.delivery=atleast-once", &["kafka.delivery", "did you mean `at-least-once`"]),
        ("run --set kafka.topic_prefix=a/b", &["kafka.topic_prefix", "a/b"]),
        ("run --set kafka.broker=a:1", &["kafka.broker", "did you mean `kafka.brokers`"]),
        ("run --set topics.trips.name=populace.progress", &["topics.trips.name", "populace.progress"]),
        ("verify --brokers nowhere", &["--brokers", "is not host:port"]),
    ]);
}

#[test]
fn properties_are_those_of_the_client_and_not_populaces_own() {
    refused(&[
        ("run --kafka-property linger.ms", &["--kafka-property", "NAME=VALUE"]),
        ("run --kafka-property Linger=5", &["--kafka-property", "not a valid property name"]),
        ("run --kafka-property =5", &["--kafka-property", "not a valid property name"]),
        ("run --kafka-property linger.sm=5", &["kafka.properties.linger.sm", "did you mean `linger.ms`"]),
        ("run --kafka-property linger.ms=-5", &["kafka.properties.linger.ms", "outside allowed range"]),
        ("run --kafka-property acks=1", &["kafka.properties.acks", "every replica"]),
        ("run --kafka-property transactional.id=x", &["kafka.properties.transactional.id", "from the world"]),
        ("run --set kafka.properties.bootstrap.servers=a:1", &["bootstrap.servers", "set `kafka.brokers`"]),
        ("run --kafka-property ssl.ca.location=env:NOWHERE", &["ssl.ca.location", "the variable NOWHERE is not set"]),
        ("verify --kafka-property group.id=x", &["kafka.properties.group.id"]),
    ]);
    let place = Place::new();
    let variable = "POPULACE_KAFKA_PROPERTIES_ISOLATION_LEVEL";
    let outcome = ended(place.command(&["run", "--sink", "kafka"]).env(variable, "read_uncommitted"));
    outcome.complains(2, &[variable, "kafka.properties.isolation.level", "committed"]);
}

#[test]
fn a_login_must_be_whole_and_say_how() {
    refused(&[
        ("run --set kafka.username=ann", &["kafka.username", "a user needs a password"]),
        ("run --set kafka.password=hunter2", &["kafka.password", "a password needs a user"]),
        (
            "run --set kafka.username=ann --set kafka.password=hunter2",
            &["kafka.username", "not how to log in", "security.protocol", "sasl.mechanism", "SCRAM-SHA-512"],
        ),
        (
            "run --set kafka.password=file:/nowhere --set kafka.username=ann --kafka-property sasl.mechanism=PLAIN --kafka-property security.protocol=SASL_SSL",
            &["kafka.password", "/nowhere"],
        ),
    ]);
}

/// The secret is in nothing that was printed.
#[track_caller]
fn silent(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

/// The secret is in no file below `folder`.
fn kept_nowhere(folder: &Path) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => kept_nowhere(&path),
            Ok(found) if found.is_file() => {
                let bytes = fs::read(&path).unwrap();
                assert!(!bytes.windows(7).any(|part| part == b"hunter2"), "{}", path.display());
            }
            _ => {}
        }
    }
}

/// Every way to give the secret: words, variables and the text of a scenario file.
type Way = (Vec<String>, Vec<(&'static str, String)>, Option<String>);

fn ways(file: &Path) -> Vec<Way> {
    let how = ["security.protocol=SASL_PLAINTEXT", "sasl.mechanism=PLAIN"]
        .map(|one| ["--set".to_owned(), format!("kafka.properties.{one}")]);
    let login: Vec<String> = how.concat().into_iter().chain(["--set".into(), "kafka.username=ann".into()]).collect();
    let with = |more: &[String]| [&login, more].concat();
    let set = |text: String| with(&["--set".to_owned(), text]);
    let own = |key: &str| format!("[kafka]\n{key} = \"{SECRET}\"\n");
    let property = format!("[kafka.properties]\n\"sasl.password\" = \"{SECRET}\"\n");
    vec![
        (set(format!("kafka.password={SECRET}")), vec![], None),
        (set(format!("kafka.properties.sasl.password={SECRET}")), vec![], None),
        (vec!["--set".into(), format!("kafka.properties.ssl.key.password={SECRET}")], vec![], None),
        (set("kafka.password=env:MINE".into()), vec![("MINE", SECRET.into())], None),
        (set(format!("kafka.password=file:{}", file.display())), vec![], None),
        (login.clone(), vec![("POPULACE_KAFKA_PASSWORD", SECRET.into())], None),
        (login.clone(), vec![("POPULACE_KAFKA_PROPERTIES_SASL_PASSWORD", SECRET.into())], None),
        (login.clone(), vec![], Some(own("password"))),
        (login.clone(), vec![], Some(property)),
        // Mistakes.
        (set(format!("kafka.password:{SECRET}")), vec![], None),
        (set(format!("kafka.pasword={SECRET}")), vec![], None),
        (set(format!("kafka.properties.sasl.passwort={SECRET}")), vec![], None),
        (set(format!("kafka.properties={SECRET}")), vec![], None),
        (set(format!("kafka.brokers=ann:{SECRET}@there:9092")), vec![], None),
        (vec![format!("sasl.password={SECRET}")], vec![], None),
        (login.clone(), vec![("POPULACE_KAFKA_PASWORD", SECRET.into())], None),
        (login.clone(), vec![], Some(own("pasword"))),
        (login.clone(), vec![], Some(format!("[kafka]\npassword = {SECRET}\n"))),
        (login, vec![], Some(format!("[kafka]\npassword = [\"{SECRET}\"]\n"))),
    ]
}

#[test]
fn a_secret_is_never_shown_and_never_kept() {
    let place = Place::new();
    let (file, scenario) = (place.path("secret"), place.path("x.toml"));
    fs::write(&file, SECRET).unwrap();
    let mut shown = 0;
    for (number, (words, variables, text)) in ways(&file).into_iter().enumerate() {
        let own = Place::new();
        fs::write(&scenario, text.clone().unwrap_or_default()).unwrap();
        let scenario = scenario.display().to_string();
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--scenario", &scenario]).collect();
        let ask = |first: &[&str]| {
            let mut command = own.command(&[first, &words].concat());
            command.env("POPULACE_LOG", "trace").env("POPULACE_KAFKA_CONNECT_TIMEOUT", "1s");
            command
                .env("POPULACE_KAFKA_BROKERS", "127.0.0.1:1")
                .envs(variables.iter().map(|(name, value)| (name, value)));
            ended(&mut command)
        };
        let town = [&["backfill", "--end", "2026-01-02", "--json"], TOWN.as_slice()].concat();
        for sink in ["files", "kafka"] {
            silent(&ask(&[&town[..], &["--sink", sink]].concat()));
        }
        silent(&ask(&["run", "--sink", "kafka", "--kafka-property", &format!("sasl.passwort={SECRET}")]));
        silent(&ask(&["verify", "--sink", "kafka", "--kafka-property", &format!("sasl.password {SECRET}")]));
        let show = ask(&["scenario", "show"]);
        silent(&show);
        shown += usize::from(show.stdout.contains("***"));
        silent(&ended(own.command(&["scenario", "check", &scenario]).args(["--log", "trace"])));
        assert!(number > 8 || own.data().exists(), "way {number} is a good one: a world was made");
        if own.data().exists() {
            kept_nowhere(&own.data());
        }
    }
    assert_eq!(shown, 9, "as many ways give the secret itself, and a mask is shown for it");
}

#[test]
fn a_property_is_taken_where_it_is_good() {
    let place = Place::new();
    let more =
        ["--set", "kafka.properties.client.rack=here", "--set", "kafka.headers=true", "--set", "kafka.partitions=3"];
    place.lives_to("2026-01-02", &more).succeeds();
    place.is_unharmed("2026-01-02");
}
