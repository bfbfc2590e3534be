//! The events of a world as an iterator.
//! Must not depend on: the kinds of events.

use super::state::World;
use crate::engine::{Span, VirtualTime};
use crate::outlet::Event;
use crate::scenario::CALENDAR_END;
use crate::shard::Shard;
use crate::town::Town;
use std::iter::FusedIterator;

/// Events to expect of one step: about 6 MB of memory.
const EVENTS_PER_STEP: f64 = 20_000.0;

impl World {
    /// Runs to `until`, exclusive, and calls `sink` with each event, in the order of [`World::events_until`].
    pub fn run_until(&mut self, until: VirtualTime, sink: impl FnMut(Event)) {
        self.events_until(until).for_each(sink);
    }

    /// Returns the events before `until` as an iterator. The world runs as the iterator is advanced, in steps of some
    /// 20,000 events at most a day long.
    ///
    /// The order is by time, then entity, process and act, and does not depend on the division of time into calls. An
    /// instant that has passed gives no events, and one after [`CALENDAR_END`] is taken as that. If the iterator is dropped
    /// before its end, [`now`](World::now) is the end of the last step, and the next call gives the rest of the events of
    /// that step first.
    pub fn events_until(&mut self, until: VirtualTime) -> EventsUntil<'_> {
        EventsUntil { world: self, until: until.min(CALENDAR_END) }
    }

    /// Has `run` run every shard to `until`, on threads of its own if it likes, and returns what it returns. The world is at
    /// `until` then; a step that does not go forward, or past [`CALENDAR_END`], is the caller's to avoid.
    ///
    /// # Panics
    /// If the step goes back or past the end of the calendar, or events of [`World::events_until`] are undelivered, which
    /// come before those of this step.
    pub fn step_shards<T>(&mut self, until: VirtualTime, run: impl FnOnce(&Town, &mut [Shard]) -> T) -> T {
        assert!(self.now <= until && until <= CALENDAR_END, "a step goes forward, inside of the calendar");
        assert!(self.undelivered.is_empty(), "the events of the last step are delivered first");
        let done = run(&self.town, &mut self.shards);
        self.now = until;
        done
    }
}

/// The events of a world up to an instant, in order. See [`World::events_until`].
#[derive(Debug)]
#[must_use = "the world runs as the iterator is advanced"]
pub struct EventsUntil<'a> {
    world: &'a mut World,
    until: VirtualTime,
}

impl Iterator for EventsUntil<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.world.undelivered.pop_front() {
                return Some(event);
            }
            if self.world.now >= self.until {
                return None;
            }
            let step = step_length(self.world.town.events_per_day());
            self.world.step(self.until.min(self.world.now + step));
        }
    }
}

impl FusedIterator for EventsUntil<'_> {}

/// Returns the length of a step: at most a day, and shorter for a large world.
fn step_length(events_per_day: f64) -> Span {
    Span::from_seconds_f64((86_400.0 * EVENTS_PER_STEP / events_per_day).clamp(1.0, 86_400.0))
}
