//! The trait of the fixed text of one column. Must not depend on: single topics, where the text is kept.

use crate::buffer::RecordWriter;
use crate::field::FieldType;
use crate::value::Word;

/// The fixed text of one column: its name, and whole values where it has few.
pub(super) trait ColumnText: Copy {
    /// Appends the name, what each value of the column's type begins with, and the bytes that `write` writes at the
    /// beginning of an array; it returns their number.
    fn append_opening<const N: usize>(self, out: &mut RecordWriter<'_>, write: impl FnOnce(&mut [u8; N]) -> usize);

    /// Appends the name and null.
    fn append_null(self, out: &mut RecordWriter<'_>);

    /// Appends the name and a word.
    ///
    /// # Panics
    /// If the column does not hold words, or fewer.
    fn append_word(self, word: Word, out: &mut RecordWriter<'_>);

    /// Appends the name and an object.
    ///
    /// # Panics
    /// If the column does not hold objects, or others.
    fn append_object(self, words: &[Word], out: &mut RecordWriter<'_>);
}

/// Returns what every value of a type begins with, in two parts.
pub(super) const fn value_opening(kind: &FieldType) -> [&'static str; 2] {
    match kind {
        FieldType::Numbered(prefix) => ["\"", prefix],
        FieldType::Account => ["\"", "ACC-"],
        FieldType::Uuid | FieldType::Timestamp | FieldType::NaiveTimestamp | FieldType::Text | FieldType::Ipv4 => {
            ["\"", ""]
        }
        FieldType::Point => ["{", "\"lat\":"],
        FieldType::Words => ["[", ""],
        FieldType::OrNull(inner) => value_opening(inner),
        FieldType::OneOf(_)
        | FieldType::Integer(..)
        | FieldType::Number(..)
        | FieldType::Boolean
        | FieldType::Object(_) => ["", ""],
    }
}
