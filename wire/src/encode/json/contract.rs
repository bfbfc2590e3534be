//! The columns of the wire contract under their own names: the compiler knows their order and their text, so that a record
//! is written without a loop over its fields. Must not depend on: single topics.

use super::cache::JsonCache;
use super::column_text::{ColumnText, value_opening};
use super::piece::Piece;
use super::value::JsonValue;
use crate::buffer::RecordWriter;
use crate::field::{CONTRACT_FIELDS_MAX, TopicEvent, contract_field_count};
use crate::value::Word;
use std::marker::PhantomData;
use std::ops::Range;

/// The longest text of an opening, and the longest value behind it that is written together with it, in bytes.
const OPENING_MAX: usize = 64;
const VALUE_MAX: usize = 72;

/// Appends all fields of the contract of `E` and returns the range of the value of column `key`.
#[inline(always)]
pub(super) fn append_fields<'a, E: TopicEvent>(
    event: &E,
    pieces: &[Piece],
    key: Option<usize>,
    cache: &mut JsonCache,
    mut out: RecordWriter<'a>,
) -> (RecordWriter<'a>, Option<Range<usize>>) {
    let pieces = &pieces[..const { contract_field_count::<E>() }];
    // The place where each column begins, the brace or the comma included.
    let mut places = [0; CONTRACT_FIELDS_MAX + 1];
    macro_rules! append {
        ($($index:literal)*) => {$(
            if const { $index < contract_field_count::<E>() } {
                places[$index] = out.place();
                let text = ContractText::<E, $index> { piece: &pieces[$index], event: PhantomData };
                let field = const { E::FIELDS[if $index < E::FIELDS.len() { $index } else { 0 }].field };
                event.serialize(field, JsonValue { out: &mut out, text, cache });
            }
        )*};
    }
    append!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
    places[pieces.len()] = out.place();
    let key_at = key.map(|key| places[key] + pieces[key].value_at()..places[key + 1]);
    (out, key_at)
}

/// The text of column `INDEX` of the contract of `E`.
struct ContractText<'a, E, const INDEX: usize> {
    piece: &'a Piece,
    event: PhantomData<E>,
}

impl<E, const INDEX: usize> Clone for ContractText<'_, E, INDEX> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, const INDEX: usize> Copy for ContractText<'_, E, INDEX> {}

impl<E: TopicEvent, const INDEX: usize> ContractText<'_, E, INDEX> {
    const OPENING: ShortText = {
        // A line of `append_fields` beyond the last field is compiled too, though it is never reached.
        let spec = &E::FIELDS[if INDEX < E::FIELDS.len() { INDEX } else { 0 }];
        let [first, second] = value_opening(&spec.kind);
        ShortText::of_name(INDEX, spec.name).and(first).and(second)
    };
    const NULL: ShortText = {
        let spec = &E::FIELDS[if INDEX < E::FIELDS.len() { INDEX } else { 0 }];
        ShortText::of_name(INDEX, spec.name).and("null")
    };
}

impl<E: TopicEvent, const INDEX: usize> ColumnText for ContractText<'_, E, INDEX> {
    #[inline(always)]
    fn append_opening<const N: usize>(self, out: &mut RecordWriter<'_>, write: impl FnOnce(&mut [u8; N]) -> usize) {
        const { assert!(N <= VALUE_MAX) };
        out.append_with::<{ OPENING_MAX + VALUE_MAX }>(|to| {
            let opening = const { Self::OPENING.copied() };
            to[..opening.len()].copy_from_slice(opening);
            let len = const { Self::OPENING.len };
            len + write(to[len..].first_chunk_mut().expect("there is room for an opening and a value"))
        });
    }

    #[inline(always)]
    fn append_null(self, out: &mut RecordWriter<'_>) {
        out.append_with::<OPENING_MAX>(|to| {
            let null = const { Self::NULL.copied() };
            to[..null.len()].copy_from_slice(null);
            const { Self::NULL.len }
        });
    }

    #[inline(always)]
    fn append_word(self, word: Word, out: &mut RecordWriter<'_>) {
        self.piece.append_word(word, out);
    }

    #[inline(always)]
    fn append_object(self, words: &[Word], out: &mut RecordWriter<'_>) {
        self.piece.append_object(words, out);
    }
}

/// A text that the compiler knows.
struct ShortText {
    bytes: [u8; OPENING_MAX],
    len: usize,
}

impl ShortText {
    /// Returns the text before the value of a column.
    const fn of_name(index: usize, name: &str) -> Self {
        let nothing = ShortText { bytes: [0; OPENING_MAX], len: 0 };
        nothing.and(if index == 0 { "{\"" } else { ",\"" }).and(name).and("\":")
    }

    /// Returns the text with more behind it.
    const fn and(mut self, text: &str) -> Self {
        let mut i = 0;
        while i < text.len() {
            self.bytes[self.len] = text.as_bytes()[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// Returns the text and bytes behind it that are overwritten later: whole blocks of 16 bytes are copied faster.
    const fn copied(&self) -> &[u8] {
        self.bytes.split_at(self.len.next_multiple_of(16)).0
    }
}
