//! The events of a world as an iterator.
//! Must not depend on: what the events are.

use super::World;
use crate::engine::{Span, VirtualTime};
use crate::outlet::Event;
use std::iter::FusedIterator;

/// Events to expect of one step: about 6 MB of memory.
const EVENTS_PER_STEP: f64 = 20_000.0;

/// The events of a world up to an instant, in order. See [`World::events_until`].
#[derive(Debug)]
#[must_use = "the world runs as the iterator is advanced"]
pub struct EventsUntil<'a> {
    pub(super) world: &'a mut World,
    pub(super) until: VirtualTime,
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
