//! Counts of delivered and produced records: written by the publishing thread and the run loop, read when a run ends before
//! everything is delivered. Must not depend on: any sink.

use populace_sim::{VirtualTime, format_time};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// The counts of records that a run produced, and of those that its topics are known to hold.
#[derive(Debug, Default)]
pub struct Delivery(Mutex<Option<Sides>>);

#[derive(Debug)]
struct Sides {
    brokers: String,
    /// The number of records of the world that an earlier attachment received.
    elsewhere: u64,
    delivered: Point,
    produced: Point,
}

/// A number of records, and an instant after all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The number of records.
    pub records: u64,
    /// The instant before which all of them are.
    pub time: VirtualTime,
}

/// The records that were produced and are not known to be in their topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// The addresses of the brokers.
    pub brokers: String,
    /// The number of records that the topics are known to have.
    pub delivered: u64,
    /// The instant before which all records are among them.
    pub until: VirtualTime,
    /// The number of records that the topics are not known to have.
    pub missing: u64,
    /// The instant that the world has reached.
    pub produced: VirtualTime,
}

impl Delivery {
    /// Starts counting: the topics at `brokers` hold `delivered`, and an earlier sink received `elsewhere` records of
    /// the world.
    pub fn open(&self, brokers: &str, elsewhere: u64, delivered: Point) {
        let produced = Point { records: 0, time: delivered.time };
        *self.sides() = Some(Sides { brokers: brokers.to_owned(), elsewhere, delivered, produced });
    }

    /// Records that another sink took `records` more, which the topics do not get.
    pub fn took_elsewhere(&self, records: u64) {
        if let Some(sides) = self.sides().as_mut() {
            sides.elsewhere += records;
        }
    }

    /// Records that the topics now hold `delivered`.
    pub fn delivered(&self, delivered: Point) {
        if let Some(sides) = self.sides().as_mut() {
            sides.delivered = delivered;
        }
    }

    /// Records that the world has produced `records` since it was created, up to `time`.
    pub fn produced(&self, records: u64, time: VirtualTime) {
        if let Some(sides) = self.sides().as_mut() {
            sides.produced = Point { records, time };
        }
    }

    /// Returns the records that the topics are not known to hold; `None` if there are none, or no topics.
    pub fn shortfall(&self) -> Option<Shortfall> {
        let sides = self.sides();
        let Sides { brokers, elsewhere, delivered, produced } = sides.as_ref()?;
        let missing = produced.records.saturating_sub(elsewhere + delivered.records);
        (missing > 0).then(|| Shortfall {
            brokers: brokers.clone(),
            delivered: delivered.records,
            until: delivered.time,
            missing,
            produced: produced.time,
        })
    }

    fn sides(&self) -> std::sync::MutexGuard<'_, Option<Sides>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shortfall { brokers, delivered, missing, .. } = self;
        let (until, produced) = (format_time(self.until), format_time(self.produced));
        write!(
            out,
            "the topics at {brokers} hold {delivered} events of this world, all before {until}; {missing} later ones, up \
             to {produced}, are not known to be delivered"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_records_are_produced_less_delivered() {
        let (delivery, start) = (Delivery::default(), Point { records: 6, time: VirtualTime::from_micros(-5) });
        let later = start.time.next();
        delivery.produced(9, later);
        assert_eq!(delivery.shortfall(), None, "no topics are written");
        delivery.open("a:1", 100, start);
        delivery.produced(106, later);
        assert_eq!(delivery.shortfall(), None);
        delivery.produced(113, later);
        let short = delivery.shortfall().unwrap();
        assert_eq!((short.delivered, short.missing), (6, 7));
        delivery.took_elsewhere(4);
        assert_eq!(delivery.shortfall().unwrap().missing, 3);
        assert!(short.to_string().contains("a:1 hold") && short.to_string().contains("7 later ones"), "{short}");
    }
}
