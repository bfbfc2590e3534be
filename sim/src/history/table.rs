//! The table of the recent acts of a shard's entities. It grows with the acts of each entity up to its depth.
//! Must not depend on: the meaning of acts.

use super::Act;
use super::packed::{CHUNK_ACTS, Chunks};
use crate::engine::prefetch;

/// A row's number of a chunk that it does not have yet.
const NO_CHUNK: u32 = u32::MAX;

/// The last `depth` acts of each of a shard's entities: a ring of chunks, each taken when the first act comes into it.
#[derive(Clone, Debug)]
pub struct HistoryTable {
    depth: usize,
    /// A row for each entity: the place of the next act in the ring, then the numbers of the chunks.
    rows: Vec<u32>,
    chunks: Chunks,
}

impl HistoryTable {
    /// Returns an empty table for `entities` entities.
    ///
    /// # Panics
    /// If `depth` is zero.
    pub fn new(entities: usize, depth: usize) -> Self {
        assert!(depth > 0, "the depth of a history must not be zero");
        let mut table = HistoryTable { depth, rows: Vec::new(), chunks: Chunks::default() };
        table.rows = vec![NO_CHUNK; entities * table.width()];
        (0..entities).for_each(|entity| table.row(entity)[0] = 0);
        table
    }

    /// Returns the numbers in a row.
    #[inline]
    fn width(&self) -> usize {
        1 + self.depth.div_ceil(CHUNK_ACTS)
    }

    #[inline]
    fn row(&mut self, entity: usize) -> &mut [u32] {
        let width = self.width();
        &mut self.rows[entity * width..(entity + 1) * width]
    }

    /// Asks for the memory of an entity's row, to which an act is added soon.
    #[inline]
    pub fn prefetch(&self, entity: usize) {
        prefetch(&self.rows[entity * self.width()]);
    }

    /// Asks for the memory of the place of an entity's next act. Reads the entity's row.
    #[inline]
    pub fn prefetch_chunk(&self, entity: usize) {
        let row = &self.rows[entity * self.width()..(entity + 1) * self.width()];
        let place = row[0] as usize;
        let chunk = row[1 + place / CHUNK_ACTS];
        if chunk != NO_CHUNK {
            self.chunks.prefetch(chunk, place % CHUNK_ACTS);
        }
    }

    /// Adds an act and drops the oldest one if the history is full.
    #[inline]
    pub fn push(&mut self, entity: usize, act: Act) {
        let (depth, width) = (self.depth, self.width());
        let row = &mut self.rows[entity * width..(entity + 1) * width];
        let place = row[0] as usize;
        row[0] = if place + 1 == depth { 0 } else { place as u32 + 1 };
        let chunk = &mut row[1 + place / CHUNK_ACTS];
        if *chunk == NO_CHUNK {
            *chunk = self.chunks.take();
        }
        self.chunks.set(*chunk, place % CHUNK_ACTS, act);
    }

    /// Removes all acts of an entity.
    pub fn clear(&mut self, entity: usize) {
        let width = self.width();
        let row = &mut self.rows[entity * width..(entity + 1) * width];
        row[0] = 0;
        for chunk in row[1..].iter_mut().filter(|chunk| **chunk != NO_CHUNK) {
            self.chunks.give_back(std::mem::replace(chunk, NO_CHUNK));
        }
    }

    /// Returns the acts of an entity, oldest first.
    pub fn of(&self, entity: usize) -> Vec<Act> {
        let row = &self.rows[entity * self.width()..(entity + 1) * self.width()];
        let taken = row[1..].iter().filter(|chunk| **chunk != NO_CHUNK);
        let mut acts: Vec<Act> = taken.flat_map(|chunk| self.chunks.acts(*chunk)).collect();
        // While the ring is not full, the places from the next one on are empty.
        let oldest = (row[0] as usize).min(acts.len());
        acts.rotate_left(oldest);
        acts.retain(|act| act.kind().is_some());
        acts
    }

    /// Returns the bytes that the table takes.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.rows[..]) + self.chunks.bytes()
    }

    /// Adds acts that [`HistoryTable::of`] returned. Others, of a kind that is not known, are left out.
    pub fn restore(&mut self, entity: usize, acts: &[Act]) {
        acts.iter().filter(|act| act.kind().is_some()).for_each(|act| self.push(entity, *act));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::VirtualTime;
    use crate::history::ActKind;
    use std::collections::VecDeque;

    fn act(second: i64) -> Act {
        Act::new(VirtualTime::from_seconds(second), ActKind::Trip, 5, 7)
    }

    #[test]
    fn the_oldest_acts_are_dropped_and_the_rest_are_restored() {
        for depth in [1, 3, 8, 13, 24, 32] {
            let (mut table, mut model) = (HistoryTable::new(3, depth), VecDeque::new());
            for second in 1..100 {
                table.push(1, act(second));
                table.push(2, act(-second));
                model.push_back(act(second));
                if model.len() > depth {
                    model.pop_front();
                }
                assert_eq!(VecDeque::from(table.of(1)), model, "depth {depth}");
                let mut again = HistoryTable::new(2, depth);
                again.restore(1, &table.of(1));
                again.push(1, act(second + 1));
                assert_eq!(again.of(1).last(), Some(&act(second + 1)));
                assert_eq!(again.of(1).len(), (second as usize + 1).min(depth));
            }
            assert!(table.of(0).is_empty());
            table.clear(1);
            assert!(table.of(1).is_empty() && table.of(2).len() == depth);
        }
    }

    #[test]
    fn a_history_takes_chunks_as_acts_come() {
        let mut table = HistoryTable::new(1_000, 24);
        assert_eq!(table.width() * size_of::<u32>(), 16);
        let mut taken = |acts: i64| {
            (0..acts).for_each(|second| table.push(7, act(second)));
            table.chunks.take()
        };
        assert_eq!([taken(1), taken(6), taken(2), taken(100)], [1, 2, 4, 6]);
    }
}
