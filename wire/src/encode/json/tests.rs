//! Tests that the JSON of typed values equals the JSON that events write themselves, for every field of every event.

use super::*;
use crate::encode::TopicEncoder;
use crate::testing::events;
use populace_sim::{Event, TopicChoice};

/// Compares the JSON that the event writes with that of its typed value, for each field.
fn check<E: TopicEvent>(event: &E) {
    for field in E::FIELDS {
        let parts = parts_of(&field.kind);
        let (mut fast, mut typed) = (Vec::new(), Vec::new());
        event.serialize(field.field, JsonValue { out: &mut fast, parts: &parts });
        event.value(field.field).serialize(JsonValue { out: &mut typed, parts: &parts });
        assert_eq!(String::from_utf8(fast), String::from_utf8(typed.clone()), "{}", field.name);
        serde_json::from_slice::<serde_json::Value>(&typed).expect("JSON");
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
            _ => unreachable!("a new event needs a test"),
        }
    }
}

#[test]
fn a_key_outside_the_record_follows_it() {
    let events = events();
    let trip = events.iter().find_map(|event| if let Event::Trip(trip) = event { Some(trip) } else { None });
    let trip = trip.expect("a trip");
    let record = |fields: &[&str], key: &str| {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        let choice = TopicChoice { name: "trips".into(), key: key.into(), fields };
        let encoder = TopicEncoder::<populace_sim::Trip>::new(&choice).expect("known fields");
        let mut out = b"before".to_vec();
        let written = encoder.write(trip, &mut out);
        let key = 6 + written.key_at as usize..6 + written.key_at as usize + written.key_len as usize;
        let text = |range: Range<usize>| String::from_utf8(out[range].to_vec()).expect("text");
        (text(6..6 + written.value_len as usize), text(key.clone()), key.start)
    };
    let driver = format!("driver_{}", trip.driver);
    assert_eq!(record(&["driver_id as d"], "driver_id"), (format!("{{\"d\":\"{driver}\"}}"), driver.clone(), 12));
    let (value, key, at) = record(&["hour_of_day"], "driver_id");
    assert_eq!(
        (value.as_str(), key.as_str(), at),
        (&*format!("{{\"hour_of_day\":{}}}", trip.local.hour()), &*driver, 6 + value.len() + 1)
    );
}
