//! Reads records as Protobuf messages, as the encoder writes them: fields in the order of the columns, those of proto3
//! without a value left out. Must not depend on: single topics.

use super::column_value::{ColumnValue, Degrees, ObjectWords, WordList};
use super::cursor::{Cursor, word_at, word_of};
use super::error::Fault;
use super::words::WordItems;
use crate::field::{Column, FieldType};
use crate::names::are_symbols;
use crate::value::Word;
use populace_sim::VirtualTime;

/// The ways to write a value, the lowest three bits of its tag.
const VARINT: u64 = 0;
const EIGHT_BYTES: u64 = 1;
const SIZED: u64 = 2;

/// A decoder of records in Protobuf.
#[derive(Clone, Debug)]
pub struct ProtobufDecoder {
    pieces: Vec<Piece>,
}

/// A tag, as bytes.
type Tag = Box<[u8]>;

/// What is the same for all values of a column.
#[derive(Clone, Debug)]
struct Piece {
    is_optional: bool,
    kind: &'static FieldType,
    tag: Tag,
    /// The tag of each part of an object.
    parts: Vec<Tag>,
    /// Whether the words of the list, or of each part, are symbols.
    symbols: Vec<bool>,
}

/// Returns the tag of a field.
fn tag(number: u32, way: u64) -> Tag {
    let (mut bytes, mut left) = (Vec::new(), u64::from(number) << 3 | way);
    while left >= 1 << 7 {
        bytes.push(left as u8 | 1 << 7);
        left >>= 7;
    }
    bytes.push(left as u8);
    bytes.into()
}

/// Returns how values of a type are written.
fn way(kind: &FieldType) -> u64 {
    match kind {
        FieldType::Integer(..) | FieldType::Boolean => VARINT,
        FieldType::OneOf(words) if are_symbols(words) => VARINT,
        FieldType::Number(..) => EIGHT_BYTES,
        _ => SIZED,
    }
}

impl Piece {
    fn new(column: &Column) -> Self {
        let (is_optional, kind) =
            if let FieldType::OrNull(inner) = column.kind { (true, *inner) } else { (false, column.kind) };
        let parts = if let FieldType::Object(parts) = kind { *parts } else { &[] };
        let part = |(number, (_, words)): (u32, &(&str, &'static [&'static str]))| {
            tag(number, if are_symbols(words) { VARINT } else { SIZED })
        };
        let symbols = match kind {
            FieldType::OneOf(words) => vec![are_symbols(words)],
            _ => parts.iter().map(|(_, words)| are_symbols(words)).collect(),
        };
        let tag = tag(column.number, way(kind));
        Piece { is_optional, kind, tag, parts: (1..).zip(parts).map(part).collect(), symbols }
    }
}

impl ProtobufDecoder {
    /// Returns the decoder of records with these columns.
    pub fn new(columns: &[Column]) -> Self {
        ProtobufDecoder { pieces: columns.iter().map(Piece::new).collect() }
    }

    /// Passes the values of the first `count` columns to `visit`, and checks what is behind them if there are no more.
    #[inline]
    pub fn decode<'a>(
        &self,
        record: &'a [u8],
        count: usize,
        visit: &mut impl FnMut(usize, ColumnValue<'a>),
    ) -> Result<(), Fault> {
        let mut from = Cursor::new(record);
        for (column, piece) in self.pieces.iter().enumerate().take(count) {
            visit(column, piece.read(&mut from).map_err(|fault| fault.of_column(column))?);
        }
        let is_whole = count >= self.pieces.len();
        if is_whole { from.end().map_err(|fault| fault.of_column(self.pieces.len())) } else { Ok(()) }
    }
}

impl Piece {
    #[inline(always)]
    fn read<'a>(&self, from: &mut Cursor<'a>) -> Result<ColumnValue<'a>, Fault> {
        if matches!(self.kind, FieldType::Words) {
            return self.read_words(from).map(ColumnValue::Words);
        }
        if from.skip_if(&self.tag) { self.read_value(from) } else { self.missing(from) }
    }

    /// Returns the value of a field that is not there.
    fn missing<'a>(&self, from: &Cursor<'a>) -> Result<ColumnValue<'a>, Fault> {
        match self.kind {
            _ if self.is_optional => Ok(ColumnValue::Null),
            FieldType::Integer(..) => Ok(ColumnValue::Integer(0)),
            FieldType::Number(..) => Ok(ColumnValue::Number(0.0)),
            FieldType::Boolean => Ok(ColumnValue::Boolean(false)),
            FieldType::Text => Ok(ColumnValue::Text("")),
            _ => Err(from.fault("the tag of the field")),
        }
    }

    #[inline(always)]
    fn read_value<'a>(&self, from: &mut Cursor<'a>) -> Result<ColumnValue<'a>, Fault> {
        match self.kind {
            FieldType::Uuid | FieldType::Account | FieldType::Numbered(_) | FieldType::Text | FieldType::Ipv4 => {
                from.sized_text().map(ColumnValue::Text)
            }
            FieldType::Timestamp => read_instant(from).map(ColumnValue::Timestamp),
            FieldType::NaiveTimestamp => read_instant(from).map(ColumnValue::NaiveTimestamp),
            FieldType::OneOf(words) => read_word(from, words, self.symbols[0]).map(ColumnValue::Word),
            FieldType::Integer(..) => Ok(ColumnValue::Integer(from.varint()? as i64)),
            FieldType::Number(..) => from.double().map(ColumnValue::Number),
            FieldType::Boolean => from.boolean().map(ColumnValue::Boolean),
            FieldType::Point => read_point(from).map(ColumnValue::Point),
            FieldType::Object(parts) => self.read_object(from, parts).map(ColumnValue::Object),
            FieldType::Words | FieldType::OrNull(_) => Err(from.fault("a value")),
        }
    }

    #[inline(always)]
    fn read_object(
        &self,
        from: &mut Cursor<'_>,
        parts: &'static [(&'static str, &'static [&'static str])],
    ) -> Result<ObjectWords, Fault> {
        let end = read_end(from)?;
        let object = ObjectWords::read(parts, |part| {
            from.literal(&self.parts[part], "the tag of a part")?;
            read_word(from, parts[part].1, self.symbols[part])
        })?;
        check_end(from, end)?;
        Ok(object)
    }

    fn read_words<'a>(&self, from: &mut Cursor<'a>) -> Result<WordList<'a>, Fault> {
        let (items, mut count) = (WordItems::Protobuf(*from, self.tag.len() as u8), 0);
        while from.skip_if(&self.tag) {
            from.sized_text()?;
            count += 1;
        }
        Ok(WordList { items, count })
    }
}

#[inline(always)]
fn read_word(from: &mut Cursor<'_>, words: &'static [&'static str], is_symbol: bool) -> Result<Word, Fault> {
    let start = from.at();
    let word = if is_symbol {
        // The symbol 0 says that there is none.
        word_at((from.varint()? as i64).wrapping_sub(1), words)
    } else {
        word_of(from.sized_text()?, words)
    };
    word.ok_or_else(|| Fault::new(start, "a word of the field's list"))
}

/// Reads the length of a nested message and returns the place of its end.
#[inline(always)]
fn read_end(from: &mut Cursor<'_>) -> Result<usize, Fault> {
    let start = from.at();
    let len = usize::try_from(from.varint()?).ok().filter(|len| *len <= from.rest().len());
    len.map(|len| from.at() + len).ok_or_else(|| Fault::new(start, "the length of a nested message"))
}

#[inline(always)]
fn check_end(from: &Cursor<'_>, end: usize) -> Result<(), Fault> {
    if from.at() == end { Ok(()) } else { Err(from.fault("the end of a nested message")) }
}

/// Reads a `google.protobuf.Timestamp`.
#[inline(always)]
fn read_instant(from: &mut Cursor<'_>) -> Result<VirtualTime, Fault> {
    let end = read_end(from)?;
    let seconds = if from.skip_if(&[1 << 3]) { from.varint()? as i64 } else { 0 };
    let nanos = if from.skip_if(&[2 << 3]) { from.varint()? } else { 0 };
    check_end(from, end)?;
    let is_whole = nanos < 1_000_000_000 && nanos.is_multiple_of(1_000);
    let micros = seconds.checked_mul(1_000_000).filter(|_| is_whole);
    let micros = micros.and_then(|micros| micros.checked_add(nanos as i64 / 1_000));
    micros.map(VirtualTime::from_micros).ok_or_else(|| from.fault("an instant in microseconds before this place"))
}

#[inline(always)]
fn read_point(from: &mut Cursor<'_>) -> Result<Degrees, Fault> {
    let end = read_end(from)?;
    let lat = if from.skip_if(&[1 << 3 | EIGHT_BYTES as u8]) { from.double()? } else { 0.0 };
    let lon = if from.skip_if(&[2 << 3 | EIGHT_BYTES as u8]) { from.double()? } else { 0.0 };
    check_end(from, end)?;
    Ok(Degrees { lat, lon })
}
