//! What `populace schema` prints is what `populace` emits: every record of some days, from the real program, against the
//! printed schema by a validator that nobody here wrote. Knows no field and no topic but what the schema says.

use jsonschema::Validator;
use populace_sim::{Completion, Interaction, Label, Transaction, Trip};
use populace_wire::{FieldSpec, TopicEvent};
use serde_json::{Map, Value, json};
use std::fs::{read_dir, read_to_string, write};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The program in a folder of its own, without this process's environment.
fn populace(at: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_populace")).args(words).current_dir(at).env_clear().output().unwrap()
}

fn answer(at: &Path, words: &[&str]) -> String {
    let output = populace(at, words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The records of a topic, as texts.
fn lines(topic: &Path) -> Vec<String> {
    let mut days: Vec<_> = read_dir(topic).unwrap().map(|day| day.unwrap().path()).collect();
    days.sort();
    days.iter().flat_map(|day| read_to_string(day).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).expect("it is a JSON Schema")
}

fn keys(object: &Value) -> Vec<&String> {
    object.as_object().expect("an object").keys().collect()
}

/// That nested fields come in the schema's order, too.
fn same_order(schema: &Value, record: &Value, text: &str) {
    let properties = &schema["properties"];
    assert_eq!(keys(properties), keys(record), "{text}");
    for (name, value) in record.as_object().expect("an object") {
        if value.is_object() {
            same_order(&properties[name], value, text);
        }
    }
}

/// Values that no field may have, and that a number may not have.
fn other_values(value: &Value) -> Vec<Value> {
    let absurd = value.is_number().then(|| json!(-1e6));
    std::iter::once(json!([[1]])).chain(absurd).collect()
}

/// That no record passes which lacks a field, has one more, or a wrong value.
fn refuses_damage(schema: &Validator, record: &Map<String, Value>) {
    let refused = |damaged: Map<String, Value>, what: &str| {
        let damaged = Value::Object(damaged);
        assert!(!schema.is_valid(&damaged), "{what} passes: {damaged}");
    };
    for (name, value) in record {
        let mut less = record.clone();
        less.remove(name);
        refused(less, &format!("a record without {name}"));
        for other in other_values(value) {
            let mut changed = record.clone();
            changed[name] = other;
            refused(changed, &format!("another {name}"));
        }
    }
    let mut more = record.clone();
    more.insert("extra".to_owned(), json!(1));
    refused(more, "one field more");
}

/// Runs the world of `scenario` to `end`, and validates all that it emits to the topics.
fn all_records_fit(scenario: &str, options: &[&str], end: &str, topics: &[&str]) {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let scenario = if scenario.contains('\n') {
        write(at.join("own.toml"), scenario).unwrap();
        "own.toml"
    } else {
        scenario
    };
    let rules = ["--scenario", scenario, "--start", "2026-01-01", "--people", "300"];
    let run = ["backfill", "--sink", "files", "--out", "topics", "--end", end];
    answer(at, &[&run[..], &rules, options].concat());
    for topic in topics {
        let schema: Value = serde_json::from_str(&answer(at, &[&["schema", topic][..], &rules].concat())).unwrap();
        let (fits, lines) = (validator(&schema), lines(&at.join("topics").join(topic)));
        assert!(lines.len() > 300, "{} records of {topic}", lines.len());
        for line in &lines {
            let record: Value = serde_json::from_str(line).unwrap();
            let faults: Vec<String> =
                fits.iter_errors(&record).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(faults.is_empty(), "{topic}: {faults:?}\n{line}");
            same_order(&schema, &record, line);
        }
        let last: Value = serde_json::from_str(&lines[lines.len() - 1]).unwrap();
        refuses_damage(&fits, last.as_object().unwrap());
    }
}

#[test]
fn the_default_contract() {
    let contract = ["transaction_fraud_detection", "estimated_time_of_arrival", "e_commerce_customer_interactions"];
    all_records_fit("coelho", &[], "2026-01-31", &contract);
}

#[test]
fn stream_guard() {
    all_records_fit("stream-guard", &[], "2026-01-31", &["transactions", "trips", "interactions"]);
}

/// A section that asks for every field there is, each under another name.
fn renamed<E: TopicEvent>(topic: &str, key: &str) -> String {
    let field = |spec: &FieldSpec<E::Field>| format!("\"{} as the-{}\"", spec.name, spec.name);
    let fields: Vec<String> = E::FIELDS.iter().rev().map(field).collect();
    format!("[topics.{}]\nname = \"{topic}\"\nkey = \"{key}\"\nfields = [{}]\n", E::STREAM.section(), fields.join(", "))
}

#[test]
fn every_extra_renamed_and_other_keys_in_two_countries() {
    let scenario = "[bank.fraud]\nrate = 0.05\n[[region]]\npreset = \"tokyo\"\n[[region]]\npreset = \"mumbai\"\n"
        .to_owned()
        + &renamed::<Transaction>("money", "account_id")
        + &renamed::<Trip>("ways", "vehicle_id")
        + &renamed::<Interaction>("clicks", "session_id")
        + &renamed::<Completion>("arrivals", "trip_id")
        + "enabled = true\n"
        + &renamed::<Label>("reports", "case")
        + "enabled = true\n";
    all_records_fit(&scenario, &["--threads", "2"], "2026-02-10", &["money", "ways", "clicks", "arrivals", "reports"]);
}

#[test]
fn topics_that_are_off_have_their_schema() {
    let folder = TempDir::new().unwrap();
    let schema = |words: &[&str]| serde_json::from_str::<Value>(&answer(folder.path(), words)).unwrap();
    let labels = schema(&["schema", "labels"]);
    let record = json!({
        "transaction_id": "0f8fad5b-d9cb-469f-a165-70867728950e", "user_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "label": 1, "reported_at": "2026-03-01T08:15:42.000120+00:00", "channel": "chargeback",
        "case": "c8b6ed77-1d84-4a0c-9bd3-7a2d1a9e6b21",
    });
    assert_eq!(labels["title"], "transaction_fraud_labels");
    assert!(validator(&labels).is_valid(&record), "{labels}");
    same_order(&labels, &record, "a report");
    refuses_damage(&validator(&labels), record.as_object().unwrap());
    let completions = schema(&["schema", "trip_completions", "--format", "avro"]);
    let names: Vec<&str> =
        completions["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["trip_id", "driver_id", "completed_at", "simulated_actual_travel_time_seconds"]);
}

#[test]
fn a_misspelt_field_or_key_is_refused_with_its_line_and_the_nearest() {
    let folder = TempDir::new().unwrap();
    let own = "[world]\npeople = 10\n[topics.transactions]\nfields = [\"user_id\", \"amuont\"]\nkey = \"acount_id\"\n\
        [topics.trips]\nfields = [\"trip_id as id\", \"drivr_id as who\"]\n[topics.interactions]\nkey = \"location\"\n";
    write(folder.path().join("own.toml"), own).unwrap();
    for words in [
        &["run", "--scenario", "own.toml"][..],
        &["scenario", "check", "own.toml"],
        &["schema", "trips", "--scenario", "own.toml"],
    ] {
        let output = populace(folder.path(), words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        for part in [
            "own.toml:4: `topics.transactions.fields`: unknown field \"amuont\"",
            "did you mean `amount`?",
            "own.toml:5: `topics.transactions.key`: unknown key field \"acount_id\"",
            "`account_id`",
            "own.toml:7: `topics.trips.fields`: unknown field \"drivr_id\"",
            "`driver_id`",
            "own.toml:9: `topics.interactions.key`: unknown key field \"location\"",
        ] {
            assert!(said.contains(part), "{words:?}: {part:?} is missing in\n{said}");
        }
        assert!(!folder.path().join("data").exists(), "nothing is made");
    }
}

#[test]
fn names_that_avro_does_not_allow_are_refused_for_avro_alone() {
    let folder = TempDir::new().unwrap();
    let own = "[topics.transactions]\nfields = [\"timestamp as event-time\", \"amount as 2amount\", \"user_id\"]\n\
        [topics.trips]\nname = \"2.ways\"\nfields = [\"origin as 2_ways\", \"destination as string\"]\n";
    write(folder.path().join("own.toml"), own).unwrap();
    let schema = ["schema", "transactions", "--scenario", "own.toml"];
    let output = populace(folder.path(), &[&schema[..], &["--format", "avro"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    for part in ["topics.transactions.fields", "Avro", "\"event-time\", \"2amount\"", "field as name"] {
        assert!(said.contains(part), "{part:?} is missing: {said}");
    }
    assert!(output.stdout.is_empty());
    answer(folder.path(), &schema);
    let output = populace(folder.path(), &["schema", "trips", "--format", "avro", "--scenario", "own.toml"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("\"2_ways\""));
    let renamed = "topics.trips.fields=[\"origin as ways\",\"destination as string\"]";
    let words = ["schema", "trips", "--format", "avro", "--scenario", "own.toml", "--set", renamed];
    let trips: Value = serde_json::from_str(&answer(folder.path(), &words)).unwrap();
    let types: Vec<&str> = (0..2).map(|n| trips["fields"][n]["type"]["name"].as_str().unwrap()).collect();
    assert_eq!((trips["name"].as_str(), types), (Some("_2_ways"), vec!["ways", "string_record"]), "{trips}");
}

#[test]
fn the_schema_of_a_topic_is_that_of_its_format() {
    let folder = TempDir::new().unwrap();
    let schema = |words: &[&str]| answer(folder.path(), &[&["schema", "trips"][..], words].concat());
    let avro: Value = serde_json::from_str(&schema(&["--set", "topics.trips.format=avro"])).unwrap();
    assert_eq!((&avro["name"], &avro["namespace"]), (&json!("estimated_time_of_arrival"), &json!("populace")));
    let set = ["--set", "topics.trips.format=protobuf", "--set", "topics.trips.namespace=com.example"];
    let proto = schema(&set);
    assert!(proto.starts_with("syntax = \"proto3\";\n\npackage com.example;\n"), "{proto}");
    assert!(proto.contains("\nmessage EstimatedTimeOfArrival {\n  string trip_id = 1;\n"), "{proto}");
    assert_eq!(proto, schema(&["--format", "protobuf", "--set", "topics.trips.namespace=com.example"]));
    assert_eq!(schema(&[]), schema(&["--format", "json-schema", "--set", "topics.trips.format=avro"]));
}

#[test]
fn binary_formats_are_refused_by_sinks_of_lines_and_names_that_they_do_not_allow() {
    let folder = TempDir::new().unwrap();
    let run = |words: &[&str]| {
        let rules = ["backfill", "--people", "20", "--start", "2026-01-01", "--end", "2026-01-02"];
        populace(folder.path(), &[&rules[..], words].concat())
    };
    for (sink, format) in [("files", "avro"), ("stdout", "protobuf")] {
        let output = run(&["--sink", sink, "--set", &format!("topics.trips.format={format}")]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        let sink = format!("--sink {sink}: estimated_time_of_arrival is written as");
        for part in [&sink, "--sink kafka", "topics.trips.format = \"json\""] {
            assert!(said.contains(part), "{part:?} is missing: {said}");
        }
        assert!(!folder.path().join("data").exists(), "nothing is made");
    }
    let misspelt = run(&["--sink", "null", "--set", "topics.trips.format=arvo"]);
    assert!(String::from_utf8_lossy(&misspelt.stderr).contains("did you mean `avro`?"));
    let fields = ["--set", "topics.trips.format=avro", "--set", "topics.trips.fields=trip_id as trip-id"];
    let unfit = run(&[&["--sink", "null"][..], &fields].concat());
    assert!(String::from_utf8_lossy(&unfit.stderr).contains("Avro does not allow the name \"trip-id\""));
    assert_eq!(unfit.status.code(), Some(2));
    let output = run(&["--sink", "null", "--set", "topics.trips.format=avro"]);
    assert!(output.status.success(), "null takes all: {}", String::from_utf8_lossy(&output.stderr));
}
