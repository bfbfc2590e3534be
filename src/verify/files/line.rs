//! One line of a topic file: the parts that its hash covers. Must not depend on: other fields.

use populace_sim::{VirtualTime, resolve_time};
use populace_wire::record_hash;
use serde_json::Value;

/// Returns the hash of a record as the world computed it, from its line and the names of its time and key fields; None
/// if one of these fields is not in the line.
pub(super) fn hash_of(line: &[u8], (time_field, key_field): (&str, &str)) -> Result<Option<u128>, String> {
    let value: Value = serde_json::from_slice(line).map_err(|e| format!("this is no JSON object: {e}"))?;
    let time = value.get(time_field).and_then(Value::as_str);
    let time = time.and_then(|text| resolve_time(text, VirtualTime::from_micros(0)).ok());
    let key = value.get(key_field).and_then(Value::as_str);
    Ok(time.zip(key).map(|(time, key)| record_hash(key.as_bytes(), time, line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_covers_key_time_and_value() {
        let line = br#"{"id":"a","timestamp":"2026-01-01T00:00:01.000005+00:00"}"#;
        let expected = record_hash(b"a", VirtualTime::from_micros(1_767_225_601_000_005), line);
        assert_eq!(hash_of(line, ("timestamp", "id")), Ok(Some(expected)));
        assert_eq!(hash_of(line, ("timestamp", "other")), Ok(None));
        assert_eq!(hash_of(line, ("completed_at", "id")), Ok(None));
        assert!(hash_of(b"{", ("timestamp", "id")).is_err());
    }
}
