//! Records as Protobuf messages, by the definition of `schema/protobuf.rs`: fields in the order of the columns, those of
//! proto3 without a value left out, so that a record of the contract has the bytes that any other encoder writes.
//! Must not depend on: single topics.

use super::binary::{
    append_account, append_double, append_ipv4, append_numbered, append_sized, append_text, append_uuid, append_varint,
};
use super::encoder::Encoder;
use super::fields::{Beginning, BinaryColumn, append_fields};
use super::varint::{VARINT_LEN_MAX, varint};
use crate::buffer::RecordWriter;
use crate::field::{Column, FieldType, Source, TopicEvent};
use crate::names::are_symbols;
use crate::value::{Decimal, Point, ValueSerializer, Word};
use populace_sim::{Id, VirtualTime};
use std::ops::Range;

/// The lengths of texts are unsigned.
const UNSIGNED: u32 = 0;

/// The ways to write a value, the lowest three bits of its tag.
const VARINT: u64 = 0;
const EIGHT_BYTES: u64 = 1;
const SIZED: u64 = 2;

/// The longest tag, in bytes: a field number has at most 29 bits.
const TAG_LEN_MAX: usize = 5;

/// An encoder that writes records as Protobuf.
#[derive(Clone, Debug)]
pub struct ProtobufEncoder {
    pieces: Vec<Piece>,
    beginning: Beginning,
}

/// A field's number and its way to write a value, as bytes.
#[derive(Clone, Copy, Debug)]
struct Tag {
    bytes: [u8; TAG_LEN_MAX],
    len: u8,
}

impl Tag {
    fn new(number: u32, way: u64) -> Self {
        let mut digits = [0; VARINT_LEN_MAX];
        let len = varint(&mut digits, u64::from(number) << 3 | way) as u8;
        Tag { bytes: *digits.first_chunk().expect("it is shorter"), len }
    }

    #[inline(always)]
    fn append(&self, out: &mut RecordWriter<'_>) {
        out.append_with::<TAG_LEN_MAX>(|to| {
            *to = self.bytes;
            self.len as usize
        });
    }
}

/// How the words of a list are written, with the tag before them.
#[derive(Clone, Copy, Debug)]
enum Words {
    Symbols(Tag),
    Texts(Tag),
}

impl Words {
    fn new(number: u32, words: &[&str]) -> Self {
        if are_symbols(words) {
            Words::Symbols(Tag::new(number, VARINT))
        } else {
            Words::Texts(Tag::new(number, SIZED))
        }
    }

    /// Appends the tag and the word. The symbol 0 says that there is none.
    #[inline(always)]
    fn append(&self, out: &mut RecordWriter<'_>, word: Word) {
        match self {
            Words::Symbols(tag) => {
                tag.append(out);
                append_varint(out, word.index() as u64 + 1);
            }
            Words::Texts(tag) => {
                tag.append(out);
                append_text::<UNSIGNED>(out, word.name());
            }
        }
    }
}

/// What is the same for all values of a column.
#[derive(Clone, Debug)]
struct Piece {
    tag: Tag,
    /// True if a value is written even where it is zero or empty, because it can also be missing.
    is_optional: bool,
    /// The words of the list, or of each part.
    words: Vec<Words>,
}

impl Piece {
    fn new(column: &Column) -> Self {
        let (is_optional, kind) =
            if let FieldType::OrNull(inner) = column.kind { (true, *inner) } else { (false, column.kind) };
        let words = match kind {
            FieldType::OneOf(words) => vec![Words::new(column.number, words)],
            FieldType::Object(parts) => (1..).zip(*parts).map(|(n, (_, words))| Words::new(n, words)).collect(),
            _ => Vec::new(),
        };
        Piece { tag: Tag::new(column.number, way(kind)), is_optional, words }
    }
}

/// Returns how values of a type are written, apart from words.
fn way(kind: &FieldType) -> u64 {
    match kind {
        FieldType::Integer(..) | FieldType::Boolean => VARINT,
        FieldType::Number(..) => EIGHT_BYTES,
        _ => SIZED,
    }
}

impl Encoder for ProtobufEncoder {
    type Cache = ();

    fn new(columns: &[Column]) -> Self {
        ProtobufEncoder { pieces: columns.iter().map(Piece::new).collect(), beginning: Beginning::Chosen }
    }

    fn of_contract<E: TopicEvent>(columns: &[Column]) -> Self {
        ProtobufEncoder { beginning: Beginning::Contract, ..Self::new(columns) }
    }

    #[inline]
    fn encode<'a, E: TopicEvent>(
        &self,
        event: &E,
        sources: &[Source<E::Field>],
        _: Option<usize>,
        (): &mut (),
        mut out: RecordWriter<'a>,
    ) -> (RecordWriter<'a>, Option<Range<usize>>) {
        append_fields(event, &self.pieces, sources, self.beginning, &mut out);
        (out, None)
    }
}

impl BinaryColumn for Piece {
    #[inline(always)]
    fn serializer<'a>(&'a self, out: &'a mut RecordWriter<'_>) -> impl ValueSerializer<Output = ()> {
        ProtobufValue { out, piece: self }
    }
}

/// A serializer that appends one field, whose value must be of the column's type.
struct ProtobufValue<'a, 'b> {
    out: &'a mut RecordWriter<'b>,
    piece: &'a Piece,
}

impl<'a, 'b> ProtobufValue<'a, 'b> {
    /// Appends the tag.
    #[inline(always)]
    fn opened(self) -> &'a mut RecordWriter<'b> {
        self.piece.tag.append(self.out);
        self.out
    }

    /// Appends the tag and a `google.protobuf.Timestamp`, whose parts are left out where they are zero.
    #[inline(always)]
    fn instant(self, at: VirtualTime) {
        let (seconds, nanos) = (at.micros().div_euclid(1_000_000), at.micros().rem_euclid(1_000_000) * 1_000);
        let out = self.opened();
        out.append_with::<{ 1 + 2 * (1 + VARINT_LEN_MAX) }>(|to| {
            let mut len = 1;
            for (tag, value) in [(1 << 3, seconds as u64), (2 << 3, nanos as u64)] {
                to[len] = tag;
                let digits = varint(to[len + 1..].first_chunk_mut().expect("there is room for both"), value);
                len += if value == 0 { 0 } else { 1 + digits };
            }
            to[0] = len as u8 - 1;
            len
        });
    }
}

impl ValueSerializer for ProtobufValue<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn null(self) {}

    #[inline(always)]
    fn uuid(self, id: Id) {
        append_uuid::<UNSIGNED>(self.opened(), id);
    }

    #[inline(always)]
    fn timestamp(self, at: VirtualTime) {
        self.instant(at);
    }

    #[inline(always)]
    fn naive_timestamp(self, at: VirtualTime) {
        self.instant(at);
    }

    #[inline(always)]
    fn decimal(self, value: Decimal) {
        self.number(value.to_f64());
    }

    #[inline(always)]
    fn integer(self, value: i64) {
        if value != 0 || self.piece.is_optional {
            append_varint(self.opened(), value as u64);
        }
    }

    #[inline(always)]
    fn number(self, value: f64) {
        if value.to_bits() != 0 || self.piece.is_optional {
            append_double(self.opened(), value);
        }
    }

    #[inline(always)]
    fn boolean(self, value: bool) {
        if value || self.piece.is_optional {
            self.opened().append(&[u8::from(value)]);
        }
    }

    #[inline(always)]
    fn word(self, word: Word) {
        self.piece.words[0].append(self.out, word);
    }

    #[inline(always)]
    fn numbered(self, prefix: &'static str, number: u32) {
        append_numbered::<UNSIGNED>(self.opened(), prefix, number);
    }

    #[inline(always)]
    fn account(self, number: u32) {
        append_account::<UNSIGNED>(self.opened(), number);
    }

    #[inline(always)]
    fn ipv4(self, address: u32) {
        append_ipv4::<UNSIGNED>(self.opened(), address);
    }

    #[inline(always)]
    fn text(self, text: &str) {
        if !text.is_empty() || self.piece.is_optional {
            append_text::<UNSIGNED>(self.opened(), text);
        }
    }

    #[inline(always)]
    fn appended_text(self, append: impl FnOnce(&mut RecordWriter<'_>)) {
        append_sized::<UNSIGNED>(self.opened(), append);
    }

    #[inline(always)]
    fn point(self, point: Point) {
        let degrees = [point.lat.to_f64(), point.lon.to_f64()];
        append_sized::<UNSIGNED>(self.opened(), |out| {
            for (number, value) in (1_u8..).zip(degrees) {
                if value.to_bits() != 0 {
                    out.append(&[number << 3 | EIGHT_BYTES as u8]);
                    append_double(out, value);
                }
            }
        });
    }

    #[inline(always)]
    fn object(self, words: &[Word]) {
        let parts = &self.piece.words;
        append_sized::<UNSIGNED>(self.opened(), |out| {
            parts.iter().zip(words).for_each(|(part, word)| part.append(out, *word));
        });
    }

    #[inline]
    fn words<'a>(self, words: impl Iterator<Item = &'a str>) {
        for word in words {
            self.piece.tag.append(self.out);
            append_text::<UNSIGNED>(self.out, word);
        }
    }
}

#[cfg(test)]
mod tests;
