//! The values of a column by their type, as they grow. Must not depend on: rows.

use crate::arrow::{Array, Buffer};
use populace_wire::FieldType;
use std::mem::take;
use std::sync::Arc;

/// Texts one behind the other.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) bytes: Vec<u8>,
    pub(super) offsets: Vec<i32>,
}

impl Default for Texts {
    fn default() -> Self {
        Texts { bytes: Vec::new(), offsets: vec![0] }
    }
}

impl Texts {
    /// Ends a text.
    pub(super) fn end(&mut self) {
        self.offsets.push(i32::try_from(self.bytes.len()).expect("the texts of a batch stay under 2 GiB"));
    }

    pub(super) fn taken(&mut self) -> Array {
        let Texts { bytes, offsets } = take(self);
        Array::new(offsets.len() - 1, vec![Buffer::Offsets(offsets), Buffer::Bytes(bytes)])
    }
}

/// Words as indices of their list.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) indices: Vec<i16>,
    dictionary: Arc<Array>,
}

impl Words {
    pub(super) fn of(words: &[&str]) -> Self {
        Words { indices: Vec::new(), dictionary: Arc::new(Array::of_texts(words)) }
    }

    pub(super) fn taken(&mut self) -> Array {
        Array::of_words(take(&mut self.indices), Arc::clone(&self.dictionary))
    }
}

/// The values of a column, by their type.
#[derive(Debug)]
pub(super) enum Values {
    Wholes(Vec<i64>),
    Reals(Vec<f64>),
    Booleans(Vec<bool>),
    Words(Words),
    Texts(Texts),
    Points { lat: Vec<f64>, lon: Vec<f64> },
    Objects(Vec<Words>),
    Lists { offsets: Vec<i32>, texts: Texts },
}

impl Values {
    pub(super) fn of(kind: &FieldType) -> Self {
        match kind {
            FieldType::OrNull(inner) => Values::of(inner),
            FieldType::Timestamp | FieldType::NaiveTimestamp | FieldType::Integer(..) => Values::Wholes(Vec::new()),
            FieldType::Number(..) => Values::Reals(Vec::new()),
            FieldType::Boolean => Values::Booleans(Vec::new()),
            FieldType::OneOf(words) => Values::Words(Words::of(words)),
            FieldType::Point => Values::Points { lat: Vec::new(), lon: Vec::new() },
            FieldType::Object(parts) => Values::Objects(parts.iter().map(|(_, words)| Words::of(words)).collect()),
            FieldType::Words => Values::Lists { offsets: vec![0], texts: Texts::default() },
            FieldType::Uuid | FieldType::Account | FieldType::Numbered(_) | FieldType::Text | FieldType::Ipv4 => {
                Values::Texts(Texts::default())
            }
        }
    }

    /// Adds what stands in the place of null.
    pub(super) fn push_nothing(&mut self) {
        match self {
            Values::Wholes(values) => values.push(0),
            Values::Reals(values) => values.push(0.0),
            Values::Booleans(values) => values.push(false),
            Values::Words(words) => words.indices.push(0),
            Values::Texts(texts) => texts.end(),
            Values::Points { lat, lon } => {
                lat.push(0.0);
                lon.push(0.0);
            }
            Values::Objects(parts) => parts.iter_mut().for_each(|part| part.indices.push(0)),
            Values::Lists { offsets, .. } => offsets.push(offsets[offsets.len() - 1]),
        }
    }

    pub(super) fn taken(&mut self) -> Array {
        let reals = |values: &mut Vec<f64>| Array::new(values.len(), vec![Buffer::Reals(take(values))]);
        match self {
            Values::Wholes(values) => Array::new(values.len(), vec![Buffer::Wholes(take(values))]),
            Values::Reals(values) => reals(values),
            Values::Booleans(values) => {
                let bits = take(values);
                Array::new(bits.len(), vec![Buffer::of_bits(&bits)])
            }
            Values::Words(words) => words.taken(),
            Values::Texts(texts) => texts.taken(),
            Values::Points { lat, lon } => {
                Array::of_columns(lat.len(), vec![Arc::new(reals(lat)), Arc::new(reals(lon))])
            }
            Values::Objects(parts) => {
                let parts: Vec<Arc<Array>> = parts.iter_mut().map(|part| Arc::new(part.taken())).collect();
                Array::of_columns(parts.first().map_or(0, |part| part.len), parts)
            }
            Values::Lists { offsets, texts } => {
                let offsets = std::mem::replace(offsets, vec![0]);
                let lists = Array::new(offsets.len() - 1, vec![Buffer::Offsets(offsets)]);
                Array { children: vec![Arc::new(texts.taken())], ..lists }
            }
        }
    }
}
