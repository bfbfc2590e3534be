//! Text appended to a buffer. Must not depend on: anything.

/// A buffer that text is appended to.
pub trait TextBuffer {
    /// Appends UTF-8 text.
    fn append(&mut self, text: &[u8]);

    /// Appends an integer in decimal digits.
    #[inline]
    fn append_integer(&mut self, value: i64) {
        self.append(itoa::Buffer::new().format(value).as_bytes());
    }
}

impl TextBuffer for Vec<u8> {
    #[inline]
    fn append(&mut self, text: &[u8]) {
        self.extend_from_slice(text);
    }
}
