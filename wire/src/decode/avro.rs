//! Reads records in Avro's binary encoding, as the encoder writes them. Must not depend on: single topics.

use super::column_value::{ColumnValue, Degrees, ObjectWords, WordList};
use super::cursor::{Cursor, word_at, word_of};
use super::error::Fault;
use super::words::WordItems;
use crate::field::{Column, FieldType};
use crate::names::are_symbols;
use crate::value::Word;
use populace_sim::VirtualTime;

/// The index of null in the union of an optional field, and that of its value, as bytes.
const NULL: &[u8] = &[0];
const VALUE: &[u8] = &[2];

/// A decoder of records in Avro.
#[derive(Clone, Debug)]
pub struct AvroDecoder {
    pieces: Vec<Piece>,
}

/// What is the same for all values of a column.
#[derive(Clone, Debug)]
struct Piece {
    is_optional: bool,
    kind: &'static FieldType,
    /// Whether the words of the list, or of each part, are symbols.
    symbols: Vec<bool>,
}

impl Piece {
    fn new(kind: &'static FieldType) -> Self {
        let (is_optional, kind) = if let FieldType::OrNull(inner) = kind { (true, *inner) } else { (false, kind) };
        let symbols = match kind {
            FieldType::OneOf(words) => vec![are_symbols(words)],
            FieldType::Object(parts) => parts.iter().map(|(_, words)| are_symbols(words)).collect(),
            _ => Vec::new(),
        };
        Piece { is_optional, kind, symbols }
    }
}

impl AvroDecoder {
    /// Returns the decoder of records with these columns.
    pub fn new(columns: &[Column]) -> Self {
        AvroDecoder { pieces: columns.iter().map(|column| Piece::new(column.kind)).collect() }
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
        if self.is_optional {
            if from.skip_if(NULL) {
                return Ok(ColumnValue::Null);
            }
            from.literal(VALUE, "null or a value")?;
        }
        self.read_value(from)
    }

    #[inline(always)]
    fn read_value<'a>(&self, from: &mut Cursor<'a>) -> Result<ColumnValue<'a>, Fault> {
        match self.kind {
            FieldType::Uuid | FieldType::Account | FieldType::Numbered(_) | FieldType::Text | FieldType::Ipv4 => {
                from.avro_text().map(ColumnValue::Text)
            }
            FieldType::Timestamp => Ok(ColumnValue::Timestamp(VirtualTime::from_micros(from.zigzag()?))),
            FieldType::NaiveTimestamp => Ok(ColumnValue::NaiveTimestamp(VirtualTime::from_micros(from.zigzag()?))),
            FieldType::OneOf(words) => read_word(from, words, self.symbols[0]).map(ColumnValue::Word),
            FieldType::Integer(..) => from.zigzag().map(ColumnValue::Integer),
            FieldType::Number(..) => from.double().map(ColumnValue::Number),
            FieldType::Boolean => from.boolean().map(ColumnValue::Boolean),
            FieldType::Point => Ok(ColumnValue::Point(Degrees { lat: from.double()?, lon: from.double()? })),
            FieldType::Object(parts) => {
                let object = ObjectWords::read(parts, |part| read_word(from, parts[part].1, self.symbols[part]));
                object.map(ColumnValue::Object)
            }
            FieldType::Words => read_words(from).map(ColumnValue::Words),
            FieldType::OrNull(_) => Err(from.fault("a value")),
        }
    }
}

#[inline(always)]
fn read_word(from: &mut Cursor<'_>, words: &'static [&'static str], is_symbol: bool) -> Result<Word, Fault> {
    let start = from.at();
    let word = if is_symbol { word_at(from.zigzag()?, words) } else { word_of(from.avro_text()?, words) };
    word.ok_or_else(|| Fault::new(start, "a word of the field's list"))
}

/// Reads one block of words, or none, and the empty block that ends a list.
fn read_words<'a>(from: &mut Cursor<'a>) -> Result<WordList<'a>, Fault> {
    let start = from.at();
    let count = usize::try_from(from.zigzag()?).map_err(|_| Fault::new(start, "the number of the words of a list"))?;
    let items = WordItems::Avro(*from);
    for _ in 0..count {
        from.avro_text()?;
    }
    if count > 0 {
        from.literal(&[0], "the end of a list")?;
    }
    Ok(WordList { items, count })
}
