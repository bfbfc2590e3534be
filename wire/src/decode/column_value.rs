//! The values of a record's columns, borrowed from the record. Must not depend on: single formats, single topics.

use super::words::WordItems;
use crate::value::Word;
use populace_sim::VirtualTime;

/// The most parts that an object of words has.
pub(super) const PARTS_MAX: usize = 4;

/// The value of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColumnValue<'a> {
    /// No value.
    Null,
    /// A text: a UUID, an account, a prefix with a number, an IPv4 address, or any other.
    Text(&'a str),
    /// A word of a closed list.
    Word(Word),
    /// An instant.
    Timestamp(VirtualTime),
    /// An instant in UTC that is written without an offset.
    NaiveTimestamp(VirtualTime),
    /// An integer.
    Integer(i64),
    /// A number: the very one that a reader of JSON gets.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// A place.
    Point(Degrees),
    /// An object of words.
    Object(ObjectWords),
    /// A list of words.
    Words(WordList<'a>),
}

/// A place in degrees, as a reader of JSON gets it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Degrees {
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
}

/// The names of the parts of an object, and the words that each can be.
type Parts = &'static [(&'static str, &'static [&'static str])];

/// The words of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectWords {
    parts: Parts,
    indices: [u8; PARTS_MAX],
}

impl ObjectWords {
    /// Returns the object whose words `read` returns, part by part.
    pub(super) fn read<E>(parts: Parts, mut read: impl FnMut(usize) -> Result<Word, E>) -> Result<Self, E> {
        let mut indices = [0; PARTS_MAX];
        for (part, index) in indices.iter_mut().enumerate().take(parts.len()) {
            *index = read(part)?.index() as u8;
        }
        Ok(ObjectWords { parts, indices })
    }

    /// Returns the names and the words of all parts, in order.
    pub fn iter(self) -> impl Iterator<Item = (&'static str, Word)> {
        let word = |((name, words), index): (&(&'static str, &'static [&'static str]), u8)| {
            (*name, Word::at(words, usize::from(index)))
        };
        self.parts.iter().zip(self.indices).map(word)
    }
}

/// A list of words.
#[derive(Clone, Copy, Debug)]
pub struct WordList<'a> {
    pub(super) items: WordItems<'a>,
    pub(super) count: usize,
}

impl<'a> WordList<'a> {
    /// Returns the number of words.
    pub fn len(self) -> usize {
        self.count
    }

    /// Returns `true` if there are no words.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// Returns the words in order.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let (mut items, mut left) = (self.items, self.count);
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            Some(items.next_word().expect("the words were read when the record was decoded"))
        })
    }
}

impl PartialEq for WordList<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
