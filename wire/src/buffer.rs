//! The buffer that encoders append records to. Must not depend on: anything.

/// The length of the array that a record is written into, in bytes. Longer records leave it in parts.
const ROOM: usize = 4096;

/// Bytes of records, one after the other.
///
/// A record is written into an array of fixed length first, because appending to that takes one comparison with a
/// constant, and leaves it as a whole. [`RecordWriter`] is that array while a record is written.
#[derive(Debug)]
pub struct RecordBuffer {
    bytes: Vec<u8>,
    room: Box<[u8; ROOM]>,
}

impl Default for RecordBuffer {
    fn default() -> Self {
        RecordBuffer { bytes: Vec::new(), room: Box::new([0; ROOM]) }
    }
}

impl RecordBuffer {
    /// Returns all bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Removes all bytes and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Returns a writer that appends to the buffer. What it holds is lost unless it is finished.
    #[inline]
    pub fn writer(&mut self) -> RecordWriter<'_> {
        RecordWriter { room: &mut self.room, at: 0, before: self.bytes.len(), bytes: &mut self.bytes }
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
    /// The number of bytes in `bytes`.
    before: usize,
    bytes: &'a mut Vec<u8>,
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
    /// If nothing was written there.
    #[inline]
    pub fn byte(&self, place: usize) -> u8 {
        self.bytes.get(place).copied().unwrap_or_else(|| self.room[..self.at][place - self.bytes.len()])
    }

    /// Appends bytes.
    #[inline(always)]
    pub fn append(&mut self, bytes: &[u8]) {
        if bytes.len() > ROOM - self.at {
            self.before = spill(self.bytes, &self.room[..self.at], bytes);
            self.at = 0;
        } else {
            self.room[self.at..self.at + bytes.len()].copy_from_slice(bytes);
            self.at += bytes.len();
        }
    }

    /// Appends the bytes that `write` writes at the beginning of an array; it returns their number. What else it writes
    /// is overwritten by what comes next.
    #[inline(always)]
    pub fn append_with<const N: usize>(&mut self, write: impl FnOnce(&mut [u8; N]) -> usize) {
        if self.at > ROOM - N {
            self.before = spill(self.bytes, &self.room[..self.at], &[]);
            self.at = 0;
        }
        let chunk = self.room[self.at..self.at + N].first_chunk_mut().expect("the slice has that length");
        self.at += write(chunk);
    }

    /// Calls `write` with a writer of its own, so that this one can stay in registers.
    #[inline(always)]
    pub fn scoped(&mut self, write: impl FnOnce(&mut RecordWriter<'_>)) {
        let mut local = RecordWriter { room: self.room, at: self.at, before: self.before, bytes: self.bytes };
        write(&mut local);
        (self.at, self.before) = (local.at, local.before);
    }

    /// Leaves what was written in the buffer.
    #[inline(always)]
    pub fn finish(self) {
        self.bytes.extend_from_slice(&self.room[..self.at]);
    }
}

/// Moves what was written, and then `more`, to the end of the buffer; returns its length.
#[cold]
#[inline(never)]
fn spill(bytes: &mut Vec<u8>, written: &[u8], more: &[u8]) -> usize {
    bytes.extend_from_slice(written);
    bytes.extend_from_slice(more);
    bytes.len()
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
    }
}
