//! Tests that the decoder of each format reads every field of every event as serde_json reads it in the JSON twin, and
//! that records which are cut or changed give an error or the values that serde_json reads, never others.

use super::{ColumnValue, RecordDecoder};
use crate::buffer::RecordBuffer;
use crate::encode::JsonCache;
use crate::encoders::Encoders;
use crate::field::Column;
use crate::scenario::scenario_from_toml;
use crate::testing::{assert_same, encoders, events, rfc3339, twins};
use crate::topics::{time_column, time_field};
use populace_sim::{Event, Stream};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// Returns a value as JSON has it.
fn plain(value: ColumnValue<'_>) -> Value {
    match value {
        ColumnValue::Null => Value::Null,
        ColumnValue::Text(text) => json!(text),
        ColumnValue::Word(word) => json!(word.name()),
        ColumnValue::Timestamp(at) => json!(rfc3339(at.micros())),
        ColumnValue::NaiveTimestamp(at) => json!(rfc3339(at.micros())[..26]),
        ColumnValue::Integer(value) => json!(value),
        ColumnValue::Number(value) => json!(value),
        ColumnValue::Boolean(value) => json!(value),
        ColumnValue::Point(point) => json!({"lat": point.lat, "lon": point.lon}),
        ColumnValue::Object(words) => words.iter().map(|(name, word)| (name.to_owned(), json!(word.name()))).collect(),
        ColumnValue::Words(words) => words.iter().collect(),
    }
}

/// Returns a record as a JSON object, if it can be decoded.
fn read(decoder: &RecordDecoder, record: &[u8]) -> Option<Value> {
    let mut object = Map::new();
    let decoded = decoder.decode(record, |column, value| {
        object.insert(decoder.columns()[column].name.clone(), plain(value));
    });
    decoded.ok().map(|()| Value::Object(object))
}

#[test]
fn every_field_of_every_format_is_read_as_json_has_it() {
    for format in ["json", "json-schema", "avro", "protobuf"] {
        let encoders = encoders(format);
        let decoders = Stream::ALL.map(|stream| encoders.decoder(stream));
        for twin in twins(format) {
            let read = read(&decoders[twin.stream as usize], &twin.value).expect("a record of these columns");
            assert_same(&read, &twin.json, twin.stream.section());
        }
    }
}

/// Returns encoders of few fields in another order, with the instant under a new name, or in no record at all.
fn renamed(format: &str) -> Encoders {
    let section = |stream: Stream| {
        let fields = match stream {
            Stream::Transactions => "['user_id', 'timestamp_naive as at', 'amount as value']".to_owned(),
            Stream::Trips => "['completed_at', 'weather', 'timestamp as at', 'rider_id as who']".to_owned(),
            Stream::Drifts => "['drift_id']".to_owned(),
            _ => format!("['*', '{} as at', \"eu = 'x'\"]", time_field(stream)),
        };
        format!("[topics.{}]\nformat = \"{format}\"\nfields = {fields}\n", stream.section())
    };
    let text: String = Stream::ALL.map(section).concat();
    Encoders::new(&scenario_from_toml("test", &text).expect("valid").topics).expect("known fields")
}

fn written(encoders: &Encoders, event: &Event) -> Vec<u8> {
    let mut out = RecordBuffer::default();
    let written = encoders.write(event, &mut JsonCache::default(), &mut out);
    out.bytes()[..written.value_len as usize].to_vec()
}

fn time(event: &Event) -> i64 {
    event.timestamp().micros()
}

#[test]
fn the_instant_is_read_from_renamed_columns_of_each_format() {
    let (events, json) = (events(), renamed("json"));
    for format in ["json", "avro", "protobuf"] {
        let encoders = renamed(format);
        assert!(encoders.time_reader(Stream::Drifts).is_none());
        let readers = Stream::ALL.map(|stream| encoders.time_reader(stream));
        let decoders = Stream::ALL.map(|stream| encoders.decoder(stream));
        for event in events.iter().filter(|event| event.stream() != Stream::Drifts) {
            let (stream, record) = (event.stream() as usize, written(&encoders, event));
            let reader = readers[stream].as_ref().expect("the column `at`");
            assert_eq!(reader.time_of(&record).expect("a record").micros(), time(event));
            let twin: Value = serde_json::from_slice(&written(&json, event)).expect("JSON");
            assert_same(&read(&decoders[stream], &record).expect("a record"), &twin, event.stream().section());
        }
    }
}

#[test]
fn the_instant_of_the_contract_comes_before_that_without_an_offset() {
    for (fields, column) in [
        ("['timestamp_naive', 'timestamp']", Some(1)),
        ("['timestamp_naive as timestamp', 'user_id']", Some(0)),
        ("['timestamp as a', 'timestamp as b', '-a']", Some(0)),
        ("['user_id', \"timestamp = 'x'\"]", None),
    ] {
        let text = format!("[topics.transactions]\nfields = {fields}");
        let encoders = Encoders::new(&scenario_from_toml("test", &text).expect("valid").topics).expect("known");
        assert_eq!(time_column(Stream::Transactions, encoders.columns(Stream::Transactions)), column, "{fields}");
    }
}

#[test]
fn errors_name_the_format_the_field_and_the_place() {
    let encoders = renamed("json");
    let decoder = encoders.decoder(Stream::Transactions);
    let fault = |record: &str| decoder.decode(record.as_bytes(), |_, _| ()).expect_err("no record").to_string();
    let good = r#"{"user_id":"u","at":"2026-01-01T00:00:00.000001","value":1.5}"#;
    assert_eq!(decoder.decode(good.as_bytes(), |_, _| ()), Ok(()));
    for (wrong, message) in [
        (r#"{"user_id":"u","at":"#, r#"does not hold a timestamp in quotes at byte 20, in its field "at""#),
        (r#"{"user_id": "u""#, r#"does not hold a text in quotes at byte 11, in its field "user_id""#),
        (&good.replace("1.5}", "1.5} "), "does not hold the end of the record at byte 61, behind its last field"),
        (&good.replace("value", "valve"), r#"does not hold the name of the field at byte 48, in its field "value""#),
        (r#"{"user_id":"a\"b""#, "does not hold a text without backslashes at byte 13"),
    ] {
        assert!(fault(wrong).starts_with("the JSON record ") && fault(wrong).contains(message), "{}", fault(wrong));
    }
}

/// Records of each stream with their decoder, in the three formats.
fn samples() -> &'static [(&'static str, RecordDecoder, Vec<u8>)] {
    static SAMPLES: OnceLock<Vec<(&'static str, RecordDecoder, Vec<u8>)>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let sample = |format: &'static str| {
            let (encoders, events) = (encoders(format), events());
            let of = |stream: Stream| {
                let events: Vec<Event> =
                    events.iter().filter(|event| event.stream() == stream).take(20).cloned().collect();
                let encoders = &encoders;
                events.into_iter().map(move |event| (format, encoders.decoder(stream), written(encoders, &event)))
            };
            Stream::ALL.into_iter().flat_map(of).collect::<Vec<_>>()
        };
        ["json", "avro", "protobuf"].into_iter().flat_map(sample).collect()
    })
}

proptest! {
    #[test]
    fn a_record_that_was_cut_is_refused(pick: prop::sample::Index, at: prop::sample::Index) {
        let (format, decoder, record) = pick.get(samples());
        let cut = &record[..at.index(record.len())];
        // In Protobuf, fields at the end can be missing.
        let read = read(decoder, cut);
        prop_assert!(read.is_none() || *format == "protobuf", "{}", String::from_utf8_lossy(cut));
    }

    #[test]
    fn a_changed_byte_is_refused_or_read_as_serde_json_reads_it(
        pick: prop::sample::Index, at: prop::sample::Index, byte: u8,
    ) {
        let (format, decoder, record) = pick.get(samples());
        let mut changed = record.clone();
        changed[at.index(record.len())] = byte;
        let read = read(decoder, &changed);
        if let (Some(read), "json") = (read, *format) {
            let json: Value = serde_json::from_slice(&changed).expect("what the decoder takes is JSON");
            assert_same(&read, &json, &String::from_utf8_lossy(&changed));
        }
    }

    #[test]
    fn any_bytes_give_values_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300), pick: prop::sample::Index) {
        let (_, decoder, _) = pick.get(samples());
        let _: Option<Value> = read(decoder, &bytes);
    }
}

#[test]
fn a_list_with_too_many_words_for_its_bytes_is_refused_quickly() {
    let columns = [Column::of_field("concept", &crate::field::FieldType::Words)];
    let decoder = RecordDecoder::new(crate::format::TopicFormat::Avro, &columns);
    assert_eq!(read(&decoder, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2]), None);
    assert_eq!(read(&decoder, &[2, 2, b'a', 0]), Some(json!({"concept": ["a"]})));
    assert_eq!(read(&decoder, &[2, 2, b'a', 2]), None);
}
