//! The event queue: a calendar queue that adapts its bucket width to its entries, so that push and pop take near constant
//! time up to tens of millions of entries. The order is (time, id) at every width. The queue may hold stale entries, which
//! the caller recognises.
//! Must not depend on: entities.

use super::time::VirtualTime;

/// An entry: an instant and the number of its entity.
type Entry = (VirtualTime, u32);

/// The ring has about one bucket for this many entries, within the bounds below.
const ENTRIES_PER_BUCKET: usize = 4;
const FEWEST_BUCKETS: usize = 1 << 10;
const MOST_BUCKETS: usize = 1 << 22;
/// Buckets are narrowed when they hold more entries than this on average.
const CROWDED_ENTRIES: usize = 12;
/// The narrowest and the widest bucket as powers of two of a microsecond: 16 µs and 13 days.
const LEAST_SHIFT: u32 = 4;
const MOST_SHIFT: u32 = 40;
/// Pops between two checks of the bucket width.
const RETUNE_EVERY_POPS: u32 = 1 << 13;

/// A monotone priority queue of (time, id): an entry must not be pushed before the last instant popped, nor before a
/// limit that [`EventQueue::pop_before`] has reached.
///
/// ```
/// use populace_sim::{EventQueue, VirtualTime};
/// let mut queue = EventQueue::new(VirtualTime::from_micros(0));
/// queue.push(VirtualTime::from_micros(20), 1);
/// queue.push(VirtualTime::from_micros(10), 2);
/// let limit = VirtualTime::from_micros(15);
/// assert_eq!(queue.pop_before(limit), Some((VirtualTime::from_micros(10), 2)));
/// assert_eq!(queue.pop_before(limit), None);
/// ```
#[derive(Debug)]
pub struct EventQueue {
    /// Width of a bucket is 2^shift microseconds.
    shift: u32,
    /// Number (time >> shift) of the bucket that `today` holds.
    cursor: i64,
    /// The bucket being emptied, latest first.
    today: Vec<Entry>,
    ring: Vec<Vec<Entry>>,
    /// Entries beyond the ring.
    far: Vec<Entry>,
    len: usize,
    pops: u32,
    steps: u32,
}

impl EventQueue {
    /// Returns an empty queue whose first instant is `from`.
    pub fn new(from: VirtualTime) -> Self {
        let shift = 30;
        EventQueue {
            shift,
            cursor: from.micros() >> shift,
            today: Vec::new(),
            ring: vec![Vec::new(); FEWEST_BUCKETS],
            far: Vec::new(),
            len: 0,
            pops: 0,
            steps: 0,
        }
    }

    /// Returns a queue that holds `entries`, starts at `from`, and is tuned to them.
    pub fn with_entries(from: VirtualTime, entries: Vec<Entry>) -> Self {
        let mut queue = EventQueue::new(from);
        let shift = fitting_shift(from, &entries);
        queue.rebuild(from, entries, shift);
        queue
    }

    /// Returns the number of entries, stale ones included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether the queue holds no entry.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an entry; one at [`VirtualTime::NEVER`] is dropped.
    ///
    /// # Panics
    /// If the bucket of `time` has been emptied already.
    #[inline]
    pub fn push(&mut self, time: VirtualTime, id: u32) {
        if time == VirtualTime::NEVER {
            return;
        }
        self.len += 1;
        let bucket = time.micros() >> self.shift;
        let ahead = bucket - self.cursor;
        assert!(ahead >= 0, "an event was scheduled in the past");
        if ahead == 0 {
            let entry = (time, id);
            let at = self.today.partition_point(|e| *e > entry);
            self.today.insert(at, entry);
        } else if ahead < self.ring.len() as i64 {
            let slot = bucket as usize & (self.ring.len() - 1);
            self.ring[slot].push((time, id));
        } else {
            self.far.push((time, id));
        }
    }

    /// Removes and returns the least entry if it is before `limit`.
    #[inline]
    pub fn pop_before(&mut self, limit: VirtualTime) -> Option<Entry> {
        loop {
            if let Some(entry) = self.today.last() {
                if entry.0 >= limit {
                    return None;
                }
                self.len -= 1;
                self.pops += 1;
                return self.today.pop();
            }
            if self.len == 0 || (self.cursor + 1) << self.shift >= limit.micros() {
                return None;
            }
            self.advance();
        }
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
        if slot == 0 {
            self.gather_far();
        }
        std::mem::swap(&mut self.today, &mut self.ring[slot]);
        self.today.sort_unstable_by(|a, b| b.cmp(a));
    }

    /// Moves entries that are now within reach into the ring, at the start of each turn.
    fn gather_far(&mut self) {
        let reach = self.cursor + self.ring.len() as i64;
        let (shift, mask, ring) = (self.shift, self.ring.len() - 1, &mut self.ring);
        self.far.retain(|(time, id)| {
            let bucket = time.micros() >> shift;
            if bucket < reach {
                ring[bucket as usize & mask].push((*time, *id));
            }
            bucket >= reach
        });
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
            let from = VirtualTime::from_micros(self.cursor << self.shift);
            let entries = self.drain();
            self.rebuild(from, entries, shift);
        }
    }

    fn drain(&mut self) -> Vec<Entry> {
        let mut all = std::mem::take(&mut self.far);
        all.append(&mut self.today);
        for bucket in &mut self.ring {
            all.append(bucket);
        }
        all
    }

    fn rebuild(&mut self, from: VirtualTime, entries: Vec<Entry>, shift: u32) {
        self.shift = shift;
        self.cursor = from.micros() >> self.shift;
        self.len = 0;
        let buckets = (entries.len() / ENTRIES_PER_BUCKET).next_power_of_two().clamp(FEWEST_BUCKETS, MOST_BUCKETS);
        self.ring.resize(buckets, Vec::new());
        // Far entries are fetched at the ring's slot 0; entries that the cursor skipped before are fetched here.
        let turn_end = (self.cursor & !(buckets as i64 - 1)) + buckets as i64;
        for (time, id) in entries {
            self.len += usize::from(time != VirtualTime::NEVER);
            match time.micros() >> self.shift {
                _ if time == VirtualTime::NEVER => {}
                bucket if bucket <= self.cursor => self.today.push((time, id)),
                bucket if bucket < turn_end => self.ring[bucket as usize & (buckets - 1)].push((time, id)),
                _ => self.far.push((time, id)),
            }
        }
        self.today.sort_unstable_by(|a, b| b.cmp(a));
    }
}

/// Returns the bucket width at which the nearest quarter of the entries spreads over buckets of about four.
fn fitting_shift(from: VirtualTime, entries: &[Entry]) -> u32 {
    let mut ahead: Vec<i64> =
        entries.iter().step_by(1 + entries.len() / 1024).map(|e| e.0.micros().saturating_sub(from.micros())).collect();
    if ahead.is_empty() {
        return 30;
    }
    let quarter = ahead.len() / 4;
    let (_, span, _) = ahead.select_nth_unstable(quarter);
    let per_entry = (*span).max(1) as u64 * 16 / (entries.len() as u64).max(1);
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
            gaps in prop::collection::vec((0i64..2_000_000_000_000, 0u32..4), 1..400),
        ) {
            let entries: Vec<Entry> = first.iter().enumerate().map(|(i, t)| (at(*t), i as u32)).collect();
            let mut model: BTreeSet<Entry> = entries.iter().copied().collect();
            let mut queue = EventQueue::with_entries(at(0), entries);
            for (gap, small) in gaps {
                let popped = queue.pop_before(END);
                prop_assert_eq!(popped, model.pop_first());
                let Some((time, id)) = popped else { break };
                let next = (at(time.micros() + 1 + (gap >> (small * 10))), id);
                queue.push(next.0, next.1);
                model.insert(next);
            }
            while let Some(entry) = model.pop_first() {
                prop_assert_eq!(queue.pop_before(END), Some(entry));
            }
            prop_assert!(queue.is_empty());
        }
    }

    #[test]
    fn a_long_steady_run_keeps_its_order_through_retuning() {
        let mut queue = EventQueue::with_entries(at(0), (0..5_000).map(|i| (at(i * 7), i as u32)).collect());
        let mut last = (at(-1), 0);
        for round in 0..200_000i64 {
            let entry = queue.pop_before(END).expect("it never runs empty");
            assert!(entry > last, "{entry:?} after {last:?}");
            last = entry;
            let stretch = if round < 100_000 { 1_000_000 } else { 50 };
            queue.push(at(entry.0.micros() + 1 + (round * 7_919) % stretch * 1_000), entry.1);
        }
        assert_eq!(queue.len(), 5_000);
    }

    #[test]
    fn the_limit_is_exclusive_and_nothing_is_lost_at_it() {
        let mut queue = EventQueue::with_entries(at(0), vec![(at(100), 1), (at(1 << 45), 2)]);
        assert_eq!(queue.pop_before(at(100)), None);
        assert_eq!(queue.pop_before(at(101)), Some((at(100), 1)));
        assert_eq!(queue.pop_before(at(1 << 45)), None);
        queue.push(at(1 << 45), 1);
        assert_eq!(queue.pop_before(END), Some((at(1 << 45), 1)));
        assert_eq!(queue.pop_before(END), Some((at(1 << 45), 2)));
    }
}
