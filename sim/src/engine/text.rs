//! Digits appended to a buffer of text. Must not depend on: anything.

/// Appends an integer in decimal digits.
#[inline]
pub fn append_integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}
