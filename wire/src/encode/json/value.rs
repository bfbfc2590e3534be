//! The serializer that appends one column as JSON. Must not depend on: single topics.

use super::cache::JsonCache;
use super::column_text::ColumnText;
use crate::buffer::RecordWriter;
use crate::encode::text::{self, NAIVE_LEN, TIMESTAMP_LEN};
use crate::value::{Decimal, Point, ValueSerializer, Word};
use populace_sim::{Id, VirtualTime};

/// A serializer that appends one column as JSON: its name and one value, which must be of the column's type.
pub(super) struct JsonValue<'a, 'b, T> {
    pub out: &'a mut RecordWriter<'b>,
    pub text: T,
    pub cache: &'a mut JsonCache,
}

impl<'a, 'b, T: ColumnText> JsonValue<'a, 'b, T> {
    /// Appends the name, and what each value of the type begins with.
    #[inline(always)]
    fn opened(self) -> &'a mut RecordWriter<'b> {
        self.append(|_: &mut [u8; 0]| 0)
    }

    /// Appends the name, what each value of the type begins with, and the bytes that `write` writes at the beginning of an
    /// array; it returns their number.
    #[inline(always)]
    fn append<const N: usize>(self, write: impl FnOnce(&mut [u8; N]) -> usize) -> &'a mut RecordWriter<'b> {
        self.text.append_opening(self.out, write);
        self.out
    }
}

/// Appends the two numbers of a place with any decimals, and what is between and behind them.
#[cold]
fn append_point(out: &mut RecordWriter<'_>, lat: Decimal, lon: Decimal) {
    out.append_with(|to| text::fixed(to, lat.scaled, lat.decimals));
    out.append(LON);
    out.append_with(|to| text::fixed(to, lon.scaled, lon.decimals));
    out.append(b"}");
}

/// The text between the two numbers of a place.
const LON: &[u8; 7] = b",\"lon\":";

/// Writes the two numbers of a place with `DECIMALS` decimals, and what is between and behind them.
#[inline(never)]
fn write_point<const DECIMALS: u32>(to: &mut [u8; 72], lat: i64, lon: i64) -> usize {
    let mut at = text::degrees::<DECIMALS>(to.first_chunk_mut().expect("it is shorter"), lat);
    to[at..at + LON.len()].copy_from_slice(LON);
    at += LON.len();
    at += text::degrees::<DECIMALS>(to[at..].first_chunk_mut().expect("a number has at most 21 characters"), lon);
    to[at] = b'}';
    at + 1
}

impl<T: ColumnText> ValueSerializer for JsonValue<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn null(self) {
        self.text.append_null(self.out);
    }

    #[inline(always)]
    fn uuid(self, id: Id) {
        self.append::<37>(|to| {
            id.write_text(to.first_chunk_mut().expect("it is shorter"));
            to[36] = b'"';
            37
        });
    }

    #[inline(always)]
    fn timestamp(self, at: VirtualTime) {
        self.text.append_opening::<{ TIMESTAMP_LEN + 1 }>(self.out, |to| {
            self.cache.timestamps.write(to.first_chunk_mut().expect("it is shorter"), at);
            to[TIMESTAMP_LEN] = b'"';
            TIMESTAMP_LEN + 1
        });
    }

    #[inline(always)]
    fn naive_timestamp(self, at: VirtualTime) {
        self.text.append_opening(self.out, |to| {
            self.cache.timestamps.write(to, at);
            to[NAIVE_LEN] = b'"';
            NAIVE_LEN + 1
        });
    }

    #[inline(always)]
    fn decimal(self, value: Decimal) {
        self.append(|to| text::fixed(to, value.scaled, value.decimals));
    }

    #[inline(always)]
    fn integer(self, value: i64) {
        self.append(|to| text::integer(to, value));
    }

    /// Appends the shortest text that is read back as the same number.
    fn number(self, value: f64) {
        self.opened().append(format!("{value:?}").as_bytes());
    }

    #[inline(always)]
    fn boolean(self, value: bool) {
        self.append::<5>(|to| {
            *to = if value { *b"true " } else { *b"false" };
            5 - usize::from(value)
        });
    }

    #[inline(always)]
    fn word(self, word: Word) {
        self.text.append_word(word, self.out);
    }

    #[inline(always)]
    fn numbered(self, _: &'static str, number: u32) {
        self.append::<21>(|to| {
            let len = text::integer(to.first_chunk_mut().expect("it is shorter"), i64::from(number));
            to[len] = b'"';
            len + 1
        });
    }

    #[inline(always)]
    fn account(self, number: u32) {
        self.append::<9>(|to| {
            let len = text::padded(to.first_chunk_mut().expect("it is shorter"), number);
            to[len] = b'"';
            len + 1
        });
    }

    #[inline(always)]
    fn ipv4(self, address: u32) {
        self.append::<17>(|to| {
            let len = text::ipv4(to.first_chunk_mut().expect("it is shorter"), address);
            to[len] = b'"';
            len + 1
        });
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
    fn point(self, Point { lat, lon }: Point) {
        match (lat.decimals, lon.decimals) {
            (6, 6) => _ = self.append(|to| write_point::<6>(to, lat.scaled, lon.scaled)),
            (3, 3) => _ = self.append(|to| write_point::<3>(to, lat.scaled, lon.scaled)),
            _ => append_point(self.opened(), lat, lon),
        }
    }

    #[inline(always)]
    fn object(self, words: &[Word]) {
        self.text.append_object(words, self.out);
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
