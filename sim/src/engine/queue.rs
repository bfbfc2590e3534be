//! The event queue: the next instant of each entity in a calendar queue, which adapts the width of its buckets to its
//! entries, so that all operations take near constant time up to tens of millions of entities. The order is (time, id) at
//! every width. An entity has exactly one place, so no entry is ever outdated, and the queue takes about 14 bytes for it.
//! Must not depend on: entities.

use super::prefetch::prefetch;
use super::time::VirtualTime;

/// An entry: an instant and the number of its entity.
type Entry = (VirtualTime, u32);

/// The ring has about one bucket for this many entities, within the bounds below.
const ENTITIES_PER_BUCKET: usize = 4;
const FEWEST_BUCKETS: usize = 1 << 8;
const MOST_BUCKETS: usize = 1 << 24;
/// Buckets are narrowed when more entries than this are due in one on average.
const CROWDED_ENTRIES: usize = 12;
/// The narrowest and the widest bucket as powers of two of a microsecond: 16 µs and 13 days.
const LEAST_SHIFT: u32 = 4;
const MOST_SHIFT: u32 = 40;
/// Pops between two checks of the bucket width.
const RETUNE_EVERY_POPS: u32 = 1 << 13;
/// The number of buckets in which [`EventQueue::look_ahead`] looks for entities, and how many it needs to find.
const BUCKETS_AHEAD: i64 = 4;
const ENTITIES_AHEAD: usize = 2;
/// All places are loaded in advance when more buckets than this are emptied next.
const FEW_BUCKETS: i64 = 8;
/// A cache line holds a little more than this many places.
const PLACES_PER_LINE: usize = 5;
/// The end of the list of a bucket.
const NOBODY: u32 = u32::MAX;

/// A monotone priority queue of the next instants of a fixed number of entities: an instant must not be before the last
/// one popped, nor before a limit that [`EventQueue::pop_before`] has reached.
///
/// ```
/// use populace_sim::{EventQueue, VirtualTime};
/// let at = VirtualTime::from_micros;
/// let mut queue = EventQueue::new(at(0), vec![at(20), at(10), VirtualTime::NEVER]);
/// assert_eq!(queue.pop_before(at(15)), Some((at(10), 1)));
/// assert_eq!(queue.pop_before(at(15)), None);
/// queue.set(1, at(18));
/// assert_eq!(queue.pop_before(at(20)), Some((at(18), 1)));
/// ```
#[derive(Debug)]
pub struct EventQueue {
    /// Width of a bucket is 2^shift microseconds.
    shift: u32,
    /// Number (time >> shift) of the bucket that `today` holds.
    cursor: i64,
    /// The last bucket whose entities were looked at in advance.
    looked: i64,
    /// The bucket being emptied, latest first.
    today: Vec<Entry>,
    /// The place of each entity.
    places: Vec<Place>,
    /// The first entity of each bucket of the ring, which also holds those of later turns.
    ring: Vec<u32>,
    /// The number of entities with an instant.
    len: usize,
    now: VirtualTime,
    pops: u32,
    steps: u32,
}

/// The place of an entity. What an operation reads of it is mostly in one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, packed(4))]
struct Place {
    /// The next instant.
    time: VirtualTime,
    /// The next entity in the list of the bucket.
    after: u32,
}

impl EventQueue {
    /// Returns the queue of entities with these instants by their numbers, from `from` on.
    pub fn new(from: VirtualTime, times: Vec<VirtualTime>) -> Self {
        let buckets = (times.len() / ENTITIES_PER_BUCKET).next_power_of_two().clamp(FEWEST_BUCKETS, MOST_BUCKETS);
        let shift = fitting_shift(from, &times);
        let mut queue = EventQueue {
            shift,
            cursor: 0,
            looked: 0,
            today: Vec::new(),
            ring: vec![NOBODY; buckets],
            len: times.iter().filter(|time| **time < VirtualTime::NEVER).count(),
            places: times.into_iter().map(|time| Place { time, after: NOBODY }).collect(),
            now: from,
            pops: 0,
            steps: 0,
        };
        queue.rebuild(from, shift);
        queue
    }

    /// Returns the least instant. The cost is proportional to the number of entities.
    pub fn least(&self) -> VirtualTime {
        self.places.iter().map(|place| place.time).fold(VirtualTime::NEVER, VirtualTime::min)
    }

    /// Returns the next instant of an entity.
    ///
    /// # Panics
    /// If there is no such entity.
    #[inline]
    pub fn time_of(&self, id: u32) -> VirtualTime {
        self.places[id as usize].time
    }

    /// Sets the next instant of an entity.
    ///
    /// # Panics
    /// If it is before the last instant popped, or there is no such entity.
    #[inline]
    pub fn set(&mut self, id: u32, time: VirtualTime) {
        assert!(time >= self.now, "an event was scheduled in the past");
        if self.time_of(id) != VirtualTime::NEVER {
            self.remove(id);
        }
        if time != VirtualTime::NEVER {
            self.places[id as usize].time = time;
            self.len += 1;
            if !self.link(id) {
                let at = self.today.partition_point(|e| *e > (time, id));
                self.today.insert(at, (time, id));
            }
        }
    }

    /// Returns the least instant and its entity if it is before `limit`, and sets that entity to
    /// [`VirtualTime::NEVER`].
    #[inline]
    pub fn pop_before(&mut self, limit: VirtualTime) -> Option<(VirtualTime, u32)> {
        loop {
            if let Some(entry) = self.today.last() {
                if entry.0 >= limit {
                    return None;
                }
                self.len -= 1;
                self.pops += 1;
                self.now = entry.0;
                self.places[entry.1 as usize].time = VirtualTime::NEVER;
                return self.today.pop();
            }
            if self.len == 0 || (self.cursor + 1) << self.shift >= limit.micros() {
                return None;
            }
            self.advance();
        }
    }

    /// Prepares for popping up to `limit` after other memory was in use: loads the places of the entities, and calls `soon`
    /// with those of the bucket being emptied.
    pub fn take_up(&mut self, limit: VirtualTime, mut soon: impl FnMut(u32)) {
        self.looked = self.cursor;
        if (limit.micros() >> self.shift) - self.cursor > FEW_BUCKETS {
            self.places.iter().step_by(PLACES_PER_LINE).for_each(prefetch);
        }
        self.today.iter().rev().for_each(|(_, id)| soon(*id));
    }

    /// Calls `soon` with the entities of a bucket after the one being emptied, of which it has not been called yet: they
    /// are popped soon, so that their memory can be loaded in advance.
    #[inline]
    pub fn look_ahead(&mut self, soon: impl FnMut(u32)) {
        if self.looked <= self.cursor {
            self.look_further(soon);
        }
    }

    #[inline(never)]
    fn look_further(&mut self, mut soon: impl FnMut(u32)) {
        let mut found = 0;
        self.looked = self.cursor;
        while found < ENTITIES_AHEAD && self.looked < self.cursor + BUCKETS_AHEAD {
            self.looked += 1;
            let mut id = self.ring[self.looked as usize & (self.ring.len() - 1)];
            while id != NOBODY {
                let Place { time, after } = self.places[id as usize];
                if time.micros() >> self.shift == self.looked {
                    soon(id);
                    found += 1;
                }
                id = after;
            }
        }
    }

    /// Returns the entity that is popped next, if it is in the bucket being emptied and no other is planned before it.
    #[inline]
    pub fn next_of_bucket(&self) -> Option<u32> {
        self.today.last().map(|entry| entry.1)
    }

    /// Puts an entity into the list of its bucket, unless that is the one being emptied. Returns whether it did.
    #[inline]
    fn link(&mut self, id: u32) -> bool {
        let place = &mut self.places[id as usize];
        let bucket = { place.time }.micros() >> self.shift;
        if bucket <= self.cursor {
            return false;
        }
        let slot = bucket as usize & (self.ring.len() - 1);
        place.after = std::mem::replace(&mut self.ring[slot], id);
        true
    }

    /// Removes an entity that has an instant.
    fn remove(&mut self, id: u32) {
        self.len -= 1;
        let place = &mut self.places[id as usize];
        let Place { time, after: next } = *place;
        place.time = VirtualTime::NEVER;
        let bucket = time.micros() >> self.shift;
        if bucket <= self.cursor {
            self.today.retain(|entry| entry.1 != id);
            return;
        }
        let slot = bucket as usize & (self.ring.len() - 1);
        if self.ring[slot] == id {
            self.ring[slot] = next;
            return;
        }
        let mut before = self.ring[slot];
        while self.places[before as usize].after != id {
            before = self.places[before as usize].after;
        }
        self.places[before as usize].after = next;
    }

    fn advance(&mut self) {
        self.cursor += 1;
        self.steps += 1;
        if self.pops + self.steps > RETUNE_EVERY_POPS {
            self.retune();
            if !self.today.is_empty() {
                return;
            }
        }
        let slot = self.cursor as usize & (self.ring.len() - 1);
        let mut id = std::mem::replace(&mut self.ring[slot], NOBODY);
        while id != NOBODY {
            let place = &mut self.places[id as usize];
            let Place { time, after: next } = *place;
            if time.micros() >> self.shift == self.cursor {
                self.today.push((time, id));
            } else {
                place.after = std::mem::replace(&mut self.ring[slot], id);
            }
            id = next;
        }
        if self.today.len() > 1 {
            self.today.sort_unstable_by(|a, b| b.cmp(a));
        }
    }

    /// Widens buckets that are mostly empty, narrows crowded ones.
    fn retune(&mut self) {
        let (pops, steps) = (self.pops as usize, self.steps as usize);
        (self.pops, self.steps) = (0, 0);
        let shift = match () {
            _ if pops > steps * CROWDED_ENTRIES => self.shift.saturating_sub(2).max(LEAST_SHIFT),
            _ if steps > pops * 2 => (self.shift + 1).min(MOST_SHIFT),
            _ => self.shift,
        };
        if shift != self.shift {
            self.rebuild(VirtualTime::from_micros(self.cursor << self.shift), shift);
        }
    }

    fn rebuild(&mut self, from: VirtualTime, shift: u32) {
        (self.shift, self.cursor) = (shift, from.micros() >> shift);
        self.looked = self.cursor;
        self.ring.fill(NOBODY);
        self.today.clear();
        for id in 0..self.places.len() as u32 {
            let time = self.time_of(id);
            if time != VirtualTime::NEVER && !self.link(id) {
                self.today.push((time, id));
            }
        }
        self.today.sort_unstable_by(|a, b| b.cmp(a));
    }
}

/// Returns the bucket width at which the nearest quarter of the instants spreads over buckets of about four.
fn fitting_shift(from: VirtualTime, times: &[VirtualTime]) -> u32 {
    let sampled = times.iter().step_by(1 + times.len() / 1024).filter(|time| **time < VirtualTime::NEVER);
    let mut ahead: Vec<i64> = sampled.map(|time| time.micros().saturating_sub(from.micros())).collect();
    if ahead.is_empty() {
        return 30;
    }
    let quarter = ahead.len() / 4;
    let (_, span, _) = ahead.select_nth_unstable(quarter);
    let per_entry = ((*span).max(1) as u64).saturating_mul(16) / times.len() as u64;
    per_entry.max(1).ilog2().clamp(LEAST_SHIFT, MOST_SHIFT)
}

#[cfg(test)]
mod tests;
