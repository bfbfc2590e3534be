//! Arrow's columnar layout as values: fields, buffers, arrays. Must not depend on: events, Python, pointers; `capsule`
//! hands them out.

use std::ffi::{CString, c_void};
use std::sync::Arc;

/// A field of a schema, in the words of Arrow's C data interface.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: CString,
    /// The format string, as in `l` for 64-bit integers.
    pub format: CString,
    /// Whether values can be null.
    pub is_nullable: bool,
    /// The fields of a struct, or the items of a list.
    pub children: Vec<Field>,
    /// The values that a dictionary's indices stand for.
    pub dictionary: Option<Box<Field>>,
}

impl Field {
    /// Returns a field without children that cannot be null.
    ///
    /// # Panics
    /// If a text has a zero byte, which no name of a field has.
    pub fn new(name: &str, format: &str) -> Self {
        let text = |text: &str| CString::new(text).expect("names and formats have no zero bytes");
        Field { name: text(name), format: text(format), is_nullable: false, children: Vec::new(), dictionary: None }
    }

    /// Returns a struct of fields.
    pub fn of_struct(name: &str, children: Vec<Field>) -> Self {
        Field { children, ..Field::new(name, "+s") }
    }

    /// Returns indices into a dictionary of texts.
    pub fn of_words(name: &str) -> Self {
        Field { dictionary: Some(Box::new(Field::new("", "u"))), ..Field::new(name, "s") }
    }

    /// Returns the same field, whose values can be null or not.
    pub fn nullable(self, is_nullable: bool) -> Self {
        Field { is_nullable, ..self }
    }
}

/// A buffer of an array.
#[derive(Debug)]
pub enum Buffer {
    /// Bits, the first in the lowest place, or the bytes of texts.
    Bytes(Vec<u8>),
    /// Indices of a dictionary.
    Indices(Vec<i16>),
    /// Offsets of texts and lists.
    Offsets(Vec<i32>),
    /// Integers and instants.
    Wholes(Vec<i64>),
    /// Floating-point numbers.
    Reals(Vec<f64>),
}

impl Buffer {
    /// Returns bits of truth values.
    pub fn of_bits(values: &[bool]) -> Self {
        let byte = |eight: &[bool]| eight.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
        Buffer::Bytes(values.chunks(8).map(byte).collect())
    }

    /// Returns the address of the first value. It stays the same while the buffer lives, wherever it is moved.
    pub fn address(&self) -> *const c_void {
        match self {
            Buffer::Bytes(values) => values.as_ptr().cast(),
            Buffer::Indices(values) => values.as_ptr().cast(),
            Buffer::Offsets(values) => values.as_ptr().cast(),
            Buffer::Wholes(values) => values.as_ptr().cast(),
            Buffer::Reals(values) => values.as_ptr().cast(),
        }
    }
}

/// An array: a column, or the rows of a table as a struct of columns.
#[derive(Debug)]
pub struct Array {
    /// The number of values.
    pub len: usize,
    /// The number of nulls.
    pub null_count: usize,
    /// The buffers in the order of Arrow's layout; the first, if there is one, says which values are not null.
    pub buffers: Vec<Option<Buffer>>,
    /// The arrays of a struct or list.
    pub children: Vec<Arc<Array>>,
    /// The values of a dictionary.
    pub dictionary: Option<Arc<Array>>,
}

impl Array {
    /// Returns an array of values in buffers, none of them null.
    pub fn new(len: usize, buffers: Vec<Buffer>) -> Self {
        let buffers = std::iter::once(None).chain(buffers.into_iter().map(Some)).collect();
        Array { len, null_count: 0, buffers, children: Vec::new(), dictionary: None }
    }

    /// Returns a struct of columns of the same length.
    pub fn of_columns(len: usize, children: Vec<Arc<Array>>) -> Self {
        Array { children, ..Array::new(len, Vec::new()) }
    }

    /// Returns the texts of a list.
    pub fn of_texts(texts: &[&str]) -> Self {
        let mut offsets = vec![0];
        let mut bytes = Vec::new();
        for text in texts {
            bytes.extend_from_slice(text.as_bytes());
            offsets.push(bytes.len() as i32);
        }
        Array::new(texts.len(), vec![Buffer::Offsets(offsets), Buffer::Bytes(bytes)])
    }

    /// Returns indices into a dictionary.
    pub fn of_words(indices: Vec<i16>, dictionary: Arc<Array>) -> Self {
        Array { dictionary: Some(dictionary), ..Array::new(indices.len(), vec![Buffer::Indices(indices)]) }
    }

    /// Returns the same array with nulls where `valid` is false.
    pub fn with_nulls(mut self, valid: &[bool]) -> Self {
        self.null_count = valid.iter().filter(|valid| !**valid).count();
        if self.null_count > 0 {
            self.buffers[0] = Some(Buffer::of_bits(valid));
        }
        self
    }
}
