//! The events of a world that has all streams, shared by the unit tests.

use crate::buffer::RecordBuffer;
use crate::encode::JsonCache;
use crate::encoders::Encoders;
use crate::field_number::number_of_name;
use crate::scenario::scenario_from_toml;
use crate::topics::field_names;
use populace_sim::{Event, Scenario, Span, Stream, World};
use serde_json::Value;

/// Rules with all streams, fraud, bots and drifts.
pub const RULES: &str = "[world]\npeople = 300\nseed = 5\nstart = \"2026-01-01\"\n[[region]]\npreset = \"houston\"\n\
    [[region]]\npreset = \"tokyo\"\n[bank.fraud]\nrate = 0.05\n[labels]\nwrong = 0.05\ncomplaint_days = 0.5\n\
    [shop]\nbot_share = 0.2\n[topics.labels]\nenabled = true\n[topics.completions]\nenabled = true\n\
    [topics.drifts]\nenabled = true\n[topics.users]\nenabled = true\n[topics.drivers]\nenabled = true\n\
    [topics.customers]\nenabled = true\n[topics.merchants]\nenabled = true\n[topics.products]\nenabled = true\n[[drift]]\nkey = \"bank.amount_scale\"\nkind = \"gradual\"\nat = \"+2d\"\n\
    width = \"1d\"\nfactor = 2.0\npersona = \"student\"\nregion = \"tokyo\"\n[[drift]]\nkey = \"shop.conversion\"\n\
    kind = \"sudden\"\nat = \"+1d\"\nfactor = 1.3\n";

/// Returns the events of some days of that world.
pub fn events() -> Vec<Event> {
    let mut world = World::new(&Scenario::from_toml("test", RULES).expect("valid")).expect("a world");
    let (until, mut events) = (world.now() + Span::from_days(6), Vec::new());
    world.run_until(until, |event| events.push(event));
    assert!(Stream::ALL.iter().all(|stream| events.iter().any(|event| event.stream() == *stream)), "all streams");
    events
}

/// A record in a binary format, and the record of the same event in JSON.
pub struct Twin {
    /// The stream of the event.
    pub stream: Stream,
    /// The value in the binary format.
    pub value: Vec<u8>,
    /// The value in JSON.
    pub json: Value,
}

/// Constants of each kind.
const CONSTANTS: [&str; 6] = ["name = 'São Paulo'", "none = ''", "zero = 0", "less = -3", "half = 0.5", "sure = true"];

/// Returns encoders that write every field of every topic, and constants behind them, in a format.
pub fn encoders(format: &str) -> Encoders {
    let section = |stream: Stream| {
        let names = field_names(stream);
        let mut constants = CONSTANTS;
        // Another encoder writes fields in the order of their numbers.
        constants.sort_by_key(|entry| number_of_name(entry.split(' ').next().expect("a name")));
        let fields: Vec<&str> = names.iter().map(|field| field.name).chain(constants).collect();
        format!("[topics.{}]\nformat = \"{format}\"\nfields = {fields:?}\n", stream.section())
    };
    let text: String = Stream::ALL.map(section).concat();
    Encoders::new(&scenario_from_toml("test", &text).expect("valid").topics).expect("known fields")
}

/// Returns the records of all events with every field, in a format and in JSON. Their keys are the same.
pub fn twins(format: &str) -> Vec<Twin> {
    let (binary, json) = (encoders(format), encoders("json"));
    let mut cache = JsonCache::default();
    let mut write = |encoders: &Encoders, event: &Event| {
        let mut out = RecordBuffer::default();
        let written = encoders.write(event, &mut cache, &mut out);
        let key = written.key_at as usize..written.key_at as usize + written.key_len as usize;
        (out.bytes()[..written.value_len as usize].to_vec(), out.bytes()[key].to_vec(), written.entity_sequence)
    };
    let mut twin = |event: &Event| {
        let (one, other) = (write(&binary, event), write(&json, event));
        assert_eq!((&one.1, one.2), (&other.1, other.2), "key and sequence");
        let json = serde_json::from_slice(&other.0).expect("JSON");
        Twin { stream: event.stream(), value: one.0, json }
    };
    events().iter().map(&mut twin).collect()
}

/// Compares a value as an independent reader got it with the value in JSON: numbers as numbers.
pub fn assert_same(read: &Value, json: &Value, name: &str) {
    match (read, json) {
        (Value::Number(one), Value::Number(other)) => assert_eq!(one.as_f64(), other.as_f64(), "{name}"),
        (Value::Object(one), Value::Object(other)) => {
            assert!(one.keys().eq(other.keys()), "{name}: {one:?} and {other:?}");
            one.iter().for_each(|(part, value)| assert_same(value, &other[part], &format!("{name}.{part}")));
        }
        _ => assert_eq!(read, json, "{name}"),
    }
}

/// Returns an instant as JSON has it.
pub fn rfc3339(micros: i64) -> String {
    let at = chrono::DateTime::from_timestamp_micros(micros).expect("in range");
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, false)
}
