//! Records as JSON objects on one line, each value behind text that is rendered once.
//! Must not depend on: single topics.

mod cache;
mod column_text;
mod contract;
mod piece;
mod value;

use super::encoder::Encoder;
use crate::buffer::RecordWriter;
use crate::field::{Column, Source, TopicEvent, contract_field_count};
pub use cache::JsonCache;
use piece::Piece;
use std::ops::Range;
use value::JsonValue;

/// An encoder that writes records as JSON.
#[derive(Clone, Debug)]
pub struct JsonEncoder {
    pieces: Vec<Piece>,
    layout: Layout,
}

/// Which columns a record has.
#[derive(Clone, Copy, Debug)]
enum Layout {
    /// Those of the contract, so that the compiler knows them.
    Contract,
    /// Those of the contract, and behind them those that a scenario chose.
    Extended,
    /// Those that a scenario chose.
    Chosen,
}

impl Encoder for JsonEncoder {
    type Cache = JsonCache;

    fn new(columns: &[Column]) -> Self {
        let pieces = columns.iter().enumerate().map(|(index, column)| Piece::new(index, column)).collect();
        JsonEncoder { pieces, layout: Layout::Chosen }
    }

    fn of_contract<E: TopicEvent>(columns: &[Column]) -> Self {
        let is_longer = columns.len() > contract_field_count::<E>();
        let layout = if is_longer { Layout::Extended } else { Layout::Contract };
        JsonEncoder { layout, ..JsonEncoder::new(columns) }
    }

    #[inline]
    fn encode<'a, E: TopicEvent>(
        &self,
        event: &E,
        sources: &[Source<E::Field>],
        key: Option<usize>,
        cache: &mut JsonCache,
        out: RecordWriter<'a>,
    ) -> (RecordWriter<'a>, Option<Range<usize>>) {
        let (mut out, key_at) = match self.layout {
            Layout::Contract => contract::append_fields(event, &self.pieces, key, cache, out),
            Layout::Extended => self.append_extended(event, sources, key, cache, out),
            Layout::Chosen => self.append_chosen(event, 0, sources, key, cache, out),
        };
        out.append(b"}");
        let key_at = key_at.map(|range| without_quotes(range, &out));
        (out, key_at)
    }
}

impl JsonEncoder {
    /// Appends the fields of the contract, and then the others one by one.
    #[inline(never)]
    fn append_extended<'a, E: TopicEvent>(
        &self,
        event: &E,
        sources: &[Source<E::Field>],
        key: Option<usize>,
        cache: &mut JsonCache,
        out: RecordWriter<'a>,
    ) -> (RecordWriter<'a>, Option<Range<usize>>) {
        let first = const { contract_field_count::<E>() };
        let of_contract = key.filter(|key| *key < first);
        let (out, found) = contract::append_fields(event, &self.pieces, of_contract, cache, out);
        let (out, other) = self.append_chosen(event, first, sources, key, cache, out);
        (out, found.or(other))
    }

    /// Appends the fields from `first` on one by one and returns the range of the value of column `key`, if it is one of
    /// them.
    #[inline(never)]
    fn append_chosen<'a, E: TopicEvent>(
        &self,
        event: &E,
        first: usize,
        sources: &[Source<E::Field>],
        key: Option<usize>,
        cache: &mut JsonCache,
        mut out: RecordWriter<'a>,
    ) -> (RecordWriter<'a>, Option<Range<usize>>) {
        let (key, mut key_at) = (key.unwrap_or(usize::MAX), None);
        for (i, (piece, source)) in self.pieces.iter().zip(sources).enumerate().skip(first) {
            // Otherwise the compiler reads and converts every field of the event before the loop, chosen or not.
            let event = std::hint::black_box(event);
            let from = out.place();
            match source {
                Source::Field(field) => event.serialize(*field, JsonValue { out: &mut out, text: piece, cache }),
                Source::Constant(_) => out.append(piece.constant()),
            }
            if i == key {
                key_at = Some(from + piece.value_at()..out.place());
            }
        }
        (out, key_at)
    }
}

#[inline]
fn without_quotes(range: Range<usize>, out: &RecordWriter<'_>) -> Range<usize> {
    if out.byte(range.start) == b'"' { range.start + 1..range.end - 1 } else { range }
}

#[cfg(test)]
mod tests;
