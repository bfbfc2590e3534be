//! The names of subjects, and the comparison of schemas as texts. Pure. Must not depend on: requests.

use crate::config::SubjectNaming;
use populace_wire::TopicFormat;
use serde_json::Value;

/// Returns the subject of the values of a topic.
pub(super) fn subject_of(naming: SubjectNaming, topic: &str, record: &str) -> String {
    match naming {
        SubjectNaming::Topic => format!("{topic}-value"),
        SubjectNaming::Record => record.to_owned(),
        SubjectNaming::TopicRecord => format!("{topic}-{record}"),
    }
}

/// Returns a name as one segment of a path.
pub(super) fn as_segment(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    name.bytes().map(encoded).collect()
}

/// Returns whether two texts are the same schema: as words, or as JSON, without regard to blanks, the order of keys and
/// the dialect of JSON Schema.
pub(super) fn is_same_schema(one: &str, other: &str, format: TopicFormat) -> bool {
    if format == TopicFormat::Protobuf {
        return words(one) == words(other);
    }
    let [one, other] = [one, other].map(|text| {
        let mut schema = serde_json::from_str::<Value>(text).ok()?;
        schema.as_object_mut().and_then(|schema| schema.remove("$schema"));
        Some(schema)
    });
    one.is_some() && one == other
}

/// Returns the words and signs of a Protobuf file, without blanks and comments of a line.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for line in text.lines().map(|line| line.split("//").next().unwrap_or_default()) {
        let mut word = String::new();
        for one in line.chars() {
            let is_part = one.is_alphanumeric() || one == '_' || one == '.';
            if is_part {
                word.push(one);
                continue;
            }
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            words.extend((!one.is_whitespace()).then(|| one.to_string()));
        }
        words.extend((!word.is_empty()).then_some(word));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_named_as_clients_expect() {
        let of = |naming| subject_of(naming, "t.trips", "town.Trip");
        assert_eq!(of(SubjectNaming::Topic), "t.trips-value");
        assert_eq!(of(SubjectNaming::Record), "town.Trip");
        assert_eq!(of(SubjectNaming::TopicRecord), "t.trips-town.Trip");
        assert_eq!(as_segment("a.b-c/d é"), "a.b-c%2Fd%20%C3%A9");
    }

    #[test]
    fn blanks_and_order_make_no_other_schema() {
        let same = |one, other| is_same_schema(one, other, TopicFormat::JsonSchema);
        assert!(same("{\"a\": 1, \"b\": [2]}", "{\"$schema\":\"x\",\"b\":[2],\"a\":1}"));
        assert!(!same("{\"a\":1}", "{\"a\":2}") && !same("nonsense", "nonsense"));
        let proto = "syntax = \"proto3\";\nmessage A { // what it is\n  int64 x = 1;\n}\n";
        assert!(is_same_schema(proto, "syntax=\"proto3\";message A{int64 x=1;}", TopicFormat::Protobuf));
        assert!(!is_same_schema(proto, "syntax=\"proto3\";message A{int64 x=2;}", TopicFormat::Protobuf));
    }
}
