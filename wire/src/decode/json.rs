//! Reads records in JSON, whose fields have the order and the spacing of the encoder. Must not depend on: single
//! topics.

use super::column_value::{ColumnValue, Degrees, ObjectWords, WordList};
use super::cursor::Cursor;
use super::error::Fault;
use super::instant::{NAIVE_LEN, OFFSET, instant};
use super::number;
use super::words::WordItems;
use crate::field::{Column, FieldType};

/// A decoder of records in JSON.
#[derive(Clone, Debug)]
pub struct JsonDecoder {
    pieces: Vec<Piece>,
}

/// What comes before the value of a column, and the value's type.
#[derive(Clone, Debug)]
struct Piece {
    opening: Box<[u8]>,
    kind: &'static FieldType,
}

impl JsonDecoder {
    /// Returns the decoder of records with these columns.
    pub fn new(columns: &[Column]) -> Self {
        let piece = |(index, column): (usize, &Column)| Piece {
            opening: format!("{}\"{}\":", if index == 0 { '{' } else { ',' }, column.name).into_bytes().into(),
            kind: column.kind,
        };
        JsonDecoder { pieces: columns.iter().enumerate().map(piece).collect() }
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
            let opened = from.literal(&piece.opening, "the name of the field");
            let value = opened.and_then(|()| read(&mut from, piece.kind)).map_err(|fault| fault.of_column(column))?;
            visit(column, value);
        }
        if count < self.pieces.len() {
            return Ok(());
        }
        let end = from.literal(b"}", "the end of an object").and_then(|()| from.end());
        end.map_err(|fault| fault.of_column(self.pieces.len()))
    }
}

#[inline(always)]
fn read<'a>(from: &mut Cursor<'a>, kind: &'static FieldType) -> Result<ColumnValue<'a>, Fault> {
    match kind {
        FieldType::OrNull(_) if from.skip_if(b"null") => Ok(ColumnValue::Null),
        FieldType::OrNull(inner) => read_value(from, inner),
        _ => read_value(from, kind),
    }
}

#[inline(always)]
fn read_value<'a>(from: &mut Cursor<'a>, kind: &'static FieldType) -> Result<ColumnValue<'a>, Fault> {
    match kind {
        FieldType::Uuid | FieldType::Account | FieldType::Numbered(_) | FieldType::Text | FieldType::Ipv4 => {
            from.quoted().map(ColumnValue::Text)
        }
        FieldType::Timestamp => {
            let at = read_instant(from)?;
            from.literal(OFFSET, "the offset +00:00")?;
            from.literal(b"\"", "the quote at the end of a timestamp")?;
            Ok(ColumnValue::Timestamp(at))
        }
        FieldType::NaiveTimestamp => {
            let at = read_instant(from)?;
            from.literal(b"\"", "the quote at the end of a timestamp")?;
            Ok(ColumnValue::NaiveTimestamp(at))
        }
        FieldType::OneOf(words) => from.quoted_word(words).map(ColumnValue::Word),
        FieldType::Integer(..) => read_integer(from).map(ColumnValue::Integer),
        FieldType::Number(..) => read_number(from).map(ColumnValue::Number),
        FieldType::Boolean => read_boolean(from).map(ColumnValue::Boolean),
        FieldType::Point => read_point(from).map(ColumnValue::Point),
        FieldType::Object(parts) => read_object(from, parts).map(ColumnValue::Object),
        FieldType::Words => read_words(from).map(ColumnValue::Words),
        FieldType::OrNull(_) => Err(from.fault("a value")),
    }
}

#[inline(always)]
fn read_instant(from: &mut Cursor<'_>) -> Result<populace_sim::VirtualTime, Fault> {
    from.literal(b"\"", "a timestamp in quotes")?;
    let start = from.at();
    let text = from.array::<NAIVE_LEN>("a timestamp")?;
    instant(text).ok_or(Fault::new(start, "a timestamp"))
}

#[inline(always)]
fn read_integer(from: &mut Cursor<'_>) -> Result<i64, Fault> {
    let (value, len) = number::integer(from.rest()).ok_or_else(|| from.fault("an integer"))?;
    from.skip(len);
    Ok(value)
}

#[inline(always)]
fn read_number(from: &mut Cursor<'_>) -> Result<f64, Fault> {
    let (value, len) = number::number(from.rest()).ok_or_else(|| from.fault("a number"))?;
    from.skip(len);
    Ok(value)
}

#[inline(always)]
fn read_boolean(from: &mut Cursor<'_>) -> Result<bool, Fault> {
    if from.skip_if(b"true") {
        return Ok(true);
    }
    from.literal(b"false", "true or false").map(|()| false)
}

#[inline(always)]
fn read_point(from: &mut Cursor<'_>) -> Result<Degrees, Fault> {
    from.literal(b"{\"lat\":", "the latitude of a place")?;
    let lat = read_number(from)?;
    from.literal(b",\"lon\":", "the longitude of a place")?;
    let lon = read_number(from)?;
    from.literal(b"}", "the end of a place")?;
    Ok(Degrees { lat, lon })
}

#[inline(always)]
fn read_object(
    from: &mut Cursor<'_>,
    parts: &'static [(&'static str, &'static [&'static str])],
) -> Result<ObjectWords, Fault> {
    let object = ObjectWords::read(parts, |part| {
        let (name, words) = parts[part];
        from.literal(if part == 0 { b"{\"" } else { b",\"" }, "the name of a part")?;
        from.literal(name.as_bytes(), "the name of the part")?;
        from.literal(b"\":", "the colon behind the name of a part")?;
        from.quoted_word(words)
    })?;
    from.literal(b"}", "the end of an object")?;
    Ok(object)
}

fn read_words<'a>(from: &mut Cursor<'a>) -> Result<WordList<'a>, Fault> {
    from.literal(b"[", "a list")?;
    let (items, mut count) = (WordItems::Json(*from), 0);
    while !from.next_is(b']') {
        if count > 0 {
            from.literal(b",", "a comma or the end of the list")?;
        }
        from.quoted()?;
        count += 1;
    }
    from.skip(1);
    Ok(WordList { items, count })
}
