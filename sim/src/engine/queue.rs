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
/// The number of buckets in which [`EventQueue::upcoming`] looks for an entity.
const BUCKETS_AHEAD: i64 = 4;
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

    /// Returns the two entities that are likely to be popped next, the nearest first: a guess, to load their memory in
    /// advance.
    #[inline]
    pub fn upcoming(&self) -> [Option<u32>; 2] {
        match self.today[..] {
            [.., (_, second), (_, first)] => [Some(first), Some(second)],
            [(_, first)] => [Some(first), self.next_list()],
            [] => [self.next_list(), None],
        }
    }

    /// Returns the first entity in the lists of the next buckets, which may be of a later turn.
    #[inline]
    fn next_list(&self) -> Option<u32> {
        let list = |ahead: i64| self.ring[(self.cursor + ahead) as usize & (self.ring.len() - 1)];
        (1..=BUCKETS_AHEAD).map(list).find(|id| *id != NOBODY)
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
        if let Some(place) = self.places.get(self.ring[(slot + 1) & (self.ring.len() - 1)] as usize) {
            prefetch(place);
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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const END: VirtualTime = VirtualTime::from_micros(i64::MAX - 1);

    fn at(micros: i64) -> VirtualTime {
        VirtualTime::from_micros(micros)
    }

    proptest! {
        #[test]
        fn pops_in_the_order_of_an_ordered_set(
            first in prop::collection::vec(0i64..5_000_000_000, 1..200),
            changes in prop::collection::vec((0i64..2_000_000_000_000, 0u32..4, 0usize..200), 1..400),
        ) {
            let mut times: Vec<VirtualTime> = first.iter().map(|t| at(*t)).collect();
            let mut model: BTreeSet<(VirtualTime, u32)> = times.iter().copied().zip(0..).collect();
            let mut queue = EventQueue::new(at(0), times.clone());
            for (gap, small, other) in changes {
                let popped = queue.pop_before(END);
                prop_assert_eq!(popped, model.pop_first());
                let Some((now, id)) = popped else { break };
                prop_assert!(queue.upcoming().iter().flatten().all(|id| queue.time_of(*id) != VirtualTime::NEVER));
                times[id as usize] = VirtualTime::NEVER;
                // Another entity changes, or this one again.
                let (other, next) = (other % times.len(), if gap % 10 == 0 { VirtualTime::NEVER } else { at(now.micros() + (gap >> (small * 10))) });
                model.remove(&(times[other], other as u32));
                for id in [id as usize, other] {
                    if id == other || gap % 3 > 0 {
                        model.remove(&(times[id], id as u32));
                        times[id] = next;
                        queue.set(id as u32, next);
                        prop_assert_eq!(queue.time_of(id as u32), next);
                    }
                    if times[id] < VirtualTime::NEVER {
                        model.insert((times[id], id as u32));
                    }
                }
            }
            while let Some(entry) = model.pop_first() {
                prop_assert_eq!(queue.pop_before(END), Some(entry));
            }
            prop_assert_eq!(queue.pop_before(END), None);
        }
    }

    #[test]
    fn the_upcoming_entities_of_a_bucket_are_popped_next() {
        let mut queue = EventQueue::new(at(0), [4, 2, 3, 1].map(at).to_vec());
        queue.pop_before(END);
        assert_eq!(queue.upcoming(), [Some(1), Some(2)]);
        (0..3).for_each(|_| assert!(queue.pop_before(END).is_some()));
        assert_eq!(queue.upcoming(), [None, None]);
    }

    #[test]
    fn a_long_steady_run_keeps_its_order_through_retuning() {
        let mut queue = EventQueue::new(at(0), (0..5_000).map(|i| at(i * 7)).collect());
        let mut last = (at(-1), 0);
        for round in 0..200_000i64 {
            let entry = queue.pop_before(END).expect("it never runs empty");
            assert!(entry > last, "{entry:?} after {last:?}");
            last = entry;
            let stretch = if round < 100_000 { 1_000_000 } else { 50 };
            queue.set(entry.1, at(entry.0.micros() + 1 + (round * 7_919) % stretch * 1_000));
        }
        assert_eq!(queue.len, 5_000);
    }

    #[test]
    fn the_limit_is_exclusive_and_nothing_is_lost_at_it() {
        let mut queue = EventQueue::new(at(0), vec![at(100), at(1 << 45)]);
        assert_eq!(queue.pop_before(at(100)), None);
        assert_eq!(queue.pop_before(at(101)), Some((at(100), 0)));
        assert_eq!(queue.pop_before(at(1 << 45)), None);
        queue.set(0, at(1 << 45));
        assert_eq!(queue.least(), at(1 << 45));
        assert_eq!(queue.pop_before(END), Some((at(1 << 45), 0)));
        assert_eq!(queue.pop_before(END), Some((at(1 << 45), 1)));
        assert_eq!(queue.pop_before(END), None);
    }

    #[test]
    fn a_queue_in_which_nobody_acts_is_empty_until_somebody_does() {
        let mut queue = EventQueue::new(at(5), vec![VirtualTime::NEVER; 3]);
        assert_eq!((queue.pop_before(END), queue.least()), (None, VirtualTime::NEVER));
        queue.set(2, at(1 << 40));
        assert_eq!(queue.pop_before(END), Some((at(1 << 40), 2)));
    }

    #[test]
    #[should_panic(expected = "in the past")]
    fn the_past_is_over() {
        let mut queue = EventQueue::new(at(0), vec![at(100), at(200)]);
        queue.pop_before(END);
        queue.set(1, at(99));
    }
}
