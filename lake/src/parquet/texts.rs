//! The texts of one leaf: in a dictionary as long as it is worth it. Must not depend on: levels, pages.

use super::encoding::{Encoding, append_places, append_sized};
use super::range::Range;
use super::slots::Slots;
use twox_hash::XxHash3_64;

/// The most bytes and texts of a dictionary; the pages behind have texts as they are.
const DICTIONARY_LEN: usize = 1 << 20;
const DICTIONARY_COUNT: usize = 1 << 16;

/// The texts of a page, and the dictionary of the row group.
#[derive(Debug)]
pub struct TextValues {
    dictionary: TextDictionary,
    /// The places of the page's texts in the dictionary, while texts are added to it.
    places: Vec<u32>,
    /// The page's texts, behind their lengths, if they are not in the dictionary.
    plain: Vec<u8>,
    /// Whether the texts of the page are in the dictionary.
    is_open: bool,
    /// Whether this is the first page of the row group.
    is_first: bool,
    /// Whether the first page of a row group showed that few texts come twice: the later ones have no dictionary then.
    is_unique: bool,
    range: Option<[Vec<u8>; 2]>,
}

impl Default for TextValues {
    fn default() -> Self {
        TextValues {
            dictionary: TextDictionary::default(),
            places: Vec::new(),
            plain: Vec::new(),
            is_open: true,
            is_first: true,
            is_unique: false,
            range: None,
        }
    }
}

/// The texts of a dictionary, behind their lengths.
#[derive(Debug, Default)]
struct TextDictionary {
    slots: Slots,
    bytes: Vec<u8>,
    starts: Vec<u32>,
}

impl TextDictionary {
    fn text(&self, place: u32) -> &[u8] {
        let start = self.starts[place as usize] as usize + 4;
        let end = self.starts.get(place as usize + 1).map_or(self.bytes.len(), |next| *next as usize);
        &self.bytes[start..end]
    }

    fn add(&mut self, hash: u64, text: &[u8]) -> u32 {
        self.starts.push(self.bytes.len() as u32);
        append_sized(&mut self.bytes, text);
        self.slots.add(hash)
    }
}

impl TextValues {
    /// Adds a text.
    #[inline]
    pub fn push(&mut self, text: &[u8]) {
        if !self.is_open {
            append_sized(&mut self.plain, text);
            return self.widen(text);
        }
        let hash = XxHash3_64::oneshot(text);
        let found = self.dictionary.slots.find(hash, |place| self.dictionary.text(place) == text);
        let place = found.unwrap_or_else(|| {
            self.widen(text);
            self.dictionary.add(hash, text)
        });
        self.places.push(place);
    }

    #[inline]
    fn widen(&mut self, text: &[u8]) {
        match &mut self.range {
            None => self.range = Some([text.to_vec(), text.to_vec()]),
            Some([least, _]) if text < &**least => text.clone_into(least),
            Some([_, most]) if text > &**most => text.clone_into(most),
            Some(_) => {}
        }
    }

    /// Appends the texts of the page and returns their encoding.
    pub fn take_page(&mut self, out: &mut Vec<u8>) -> Encoding {
        if !self.is_open {
            out.append(&mut self.plain);
            return Encoding::Plain;
        }
        if self.places.is_empty() {
            return Encoding::Plain;
        }
        let count = self.dictionary.slots.len();
        if std::mem::take(&mut self.is_first) && 2 * count > self.places.len() {
            (self.is_open, self.is_unique) = (false, true);
            self.places.iter().for_each(|place| append_sized(out, self.dictionary.text(*place)));
            self.places.clear();
            self.dictionary = TextDictionary::default();
            return Encoding::Plain;
        }
        append_places(out, &self.places, count - 1);
        self.places.clear();
        self.is_open = self.dictionary.bytes.len() < DICTIONARY_LEN && count < DICTIONARY_COUNT;
        Encoding::Dictionary
    }

    /// Returns the dictionary and the number of its texts, and begins another row group.
    pub fn take_dictionary(&mut self) -> (Vec<u8>, usize) {
        let dictionary = std::mem::take(&mut self.dictionary);
        (self.is_open, self.is_first) = (!self.is_unique, !self.is_unique);
        (dictionary.bytes, dictionary.slots.len())
    }

    /// Returns the range of the row group's texts.
    pub fn take_range(&mut self) -> Option<Range> {
        self.range.take().map(|range| Range::Text(range.map(Vec::into_boxed_slice)))
    }
}
