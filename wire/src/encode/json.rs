//! Records as JSON objects on one line, each field behind a fragment that is rendered once.
//! Must not depend on: single topics.

use super::encoder::Encoder;
use super::text::{self, Fragment};
use crate::field::{Column, FieldType, TopicEvent};
use crate::value::{Decimal, Point, ValueSerializer, Word};
use populace_sim::{Id, VirtualTime};
use std::ops::Range;

/// The text before a value: a comma or a brace, the name, a colon.
#[derive(Clone, Debug)]
enum Prefix {
    Short(Fragment),
    Long(Box<[u8]>),
}

impl Prefix {
    /// Returns the text before part `index` of an object.
    fn new(index: usize, name: &str) -> Self {
        let open = if index == 0 { '{' } else { ',' };
        let text = format!("{open}\"{name}\":").into_bytes();
        Fragment::new(&text).map_or_else(|| Prefix::Long(text.into_boxed_slice()), Prefix::Short)
    }

    #[inline]
    fn append(&self, out: &mut Vec<u8>) {
        match self {
            Prefix::Short(fragment) => fragment.append(out),
            Prefix::Long(text) => out.extend_from_slice(text),
        }
    }
}

/// The text around the values of one column.
#[derive(Clone, Debug)]
struct Piece {
    prefix: Prefix,
    /// The text before each part, if the column holds objects.
    parts: Box<[Prefix]>,
}

impl Piece {
    fn new(index: usize, column: &Column) -> Self {
        Piece { prefix: Prefix::new(index, &column.name), parts: parts_of(column.kind) }
    }
}

/// Returns the text before each part of an object.
fn parts_of(kind: &FieldType) -> Box<[Prefix]> {
    match kind {
        FieldType::Object(parts) => parts.iter().enumerate().map(|(i, (name, _))| Prefix::new(i, name)).collect(),
        FieldType::OrNull(inner) => parts_of(inner),
        _ => Box::default(),
    }
}

/// An encoder that writes records as JSON.
#[derive(Clone, Debug)]
pub struct JsonEncoder {
    pieces: Vec<Piece>,
}

impl Encoder for JsonEncoder {
    fn new(columns: &[Column]) -> Self {
        JsonEncoder { pieces: columns.iter().enumerate().map(|(index, column)| Piece::new(index, column)).collect() }
    }

    #[inline]
    fn encode<E: TopicEvent>(
        &self,
        event: &E,
        fields: &[E::Field],
        key: Option<usize>,
        out: &mut Vec<u8>,
    ) -> Option<Range<usize>> {
        let mut key_at = None;
        for (i, (piece, field)) in self.pieces.iter().zip(fields).enumerate() {
            piece.prefix.append(out);
            let from = out.len();
            event.serialize(*field, JsonValue { out, parts: &piece.parts });
            if key == Some(i) {
                key_at = Some(from..out.len());
            }
        }
        out.push(b'}');
        key_at.map(|range| without_quotes(range, out))
    }
}

/// Appends the text of a plain field, by which records are keyed; returns its range.
#[inline]
pub(super) fn append_key<E: TopicEvent>(event: &E, field: E::Field, out: &mut Vec<u8>) -> Range<usize> {
    let from = out.len();
    event.serialize(field, JsonValue { out, parts: &[] });
    without_quotes(from..out.len(), out)
}

#[inline]
fn without_quotes(range: Range<usize>, out: &[u8]) -> Range<usize> {
    if out[range.start] == b'"' { range.start + 1..range.end - 1 } else { range }
}

/// A serializer that appends one value as JSON.
struct JsonValue<'a> {
    out: &'a mut Vec<u8>,
    /// The text before each part of an object.
    parts: &'a [Prefix],
}

impl ValueSerializer for JsonValue<'_> {
    type Output = ();

    #[inline]
    fn null(self) {
        self.out.extend_from_slice(b"null");
    }

    #[inline]
    fn uuid(self, id: Id) {
        text::quoted(self.out, &id.text());
    }

    #[inline]
    fn timestamp(self, at: VirtualTime) {
        text::timestamp(self.out, at);
    }

    #[inline]
    fn naive_timestamp(self, at: VirtualTime) {
        text::naive_timestamp(self.out, at);
    }

    #[inline]
    fn decimal(self, value: Decimal) {
        text::fixed(self.out, value.scaled, value.decimals);
    }

    #[inline]
    fn integer(self, value: i64) {
        text::integer(self.out, value);
    }

    /// Appends the shortest text that is read back as the same number.
    fn number(self, value: f64) {
        self.out.extend_from_slice(format!("{value:?}").as_bytes());
    }

    #[inline]
    fn boolean(self, value: bool) {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    #[inline]
    fn word(self, word: Word) {
        text::quoted(self.out, word.name().as_bytes());
    }

    #[inline]
    fn numbered(self, prefix: &'static str, number: u32) {
        text::numbered(self.out, prefix.as_bytes(), number);
    }

    #[inline]
    fn account(self, number: u32) {
        self.out.extend_from_slice(b"\"ACC-");
        text::padded(self.out, u64::from(number), 8);
        self.out.push(b'"');
    }

    #[inline]
    fn ipv4(self, address: u32) {
        text::ipv4(self.out, address);
    }

    #[inline]
    fn text(self, text: &str) {
        text::quoted(self.out, text.as_bytes());
    }

    #[inline]
    fn appended_text(self, append: impl FnOnce(&mut Vec<u8>)) {
        self.out.push(b'"');
        append(self.out);
        self.out.push(b'"');
    }

    #[inline]
    fn point(self, point: Point) {
        self.out.extend_from_slice(b"{\"lat\":");
        text::fixed(self.out, point.lat.scaled, point.lat.decimals);
        self.out.extend_from_slice(b",\"lon\":");
        text::fixed(self.out, point.lon.scaled, point.lon.decimals);
        self.out.push(b'}');
    }

    #[inline]
    fn object(self, words: &[Word]) {
        for (prefix, word) in self.parts.iter().zip(words) {
            prefix.append(self.out);
            text::quoted(self.out, word.name().as_bytes());
        }
        self.out.push(b'}');
    }

    #[inline]
    fn words<'a>(self, words: impl Iterator<Item = &'a str>) {
        self.out.push(b'[');
        for (n, word) in words.enumerate() {
            self.out.extend_from_slice(if n == 0 { b"\"" } else { b",\"" });
            self.out.extend_from_slice(word.as_bytes());
            self.out.push(b'"');
        }
        self.out.push(b']');
    }
}

#[cfg(test)]
mod tests;
