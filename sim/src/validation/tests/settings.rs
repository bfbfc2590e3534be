//! Tests of settings of the program, which no world contains: free names, flags, secrets, the prefix of topics.

use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Deserialize)]
struct KafkaPart {
    kafka: KafkaKeys,
}

#[derive(Debug, PartialEq, Deserialize)]
struct KafkaKeys {
    headers: bool,
    password: String,
    properties: BTreeMap<String, String>,
}

fn kafka(layers: Layers) -> KafkaKeys {
    layers.resolve(NOW).unwrap().settings::<KafkaPart>().unwrap().kafka
}

#[test]
fn a_free_section_takes_any_name_in_every_layer() {
    assert_eq!(kafka(Layers::new()).properties, BTreeMap::new());
    let mut layers = file(
        "[kafka.properties]\n\"linger.ms\" = 5\nclient.rack = \"a\"\nclient.id = \"x\"\nlog_level = 3\n\
         \"socket.keepalive.enable\" = true",
    );
    layers.environment([("POPULACE_KAFKA_PROPERTIES_CLIENT_ID", "y"), ("POPULACE_KAFKA_HEADERS", "true")]);
    layers.set("kafka.properties.sasl.mechanism = PLAIN");
    layers.flags(&[("--kafka-property", "kafka.properties.client.rack", "b")]);
    let stated = layers.clone().resolve(NOW).unwrap().stated;
    assert_eq!(stated.origin("kafka.properties.linger.ms"), Some(&Origin::File { name: "x.toml".into(), line: 2 }));
    let keys = kafka(layers);
    let pairs: Vec<(&str, &str)> =
        keys.properties.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected = [
        ("client.id", "y"),
        ("client.rack", "b"),
        ("linger.ms", "5"),
        ("log_level", "3"),
        ("sasl.mechanism", "PLAIN"),
        ("socket.keepalive.enable", "true"),
    ];
    assert_eq!(pairs, expected);
    assert!(keys.headers);
}

#[test]
fn flags_are_true_or_false() {
    for value in ["yes", "1", "", "TRUE", "0.5"] {
        let found = set_problems(&format!("kafka.headers={value}"));
        assert!(found[0].0.contains("`kafka.headers` must be true or false, not "), "{found:?}");
    }
    assert!(problems(file("[kafka]\nheaders = \"true\""))[0].0.contains("must be true or false, not the text"));
    assert!(!kafka(file("[kafka]\nheaders = false")).headers);
}

#[test]
fn no_message_and_no_debug_text_shows_a_secret() {
    let files = [
        "[kafka]\npassword = 123456789\n",
        "[kafka]\nusername = [\"123456789\"]\n",
        "[kafka]\npasword = \"123456789\"\n",
        "[kafka.properties]\n\"sasl.password\" = [\"123456789\"]\n",
        "[kafka.properties]\n\"sasl.password=123456789\" = 1\n",
        "[kafka]\nproperties = \"123456789\"\n",
        "kafka = \"123456789\"\n",
    ];
    let lines = [
        "kafka.password 123456789",
        "kafka.password:123456789",
        "kafka.password:123456789=",
        "kafka.properties.sasl.password:123456789=",
        "kafka.properties.Sasl.password=123456789",
        "kafka.pasword=123456789",
        "kafka=123456789",
        "kafka.properties=123456789",
    ];
    let found = files.map(|text| problems(file(text))).into_iter().chain(lines.map(set_problems));
    for problems in found {
        assert!(!problems.is_empty() && !format!("{problems:?}").contains("123456789"), "{problems:?}");
    }
    let mut layers = file("[kafka]\npassword = \"123456789\"");
    layers.set("kafka.properties.sasl.password=123456789");
    let resolved = layers.clone().resolve(NOW).unwrap();
    assert!(!format!("{layers:?} {resolved:?}").contains("123456789"));
    assert_eq!(kafka(layers).password, "123456789");
}

#[test]
fn settings_never_enter_the_rules_that_a_world_is_born_with() {
    let mut layers = file("[kafka]\npassword = \"123456789\"\nbrokers = \"far:1\"");
    layers.set("kafka.properties.ssl.key.password=123456789");
    let scenario = layers.resolve(NOW).unwrap().scenario;
    assert_eq!(scenario, defaults());
    assert!(!scenario.to_toml().contains("kafka"));
}

/// Returns the kind and the seam that a file states.
fn sinks(text: &str) -> (String, String) {
    #[derive(Deserialize)]
    struct Settings {
        sink: BTreeMap<String, String>,
    }
    let sink = file(text).resolve(NOW).expect("valid").settings::<Settings>().expect("texts").sink;
    (sink["kind"].clone(), sink["seam"].clone())
}

#[test]
fn sinks_may_be_written_as_blocks() {
    let two =
        "[[sink]]\nkind = \"files\"\nout = \"lake\"\nuntil = \"live\"\n[[sink]]\nkind = \"kafka\"\nfrom = \"live\"\n";
    assert_eq!(sinks(two), ("files+kafka".to_owned(), "live".to_owned()));
    assert_eq!(sinks("[[sink]]\nkind = \"null\"\n"), ("null".to_owned(), String::new()));
    assert_eq!(
        sinks("[[sink]]\nkind = \"files\"\n[[sink]]\nkind = \"kafka\"\n"),
        ("files+kafka".to_owned(), String::new())
    );
    let stated = file(two).resolve(NOW).expect("valid").stated;
    assert!(stated.origin("files.out").expect("stated").to_string().contains("x.toml:3"));
}

#[test]
fn sink_blocks_with_a_gap_are_refused_with_an_example() {
    let block = |kind: &str, more: &str| format!("[[sink]]\nkind = \"{kind}\"\n{more}\n");
    let gap = block("files", "until = \"2026-02-01\"") + &block("kafka", "from = \"2026-03-01\"");
    for wrong in [gap, block("files", "until = \"live\"") + &block("kafka", ""), "[[sink]]\nout = \"x\"\n".to_owned()] {
        let [(what, help)] = &problems(file(&wrong))[..] else { panic!("one problem in {wrong}") };
        assert!(what.contains("sink") && help.contains("from = \"live\""), "{what}: {help}");
    }
    let unknown = problems(file(&block("files", "owt = \"x\"")));
    assert!(unknown[0].0.contains("unknown key `files.owt`") && unknown[0].1.contains("files.out"), "{unknown:?}");
}
