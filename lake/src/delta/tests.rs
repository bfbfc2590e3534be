//! Tests of the log: entries are read as they were written, types are those of the files, and other writers are known.

use super::*;
use crate::summary::{FileSummary, LeafStatistics, LeafValue};
use crate::tests::records::{Records, rows};
use populace_sim::{Stream, VirtualTime};
use serde_json::{Value, json};

const APPLICATION: &str = "populace-7-1";

fn stamp(version: i64) -> Stamp<'static> {
    Stamp { application: APPLICATION, version, at: VirtualTime::from_seconds(version) }
}

fn table(records: &Records, partition: DeltaPartition) -> DeltaTable<'_> {
    DeltaTable { topic: "topic", columns: records.encoders.columns(records.stream), partition, id: 0xabc }
}

/// The action of a name in an entry.
fn action(entry: &str, name: &str) -> Value {
    let all = entry.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    all.filter_map(|action| action.get(name).cloned()).next().unwrap_or_else(|| panic!("no {name} in {entry}"))
}

fn file() -> DeltaFile {
    DeltaFile {
        path: "dt=2026-01-31/hour=07/part-0001.parquet".into(),
        bytes: 17,
        date: "2026-01-31".into(),
        hour: Some(7),
        statistics: "{}".into(),
    }
}

#[test]
fn each_topic_has_a_table_with_its_columns_and_those_of_the_partition() {
    for records in rows("json") {
        let entry = first_entry(&table(&records, DeltaPartition::Hour), &stamp(5)).expect("a table");
        let meta = action(&entry, "metaData");
        assert_eq!(meta["id"], "00000000-0000-0000-0000-000000000abc");
        assert_eq!(meta["partitionColumns"], json!(["dt", "hour"]));
        let schema: Value = serde_json::from_str(meta["schemaString"].as_str().expect("a text")).expect("JSON");
        let fields = schema["fields"].as_array().expect("fields");
        let columns = records.encoders.columns(records.stream);
        let names: Vec<&str> = fields.iter().filter_map(|field| field["name"].as_str()).collect();
        let expected = columns.iter().map(|column| column.name.as_str()).chain(["dt", "hour"]).collect::<Vec<_>>();
        assert_eq!(names, expected);
        let is_naive = fields.iter().any(|field| field["type"] == "timestamp_ntz");
        assert_eq!(action(&entry, "protocol")["minReaderVersion"] == 3, is_naive, "{}", records.stream.section());
        assert_eq!(DeltaEntry::parse(&entry).expect("an entry").version_of(APPLICATION), Some(5));
    }
}

#[test]
fn types_are_those_of_the_files() {
    let records = rows("json").into_iter().find(|records| records.stream == Stream::Trips).expect("there are trips");
    let entry = first_entry(&table(&records, DeltaPartition::Day), &stamp(0)).expect("a table");
    let schema: Value =
        serde_json::from_str(action(&entry, "metaData")["schemaString"].as_str().expect("a text")).expect("JSON");
    let of = |name: &str| {
        let found = schema["fields"].as_array().expect("fields").iter().find(|field| field["name"] == name);
        found.unwrap_or_else(|| panic!("{name} in {schema}"))["type"].clone()
    };
    assert_eq!((of("trip_id"), of("timestamp"), of("dt")), ("string".into(), "timestamp".into(), "date".into()));
    assert_eq!(of("origin")["fields"][0]["type"], "double");
}

#[test]
fn names_that_delta_takes_for_one_are_refused() {
    for (names, wrong) in [("amount as dt", "dt"), ("amount as User_ID", "User_ID")] {
        let text = format!("[topics.transactions]\nfields = [\"user_id\", \"{names}\"]");
        let scenario = populace_wire::scenario_from_toml("test", &text).expect("valid");
        let encoders = populace_wire::Encoders::new(&scenario.topics).expect("known fields");
        let columns = encoders.columns(Stream::Transactions);
        let table = DeltaTable { topic: "t", columns, partition: DeltaPartition::Day, id: 1 };
        let said = first_entry(&table, &stamp(0)).expect_err("two of a name").to_string();
        assert!(said.contains(&format!("\"{wrong}\"")), "{said}");
    }
}

#[test]
fn what_is_added_and_removed_is_read_back() {
    let entry = DeltaEntry::parse(&added_entry([file()].iter(), &stamp(9))).expect("an entry");
    let (path, live) = &entry.added[0];
    assert_eq!((path, live.bytes, entry.version_of(APPLICATION)), (&file().path, 17, Some(9)));
    assert_eq!(live.partition, *json!({ "dt": "2026-01-31", "hour": "7" }).as_object().expect("an object"));
    let text = removed_entry([(path.as_str(), live)].into_iter(), &stamp(9));
    assert_eq!(action(&text, "remove")["deletionTimestamp"], 9_000);
    let entry = DeltaEntry::parse(&text).expect("an entry");
    assert_eq!((entry.removed.clone(), entry.changes_table()), (vec![path.clone()], true));
}

#[test]
fn other_writers_are_known_and_harmless_ones_as_well() {
    let optimize = "{\"commitInfo\":{\"operation\":\"OPTIMIZE\",\"engineInfo\":\"delta-rs:1\"}}\n\
        {\"remove\":{\"path\":\"a\",\"dataChange\":false}}\n";
    let entry = DeltaEntry::parse(optimize).expect("an entry");
    assert_eq!((entry.version_of(APPLICATION), entry.changes_table()), (None, true));
    assert_eq!(entry.writer(), "OPTIMIZE by delta-rs:1");
    let vacuum = DeltaEntry::parse("{\"commitInfo\":{\"operation\":\"VACUUM START\"}}\n").expect("an entry");
    assert_eq!((vacuum.changes_table(), vacuum.writer().as_str()), (false, "VACUUM START by another program"));
    for text in ["x", "[1]", "{\"add\":{\"path\":\"a\"}}", "{\"txn\":{\"appId\":\"a\"}}"] {
        assert_eq!(DeltaEntry::parse(text), None, "{text}");
    }
}

#[test]
fn statistics_are_nested_as_columns_are_and_leave_out_what_delta_does_not_have() {
    let leaf = |path: &[&str], range| LeafStatistics {
        path: path.iter().map(|part| (*part).to_owned()).collect(),
        null_count: 1,
        range,
    };
    let at = VirtualTime::from_micros(1_769_846_399_123_456);
    let summary = FileSummary {
        rows: 3,
        statistics: vec![
            leaf(&["place", "lat"], Some([LeafValue::Number(-1.5), LeafValue::Number(2.0)])),
            leaf(&["at"], Some([LeafValue::Timestamp(at), LeafValue::Timestamp(at)])),
            leaf(&["text"], Some([LeafValue::Text("a".into()), LeafValue::Text("b".repeat(65))])),
            leaf(&["flag"], Some([LeafValue::Boolean(false), LeafValue::Boolean(true)])),
            leaf(&["none"], None),
        ],
        ..FileSummary::default()
    };
    let found: Value = serde_json::from_str(&delta_statistics(&summary)).expect("JSON");
    assert_eq!(found["minValues"], json!({ "place": { "lat": -1.5 }, "at": "2026-01-31T07:59:59.123456Z" }));
    assert_eq!((&found["numRecords"], &found["nullCount"]["place"]["lat"]), (&json!(3), &json!(1)));
    assert_eq!(found["nullCount"].as_object().expect("an object").len(), 5);
}
