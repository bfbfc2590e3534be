//! Records of the live tail as JSON, whatever the format of their topic is. Must not depend on: connections, the tail.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use populace_sim::{STREAMS, Stream, Town, VirtualTime, format_time};
use populace_wire::{ColumnValue, Content, Encoders, RecordDecoder, TopicFormat};
use serde_json::{Map, Value, json};

/// The offset at the end of a timestamp, which a naive one lacks.
const UTC: &str = "+00:00";

/// The decoders that one reader of the tail needs, made as their records come.
#[derive(Default)]
pub(super) struct Shown {
    decoders: [Option<RecordDecoder>; STREAMS],
}

impl Shown {
    /// Returns a record as JSON on one line: one of text as the sink received it, and one of another format with the fields
    /// that it has, as JSON has them. A record that cannot be decoded is the name of its format with its bytes in base64.
    pub(super) fn json(&mut self, town: Option<&Town>, stream: Stream, content: Content, value: &[u8]) -> String {
        let text = || String::from_utf8_lossy(value).into_owned();
        let Some(town) = town else { return text() };
        let format = TopicFormat::named(&town.topic(stream).format).unwrap_or_default();
        match (content, format) {
            (Content::Tombstone, _) | (_, TopicFormat::Json | TopicFormat::JsonSchema) => text(),
            (Content::Value, TopicFormat::Avro | TopicFormat::Protobuf) => self
                .decoded(town, stream, value)
                .unwrap_or_else(|| json!({ format.name(): STANDARD.encode(value) }))
                .to_string(),
        }
    }

    fn decoded(&mut self, town: &Town, stream: Stream, value: &[u8]) -> Option<Value> {
        let kept = &mut self.decoders[stream as usize];
        if kept.is_none() {
            *kept = Some(Encoders::new(&town.scenario().topics).ok()?.decoder(stream));
        }
        let decoder = kept.as_ref()?;
        let (columns, mut object) = (decoder.columns(), Map::new());
        let add = |column: usize, value: ColumnValue<'_>| {
            object.insert(columns[column].name.clone(), json_of(value));
        };
        decoder.decode(value, add).ok().map(|()| Value::Object(object))
    }
}

/// Returns the value of a column as the JSON of its topic has it.
fn json_of(value: ColumnValue<'_>) -> Value {
    match value {
        ColumnValue::Null => Value::Null,
        ColumnValue::Text(text) => json!(text),
        ColumnValue::Word(word) => json!(word.name()),
        ColumnValue::Timestamp(at) => json!(format_time(at)),
        ColumnValue::NaiveTimestamp(at) => json!(naive(at)),
        ColumnValue::Integer(number) => json!(number),
        ColumnValue::Number(number) => json!(number),
        ColumnValue::Boolean(is_true) => json!(is_true),
        ColumnValue::Point(point) => json!({ "lat": point.lat, "lon": point.lon }),
        ColumnValue::Object(parts) => parts.iter().map(|(name, word)| (name.to_owned(), json!(word.name()))).collect(),
        ColumnValue::Words(words) => words.iter().collect(),
    }
}

fn naive(at: VirtualTime) -> String {
    format_time(at).trim_end_matches(UTC).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_sim::{Span, World};
    use populace_wire::{JsonCache, RecordBuffer, scenario_from_toml};

    /// The topics of the test: objects of words, lists, places, optional fields, extras and constants.
    const SECTIONS: [&str; 5] = ["transactions", "trips", "interactions", "labels", "users"];

    /// Returns the records of two days of a small world, each with its stream and content.
    fn records(format: &str) -> (World, Vec<(Stream, Content, Vec<u8>)>) {
        let topic = |section: &str| {
            format!("[topics.{section}]\nenabled = true\nformat = \"{format}\"\nfields = [\"*\", \"source = 'x'\"]\n")
        };
        let rules = format!("[world]\npeople = 200\nstart = \"2026-01-01\"\n{}", SECTIONS.map(topic).concat());
        let mut world = World::new(&scenario_from_toml("test", &rules).expect("valid")).expect("a world");
        let encoders = Encoders::new(&world.town().scenario().topics).expect("valid");
        let (mut cache, mut found) = (JsonCache::default(), Vec::new());
        world.run_until(world.now() + Span::from_days(2), |event| {
            let mut buffer = RecordBuffer::default();
            let written = encoders.write(&event, &mut cache, &mut buffer);
            found.push((event.stream(), written.content, buffer.bytes()[..written.value_len as usize].to_vec()));
        });
        (world, found)
    }

    #[test]
    fn a_record_is_the_same_json_whatever_its_format_is() {
        let (town, json) = records("json");
        let mut shown = Shown::default();
        for format in ["avro", "protobuf", "json-schema"] {
            let (world, binary) = records(format);
            assert!(binary.len() == json.len() && json.len() > 500);
            for ((stream, content, value), (_, _, wanted)) in binary.iter().zip(&json) {
                let text = Shown::json(&mut shown, Some(world.town()), *stream, *content, value);
                let parsed = |text: &str| serde_json::from_str::<Value>(text).expect("it is JSON");
                assert_eq!(parsed(&text), parsed(&String::from_utf8_lossy(wanted)), "{format} {stream:?}");
            }
            shown = Shown::default();
        }
        let (stream, content, value) = &json[0];
        assert_eq!(shown.json(Some(town.town()), *stream, *content, value).as_bytes(), value);
    }

    #[test]
    fn bytes_that_are_no_record_are_shown_as_they_are() {
        let (world, _) = records("avro");
        let text = Shown::default().json(Some(world.town()), Stream::Trips, Content::Value, &[0xff, 0, b'{']);
        assert_eq!(text, "{\"avro\":\"/wB7\"}");
    }
}
