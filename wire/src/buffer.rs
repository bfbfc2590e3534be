//! The buffer that encoders append records to. Must not depend on: topics, formats.

mod kept;

pub use kept::KeptTexts;

/// The length of the array at the end of the buffer that a record is written into, in bytes: records stay under 64 KiB.
const ROOM: usize = 72 * 1024;

/// The divisor that gives the growth of a full buffer from its length: bytes that are not written take memory, too.
const GROWTH_DIVISOR: usize = 4;

/// Bytes of records, one after the other.
///
/// A record is written into an array of fixed length behind the last one, because appending to that takes one comparison
/// with a constant. [`RecordWriter`] is that array while a record is written.
#[derive(Debug, Default)]
pub struct RecordBuffer {
    /// The records, and the array for the next one.
    bytes: Vec<u8>,
    /// The number of bytes of the records.
    len: usize,
    kept: KeptTexts,
}

/// A clone has the bytes alone.
impl Clone for RecordBuffer {
    fn clone(&self) -> Self {
        RecordBuffer { bytes: self.bytes().to_vec(), len: self.len, kept: KeptTexts::default() }
    }
}

impl RecordBuffer {
    /// Returns all bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Removes all bytes and keeps the memory.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Exchanges the texts that are kept: a thread that fills many buffers passes them from one to the next, so that they
    /// stay in its cache.
    pub fn exchange_texts(&mut self, texts: &mut KeptTexts) {
        std::mem::swap(&mut self.kept, texts);
    }

    /// Returns a writer that appends to the buffer. What it holds is lost unless it is finished.
    #[inline]
    pub fn writer(&mut self) -> RecordWriter<'_> {
        if self.bytes.len() - self.len < ROOM {
            self.grow();
        }
        let (before, end) = (self.len, &mut self.len);
        let room = self.bytes[before..].first_chunk_mut().expect("the buffer has grown");
        RecordWriter { room, at: 0, before, end, kept: &mut self.kept }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let len = self.len + self.len / GROWTH_DIVISOR + ROOM;
        if self.bytes.is_empty() {
            // The system gives such bytes without writing them.
            self.bytes = vec![0; len];
        } else {
            self.bytes.resize(len, 0);
        }
    }
}

/// Appends to a [`RecordBuffer`].
///
/// An encoder takes the writer and returns it, and the methods are always inlined: the writer is then a local variable whose
/// place in the array stays in a register.
#[derive(Debug)]
pub struct RecordWriter<'a> {
    room: &'a mut [u8; ROOM],
    /// The number of bytes written into `room`.
    at: usize,
    /// The number of bytes of the buffer before `room`.
    before: usize,
    /// The number of bytes of the buffer, which changes when the record is finished.
    end: &'a mut usize,
    kept: &'a mut KeptTexts,
}

impl RecordWriter<'_> {
    /// Returns the place of the next byte in the buffer.
    #[inline(always)]
    pub fn place(&self) -> usize {
        self.before + self.at
    }

    /// Returns the byte at a place of the buffer.
    ///
    /// # Panics
    /// If this writer did not write there.
    #[inline]
    pub fn byte(&self, place: usize) -> u8 {
        self.room[..self.at][place - self.before]
    }

    /// Appends bytes.
    ///
    /// # Panics
    /// If the record is longer than 64 KiB, here and in the other methods.
    #[inline(always)]
    pub fn append(&mut self, bytes: &[u8]) {
        if bytes.len() > ROOM - self.at {
            panic_too_long();
        }
        self.room[self.at..self.at + bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    /// Appends the bytes that `write` writes at the beginning of an array; it returns their number. What else it writes
    /// is overwritten by what comes next.
    #[inline(always)]
    pub fn append_with<const N: usize>(&mut self, write: impl FnOnce(&mut [u8; N]) -> usize) {
        if self.at > ROOM - N {
            panic_too_long();
        }
        let chunk = self.room[self.at..self.at + N].first_chunk_mut().expect("the slice has that length");
        self.at += write(chunk);
    }

    /// Appends the text that `write` appends, or the copy that was kept when it last did so for the same number, which must
    /// determine the text. Numbers that differ in the lowest eight bits are kept at the same time.
    #[inline(always)]
    pub fn append_kept(&mut self, number: u64, write: impl FnOnce(&mut RecordWriter<'_>)) {
        let from = self.at;
        let text = self.kept.get(number);
        if let (Some(text), Some(room)) = (text, self.room[from..].first_chunk_mut()) {
            self.at += text.write(room);
        } else {
            self.scoped(write);
            self.kept.keep(number, &self.room[from..self.at]);
        }
    }

    /// Inserts bytes at a place of the record; what was written from there on comes behind them.
    ///
    /// # Panics
    /// If this writer did not write up to there.
    #[inline(always)]
    pub fn insert(&mut self, place: usize, bytes: &[u8]) {
        if bytes.len() > ROOM - self.at {
            panic_too_long();
        }
        let from = place - self.before;
        self.room.copy_within(from..self.at, from + bytes.len());
        self.room[from..from + bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    /// Calls `write` with a writer of its own, so that this one can stay in registers.
    #[inline(always)]
    pub fn scoped(&mut self, write: impl FnOnce(&mut RecordWriter<'_>)) {
        let RecordWriter { at, before, .. } = *self;
        let mut local = RecordWriter { room: self.room, at, before, end: self.end, kept: self.kept };
        write(&mut local);
        self.at = local.at;
    }

    /// Leaves what was written in the buffer.
    #[inline(always)]
    pub fn finish(self) {
        *self.end = self.before + self.at;
    }
}

#[cold]
#[inline(never)]
fn panic_too_long() -> ! {
    panic!("a record must stay under 64 KiB");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_appended_in_any_lengths_stays(pieces in prop::collection::vec((0usize..40, 0usize..900), 0..60)) {
            let (mut buffer, mut plain) = (RecordBuffer::default(), Vec::new());
            let mut writer = buffer.writer();
            for (n, (few, many)) in pieces.iter().enumerate() {
                writer.append_with::<40>(|chunk| {
                    chunk.fill(n as u8);
                    *few
                });
                writer.append(&vec![1; *many]);
                plain.extend(vec![n as u8; *few]);
                plain.extend(vec![1; *many]);
                prop_assert_eq!(writer.place(), plain.len());
                prop_assert!(plain.is_empty() || writer.byte(plain.len() - 1) == plain[plain.len() - 1]);
            }
            writer.scoped(|writer| writer.append(b"end"));
            plain.extend(b"end");
            writer.finish();
            prop_assert_eq!(buffer.bytes(), &plain[..]);
        }

        #[test]
        fn a_kept_text_is_the_one_appended(numbers in prop::collection::vec(0u64..2_000, 0..200), length in 0usize..300) {
            let text = |number: u64| number.to_string().repeat(length / 4);
            let (mut buffer, mut plain) = (RecordBuffer::default(), Vec::<u8>::new());
            for number in numbers {
                let mut writer = buffer.writer();
                writer.append(b"<");
                writer.append_kept(number, |writer| writer.append(text(number).as_bytes()));
                writer.append(b">");
                writer.finish();
                plain.extend(format!("<{}>", text(number)).as_bytes());
            }
            prop_assert_eq!(buffer.bytes(), &plain[..]);
        }
    }
}
