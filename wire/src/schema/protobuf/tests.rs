//! Tests of the names and numbers in Protobuf definitions.

use super::*;
use crate::encode::TopicEncoder;
use crate::field_number::FIRST_BY_NAME;
use populace_sim::{Scenario, Stream, TopicChoice, Trip};

/// Returns the definition of a topic of trips with these fields.
fn definition(topic: &str, fields: &[&str]) -> Result<String, SchemaError> {
    let contract = Scenario::from_toml("x", "").expect("defaults").topics.trips;
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    let encoder = TopicEncoder::<Trip>::new(&TopicChoice { fields, ..contract }).expect("known fields");
    let columns = encoder.columns();
    Ok(protobuf_schema(Described { stream: Stream::Trips, topic, namespace: "com.example", columns })?.0)
}

#[test]
fn a_definition_is_plain_proto3() {
    let text = definition("my.ways-2", &["trip_id", "timestamp", "vehicle_type as car", "origin"]).expect("fit names");
    let expected = "syntax = \"proto3\";\n\npackage com.example;\n\nimport \"google/protobuf/timestamp.proto\";\n\n\
        message MyWays2 {\n  string trip_id = 1;\n  .google.protobuf.Timestamp timestamp = 4;\n  Car car = 13;\n  \
        Origin origin = 5;\n\n  enum Car {\n    CAR_UNSPECIFIED = 0;\n    CAR_SEDAN = 1; // Sedan\n    CAR_SUV = 2; // SUV\n    \
        CAR_HATCHBACK = 3; // Hatchback\n    CAR_MOTORCYCLE = 4; // Motorcycle\n    CAR_VAN = 5; // Van\n  }\n\n  \
        message Origin {\n    double lat = 1;\n    double lon = 2;\n  }\n}\n";
    assert_eq!(text, expected);
}

#[test]
fn choosing_and_renaming_move_no_number() {
    let number = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.contains(&format!(" {name} = "))).expect("it is there");
        line.split(['=', ';']).nth(1).expect("a number").trim().parse::<u32>().expect("a number")
    };
    let (few, renamed) =
        (definition("t", &["weather"]), definition("t", &["hour_of_day", "weather as sky", "weather"]));
    let (few, renamed) = (few.expect("fit names"), renamed.expect("fit names"));
    assert_eq!((number(&few, "weather"), number(&renamed, "sky")), (8, 8));
    assert!(number(&renamed, "weather") >= FIRST_BY_NAME, "the second of one field is numbered by its name");
}

#[test]
fn names_that_protobuf_takes_for_one_are_refused() {
    let error = definition("t", &["origin as a_b", "destination as aB"]).expect_err("one name in JSON");
    assert_eq!(error.to_string(), "`topics.trips.fields`: Protobuf takes \"a_b\", \"aB\" for one name");
    let error = definition("t", &["origin as a-b"]).expect_err("no name");
    assert_eq!(error.to_string(), "`topics.trips.fields`: Protobuf does not allow the name \"a-b\"");
}
