//! A search as typed: words for a kind of product, sometimes with a typing error.
//! Must not depend on: customers, products.

use super::parameters::TYPO_SHARE;
use super::words::{BRANDS, Vocabulary};
use crate::engine::RngStream;

/// The largest number of bytes of UTF-8.
const MAX_BYTES: usize = 62;

/// A search as it was typed: UTF-8 in lower case that needs no escaping in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Query {
    length: u8,
    typed: [u8; MAX_BYTES],
}

impl Query {
    /// Draws a search for a kind of product of a category, by their numbers.
    pub(in crate::shop) fn drawn(words: &Vocabulary, category: usize, kind: usize, rng: &mut RngStream) -> Query {
        let noun = words.kinds[category][kind];
        let mut query = Query { length: 0, typed: [0; MAX_BYTES] };
        let of = |list: &[&'static str], rng: &mut RngStream| list[rng.below(list.len() as u64) as usize];
        match rng.below(20) {
            0..9 => query.push(&[noun]),
            9..12 => query.push(&[of(words.before, rng), noun]),
            12..16 => query.push(&[noun, of(words.behind, rng)]),
            _ => query.push(&[of(&BRANDS, rng), words.gap, noun]),
        }
        if rng.chance(TYPO_SHARE) {
            query.make_typo(rng);
        }
        query
    }

    /// Returns the text as typed.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.typed[..self.length as usize]).expect("whole words were typed")
    }

    /// Appends whole parts while they fit.
    fn push(&mut self, parts: &[&str]) {
        for part in parts {
            let (from, to) = (self.length as usize, self.length as usize + part.len());
            if to > MAX_BYTES {
                return;
            }
            self.typed[from..to].copy_from_slice(part.as_bytes());
            self.length = to as u8;
        }
    }

    /// Makes an error at a place with two Latin letters: they are swapped, or the second is missing or typed twice.
    fn make_typo(&mut self, rng: &mut RngStream) {
        let length = self.length as usize;
        let at = 1 + rng.below(length.max(2) as u64 - 1) as usize;
        let letters = at < length && self.typed[at - 1..=at].iter().all(u8::is_ascii_lowercase);
        match rng.below(3) {
            _ if !letters => {}
            0 => self.typed.swap(at - 1, at),
            1 if length > 2 => {
                self.typed.copy_within(at + 1..length, at);
                self.length -= 1;
            }
            _ if length < MAX_BYTES => {
                self.typed.copy_within(at..length, at + 1);
                self.length += 1;
            }
            _ => {}
        }
    }
}

impl std::fmt::Debug for Query {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Query({:?})", self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::words_of;
    use super::*;
    use crate::base::Language;
    use crate::engine::{Purpose, WorldKey};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_search_is_text_that_needs_no_escaping(seed: u64, language in 0usize..4, category in 0usize..12, kind in 0usize..6) {
            let mut rng = WorldKey::new(seed).rng(1, Purpose::VisitStep, 0);
            for _ in 0..50 {
                let query = Query::drawn(words_of(Language::ALL[language]), category, kind, &mut rng);
                let text = query.text();
                prop_assert!(!text.trim().is_empty());
                prop_assert!(text.chars().all(|c| !c.is_control() && !matches!(c, '"' | '\\')), "{text}");
            }
        }
    }

    #[test]
    fn most_searches_contain_the_word_and_some_have_typos() {
        let mut rng = WorldKey::new(1).rng(1, Purpose::VisitStep, 0);
        let with = |language: Language, rng: &mut RngStream| {
            let noun = words_of(language).kinds[0][0];
            (0..2_000).filter(|_| Query::drawn(words_of(language), 0, 0, rng).text().contains(noun)).count()
        };
        let english = with(Language::English, &mut rng);
        assert!((1_850..1_990).contains(&english), "{english}");
        assert!(with(Language::Japanese, &mut rng) > 1_950, "kana are picked from a list");
    }
}
