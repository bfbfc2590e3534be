//! Tests that a reader of Protobuf which was not written here compiles the definition of every topic, and reads every field
//! of every event as JSON has it.

use crate::encode::TopicEncoder;
use crate::field_number::FIRST_BY_NAME;
use crate::format::TopicFormat;
use crate::schema::{Described, TopicSchema};
use crate::testing::{assert_same, encoders, rfc3339, twins};
use populace_sim::{Scenario, Stream, TopicChoice, Trip};
use proptest::prelude::*;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value as Proto,
};
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};
use serde_json::{Value, json};

/// A folder with one file, in memory.
struct OneFile(String);

impl FileResolver for OneFile {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        if name == "topic.proto" { File::from_source(name, &self.0) } else { Err(protox::Error::file_not_found(name)) }
    }
}

/// Compiles a definition and returns its message.
fn compiled(schema: &TopicSchema) -> MessageDescriptor {
    let mut files = ChainFileResolver::new();
    files.add(OneFile(schema.text.clone()));
    files.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(files);
    compiler.include_imports(true).open_file("topic.proto").expect("it is a Protobuf definition");
    let pool: DescriptorPool = compiler.descriptor_pool();
    pool.get_message_by_name(&schema.record).expect("the message has that name")
}

fn message(stream: Stream) -> MessageDescriptor {
    let schema = encoders("protobuf").topic_schema(stream, stream.section()).expect("fit names");
    assert_eq!(schema.format, TopicFormat::Protobuf);
    compiled(&schema)
}

/// Returns the word of a symbol, as JSON has it: the case is that of `json`.
fn word(kind: &Kind, number: i32, json: &Value) -> Value {
    let kind = kind.as_enum().expect("an enum");
    let symbol = kind.get_value(number).expect("a known symbol");
    let prefix = kind.get_value(0).expect("there is none").name().replace("UNSPECIFIED", "");
    let word = symbol.name().strip_prefix(&prefix).expect("the name of the type comes first");
    assert!(json.as_str().is_some_and(|text| text.eq_ignore_ascii_case(word)), "{word} and {json}");
    json.clone()
}

/// Returns a value that was read from Protobuf as JSON has it.
fn plain(field: &FieldDescriptor, value: &Proto, json: &Value, name: &str) -> Value {
    match value {
        Proto::Bool(value) => json!(value),
        Proto::I64(value) => json!(value),
        Proto::F64(value) => json!(value),
        Proto::String(text) => json!(text),
        Proto::EnumNumber(number) => word(&field.kind(), *number, json),
        Proto::List(values) => values.iter().map(|value| plain(field, value, json, name)).collect(),
        Proto::Message(message) if message.descriptor().name() == "Timestamp" => {
            let part = |name: &str| message.get_field_by_name(name).expect("it is there").into_owned();
            let (Proto::I64(seconds), Proto::I32(nanos)) = (part("seconds"), part("nanos")) else {
                panic!("a timestamp")
            };
            let text = rfc3339(seconds * 1_000_000 + i64::from(nanos) / 1_000);
            json!(text[..json.as_str().map_or(0, str::len)])
        }
        Proto::Message(message) => plain_message(message, json, name),
        other => unreachable!("the definition has no {other:?}"),
    }
}

fn plain_message(message: &DynamicMessage, json: &Value, name: &str) -> Value {
    let field = |field: FieldDescriptor| {
        let own = &json[field.name()];
        let has = !field.supports_presence() || message.has_field(&field);
        let value = if has { plain(&field, &message.get_field(&field), own, field.name()) } else { Value::Null };
        (field.name().to_owned(), value)
    };
    let names: Vec<&String> = json.as_object().expect(name).keys().collect();
    names.iter().map(|name| field(message.descriptor().get_field_by_name(name).expect("a field"))).collect()
}

#[test]
fn an_independent_reader_reads_every_field_as_json_has_it() {
    let messages = Stream::ALL.map(message);
    for twin in twins("protobuf") {
        let read = DynamicMessage::decode(messages[twin.stream as usize].clone(), &twin.value[..]).expect("a message");
        assert_eq!(read.unknown_fields().count(), 0);
        assert_same(&plain_message(&read, &twin.json, "record"), &twin.json, twin.stream.section());
        assert_eq!(
            prost_reflect::prost::Message::encode_to_vec(&read),
            twin.value,
            "another encoder writes other bytes"
        );
    }
}

#[test]
fn numbers_of_fields_stay() {
    for message in Stream::ALL.map(message) {
        let numbers = message.fields().map(|field| field.number()).filter(|number| *number < FIRST_BY_NAME);
        let numbers: Vec<u32> = numbers.collect();
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u32), "{numbers:?}");
    }
    let message = message(Stream::Transactions);
    for (name, number) in [("transaction_id", 1), ("is_fraud", 17), ("card_id", 21), ("entity_sequence", 26)] {
        assert_eq!(message.get_field_by_name(name).map(|field| field.number()), Some(number), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn definitions_compile_whatever_the_names_are(
        topic in "[a-zA-Z0-9._-]{1,12}",
        names in prop::collection::btree_set("[a-c_A-C]{1,3}|vehicle_type|VehicleType|message|enum|string|Origin|google|reserved", 4),
    ) {
        let contract = Scenario::from_toml("x", "").expect("defaults").topics.trips;
        let fields = ["vehicle_type", "origin", "timestamp", "vehicle_type"];
        let fields = fields.iter().zip(&names).map(|(field, name)| format!("{field} as {name}")).collect();
        let encoder = TopicEncoder::<Trip>::new(&TopicChoice { fields, ..contract }).expect("known fields");
        let (namespace, columns) = ("com.google", encoder.columns());
        let described = Described { stream: Stream::Trips, topic: &topic, namespace, columns };
        if let Ok(schema) = TopicSchema::new(TopicFormat::Protobuf, described) {
            compiled(&schema);
        }
    }
}
