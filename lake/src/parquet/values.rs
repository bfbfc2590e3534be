//! The values of one leaf as they are collected for a page. Must not depend on: levels, pages.

use super::encoding::{Encoding, append_places, append_sized};
use super::fixed::FixedValues;
use super::range::Range;
use super::texts::TextValues;
use crate::leaf::{LeafKind, LeafRef};

/// The values of one leaf: those of the page, and the dictionary of the row group.
#[derive(Debug)]
pub enum Values {
    /// Words: their list is the dictionary.
    Words(WordValues),
    /// Texts.
    Texts(TextValues),
    /// Integers, instants and numbers, of eight bytes.
    Fixed(FixedValues),
    /// True or false.
    Booleans(BooleanValues),
}

impl Values {
    /// Returns no values of a leaf.
    pub fn new(kind: LeafKind) -> Self {
        match kind {
            LeafKind::Word(words) => Values::Words(WordValues::new(words)),
            LeafKind::Text | LeafKind::List => Values::Texts(TextValues::default()),
            LeafKind::Timestamp | LeafKind::NaiveTimestamp => Values::Fixed(FixedValues::of_instants()),
            LeafKind::Integer => Values::Fixed(FixedValues::of_integers()),
            LeafKind::Number => Values::Fixed(FixedValues::of_numbers()),
            LeafKind::Boolean => Values::Booleans(BooleanValues::default()),
        }
    }

    /// Adds a value of the leaf's type.
    #[inline(always)]
    pub fn push(&mut self, value: LeafRef<'_>) {
        match (self, value) {
            (Values::Words(values), LeafRef::Word(word)) => values.push(word.index()),
            (Values::Texts(values), LeafRef::Text(text)) => values.push(text.as_bytes()),
            (Values::Fixed(values), LeafRef::Micros(value) | LeafRef::Integer(value)) => values.push(value as u64),
            (Values::Fixed(values), LeafRef::Number(value)) => values.push(value.to_bits()),
            (Values::Booleans(values), LeafRef::Boolean(value)) => values.0.push(value),
            (_, value) => unreachable!("the leaf holds no {value:?}"),
        }
    }

    /// Appends the values of the page, which is empty then, and returns their encoding.
    pub fn take_page(&mut self, out: &mut Vec<u8>) -> Encoding {
        match self {
            Values::Words(values) => values.take_page(out),
            Values::Texts(values) => values.take_page(out),
            Values::Fixed(values) => values.take_page(out),
            Values::Booleans(values) => values.take_page(out),
        }
    }

    /// Returns the values of the dictionary and their number, and begins another row group.
    pub fn take_dictionary(&mut self) -> (Vec<u8>, usize) {
        match self {
            Values::Words(values) => values.dictionary(),
            Values::Texts(values) => values.take_dictionary(),
            Values::Fixed(values) => values.take_dictionary(),
            Values::Booleans(_) => (Vec::new(), 0),
        }
    }

    /// Returns the range of the values of the row group, if there are any, and forgets it.
    pub fn take_range(&mut self) -> Option<Range> {
        match self {
            Values::Words(values) => values.take_range(),
            Values::Texts(values) => values.take_range(),
            Values::Fixed(values) => values.take_range(),
            Values::Booleans(values) => values.1.take(),
        }
    }
}

/// The words of a page, by their place in the list.
#[derive(Debug)]
pub struct WordValues {
    words: &'static [&'static str],
    places: Vec<u32>,
    /// Whether the row group has each word.
    is_used: Vec<bool>,
}

impl WordValues {
    fn new(words: &'static [&'static str]) -> Self {
        WordValues { words, places: Vec::new(), is_used: vec![false; words.len()] }
    }

    #[inline(always)]
    fn push(&mut self, place: usize) {
        self.is_used[place] = true;
        self.places.push(place as u32);
    }

    fn take_page(&mut self, out: &mut Vec<u8>) -> Encoding {
        append_places(out, &self.places, self.words.len() - 1);
        self.places.clear();
        Encoding::Dictionary
    }

    fn dictionary(&self) -> (Vec<u8>, usize) {
        let mut plain = Vec::new();
        self.words.iter().for_each(|word| append_sized(&mut plain, word.as_bytes()));
        (plain, self.words.len())
    }

    fn take_range(&mut self) -> Option<Range> {
        let used = || self.words.iter().zip(&self.is_used).filter(|(_, is_used)| **is_used).map(|(word, _)| *word);
        let range =
            used().min().zip(used().max()).map(|(least, most)| Range::Text([least, most].map(|w| w.as_bytes().into())));
        self.is_used.fill(false);
        range
    }
}

/// The truth values of a page, and the range of the row group.
#[derive(Debug, Default)]
pub struct BooleanValues(Vec<bool>, Option<Range>);

impl BooleanValues {
    fn take_page(&mut self, out: &mut Vec<u8>) -> Encoding {
        let byte = |values: &[bool]| (0..).zip(values).map(|(bit, value)| u8::from(*value) << bit).sum::<u8>();
        out.extend(self.0.chunks(8).map(byte));
        let range = Range::Boolean([!self.0.contains(&false), self.0.contains(&true)]);
        if !self.0.is_empty() {
            self.1 = Some(self.1.take().map_or(range.clone(), |before| before.and(range)));
        }
        self.0.clear();
        Encoding::Plain
    }
}
