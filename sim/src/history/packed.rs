//! Acts in thirteen bytes, in chunks that are handed out one by one.
//! Must not depend on: the owners of the chunks.

use super::Act;
use crate::engine::prefetch;

/// The number of acts in a chunk.
pub(super) const CHUNK_ACTS: usize = 8;
/// Chunks are made this many at a time.
const PAGE_CHUNKS: usize = 32;
/// Of the first 40 bits, four are the kind and 36 the second: it reaches the year 4147.
const KIND_BITS: u32 = 4;
const MOST_SECONDS: u64 = (1 << (40 - KIND_BITS)) - 1;

/// An act in thirteen bytes. Zeros are no act.
#[derive(Clone, Copy, Debug, Default)]
struct PackedAct([u8; 13]);

impl PackedAct {
    #[inline]
    fn new(act: Act) -> Self {
        let (seconds, kind) = (act.when_and_kind >> 8, act.when_and_kind & 0xff);
        let head = (seconds.min(MOST_SECONDS) << KIND_BITS | kind).to_le_bytes();
        let mut bytes = [0; 13];
        bytes[..5].copy_from_slice(&head[..5]);
        bytes[5..9].copy_from_slice(&act.size.to_le_bytes());
        bytes[9..].copy_from_slice(&act.subject.to_le_bytes());
        PackedAct(bytes)
    }

    fn act(self) -> Act {
        let [a, b, c, d, e, size @ .., f, g, h, i] = self.0;
        let head = u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]);
        let when_and_kind = (head >> KIND_BITS) << 8 | head & ((1 << KIND_BITS) - 1);
        Act { when_and_kind, size: u32::from_le_bytes(size), subject: u32::from_le_bytes([f, g, h, i]) }
    }
}

/// Chunks of acts, by number. A chunk that is given back is handed out again.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunks {
    pages: Vec<Box<[[PackedAct; CHUNK_ACTS]]>>,
    made: u32,
    free: Vec<u32>,
}

impl Chunks {
    /// Returns the number of an empty chunk.
    pub fn take(&mut self) -> u32 {
        if let Some(chunk) = self.free.pop() {
            return chunk;
        }
        if self.made as usize == self.pages.len() * PAGE_CHUNKS {
            self.pages.push(vec![Default::default(); PAGE_CHUNKS].into_boxed_slice());
        }
        self.made += 1;
        self.made - 1
    }

    /// Takes a chunk back.
    pub fn give_back(&mut self, chunk: u32) {
        *self.chunk(chunk) = Default::default();
        self.free.push(chunk);
    }

    /// Puts an act into a place of a chunk.
    #[inline]
    pub fn set(&mut self, chunk: u32, place: usize, act: Act) {
        self.chunk(chunk)[place] = PackedAct::new(act);
    }

    /// Asks for the memory of a place of a chunk.
    #[inline]
    pub fn prefetch(&self, chunk: u32, place: usize) {
        prefetch(&self.pages[chunk as usize / PAGE_CHUNKS][chunk as usize % PAGE_CHUNKS][place]);
    }

    /// Returns the acts of a chunk by place; an empty place has an act without a kind.
    pub fn acts(&self, chunk: u32) -> [Act; CHUNK_ACTS] {
        let chunk = chunk as usize;
        self.pages[chunk / PAGE_CHUNKS][chunk % PAGE_CHUNKS].map(PackedAct::act)
    }

    /// Returns the bytes of all pages.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.pages.iter().map(|page| size_of_val(&page[..])).sum()
    }

    #[inline]
    fn chunk(&mut self, chunk: u32) -> &mut [PackedAct; CHUNK_ACTS] {
        let chunk = chunk as usize;
        &mut self.pages[chunk / PAGE_CHUNKS][chunk % PAGE_CHUNKS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::VirtualTime;
    use crate::history::ActKind;

    #[test]
    fn an_act_takes_thirteen_bytes_and_loses_nothing() {
        assert_eq!(size_of::<PackedAct>(), 13);
        for (second, kind, size, subject) in [
            (0, ActKind::Purchase, 0, 0),
            (4_102_444_799, ActKind::ShiftEnd, i64::MAX, u32::MAX),
            ((1 << 36) - 1, ActKind::Trip, 1 << 24, 1 << 31),
        ] {
            let act = Act::new(VirtualTime::from_seconds(second), kind, size, subject);
            assert_eq!(PackedAct::new(act).act(), act);
        }
        assert_eq!(PackedAct::default().act().kind(), None);
    }

    #[test]
    fn a_chunk_is_empty_when_it_is_handed_out_again() {
        let mut chunks = Chunks::default();
        let taken: Vec<u32> = (0..100).map(|_| chunks.take()).collect();
        assert_eq!(taken, (0..100).collect::<Vec<_>>());
        chunks.set(70, 3, Act::new(VirtualTime::from_seconds(1), ActKind::Trip, 2, 3));
        assert_eq!(chunks.acts(70)[3].size, 2);
        chunks.give_back(70);
        assert_eq!((chunks.take(), chunks.take()), (70, 100));
        assert_eq!(chunks.acts(70), [Act::default(); CHUNK_ACTS]);
    }
}
