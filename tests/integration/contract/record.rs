//! One record as a consumer reads it: JSON text, and its values by name. Knows JSON; not what the fields mean.

use chrono::DateTime;
use serde_json::{Map, Value};

/// A record that was read.
pub struct Record<'a> {
    /// The text as it came.
    pub text: &'a str,
    /// Its fields in the order of the text.
    pub fields: Map<String, Value>,
}

impl<'a> Record<'a> {
    /// Reads a record; None when it is not one JSON object.
    pub fn read(text: &'a str) -> Option<Self> {
        match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => Some(Record { text, fields }),
            _ => None,
        }
    }

    /// The value of a field that the form check has seen.
    pub fn value(&self, field: &str) -> &Value {
        self.fields.get(field).unwrap_or(&Value::Null)
    }

    /// A text field; "" for null.
    pub fn text_of(&self, field: &str) -> &str {
        self.value(field).as_str().unwrap_or("")
    }

    /// A text field, None for null.
    pub fn text_or_null(&self, field: &str) -> Option<&str> {
        self.value(field).as_str()
    }

    /// A whole number.
    pub fn whole(&self, field: &str) -> i64 {
        self.value(field).as_i64().unwrap_or(i64::MIN)
    }

    /// A number.
    pub fn number(&self, field: &str) -> f64 {
        self.value(field).as_f64().unwrap_or(f64::NAN)
    }

    /// A point as (latitude, longitude).
    pub fn point(&self, field: &str) -> (f64, f64) {
        let part = |name: &str| self.value(field)[name].as_f64().unwrap_or(f64::NAN);
        (part("lat"), part("lon"))
    }

    /// A timestamp in microseconds since 1970.
    pub fn micros(&self, field: &str) -> i64 {
        micros(self.text_of(field)).unwrap_or(i64::MIN)
    }

    /// A UUID as a number.
    pub fn uuid(&self, field: &str) -> u128 {
        uuid(self.text_of(field)).unwrap_or(0)
    }

    /// An amount in minor units: its digits without the point.
    pub fn minor(&self, field: &str) -> i64 {
        let digits: String = self.raw(field).chars().filter(|c| *c != '.').collect();
        digits.parse().unwrap_or(i64::MIN)
    }

    /// The text of a field's value, to the letter.
    pub fn raw(&self, field: &str) -> &'a str {
        raw(self.text, field)
    }
}

/// The text of the value of `field` within the object `text`. Relies on no text value containing `"field":`, which
/// would need escaped quotes.
pub fn raw<'a>(text: &'a str, field: &str) -> &'a str {
    let mark = format!("\"{field}\":");
    let Some(at) = text.find(&mark) else { return "" };
    let rest = &text[at + mark.len()..];
    &rest[..end_of_value(rest)]
}

fn end_of_value(rest: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (i, byte) in rest.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b',' | b'}' | b']' if depth == 0 => return i,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

/// Microseconds of a timestamp that is to the letter `2026-03-01T08:15:42.000120+00:00`.
pub fn micros(text: &str) -> Option<i64> {
    const PATTERN: &[u8] = b"dddd-dd-ddTdd:dd:dd.dddddd+00:00";
    let fits = |(letter, wanted): (u8, &u8)| if *wanted == b'd' { letter.is_ascii_digit() } else { letter == *wanted };
    if text.len() != PATTERN.len() || !text.bytes().zip(PATTERN).all(fits) {
        return None;
    }
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_micros())
}

/// A UUID of version 4 and variant 1 in lower case as a number.
pub fn uuid(text: &str) -> Option<u128> {
    const PATTERN: &[u8] = b"xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";
    let fits = |(letter, wanted): (u8, &u8)| match wanted {
        b'x' => letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter),
        b'v' => b"89ab".contains(&letter),
        wanted => letter == *wanted,
    };
    if text.len() != PATTERN.len() || !text.bytes().zip(PATTERN).all(fits) {
        return None;
    }
    u128::from_str_radix(&text.replace('-', ""), 16).ok()
}

/// The number behind `prefix`, from 1, without leading zeros.
pub fn numbered(text: &str, prefix: &str) -> Option<u32> {
    let digits = text.strip_prefix(prefix)?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if plain { digits.parse().ok() } else { None }
}

#[test]
fn raw_values_are_found_to_the_letter() {
    let text = r#"{"a":"x,}\"y","o":{"lat":1.50,"lon":-2},"n":12.50,"l":[1,2],"z":null}"#;
    assert_eq!(raw(text, "n"), "12.50");
    assert_eq!(raw(text, "o"), r#"{"lat":1.50,"lon":-2}"#);
    assert_eq!(raw(raw(text, "o"), "lon"), "-2");
    assert_eq!((raw(text, "l"), raw(text, "z"), raw(text, "b")), ("[1,2]", "null", ""));
}

#[test]
fn what_only_looks_right_is_refused() {
    assert!(micros("2026-03-01T08:15:42.000120+00:00").is_some());
    for text in ["2026-03-01T08:15:42+00:00", "2026-03-01T08:15:42.000120Z", "2026-02-30T08:15:42.000120+00:00"] {
        assert_eq!(micros(text), None, "{text}");
    }
    assert!(uuid("0f8fad5b-d9cb-469f-a165-70867728950e").is_some());
    for text in ["0f8fad5b-d9cb-169f-a165-70867728950e", "0f8fad5b-d9cb-469f-7165-70867728950e", "0F8FAD5B"] {
        assert_eq!(uuid(text), None, "{text}");
    }
    assert_eq!(
        [numbered("prod_7", "prod_"), numbered("prod_07", "prod_"), numbered("prod_", "prod_")],
        [Some(7), None, None]
    );
}
