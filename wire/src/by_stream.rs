//! Serializes one value for each stream as a list that ends with the last stream that has a value, so that a world without
//! optional streams is saved as if there were none. Must not depend on: the values.

use populace_sim::{STREAMS, Stream};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The number of streams that are on unless a scenario disables them; they come first.
const CONTRACT: usize = {
    let mut count = 0;
    while count < STREAMS && !Stream::ALL[count].is_optional() {
        count += 1;
    }
    count
};

/// Writes the values of the streams of the contract, and of optional ones up to the last that is not empty.
///
/// # Errors
/// The errors of the serializer.
pub fn serialize<T, S>(values: &[T; STREAMS], to: S) -> Result<S::Ok, S::Error>
where
    T: Serialize + Default + PartialEq,
    S: Serializer,
{
    let used = values.iter().rposition(|value| *value != T::default()).map_or(0, |last| last + 1);
    values[..used.max(CONTRACT)].serialize(to)
}

/// Reads a list that [`serialize`] wrote; streams that are left out get the default value.
///
/// # Errors
/// The errors of the deserializer, and a list that is too short or too long.
pub fn deserialize<'de, T, D>(from: D) -> Result<[T; STREAMS], D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    let mut values = Vec::deserialize(from)?;
    let count = values.len();
    if !(CONTRACT..=STREAMS).contains(&count) {
        return Err(D::Error::custom(format!("{count} streams instead of {CONTRACT} to {STREAMS}")));
    }
    values.resize_with(STREAMS, T::default);
    values.try_into().map_err(|_| D::Error::custom("another number of streams"))
}

#[cfg(test)]
mod tests {
    use crate::digest::{Digest, Digests};
    use populace_sim::STREAMS;

    #[test]
    fn optional_streams_are_saved_only_where_they_hold_something() {
        let mut digests = Digests::default();
        digests.0[2] = Digest { count: 2, chain: 7 };
        let text = serde_json::to_string(&digests).expect("plain data");
        assert_eq!(text.matches("count").count(), 3, "{text}");
        assert_eq!(serde_json::from_str::<Digests>(&text).expect("it comes back"), digests);
        digests.0[4].count = 1;
        let text = serde_json::to_string(&digests).expect("plain data");
        assert_eq!(serde_json::from_str::<Digests>(&text).expect("it comes back"), digests);
        assert_eq!(text.matches("count").count(), 5, "{text}");
    }

    #[test]
    fn lists_of_another_length_are_refused() {
        let of = |count: usize| format!("[{}]", vec!["{\"count\":0,\"chain\":0}"; count].join(","));
        assert!(serde_json::from_str::<Digests>(&of(3)).is_ok());
        assert!(serde_json::from_str::<Digests>(&of(2)).is_err());
        assert!(serde_json::from_str::<Digests>(&of(STREAMS)).is_ok());
        assert!(serde_json::from_str::<Digests>(&of(STREAMS + 1)).is_err());
    }
}
