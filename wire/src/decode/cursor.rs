//! A place in the bytes of a record, and what can be read there in any format. Must not depend on: columns, topics.

use super::error::Fault;
use crate::value::Word;
use memchr::memchr2;

/// A place in the bytes of a record.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Returns the beginning of a record.
    pub fn new(bytes: &'a [u8]) -> Self {
        Cursor { bytes, at: 0 }
    }

    /// Returns the place, in bytes from the beginning of the record.
    #[inline(always)]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Returns the bytes that are left.
    #[inline(always)]
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Returns a fault at this place.
    #[cold]
    pub fn fault(&self, expected: &'static str) -> Fault {
        Fault::new(self.at, expected)
    }

    /// Returns whether the next byte is this one.
    #[inline(always)]
    pub fn next_is(&self, byte: u8) -> bool {
        self.bytes.get(self.at) == Some(&byte)
    }

    /// Goes on by bytes that are there.
    #[inline(always)]
    pub fn skip(&mut self, count: usize) {
        self.at += count;
    }

    /// Goes on by these bytes, if they are the next.
    #[inline(always)]
    pub fn skip_if(&mut self, bytes: &[u8]) -> bool {
        let is_next = self.rest().starts_with(bytes);
        self.at += if is_next { bytes.len() } else { 0 };
        is_next
    }

    /// Reads bytes that are known.
    #[inline(always)]
    pub fn literal(&mut self, bytes: &[u8], expected: &'static str) -> Result<(), Fault> {
        if self.skip_if(bytes) { Ok(()) } else { Err(self.fault(expected)) }
    }

    /// Reads the end of the record.
    pub fn end(&self) -> Result<(), Fault> {
        if self.rest().is_empty() { Ok(()) } else { Err(self.fault("the end of the record")) }
    }

    /// Reads an array of bytes.
    #[inline(always)]
    pub fn array<const N: usize>(&mut self, expected: &'static str) -> Result<&'a [u8; N], Fault> {
        let array = self.rest().first_chunk().ok_or_else(|| self.fault(expected))?;
        self.at += N;
        Ok(array)
    }

    /// Reads some bytes.
    #[inline(always)]
    pub fn bytes(&mut self, len: usize, expected: &'static str) -> Result<&'a [u8], Fault> {
        let bytes = self.rest().get(..len).ok_or_else(|| self.fault(expected))?;
        self.at += len;
        Ok(bytes)
    }

    /// Reads UTF-8 text of a length.
    #[inline(always)]
    pub fn text(&mut self, len: usize) -> Result<&'a str, Fault> {
        let from = self.at;
        let bytes = self.bytes(len, "a text of the length before it")?;
        std::str::from_utf8(bytes).map_err(|error| Fault::new(from + error.valid_up_to(), "UTF-8 text"))
    }

    /// Reads a text of JSON in quotes, which holds no escaped characters.
    #[inline(always)]
    pub fn quoted(&mut self) -> Result<&'a str, Fault> {
        self.literal(b"\"", "a text in quotes")?;
        match memchr2(b'"', b'\\', self.rest()) {
            Some(len) if self.rest()[len] == b'"' => {
                let text = self.text(len)?;
                if text.bytes().any(|byte| byte < b' ') {
                    return Err(Fault::new(self.at - len, "a text without control characters"));
                }
                self.at += 1;
                Ok(text)
            }
            Some(len) => Err(Fault::new(self.at + len, "a text without backslashes")),
            None => Err(Fault::new(self.bytes.len(), "the quote at the end of a text")),
        }
    }

    /// Reads the word in quotes of JSON that is one of a list.
    #[inline(always)]
    pub fn quoted_word(&mut self, words: &'static [&'static str]) -> Result<Word, Fault> {
        let from = self.at;
        word_of(self.quoted()?, words).ok_or_else(|| Fault::new(from, "a word of the field's list"))
    }

    /// Reads an integer of variable length.
    #[inline(always)]
    pub fn varint(&mut self) -> Result<u64, Fault> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte < 1 << 7 => {
                self.at += 1;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0;
        for (place, byte) in self.rest().iter().enumerate().take(10) {
            if place == 9 && *byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                self.at += place + 1;
                return Ok(value);
            }
        }
        Err(self.fault("an integer of variable length"))
    }

    /// Reads a signed integer of variable length, as Avro has it.
    #[inline(always)]
    pub fn zigzag(&mut self) -> Result<i64, Fault> {
        let code = self.varint()?;
        Ok((code >> 1) as i64 ^ -((code & 1) as i64))
    }

    /// Reads a text of Avro, behind its length.
    #[inline(always)]
    pub fn avro_text(&mut self) -> Result<&'a str, Fault> {
        let from = self.at;
        let len = usize::try_from(self.zigzag()?).map_err(|_| Fault::new(from, "the length of a text"))?;
        self.text(len)
    }

    /// Reads a text of Protobuf, behind its length.
    #[inline(always)]
    pub fn sized_text(&mut self) -> Result<&'a str, Fault> {
        let from = self.at;
        let len = usize::try_from(self.varint()?).map_err(|_| Fault::new(from, "the length of a text"))?;
        self.text(len)
    }

    /// Reads a floating-point number.
    #[inline(always)]
    pub fn double(&mut self) -> Result<f64, Fault> {
        Ok(f64::from_le_bytes(*self.array("a number of eight bytes")?))
    }

    /// Reads true or false in one byte.
    #[inline(always)]
    pub fn boolean(&mut self) -> Result<bool, Fault> {
        if !matches!(self.rest().first(), Some(0 | 1)) {
            return Err(self.fault("true or false"));
        }
        self.at += 1;
        Ok(self.bytes[self.at - 1] == 1)
    }
}

/// Returns the word of a list with this name.
#[inline(always)]
pub fn word_of(name: &str, words: &'static [&'static str]) -> Option<Word> {
    words.iter().position(|word| *word == name).map(|index| Word::at(words, index))
}

/// Returns the word of a list at this place.
#[inline(always)]
pub fn word_at(index: i64, words: &'static [&'static str]) -> Option<Word> {
    usize::try_from(index).ok().filter(|index| *index < words.len()).map(|index| Word::at(words, index))
}
