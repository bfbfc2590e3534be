//! How the values of a page are encoded: one after the other, or by their place in a dictionary. Must not depend on:
//! types of values.

use super::hybrid;

/// How the values of a page are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// One after the other.
    Plain,
    /// By their place in the dictionary.
    Dictionary,
}

impl Encoding {
    /// Returns the number of the encoding in Parquet.
    pub const fn number(self) -> i32 {
        match self {
            Encoding::Plain => 0,
            Encoding::Dictionary => 8,
        }
    }
}

/// Appends the places of values in a dictionary, whose width comes before them.
pub fn append_places(out: &mut Vec<u8>, places: &[u32], most: usize) {
    let width = hybrid::width(most as u32);
    out.push(width as u8);
    hybrid::append(out, places, width);
}

/// Appends a text behind its length.
pub fn append_sized(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text);
}
