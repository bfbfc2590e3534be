//! Sums over an entity's events in a span of time that ends now or some time ago: counts, amounts, frauds. Must not
//! depend on: features.

/// An event of an entity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// The time, in seconds.
    pub at: i64,
    pub amount: f32,
    pub fraud: bool,
}

/// A window over the events of one entity.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    /// The index of the first event inside, and of the first one after the window.
    from: u32,
    to: u32,
    amount: f64,
    frauds: u32,
}

/// The sums over the events in a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sums {
    pub count: f32,
    /// The mean amount; 0 without events.
    pub amount: f32,
    /// The share of frauds; 0 without events.
    pub risk: f32,
}

/// The events of one entity in the order of time, with windows of several lengths that end `lag` seconds ago.
#[derive(Clone, Debug)]
pub(super) struct Past<const N: usize> {
    events: Vec<Event>,
    windows: [Window; N],
}

impl<const N: usize> Default for Past<N> {
    fn default() -> Self {
        Past { events: Vec::new(), windows: [Window::default(); N] }
    }
}

impl<const N: usize> Past<N> {
    /// Adds the present event; events must be added in the order of time.
    pub(super) fn add(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Returns the sums of the windows of these lengths in seconds at `now`.
    pub(super) fn sums(&mut self, now: i64, lag: i64, lengths: [i64; N]) -> [Sums; N] {
        let events = &self.events;
        std::array::from_fn(|n| self.windows[n].moved(events, now - lag, lengths[n]))
    }
}

impl Window {
    fn moved(&mut self, events: &[Event], end: i64, length: i64) -> Sums {
        while let Some(event) = events.get(self.to as usize).filter(|event| event.at <= end) {
            self.amount += f64::from(event.amount);
            self.frauds += u32::from(event.fraud);
            self.to += 1;
        }
        while self.from < self.to && events[self.from as usize].at <= end - length {
            let gone = events[self.from as usize];
            self.amount -= f64::from(gone.amount);
            self.frauds -= u32::from(gone.fraud);
            self.from += 1;
        }
        let count = (self.to - self.from) as f32;
        let each = |sum: f32| if count > 0.0 { sum / count } else { 0.0 };
        Sums { count, amount: each(self.amount as f32), risk: each(self.frauds as f32) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_hold_what_lies_in_them() {
        let mut past = Past::<2>::default();
        for (at, amount, fraud) in [(0, 10.0, false), (50, 20.0, true), (90, 30.0, false)] {
            past.add(Event { at, amount, fraud });
        }
        let [short, long] = past.sums(100, 0, [20, 1_000]);
        assert_eq!((short.count, short.amount, short.risk), (1.0, 30.0, 0.0));
        assert_eq!((long.count, long.amount, long.risk), (3.0, 20.0, 1.0 / 3.0));
        let mut past = Past::<2> { windows: Default::default(), ..past };
        let [late, _] = past.sums(120, 40, [60, 1_000]);
        assert_eq!((late.count, late.risk), (1.0, 1.0), "only the event at 50 is after 20 and not after 80");
    }
}
