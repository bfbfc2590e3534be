//! Records in Avro's binary encoding, by the schema of `schema/avro.rs`.
//!
//! Amounts and other numbers are `double`, and not `decimal`: the double is the very number that a reader of JSON gets, a
//! column holds amounts of currencies with different counts of decimals, and every reader of Avro knows doubles.
//! Must not depend on: single topics.

use super::binary::{
    append_account, append_double, append_ipv4, append_numbered, append_sized, append_text, append_uuid, append_varint,
};
use super::encoder::Encoder;
use super::fields::{Beginning, BinaryColumn, append_fields};
use super::varint::{VARINT_LEN_MAX, varint, zigzag};
use crate::buffer::RecordWriter;
use crate::field::{Column, FieldType, Source, TopicEvent};
use crate::names::are_symbols;
use crate::value::{Decimal, Point, ValueSerializer, Word};
use populace_sim::{Id, VirtualTime};
use std::ops::Range;

/// The lengths of texts are signed.
const SIGNED: u32 = 1;

/// The index of null in the union of an optional field, and that of its value.
const NULL: u8 = 0;
const VALUE: u8 = 2;

/// An encoder that writes records as Avro.
#[derive(Clone, Debug)]
pub struct AvroEncoder {
    pieces: Vec<Piece>,
    beginning: Beginning,
}

/// What is the same for all values of a column.
#[derive(Clone, Debug)]
struct Piece {
    is_optional: bool,
    words: Vec<Words>,
}

/// How the words of a list are written. A column of objects has a list for each part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    Symbols,
    Texts,
}

impl Words {
    fn of(words: &[&str]) -> Self {
        if are_symbols(words) { Words::Symbols } else { Words::Texts }
    }

    #[inline(always)]
    fn append(self, out: &mut RecordWriter<'_>, word: Word) {
        match self {
            Words::Symbols => append_varint(out, zigzag(word.index() as i64)),
            Words::Texts => append_text::<SIGNED>(out, word.name()),
        }
    }
}

impl Piece {
    fn new(kind: &FieldType) -> Self {
        let (is_optional, kind) = if let FieldType::OrNull(inner) = kind { (true, *inner) } else { (false, kind) };
        let words = match kind {
            FieldType::OneOf(words) => vec![Words::of(words)],
            FieldType::Object(parts) => parts.iter().map(|(_, words)| Words::of(words)).collect(),
            _ => Vec::new(),
        };
        Piece { is_optional, words }
    }
}

impl Encoder for AvroEncoder {
    type Cache = ();

    fn new(columns: &[Column]) -> Self {
        AvroEncoder {
            pieces: columns.iter().map(|column| Piece::new(column.kind)).collect(),
            beginning: Beginning::Chosen,
        }
    }

    fn of_contract<E: TopicEvent>(columns: &[Column]) -> Self {
        AvroEncoder { beginning: Beginning::Contract, ..Self::new(columns) }
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
        AvroValue { out, piece: self }
    }
}

/// A serializer that appends one value, which must be of the column's type.
struct AvroValue<'a, 'b> {
    out: &'a mut RecordWriter<'b>,
    piece: &'a Piece,
}

impl<'a, 'b> AvroValue<'a, 'b> {
    /// Appends the index of the value in its union, if the field is optional.
    #[inline(always)]
    fn opened(self) -> &'a mut RecordWriter<'b> {
        self.out.append_with::<1>(|to| {
            *to = [VALUE];
            usize::from(self.piece.is_optional)
        });
        self.out
    }
}

impl ValueSerializer for AvroValue<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn null(self) {
        self.out.append(&[NULL]);
    }

    #[inline(always)]
    fn uuid(self, id: Id) {
        append_uuid::<SIGNED>(self.opened(), id);
    }

    #[inline(always)]
    fn timestamp(self, at: VirtualTime) {
        self.integer(at.micros());
    }

    #[inline(always)]
    fn naive_timestamp(self, at: VirtualTime) {
        self.integer(at.micros());
    }

    #[inline(always)]
    fn decimal(self, value: Decimal) {
        append_double(self.opened(), value.to_f64());
    }

    #[inline(always)]
    fn integer(self, value: i64) {
        append_varint(self.opened(), zigzag(value));
    }

    #[inline(always)]
    fn number(self, value: f64) {
        append_double(self.opened(), value);
    }

    #[inline(always)]
    fn boolean(self, value: bool) {
        self.opened().append(&[u8::from(value)]);
    }

    #[inline(always)]
    fn word(self, word: Word) {
        let words = self.piece.words[0];
        words.append(self.opened(), word);
    }

    #[inline(always)]
    fn numbered(self, prefix: &'static str, number: u32) {
        append_numbered::<SIGNED>(self.opened(), prefix, number);
    }

    #[inline(always)]
    fn account(self, number: u32) {
        append_account::<SIGNED>(self.opened(), number);
    }

    #[inline(always)]
    fn ipv4(self, address: u32) {
        append_ipv4::<SIGNED>(self.opened(), address);
    }

    #[inline(always)]
    fn text(self, text: &str) {
        append_text::<SIGNED>(self.opened(), text);
    }

    #[inline(always)]
    fn appended_text(self, append: impl FnOnce(&mut RecordWriter<'_>)) {
        append_sized::<SIGNED>(self.opened(), append);
    }

    #[inline(always)]
    fn point(self, point: Point) {
        let out = self.opened();
        append_double(out, point.lat.to_f64());
        append_double(out, point.lon.to_f64());
    }

    #[inline(always)]
    fn object(self, words: &[Word]) {
        let parts = &self.piece.words;
        let out = self.opened();
        for (part, word) in parts.iter().zip(words) {
            part.append(out, *word);
        }
    }

    /// Appends the words as one block, and the empty block that ends a list.
    #[inline]
    fn words<'a>(self, words: impl Iterator<Item = &'a str>) {
        let out = self.opened();
        let (place, mut count) = (out.place(), 0);
        for word in words {
            append_text::<SIGNED>(out, word);
            count += 1;
        }
        if count > 0 {
            let mut head = [0; VARINT_LEN_MAX];
            let len = varint(&mut head, zigzag(count));
            out.insert(place, &head[..len]);
        }
        append_varint(out, 0);
    }
}

#[cfg(test)]
mod tests;
