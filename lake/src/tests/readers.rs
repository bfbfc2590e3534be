//! Readers of files that share no code with the writers, and compare rows with JSON.

use super::records::Records;
use apache_avro::Reader;
use apache_avro::types::Value as Avro;
use serde_json::{Value, json};

/// Splits a line of a file as RFC 4180 says; `None` is a value that is missing, which has no quotes.
fn fields(line: &str) -> Vec<Option<String>> {
    let (mut all, mut rest) = (Vec::new(), line);
    loop {
        let (value, left) =
            if let Some(quoted) = rest.strip_prefix('"') { unquoted(quoted) } else { plain_field(rest) };
        all.push(value);
        match left.strip_prefix(',') {
            Some(left) => rest = left,
            None => break,
        }
    }
    all
}

fn plain_field(rest: &str) -> (Option<String>, &str) {
    let end = rest.find(',').unwrap_or(rest.len());
    (Some(rest[..end].to_owned()).filter(|text| !text.is_empty()), &rest[end..])
}

fn unquoted(quoted: &str) -> (Option<String>, &str) {
    let (mut text, mut rest) = (String::new(), quoted);
    loop {
        let (part, behind) = rest.split_once('"').expect("a quote at the end");
        text += part;
        match behind.strip_prefix('"') {
            Some(more) => {
                text.push('"');
                rest = more;
            }
            None => return (Some(text), behind),
        }
    }
}

/// Returns the values of a JSON object with their flat names.
fn flat(object: &Value) -> Vec<(String, Value)> {
    let parts = |(name, value): (&String, &Value)| match value {
        Value::Object(parts) => parts.iter().map(|(part, value)| (format!("{name}_{part}"), value.clone())).collect(),
        _ => vec![(name.clone(), value.clone())],
    };
    object.as_object().expect("an object").iter().flat_map(parts).collect()
}

/// Asserts that a file of comma-separated values holds the records.
pub fn assert_csv(file: &[u8], records: &Records) {
    let text = std::str::from_utf8(file).expect("UTF-8");
    let mut lines = text.strip_suffix("\r\n").expect("the end of a line").split("\r\n");
    let names: Vec<String> = flat(&records.json[0]).into_iter().map(|(name, _)| name).collect();
    assert_eq!(lines.next(), Some(&*names.join(",")));
    for json in &records.json {
        let read = fields(lines.next().expect("a row"));
        let wanted: Vec<Value> = flat(json).into_iter().map(|(_, value)| value).collect();
        assert_eq!(read.len(), wanted.len());
        for (read, wanted) in read.iter().zip(&wanted) {
            let same = match (read, wanted) {
                (None, wanted) => wanted.is_null(),
                (Some(read), Value::String(text)) => read == text,
                (Some(read), Value::Number(number)) => read.parse::<f64>().ok() == number.as_f64(),
                (Some(read), wanted) => serde_json::from_str(read).is_ok_and(|read: Value| read == *wanted),
            };
            assert!(same, "{read:?} and {wanted}");
        }
    }
    assert_eq!(lines.next(), None);
}

/// Returns an instant as JSON has it.
fn rfc3339(micros: i64) -> String {
    let mut text = [0; 32];
    populace_wire::TimestampText::default().write(&mut text, populace_sim::VirtualTime::from_micros(micros));
    String::from_utf8(text.to_vec()).expect("ASCII")
}

/// Returns a value that was read from Avro as JSON has it.
fn plain(value: Avro) -> Value {
    match value {
        Avro::Null => Value::Null,
        Avro::Boolean(value) => json!(value),
        Avro::Long(value) => json!(value),
        Avro::Double(value) => json!(value),
        Avro::String(text) | Avro::Enum(_, text) => json!(text),
        Avro::Uuid(id) => json!(id.to_string()),
        Avro::TimestampMicros(micros) => json!(rfc3339(micros)),
        Avro::LocalTimestampMicros(micros) => json!(rfc3339(micros)[..26]),
        Avro::Union(_, value) => plain(*value),
        Avro::Array(values) => values.into_iter().map(plain).collect(),
        Avro::Record(fields) => fields.into_iter().map(|(name, value)| (name, plain(value))).collect(),
        other => unreachable!("the schema has no {other:?}"),
    }
}

fn assert_same(read: &Value, json: &Value, name: &str) {
    match (read, json) {
        (Value::Number(one), Value::Number(other)) => assert_eq!(one.as_f64(), other.as_f64(), "{name}"),
        (Value::Object(one), Value::Object(other)) => {
            assert!(one.keys().eq(other.keys()), "{name}");
            one.iter().for_each(|(part, value)| assert_same(value, &other[part], part));
        }
        _ => assert_eq!(read, json, "{name}"),
    }
}

/// Asserts that an object container file holds the records.
pub fn assert_avro(file: &[u8], records: &Records) {
    let reader = Reader::new(file).expect("a header");
    let rows: Vec<Value> = reader.map(|row| plain(row.expect("a row"))).collect();
    assert_eq!(rows.len(), records.json.len());
    rows.iter().zip(&records.json).for_each(|(row, json)| assert_same(row, json, "row"));
}
