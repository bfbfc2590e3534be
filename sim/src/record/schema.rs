//! What the values of a field look like, and the JSON Schema of a topic as it is really emitted.
//! Knows no events; each event's table of fields says the shapes.

use super::plan::{Emit, Plan};
use serde_json::{Map, Value, json};

/// The values that a field can take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// A UUID.
    Uuid,
    /// A timestamp as the contract has it.
    Timestamp,
    /// A timestamp in UTC that does not say so.
    NaiveTimestamp,
    /// The number of an account, `ACC-########`.
    Account,
    /// Text of the form prefix and a number from 1.
    Numbered(&'static str),
    /// Any text.
    Text,
    /// An IPv4 address.
    Ipv4,
    /// One of a list of words.
    OneOf(&'static [&'static str]),
    /// A whole number from the least, to the greatest where there is one.
    Integer(i64, Option<i64>),
    /// A number above the bound given, to the greatest where there is one.
    Number(f64, Option<f64>),
    /// True or false.
    Boolean,
    /// `{"lat": number, "lon": number}`.
    Point,
    /// An object of words.
    Object(&'static [(&'static str, &'static [&'static str])]),
    /// A list of words.
    Words,
    /// Null, or the shape.
    OrNull(&'static Shape),
}

impl Shape {
    fn schema(&self) -> Value {
        match self {
            Shape::Uuid => json!({"type": "string", "format": "uuid"}),
            Shape::Timestamp => json!({"type": "string", "format": "date-time", "pattern": TIMESTAMP_PATTERN}),
            Shape::NaiveTimestamp => json!({"type": "string", "pattern": NAIVE_PATTERN}),
            Shape::Account => json!({"type": "string", "pattern": "^ACC-[0-9]{8}$"}),
            Shape::Numbered(prefix) => json!({"type": "string", "pattern": format!("^{prefix}[1-9][0-9]*$")}),
            Shape::Text => json!({"type": "string"}),
            Shape::Ipv4 => json!({"type": "string", "format": "ipv4"}),
            Shape::OneOf(words) => json!({"type": "string", "enum": words}),
            Shape::Integer(least, most) => bounded("integer", json!(least), most.map(|m| json!(m))),
            Shape::Number(least, most) => bounded("number", json!(least), most.map(|m| json!(m))),
            Shape::Boolean => json!({"type": "boolean"}),
            Shape::Point => object(&[("lat", json!({"type": "number"})), ("lon", json!({"type": "number"}))]),
            Shape::Object(parts) => {
                let parts: Vec<_> = parts.iter().map(|(n, words)| (*n, Shape::OneOf(words).schema())).collect();
                object(&parts)
            }
            Shape::Words => json!({"type": "array", "items": {"type": "string"}}),
            Shape::OrNull(inner) => json!({"anyOf": [inner.schema(), {"type": "null"}]}),
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

/// The JSON Schema (draft 2020-12) of the records that `plan` writes to `topic`.
pub fn json_schema<E: Emit>(topic: &str, plan: &Plan<E::Field>) -> Value {
    let shape_of = |field| E::FIELDS.iter().find(|f| f.field == field).expect("plans hold known fields").shape.schema();
    let parts: Vec<_> = plan.fields().map(|(name, field)| (name, shape_of(field))).collect();
    let mut schema = object(&parts);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(topic);
    schema
}
