//! Records as JSON objects on one line, each value behind text that is rendered once.
//! Must not depend on: single topics.

mod piece;

use super::encoder::Encoder;
use super::text::{self, NAIVE_LEN, TIMESTAMP_LEN, TimestampText};
use crate::buffer::RecordWriter;
use crate::field::{Column, TopicEvent};
use crate::value::{Decimal, Point, ValueSerializer, Word};
use piece::Piece;
use populace_sim::{Id, VirtualTime};
use std::ops::Range;

/// An encoder that writes records as JSON.
#[derive(Clone, Debug)]
pub struct JsonEncoder {
    pieces: Vec<Piece>,
}

/// The text of the last timestamp's hour.
#[derive(Debug, Default)]
pub struct JsonCache {
    timestamps: TimestampText,
}

impl Encoder for JsonEncoder {
    type Cache = JsonCache;

    fn new(columns: &[Column]) -> Self {
        JsonEncoder { pieces: columns.iter().enumerate().map(|(index, column)| Piece::new(index, column)).collect() }
    }

    #[inline]
    fn encode<'a, E: TopicEvent>(
        &self,
        event: &E,
        fields: &[E::Field],
        key: Option<usize>,
        cache: &mut JsonCache,
        mut out: RecordWriter<'a>,
    ) -> (RecordWriter<'a>, Option<Range<usize>>) {
        let (key, mut key_at) = (key.unwrap_or(usize::MAX), None);
        for (i, (piece, field)) in self.pieces.iter().zip(fields).enumerate() {
            // Otherwise the compiler reads and converts every field of the event before the loop, chosen or not.
            let event = std::hint::black_box(event);
            let from = out.place();
            event.serialize(*field, JsonValue { out: &mut out, piece, cache });
            if i == key {
                key_at = Some(from + piece.value_at()..out.place());
            }
        }
        out.append(b"}");
        let key_at = key_at.map(|range| without_quotes(range, &out));
        (out, key_at)
    }
}

#[inline]
fn without_quotes(range: Range<usize>, out: &RecordWriter<'_>) -> Range<usize> {
    if out.byte(range.start) == b'"' { range.start + 1..range.end - 1 } else { range }
}

/// A serializer that appends one column as JSON: its name and one value, which must be of the column's type.
struct JsonValue<'a, 'b> {
    out: &'a mut RecordWriter<'b>,
    piece: &'a Piece,
    cache: &'a mut JsonCache,
}

impl<'a, 'b> JsonValue<'a, 'b> {
    /// Appends the name, and what each value of the type begins with.
    #[inline(always)]
    fn opened(self) -> &'a mut RecordWriter<'b> {
        self.piece.append_opening(self.out);
        self.out
    }
}

#[inline(always)]
fn append_decimal(out: &mut RecordWriter<'_>, value: Decimal) {
    out.append_with(|to| text::fixed(to, value.scaled, value.decimals));
}

impl ValueSerializer for JsonValue<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn null(self) {
        self.piece.append_null(self.out);
    }

    #[inline(always)]
    fn uuid(self, id: Id) {
        self.opened().append_with::<37>(|to| {
            id.write_text(to.first_chunk_mut().expect("it is shorter"));
            to[36] = b'"';
            37
        });
    }

    #[inline(always)]
    fn timestamp(self, at: VirtualTime) {
        self.piece.append_opening(self.out);
        self.out.append_with::<{ TIMESTAMP_LEN + 1 }>(|to| {
            self.cache.timestamps.write(to.first_chunk_mut().expect("it is shorter"), at);
            to[TIMESTAMP_LEN] = b'"';
            TIMESTAMP_LEN + 1
        });
    }

    #[inline(always)]
    fn naive_timestamp(self, at: VirtualTime) {
        self.piece.append_opening(self.out);
        self.out.append_with(|to| {
            self.cache.timestamps.write(to, at);
            to[NAIVE_LEN] = b'"';
            NAIVE_LEN + 1
        });
    }

    #[inline(always)]
    fn decimal(self, value: Decimal) {
        append_decimal(self.opened(), value);
    }

    #[inline(always)]
    fn integer(self, value: i64) {
        self.opened().append_with(|to| text::integer(to, value));
    }

    /// Appends the shortest text that is read back as the same number.
    fn number(self, value: f64) {
        self.opened().append(format!("{value:?}").as_bytes());
    }

    #[inline(always)]
    fn boolean(self, value: bool) {
        self.opened().append_with::<5>(|to| {
            *to = if value { *b"true " } else { *b"false" };
            5 - usize::from(value)
        });
    }

    #[inline(always)]
    fn word(self, word: Word) {
        self.piece.append_word(word, self.out);
    }

    #[inline(always)]
    fn numbered(self, _: &'static str, number: u32) {
        let out = self.opened();
        out.append_with(|to| text::integer(to, i64::from(number)));
        out.append(b"\"");
    }

    #[inline(always)]
    fn account(self, number: u32) {
        let out = self.opened();
        out.append_with(|to| text::padded(to, number));
        out.append(b"\"");
    }

    #[inline(always)]
    fn ipv4(self, address: u32) {
        let out = self.opened();
        out.append_with(|to| text::ipv4(to, address));
        out.append(b"\"");
    }

    #[inline(always)]
    fn text(self, text: &str) {
        let out = self.opened();
        out.append(text.as_bytes());
        out.append(b"\"");
    }

    #[inline(always)]
    fn appended_text(self, append: impl FnOnce(&mut RecordWriter<'_>)) {
        let out = self.opened();
        out.scoped(append);
        out.append(b"\"");
    }

    #[inline(always)]
    fn point(self, point: Point) {
        let out = self.opened();
        append_decimal(out, point.lat);
        out.append(b",\"lon\":");
        append_decimal(out, point.lon);
        out.append(b"}");
    }

    #[inline(always)]
    fn object(self, words: &[Word]) {
        self.piece.append_opening(self.out);
        self.piece.append_object(words, self.out);
    }

    #[inline]
    fn words<'a>(self, words: impl Iterator<Item = &'a str>) {
        let out = self.opened();
        for (n, word) in words.enumerate() {
            out.append(if n == 0 { b"\"" } else { b",\"" });
            out.append(word.as_bytes());
            out.append(b"\"");
        }
        out.append(b"]");
    }
}

#[cfg(test)]
mod tests;
