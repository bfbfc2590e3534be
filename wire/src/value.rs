//! Typed values of fields, and the trait by which a format takes them. Must not depend on: topics, formats.

use crate::buffer::{RecordBuffer, RecordWriter};
use populace_sim::{Id, Place, VirtualTime};

/// A number with a fixed count of decimals: `scaled` / 10^`decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The number times 10^`decimals`.
    pub scaled: i64,
    /// The count of decimals, 0 to 7.
    pub decimals: u32,
}

impl Decimal {
    /// Returns the nearest floating-point number, which is the one that a reader of the number's digits gets: both `scaled`,
    /// below 2^53, and the power of ten are exact, and a division is rounded once.
    #[inline]
    pub fn to_f64(self) -> f64 {
        const POWERS: [f64; 8] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
        self.scaled as f64 / POWERS[self.decimals as usize]
    }
}

/// A word of a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    words: &'static [&'static str],
    index: usize,
}

impl Word {
    /// Returns the word at `index` of `words`.
    #[inline]
    pub const fn at(words: &'static [&'static str], index: usize) -> Self {
        Word { words, index }
    }

    /// Returns the list.
    #[inline]
    pub const fn words(self) -> &'static [&'static str] {
        self.words
    }

    /// Returns the name of the word.
    ///
    /// # Panics
    /// If the list is shorter.
    #[inline]
    pub const fn name(self) -> &'static str {
        self.words[self.index]
    }

    /// Returns the place of the word in its list.
    #[inline]
    pub const fn index(self) -> usize {
        self.index
    }
}

/// A place in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Latitude.
    pub lat: Decimal,
    /// Longitude.
    pub lon: Decimal,
}

impl Point {
    /// Returns the place with six decimals, about 0.1 m.
    #[inline]
    pub fn exact(place: Place) -> Self {
        let degrees = |e6: i32| Decimal { scaled: i64::from(e6), decimals: 6 };
        Point { lat: degrees(place.lat_e6), lon: degrees(place.lon_e6) }
    }

    /// Returns the place with three decimals, about 100 m.
    #[inline]
    pub fn rough(place: Place) -> Self {
        let degrees = |e6: i32| Decimal { scaled: (i64::from(e6) + 500).div_euclid(1_000), decimals: 3 };
        Point { lat: degrees(place.lat_e6), lon: degrees(place.lon_e6) }
    }
}

/// A consumer of one value: a topic calls the one method that fits the type of the field, so that a format is compiled
/// for each field without a value in between. [`FieldValue`] is the same as a value.
///
/// Texts need no escaping in JSON: they have no quotes, backslashes or control characters.
pub trait ValueSerializer: Sized {
    /// The result of serializing a value.
    type Output;
    /// Serializes null.
    fn null(self) -> Self::Output;
    /// Serializes a UUID.
    fn uuid(self, id: Id) -> Self::Output;
    /// Serializes an instant.
    fn timestamp(self, at: VirtualTime) -> Self::Output;
    /// Serializes an instant in UTC without an offset.
    fn naive_timestamp(self, at: VirtualTime) -> Self::Output;
    /// Serializes a number with a fixed count of decimals.
    fn decimal(self, value: Decimal) -> Self::Output;
    /// Serializes an integer.
    fn integer(self, value: i64) -> Self::Output;
    /// Serializes a floating-point number.
    fn number(self, value: f64) -> Self::Output;
    /// Serializes true or false.
    fn boolean(self, value: bool) -> Self::Output;
    /// Serializes a word of a closed list.
    fn word(self, word: Word) -> Self::Output;
    /// Serializes a prefix and a number.
    fn numbered(self, prefix: &'static str, number: u32) -> Self::Output;
    /// Serializes the number of an account.
    fn account(self, number: u32) -> Self::Output;
    /// Serializes an IPv4 address, the first byte in the highest place.
    fn ipv4(self, address: u32) -> Self::Output;
    /// Serializes text.
    fn text(self, text: &str) -> Self::Output;
    /// Serializes text that is appended piece by piece, as UTF-8.
    fn appended_text(self, append: impl FnOnce(&mut RecordWriter<'_>)) -> Self::Output;
    /// Serializes a place.
    fn point(self, point: Point) -> Self::Output;
    /// Serializes an object of words, in the order of the type's parts.
    fn object(self, words: &[Word]) -> Self::Output;
    /// Serializes a list of words.
    fn words<'a>(self, words: impl Iterator<Item = &'a str>) -> Self::Output;

    /// Serializes the value by `some`, or null if there is none.
    #[inline]
    fn optional<T>(self, value: Option<T>, some: impl FnOnce(Self, T) -> Self::Output) -> Self::Output {
        match value {
            Some(value) => some(self, value),
            None => self.null(),
        }
    }
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant is a method of `ValueSerializer`")]
pub enum FieldValue {
    Null,
    Uuid(Id),
    Timestamp(VirtualTime),
    NaiveTimestamp(VirtualTime),
    Decimal(Decimal),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    Word(Word),
    Numbered { prefix: &'static str, number: u32 },
    Account(u32),
    Ipv4(u32),
    Text(String),
    Point(Point),
    Object(Vec<Word>),
    Words(Vec<String>),
}

impl FieldValue {
    /// Passes the value to the serializer's method for its type.
    pub fn serialize<S: ValueSerializer>(&self, to: S) -> S::Output {
        match self {
            FieldValue::Null => to.null(),
            FieldValue::Uuid(id) => to.uuid(*id),
            FieldValue::Timestamp(at) => to.timestamp(*at),
            FieldValue::NaiveTimestamp(at) => to.naive_timestamp(*at),
            FieldValue::Decimal(value) => to.decimal(*value),
            FieldValue::Integer(value) => to.integer(*value),
            FieldValue::Number(value) => to.number(*value),
            FieldValue::Boolean(value) => to.boolean(*value),
            FieldValue::Word(word) => to.word(*word),
            FieldValue::Numbered { prefix, number } => to.numbered(prefix, *number),
            FieldValue::Account(number) => to.account(*number),
            FieldValue::Ipv4(address) => to.ipv4(*address),
            FieldValue::Text(text) => to.text(text),
            FieldValue::Point(point) => to.point(*point),
            FieldValue::Object(words) => to.object(words),
            FieldValue::Words(words) => to.words(words.iter().map(String::as_str)),
        }
    }
}

/// A serializer that makes a [`FieldValue`] of a value.
#[derive(Clone, Copy, Debug)]
pub struct ToFieldValue;

impl ValueSerializer for ToFieldValue {
    type Output = FieldValue;

    fn null(self) -> FieldValue {
        FieldValue::Null
    }

    fn uuid(self, id: Id) -> FieldValue {
        FieldValue::Uuid(id)
    }

    fn timestamp(self, at: VirtualTime) -> FieldValue {
        FieldValue::Timestamp(at)
    }

    fn naive_timestamp(self, at: VirtualTime) -> FieldValue {
        FieldValue::NaiveTimestamp(at)
    }

    fn decimal(self, value: Decimal) -> FieldValue {
        FieldValue::Decimal(value)
    }

    fn integer(self, value: i64) -> FieldValue {
        FieldValue::Integer(value)
    }

    fn number(self, value: f64) -> FieldValue {
        FieldValue::Number(value)
    }

    fn boolean(self, value: bool) -> FieldValue {
        FieldValue::Boolean(value)
    }

    fn word(self, word: Word) -> FieldValue {
        FieldValue::Word(word)
    }

    fn numbered(self, prefix: &'static str, number: u32) -> FieldValue {
        FieldValue::Numbered { prefix, number }
    }

    fn account(self, number: u32) -> FieldValue {
        FieldValue::Account(number)
    }

    fn ipv4(self, address: u32) -> FieldValue {
        FieldValue::Ipv4(address)
    }

    fn text(self, text: &str) -> FieldValue {
        FieldValue::Text(text.to_owned())
    }

    fn appended_text(self, append: impl FnOnce(&mut RecordWriter<'_>)) -> FieldValue {
        let mut buffer = RecordBuffer::default();
        let mut writer = buffer.writer();
        append(&mut writer);
        writer.finish();
        FieldValue::Text(String::from_utf8(buffer.bytes().to_vec()).expect("texts are UTF-8"))
    }

    fn point(self, point: Point) -> FieldValue {
        FieldValue::Point(point)
    }

    fn object(self, words: &[Word]) -> FieldValue {
        FieldValue::Object(words.to_vec())
    }

    fn words<'a>(self, words: impl Iterator<Item = &'a str>) -> FieldValue {
        FieldValue::Words(words.map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_decimal_is_the_number_that_its_digits_are_read_as(
            scaled in -(1_i64 << 53)..(1_i64 << 53), bits in 0_u32..53, decimals in 0_u32..8,
        ) {
            let scaled = scaled >> bits;
            let digits = format!("{}{:08}", if scaled < 0 { "-" } else { "" }, scaled.unsigned_abs());
            let (whole, rest) = digits.split_at(digits.len() - decimals as usize);
            let read: f64 = format!("{whole}.{rest}").parse().expect("a number");
            prop_assert_eq!(Decimal { scaled, decimals }.to_f64(), read);
        }
    }
}
