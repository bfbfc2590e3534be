//! Tests that a reader of Avro which was not written here reads every field of every event as JSON has it.

use crate::buffer::RecordBuffer;
use crate::encode::JsonCache;
use crate::encoders::Encoders;
use crate::format::TopicFormat;
use crate::scenario::scenario_from_toml;
use crate::testing::{assert_same, encoders, rfc3339, twins};
use crate::topics::field_names;
use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value as Avro;
use populace_sim::Stream;
use serde_json::{Value, json};

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

fn schema(stream: Stream) -> Schema {
    let schema = encoders("avro").topic_schema(stream, stream.section()).expect("fit names");
    assert_eq!((schema.format, schema.record), (TopicFormat::Avro, format!("populace.{}", stream.section())));
    Schema::parse_str(&schema.text).expect("it is an Avro schema")
}

#[test]
fn an_independent_reader_reads_every_field_as_json_has_it() {
    let schemas = Stream::ALL.map(schema);
    for twin in twins("avro") {
        let (schema, mut left) = (&schemas[twin.stream as usize], &twin.value[..]);
        let reader = GenericDatumReader::builder(schema).build().expect("the schema is complete");
        let read = reader.read_value(&mut left).expect("it is a record of the schema");
        assert!(left.is_empty(), "{} bytes behind the record", left.len());
        assert_same(&plain(read), &twin.json, twin.stream.section());
    }
}

#[test]
fn closed_lists_of_symbols_are_enums_and_optional_fields_are_null_by_default() {
    let schema = encoders("avro").topic_schema(Stream::Transactions, "bank").expect("fit names");
    let schema: Value = serde_json::from_str(&schema.text).expect("JSON");
    let field = |name: &str| schema["fields"].as_array().expect("fields").iter().find(|f| f["name"] == name).cloned();
    let currency = field("currency").expect("it is there");
    assert_eq!(currency["type"]["symbols"][0], "USD");
    let card = field("card_id").expect("it is there");
    assert_eq!(
        card,
        json!({"name": "card_id", "type": ["null", {"type": "string", "logicalType": "uuid"}], "default": null})
    );
    assert_eq!(field("timestamp").expect("it is there")["type"]["logicalType"], "timestamp-micros");
}

#[test]
fn the_key_is_that_of_json_whatever_its_type_is() {
    let events = crate::testing::events();
    for stream in Stream::ALL {
        let possible = if stream.is_table() { 1 } else { usize::MAX };
        for key in field_names(stream).iter().filter(|field| field.may_be_key).take(possible) {
            let text =
                |format: &str| format!("[topics.{}]\nformat = \"{format}\"\nkey = \"{}\"", stream.section(), key.name);
            let encoders = ["avro", "json"].map(|format| {
                Encoders::new(&scenario_from_toml("test", &text(format)).expect("valid").topics).expect("fit")
            });
            for event in events.iter().filter(|event| event.stream() == stream).take(200) {
                let [avro, json] = encoders.each_ref().map(|encoders| {
                    let mut out = RecordBuffer::default();
                    let written = encoders.write(event, &mut JsonCache::default(), &mut out);
                    let at = written.key_at as usize;
                    out.bytes()[at..at + usize::from(written.key_len)].to_vec()
                });
                assert_eq!(avro, json, "{}", key.name);
            }
        }
    }
}
