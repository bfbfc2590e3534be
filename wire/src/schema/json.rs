//! The JSON Schema of a topic. Must not depend on: single topics.

use crate::constant::Constant;
use crate::field::{Column, FieldType};
use serde_json::{Map, Value, json};

impl FieldType {
    fn schema(&self) -> Value {
        match self {
            FieldType::Uuid => json!({"type": "string", "format": "uuid"}),
            FieldType::Timestamp => json!({"type": "string", "format": "date-time", "pattern": TIMESTAMP_PATTERN}),
            FieldType::NaiveTimestamp => json!({"type": "string", "pattern": NAIVE_PATTERN}),
            FieldType::Account => json!({"type": "string", "pattern": "^ACC-[0-9]{8}$"}),
            FieldType::Numbered(prefix) => json!({"type": "string", "pattern": format!("^{prefix}[1-9][0-9]*$")}),
            FieldType::Text => json!({"type": "string"}),
            FieldType::Ipv4 => json!({"type": "string", "format": "ipv4"}),
            FieldType::OneOf(words) => json!({"type": "string", "enum": words}),
            FieldType::Integer(least, most) => bounded("integer", json!(least), most.map(|m| json!(m))),
            FieldType::Number(least, most) => bounded("number", json!(least), most.map(|m| json!(m))),
            FieldType::Boolean => json!({"type": "boolean"}),
            FieldType::Point => object(&[("lat", json!({"type": "number"})), ("lon", json!({"type": "number"}))]),
            FieldType::Object(parts) => {
                let parts: Vec<_> = parts.iter().map(|(n, words)| (*n, FieldType::OneOf(words).schema())).collect();
                object(&parts)
            }
            FieldType::Words => json!({"type": "array", "items": {"type": "string"}}),
            FieldType::OrNull(inner) => json!({"anyOf": [inner.schema(), {"type": "null"}]}),
        }
    }
}

const TIMESTAMP_PATTERN: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}\+00:00$";

const NAIVE_PATTERN: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}$";

fn bounded(kind: &str, least: Value, most: Option<Value>) -> Value {
    let mut schema = json!({"type": kind, "minimum": least});
    if let Some(most) = most {
        schema["maximum"] = most;
    }
    schema
}

fn object(parts: &[(&str, Value)]) -> Value {
    let names: Vec<_> = parts.iter().map(|p| p.0).collect();
    let properties: Map<String, Value> = parts.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
    json!({"type": "object", "properties": properties, "required": names, "additionalProperties": false})
}

/// Returns the schema of the values of a column; a constant has one.
fn schema_of(column: &Column) -> Value {
    let Some(constant) = &column.constant else { return column.kind.schema() };
    match constant {
        Constant::Text(text) => json!({"type": "string", "const": text}),
        Constant::Integer(value) => json!({"type": "integer", "const": value}),
        Constant::Number(value) => json!({"type": "number", "const": value}),
        Constant::Boolean(value) => json!({"type": "boolean", "const": value}),
    }
}

/// Returns the JSON Schema (draft 2020-12) of records with these columns, under the name of their topic.
pub fn json_schema(topic: &str, columns: &[Column]) -> Value {
    let parts: Vec<_> = columns.iter().map(|column| (column.name.as_str(), schema_of(column))).collect();
    let mut schema = object(&parts);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(topic);
    schema
}
