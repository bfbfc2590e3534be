//! The Avro schema of the records that the Avro encoder writes. Nested types lie in a namespace of their topic's own, so
//! that the classes generated for two topics do not meet. Must not depend on: single topics.

use super::described::Described;
use super::error::SchemaError;
use crate::field::FieldType;
use crate::format::TopicFormat;
use crate::names::{are_symbols, is_identifier};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The names of types, which no record and no enum may have.
const TYPES: [&str; 14] = [
    "null", "boolean", "int", "long", "float", "double", "bytes", "string", "record", "enum", "array", "map", "fixed",
    "union",
];

/// Returns the Avro schema of records, and the name of the record without its namespace.
///
/// # Errors
/// If a field has a name that Avro does not allow.
pub fn avro_schema(records: Described<'_>) -> Result<(Value, String), SchemaError> {
    records.check_names(TopicFormat::Avro)?;
    let mut types = NamedTypes::default();
    let own = types.name(records.topic);
    types.namespace = format!("{}.{own}_types", records.namespace);
    let fields: Vec<Value> = records.columns.iter().map(|column| types.field(&column.name, column.kind)).collect();
    Ok((json!({"type": "record", "name": own, "namespace": records.namespace, "fields": fields}), own))
}

/// The named types of a schema, and the namespace of those that are nested.
#[derive(Default)]
struct NamedTypes {
    namespace: String,
    taken: BTreeSet<String>,
}

impl NamedTypes {
    /// Returns a name that no other type of the schema has.
    fn name(&mut self, wanted: &str) -> String {
        let mut name: String = wanted.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        if !is_identifier(&name) {
            name.insert(0, '_');
        }
        while TYPES.contains(&name.as_str()) || !self.taken.insert(name.clone()) {
            name.push_str("_record");
        }
        name
    }

    /// Returns a field of a record; an optional one is null by default.
    fn field(&mut self, name: &str, kind: &FieldType) -> Value {
        match kind {
            FieldType::OrNull(inner) => {
                json!({"name": name, "type": ["null", self.schema(name, inner)], "default": null})
            }
            _ => json!({"name": name, "type": self.schema(name, kind)}),
        }
    }

    /// Returns the schema of a type; `name` is the name of a named type.
    fn schema(&mut self, name: &str, kind: &FieldType) -> Value {
        match kind {
            FieldType::Uuid => json!({"type": "string", "logicalType": "uuid"}),
            FieldType::Timestamp => json!({"type": "long", "logicalType": "timestamp-micros"}),
            FieldType::NaiveTimestamp => json!({"type": "long", "logicalType": "local-timestamp-micros"}),
            FieldType::Account | FieldType::Numbered(_) | FieldType::Text | FieldType::Ipv4 => json!("string"),
            FieldType::OneOf(words) => self.words(name, words),
            FieldType::Integer(..) => json!("long"),
            FieldType::Number(..) => json!("double"),
            FieldType::Boolean => json!("boolean"),
            FieldType::Point => {
                let degrees = |name: &str| json!({"name": name, "type": "double"});
                self.record(name, |_, _| vec![degrees("lat"), degrees("lon")])
            }
            FieldType::Object(parts) => self.record(name, |types, own| {
                let part = |(part, words): &(&str, &[&str])| {
                    json!({"name": part, "type": types.words(&format!("{own}_{part}"), words)})
                };
                parts.iter().map(part).collect()
            }),
            FieldType::Words => json!({"type": "array", "items": "string"}),
            FieldType::OrNull(inner) => json!(["null", self.schema(name, inner)]),
        }
    }

    fn words(&mut self, name: &str, words: &[&str]) -> Value {
        if are_symbols(words) {
            json!({"type": "enum", "name": self.name(name), "namespace": self.namespace, "symbols": words})
        } else {
            json!("string")
        }
    }

    fn record(&mut self, name: &str, fields: impl FnOnce(&mut Self, &str) -> Vec<Value>) -> Value {
        let name = self.name(name);
        let fields = fields(self, &name);
        json!({"type": "record", "name": name, "namespace": self.namespace, "fields": fields})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::TopicEncoder;
    use populace_sim::{Scenario, Stream, TopicChoice, Trip};

    fn schema(topic: &str, fields: &[&str]) -> Result<Value, SchemaError> {
        let contract = Scenario::from_toml("x", "").expect("defaults").topics.trips;
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        let encoder = TopicEncoder::<Trip>::new(&TopicChoice { fields, ..contract });
        let encoder = encoder.expect("known fields");
        let (namespace, columns) = ("com.example", encoder.columns());
        Ok(avro_schema(Described { stream: Stream::Trips, topic, namespace, columns })?.0)
    }

    #[test]
    fn every_name_that_avro_does_not_allow_is_told() {
        let error = schema("ways", &["timestamp as event-time", "trip_id", "origin as 2origin"]).expect_err("two");
        assert!(matches!(&error, SchemaError::InvalidNames { names, .. } if *names == ["event-time", "2origin"]));
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
            assert_eq!(schema["namespace"], "com.example");
            let inner = schema["fields"].as_array().expect("fields").iter().map(|field| &field["type"]["name"]);
            std::iter::once(&schema["name"]).chain(inner).map(|name| name.as_str().unwrap_or("").to_owned()).collect()
        };
        let all: Vec<String> = names("origin", &["origin", "destination as string"]);
        assert_eq!(all, ["origin", "origin_record", "string_record"]);
        let all: Vec<String> = names("2.ways-x", &["origin"]);
        assert_eq!(all, ["_2_ways_x", "origin"]);
    }

    #[test]
    fn nested_types_lie_in_a_namespace_of_their_topic() {
        let schema = schema("ways", &["origin", "vehicle_type", "weather"]).expect("fit names");
        let kinds = &schema["fields"];
        assert_eq!(kinds[0]["type"]["namespace"], "com.example.ways_types");
        assert_eq!(kinds[1]["type"]["type"], "enum");
        assert_eq!(kinds[1]["type"]["namespace"], "com.example.ways_types");
        assert_eq!(kinds[2]["type"], "string", "its words have spaces");
    }
}
