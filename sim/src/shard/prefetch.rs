//! Hints to load the memory of those who act soon, while the present act runs: beyond the cache, an act waits longer for its
//! person than it computes. They are several, because the waits then pass at the same time.
//! Must not depend on: the acts.

use super::Shard;
use crate::engine::VirtualTime;
use crate::history::HistoryTable;
use crate::person::Person;

impl Shard {
    /// Asks for the memory of those who act first when the shard is taken up to run until `until`.
    pub(super) fn prefetch_first(&mut self, until: VirtualTime) {
        let Shard { queue, people, history, .. } = self;
        queue.take_up(until, |entry| prefetch_person(people, history, entry));
    }

    /// Asks for the memory of those who act soon.
    #[inline]
    pub(super) fn prefetch_upcoming(&mut self) {
        let Shard { queue, people, history, .. } = self;
        queue.look_ahead(|entry| prefetch_person(people, history, entry));
        if let Some(slot) = queue.next_of_bucket().map(|entry| entry.wrapping_sub(1) as usize)
            && slot < people.len()
        {
            history.prefetch_chunk(slot);
        }
    }
}

/// Asks for the memory of the person whose entry of the queue this is, if it is a person's.
#[inline]
fn prefetch_person(people: &[Person], history: &HistoryTable, entry: u32) {
    let slot = entry.wrapping_sub(1) as usize;
    if let Some(person) = people.get(slot) {
        person.prefetch();
        history.prefetch(slot);
    }
}
