//! The words of a list as each format has them. Must not depend on: single topics.

use super::cursor::Cursor;
use super::error::Fault;

/// The bytes of the words that were not read yet.
#[derive(Clone, Copy, Debug)]
pub enum WordItems<'a> {
    /// The words of a list in JSON: each in quotes, with commas between them.
    Json(Cursor<'a>),
    /// The words of a list in Avro: each behind its length.
    Avro(Cursor<'a>),
    /// The words of a list in Protobuf: each behind a tag of this length and its own length.
    Protobuf(Cursor<'a>, u8),
}

impl<'a> WordItems<'a> {
    /// Returns the next word.
    ///
    /// # Errors
    /// If there is none.
    #[inline]
    pub fn next_word(&mut self) -> Result<&'a str, Fault> {
        match self {
            WordItems::Json(cursor) => {
                if cursor.next_is(b',') {
                    cursor.skip(1);
                }
                cursor.quoted()
            }
            WordItems::Avro(cursor) => cursor.avro_text(),
            WordItems::Protobuf(cursor, tag) => {
                cursor.skip(usize::from(*tag));
                cursor.sized_text()
            }
        }
    }
}
