//! Tests that the JSON of typed values equals the JSON that events write themselves, for every field of every event.

use super::*;
use crate::buffer::RecordBuffer;
use crate::encode::TopicEncoder;
use crate::field::{FieldClass, FieldSpec, FieldType, Source};
use crate::testing::events;
use crate::value::{Decimal, FieldValue};
use populace_sim::{Event, TopicChoice, VirtualTime};
use serde_json::{Value, json};

/// Returns the record that `write` begins, with a brace behind it.
fn written(write: impl FnOnce(&mut RecordWriter<'_>)) -> String {
    let mut buffer = RecordBuffer::default();
    let mut writer = buffer.writer();
    write(&mut writer);
    writer.append(b"}");
    writer.finish();
    String::from_utf8(buffer.bytes().to_vec()).expect("UTF-8")
}

/// Returns the value as a reader of JSON gets it, by another way than the encoder's.
fn read_value(value: &FieldValue, kind: &FieldType) -> Value {
    let number = |value: Decimal| json!(value.scaled as f64 / 10_u64.pow(value.decimals) as f64);
    match (value, kind) {
        (FieldValue::Null, _) => Value::Null,
        (value, FieldType::OrNull(inner)) => read_value(value, inner),
        (FieldValue::Uuid(id), _) => json!(id.to_string()),
        (FieldValue::Timestamp(at), _) => json!(rfc3339(*at)),
        (FieldValue::NaiveTimestamp(at), _) => json!(rfc3339(*at)[..26]),
        (FieldValue::Decimal(value), _) if value.decimals == 0 => json!(value.scaled),
        (FieldValue::Decimal(value), _) => number(*value),
        (FieldValue::Integer(value), _) => json!(value),
        (FieldValue::Number(value), _) => json!(value),
        (FieldValue::Boolean(value), _) => json!(value),
        (FieldValue::Word(word), _) => json!(word.name()),
        (FieldValue::Numbered { prefix, number }, _) => json!(format!("{prefix}{number}")),
        (FieldValue::Account(number), _) => json!(format!("ACC-{number:08}")),
        (FieldValue::Ipv4(address), _) => json!(std::net::Ipv4Addr::from_bits(*address).to_string()),
        (FieldValue::Text(text), _) => json!(text),
        (FieldValue::Point(point), _) => json!({"lat": number(point.lat), "lon": number(point.lon)}),
        (FieldValue::Object(words), FieldType::Object(parts)) => {
            parts.iter().zip(words).map(|((name, _), word)| ((*name).to_owned(), json!(word.name()))).collect()
        }
        (FieldValue::Object(_), _) => unreachable!("objects are of that type"),
        (FieldValue::Words(words), _) => json!(words),
    }
}

fn rfc3339(at: VirtualTime) -> String {
    let at = chrono::DateTime::from_timestamp_micros(at.micros()).expect("in range");
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, false)
}

/// Compares the JSON that the event writes with that of its typed value, for each field.
fn check<E: TopicEvent>(event: &E) {
    for field in E::FIELDS {
        let piece = Piece::new(0, &Column::of_field(field.name, &field.kind));
        let fast = written(|out| {
            event.serialize(field.field, JsonValue { out, text: &piece, cache: &mut JsonCache::default() })
        });
        let typed = written(|out| {
            event.value(field.field).serialize(JsonValue { out, text: &piece, cache: &mut JsonCache::default() })
        });
        assert_eq!(fast, typed, "{}", field.name);
        let read: serde_json::Value = serde_json::from_str(&typed).expect("JSON");
        assert_eq!(read[field.name], read_value(&event.value(field.field), &field.kind), "{}", field.name);
    }
}

#[test]
fn typed_values_have_the_bytes_of_the_fast_path() {
    for event in events() {
        match &event {
            Event::Transaction(event) => check(event),
            Event::Trip(event) => check(event),
            Event::Interaction(event) => check(event),
            Event::Label(event) => check(event),
            Event::Completion(event) => check(event),
            Event::Drift(event) => check(event),
            Event::User(row) => check(row),
            Event::Driver(row) => check(row),
            Event::Customer(row) => check(row),
            Event::Merchant(row) => check(row),
            Event::Product(row) => check(row),
            _ => unreachable!("a new event needs a test"),
        }
    }
}

/// Returns the record and the range of the key that an encoder writes.
fn record<E: TopicEvent>(encoder: &JsonEncoder, event: &E, key: Option<usize>) -> (String, Option<Range<usize>>) {
    let sources: Vec<_> = contract::<E>().map(|spec| Source::Field(spec.field)).collect();
    let (mut buffer, mut cache) = (RecordBuffer::default(), JsonCache::default());
    let (writer, key_at) = encoder.encode(event, &sources, key, &mut cache, buffer.writer());
    writer.finish();
    (String::from_utf8(buffer.bytes().to_vec()).expect("UTF-8"), key_at)
}

fn contract<E: TopicEvent>() -> impl Iterator<Item = &'static FieldSpec<E::Field>> {
    E::FIELDS.iter().filter(|spec| spec.class == FieldClass::Contract)
}

/// Compares the record of the contract's fields with that of the same fields as chosen ones, with each field as the key.
fn check_layouts<E: TopicEvent>(event: &E) {
    let columns: Vec<Column> = contract::<E>().map(|spec| Column::of_field(spec.name, &spec.kind)).collect();
    let (known, chosen) = (JsonEncoder::of_contract::<E>(&columns), JsonEncoder::new(&columns));
    for key in (0..columns.len()).map(Some).chain([None]) {
        assert_eq!(record(&known, event, key), record(&chosen, event, key), "key {key:?}");
    }
}

#[test]
fn the_contract_has_the_bytes_of_the_same_fields_chosen() {
    for event in events() {
        match &event {
            Event::Transaction(event) => check_layouts(event),
            Event::Trip(event) => check_layouts(event),
            Event::Interaction(event) => check_layouts(event),
            Event::Label(event) => check_layouts(event),
            Event::Completion(event) => check_layouts(event),
            Event::Drift(event) => check_layouts(event),
            Event::User(row) => check_layouts(row),
            Event::Driver(row) => check_layouts(row),
            Event::Customer(row) => check_layouts(row),
            Event::Merchant(row) => check_layouts(row),
            Event::Product(row) => check_layouts(row),
            _ => unreachable!("a new event needs a test"),
        }
    }
}

#[test]
fn a_contract_with_other_names_is_a_choice() {
    let events = events();
    let trip = events.iter().find_map(|event| if let Event::Trip(trip) = event { Some(trip) } else { None });
    let written = |fields: Vec<String>| {
        let rules = populace_sim::Scenario::from_toml("test", "").expect("defaults").topics.trips;
        let choice = TopicChoice { key: "trip_id".into(), fields, ..rules };
        let encoder = TopicEncoder::<populace_sim::Trip>::new(&choice).expect("known fields");
        let mut out = RecordBuffer::default();
        encoder.write(trip.expect("a trip"), &mut JsonCache::default(), &mut out);
        serde_json::from_slice::<Value>(out.bytes()).expect("JSON")
    };
    let swapped = contract::<populace_sim::Trip>().map(|spec| match spec.name {
        "origin" => "destination as origin".to_owned(),
        "destination" => "origin as destination".to_owned(),
        name => name.to_owned(),
    });
    let (plain, swapped) = (written(Vec::new()), written(swapped.collect()));
    assert_ne!(plain["origin"], plain["destination"]);
    assert_eq!((&plain["origin"], &plain["destination"]), (&swapped["destination"], &swapped["origin"]));
}

#[test]
fn columns_behind_the_contract_follow_its_bytes() {
    let events = events();
    let trip = events.iter().find_map(|event| if let Event::Trip(trip) = event { Some(trip) } else { None });
    let written = |fields: &[&str], key: &str| {
        let rules = populace_sim::Scenario::from_toml("test", "").expect("defaults").topics.trips;
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        let choice = TopicChoice { key: key.into(), fields, ..rules };
        let encoder = TopicEncoder::<populace_sim::Trip>::new(&choice).expect("known fields");
        let mut out = RecordBuffer::default();
        let written = encoder.write(trip.expect("a trip"), &mut JsonCache::default(), &mut out);
        let key = written.key_at as usize..written.key_at as usize + written.key_len as usize;
        let text = |range: Range<usize>| String::from_utf8(out.bytes()[range].to_vec()).expect("text");
        (text(0..written.value_len as usize), text(key))
    };
    let (plain, driver) = written(&[], "driver_id");
    assert_eq!(written(&["*"], "driver_id"), (plain.clone(), driver.clone()));
    let long = "x".repeat(200);
    let text = format!("text = '{long}'");
    let (more, key) = written(&["*", "a = 1", "rider_id", &text, "b = 0.5", "c = true"], "rider_id");
    let begin = format!(
        "{},\"a\":1,\"rider_id\":\"{key}\",\"text\":\"{long}\",\"b\":0.5,\"c\":true}}",
        &plain[..plain.len() - 1]
    );
    assert_eq!(more, begin);
    let rows = [&["a = 1", "trip_id"][..], &["trip_id", "a = 1"], &["*", "-trip_id", "trip_id"]];
    for fields in rows {
        let (value, key) = written(fields, "driver_id");
        let read: Value = serde_json::from_str(&value).expect("JSON");
        assert_eq!(read["trip_id"], serde_json::from_str::<Value>(&plain).expect("JSON")["trip_id"]);
        assert_eq!(key, driver);
    }
    assert_eq!(written(&["s = 'São'"], "driver_id"), ("{\"s\":\"São\"}".to_owned(), driver));
}

#[test]
fn a_key_outside_the_record_follows_it() {
    let events = events();
    let trip = events.iter().find_map(|event| if let Event::Trip(trip) = event { Some(trip) } else { None });
    let trip = trip.expect("a trip");
    let record = |fields: &[&str], key: &str| {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        let rules = populace_sim::Scenario::from_toml("x", "").expect("defaults").topics.trips;
        let choice = TopicChoice { key: key.into(), fields, ..rules };
        let encoder = TopicEncoder::<populace_sim::Trip>::new(&choice).expect("known fields");
        let mut out = RecordBuffer::default();
        let mut writer = out.writer();
        writer.append(b"before");
        writer.finish();
        let written = encoder.write(trip, &mut JsonCache::default(), &mut out);
        let key = 6 + written.key_at as usize..6 + written.key_at as usize + written.key_len as usize;
        let text = |range: Range<usize>| String::from_utf8(out.bytes()[range].to_vec()).expect("text");
        (text(6..6 + written.value_len as usize), text(key.clone()), key.start)
    };
    let driver = format!("driver_{}", trip.driver);
    assert_eq!(record(&["driver_id as d"], "driver_id"), (format!("{{\"d\":\"{driver}\"}}"), driver.clone(), 12));
    let (value, key, at) = record(&["hour_of_day"], "driver_id");
    assert_eq!(
        (value.as_str(), key.as_str(), at),
        (&*format!("{{\"hour_of_day\":{}}}", trip.local.hour()), &*driver, 6 + value.len() + "{\"driver_id\":\"".len())
    );
}
