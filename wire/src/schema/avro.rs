//! The Avro schema of a topic. Avro's names are narrower than those of JSON: a letter or `_`, then letters, digits and
//! `_`, and a record must not be called like another one or like a primitive type.
//! Must not depend on: single topics.

use super::error::SchemaError;
use crate::choice::is_identifier;
use crate::field::{Column, FieldType};
use crate::format::TopicFormat;
use populace_sim::Stream;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The names of types, which no record may have.
const TYPES: [&str; 14] = [
    "null", "boolean", "int", "long", "float", "double", "bytes", "string", "record", "enum", "array", "map", "fixed",
    "union",
];

/// Returns the Avro schema of a stream's records with these columns, under the name of their topic.
///
/// # Errors
/// If a field has a name that Avro does not allow.
pub fn avro_schema(stream: Stream, topic: &str, columns: &[Column]) -> Result<Value, SchemaError> {
    let names: Vec<String> =
        columns.iter().map(|column| &column.name).filter(|name| !is_identifier(name)).cloned().collect();
    if !names.is_empty() {
        return Err(SchemaError::InvalidNames { section: stream.section(), format: TopicFormat::Avro, names });
    }
    let mut records = BTreeSet::new();
    let own = record_name(topic, &mut records);
    let fields: Vec<_> =
        columns.iter().map(|column| (column.name.as_str(), avro(column.kind, &column.name, &mut records))).collect();
    let mut schema = record(&own, &fields);
    schema["namespace"] = json!("populace");
    Ok(schema)
}

/// Returns a name for a record that no other record of the schema has.
fn record_name(wanted: &str, records: &mut BTreeSet<String>) -> String {
    let mut name: String = wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if !is_identifier(&name) {
        name.insert(0, '_');
    }
    while TYPES.contains(&name.as_str()) || !records.insert(name.clone()) {
        name.push_str("_record");
    }
    name
}

/// Returns the Avro type; `name` is the name of the record if it is one.
fn avro(shape: &FieldType, name: &str, records: &mut BTreeSet<String>) -> Value {
    match shape {
        FieldType::Uuid => json!({"type": "string", "logicalType": "uuid"}),
        FieldType::Timestamp
        | FieldType::NaiveTimestamp
        | FieldType::Account
        | FieldType::Numbered(_)
        | FieldType::Text
        | FieldType::Ipv4
        | FieldType::OneOf(_) => json!("string"),
        FieldType::Integer(..) => json!("long"),
        FieldType::Number(..) => json!("double"),
        FieldType::Boolean => json!("boolean"),
        FieldType::Point => record(&record_name(name, records), &[("lat", json!("double")), ("lon", json!("double"))]),
        FieldType::Object(parts) => {
            let parts: Vec<_> = parts.iter().map(|(part, _)| (*part, json!("string"))).collect();
            record(&record_name(name, records), &parts)
        }
        FieldType::Words => json!({"type": "array", "items": "string"}),
        FieldType::OrNull(inner) => json!(["null", avro(inner, name, records)]),
    }
}

fn record(name: &str, fields: &[(&str, Value)]) -> Value {
    let fields: Vec<Value> = fields.iter().map(|(n, kind)| json!({"name": n, "type": kind})).collect();
    json!({"type": "record", "name": name, "fields": fields})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::{JsonEncoder, TopicEncoder};
    use populace_sim::{Scenario, TopicChoice, Trip};

    fn schema(topic: &str, fields: &[&str]) -> Result<Value, SchemaError> {
        let contract = Scenario::from_toml("x", "").expect("defaults").topics.trips;
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        let encoder = TopicEncoder::<Trip, JsonEncoder>::new(&TopicChoice { fields, ..contract });
        avro_schema(Stream::Trips, topic, encoder.expect("known fields").columns())
    }

    #[test]
    fn every_name_that_avro_does_not_allow_is_told() {
        let error = schema("ways", &["timestamp as event-time", "trip_id", "origin as 2origin"]).expect_err("two");
        let SchemaError::InvalidNames { names, .. } = &error;
        assert_eq!(*names, ["event-time", "2origin"]);
        assert_eq!(
            error.to_string(),
            "`topics.trips.fields`: Avro does not allow the name \"event-time\", \"2origin\""
        );
        for (name, fits) in [("a", true), ("_", true), ("A_9", true), ("9a", false), ("a-b", false), ("a.b", false)] {
            assert_eq!(is_identifier(name), fits, "{name}");
        }
    }

    #[test]
    fn records_have_names_of_their_own_that_are_no_types() {
        let names = |topic: &str, fields: &[&str]| {
            let schema = schema(topic, fields).expect("fit names");
            let inner = schema["fields"].as_array().expect("fields").iter().map(|field| &field["type"]["name"]);
            std::iter::once(&schema["name"]).chain(inner).map(|name| name.as_str().unwrap_or("").to_owned()).collect()
        };
        let all: Vec<String> = names("origin", &["origin", "destination as string"]);
        assert_eq!(all, ["origin", "origin_record", "string_record"]);
        let all: Vec<String> = names("2.ways-x", &["origin"]);
        assert_eq!(all, ["_2_ways_x", "origin"]);
    }
}
