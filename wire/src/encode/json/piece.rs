//! The fixed text of one column of JSON records, rendered once: what comes before its values, and whole values where a
//! column has few. Must not depend on: single topics.

use super::column_text::{ColumnText, value_opening};
use crate::buffer::RecordWriter;
use crate::constant::Constant;
use crate::field::{Column, FieldType};
use crate::value::Word;

/// A short text that is appended by a copy of fixed length, which takes a few moves.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Fragment {
    len: u8,
    bytes: [u8; Fragment::LONGEST],
}

impl Fragment {
    /// The length of the longest text, in bytes: a name, and a word or the beginning of a value.
    const LONGEST: usize = 127;
    /// The length of what is copied always: the length of most texts.
    const HEAD: usize = 48;

    /// Returns the fragment with a text.
    ///
    /// # Panics
    /// If the text is too long.
    fn new(text: &str) -> Self {
        let mut bytes = [0; Fragment::LONGEST];
        let room = bytes.get_mut(..text.len()).expect("names have at most 64 bytes, words and prefixes at most 50");
        room.copy_from_slice(text.as_bytes());
        Fragment { bytes, len: text.len() as u8 }
    }

    #[inline(always)]
    fn append(&self, out: &mut RecordWriter<'_>) {
        const HEAD: usize = Fragment::HEAD;
        out.append_with::<{ Fragment::LONGEST }>(|to| {
            to[..HEAD].copy_from_slice(&self.bytes[..HEAD]);
            if self.len as usize > HEAD {
                to[HEAD..].copy_from_slice(&self.bytes[HEAD..]);
            }
            self.len as usize
        });
    }
}

/// The fixed text of one column.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// The name, and what each value begins with.
    opening: Fragment,
    /// The name and null.
    null: Fragment,
    /// The length of the name with a comma or a brace before it and a colon behind it.
    value_at: usize,
    /// The name and the value: for each word, if the column holds words; for each combination of words, the last part
    /// first, if it holds objects of words.
    values: Box<[Fragment]>,
    /// The name and the value, if it is the same in every record.
    constant: Box<[u8]>,
}

impl Piece {
    /// Returns the text of column `index`.
    pub fn new(index: usize, column: &Column) -> Self {
        let name = format!("{}\"{}\":", if index == 0 { '{' } else { ',' }, column.name);
        let kind = if let FieldType::OrNull(inner) = column.kind { inner } else { column.kind };
        let values = match kind {
            FieldType::OneOf(words) => words.iter().map(|word| format!("{name}\"{word}\"")).collect(),
            FieldType::Object(parts) => objects(&name, parts),
            _ => Vec::new(),
        };
        Piece {
            value_at: name.len(),
            opening: Fragment::new(&(name.clone() + &value_opening(kind).concat())),
            constant: column.constant.as_ref().map_or_else(Box::default, |value| constant(&name, value)),
            null: Fragment::new(&(name + "null")),
            values: values.iter().map(|value| Fragment::new(value)).collect(),
        }
    }

    /// Returns the place of the value after the beginning of the column's text.
    #[inline(always)]
    pub fn value_at(&self) -> usize {
        self.value_at
    }

    /// Returns the name and the value of a column that has the same value in every record.
    #[inline(always)]
    pub fn constant(&self) -> &[u8] {
        &self.constant
    }
}

impl ColumnText for &Piece {
    #[inline(always)]
    fn append_opening<const N: usize>(self, out: &mut RecordWriter<'_>, write: impl FnOnce(&mut [u8; N]) -> usize) {
        self.opening.append(out);
        if N > 0 {
            out.append_with(write);
        }
    }

    #[inline(always)]
    fn append_null(self, out: &mut RecordWriter<'_>) {
        self.null.append(out);
    }

    #[inline(always)]
    fn append_word(self, word: Word, out: &mut RecordWriter<'_>) {
        self.values[word.index()].append(out);
    }

    #[inline(always)]
    fn append_object(self, words: &[Word], out: &mut RecordWriter<'_>) {
        let number = words.iter().fold(0, |number, word| number * word.words().len() + word.index());
        self.values[number].append(out);
    }
}

/// Returns the name and the value of a constant.
fn constant(name: &str, value: &Constant) -> Box<[u8]> {
    let value = match value {
        Constant::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        Constant::Integer(value) => value.to_string(),
        Constant::Number(value) => format!("{value:?}"),
        Constant::Boolean(value) => value.to_string(),
    };
    format!("{name}{value}").into_bytes().into()
}

/// Returns the name and the objects with each combination of words.
fn objects(column: &str, parts: &[(&str, &[&str])]) -> Vec<String> {
    let mut beginnings = vec![String::new()];
    for (name, words) in parts {
        let with = |beginning: &String, word: &&str| {
            format!("{beginning}{}\"{name}\":\"{word}\"", if beginning.is_empty() { '{' } else { ',' })
        };
        beginnings =
            beginnings.iter().flat_map(|beginning| words.iter().map(move |word| with(beginning, word))).collect();
    }
    beginnings.into_iter().map(|object| format!("{column}{object}}}")).collect()
}
