//! What topics are known to have, against what the world has lived: told by the publishing thread and the run loop, read
//! where a run ends before all is delivered. Counts only; knows no broker.

use super::progress::Progress;
use populace_sim::{VirtualTime, format_time};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Both sides.
#[derive(Debug, Default)]
pub struct Balance(Mutex<Option<Sides>>);

#[derive(Debug)]
struct Sides {
    brokers: String,
    /// Records of the world that are not for these topics: those of an earlier attachment.
    elsewhere: u64,
    delivered: Point,
    lived: Point,
}

/// Records, and the instant before which they all are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    records: u64,
    time: VirtualTime,
}

/// Records that were lived and are not known to be in their topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// The addresses of the brokers.
    pub brokers: String,
    /// Records that the topics are known to have.
    pub delivered: u64,
    /// All records before this instant are among them.
    pub until: VirtualTime,
    /// Records that they are not known to have.
    pub missing: u64,
    /// The instant that the world has lived to.
    pub lived: VirtualTime,
}

impl Balance {
    /// The topics at `brokers` have what `progress` says, and are not meant to have `elsewhere` further records.
    pub(crate) fn open(&self, brokers: &str, elsewhere: u64, progress: &Progress) {
        let delivered = Point { records: progress.partitions.total(), time: progress.time };
        let lived = Point { records: 0, time: progress.time };
        *self.sides() = Some(Sides { brokers: brokers.to_owned(), elsewhere, delivered, lived });
    }

    /// The topics have what `progress` says by now.
    pub(super) fn delivered(&self, progress: &Progress) {
        if let Some(sides) = self.sides().as_mut() {
            sides.delivered = Point { records: progress.partitions.total(), time: progress.time };
        }
    }

    /// The world has lived to `time`, with so many records since its birth.
    pub fn lived(&self, records: u64, time: VirtualTime) {
        if let Some(sides) = self.sides().as_mut() {
            sides.lived = Point { records, time };
        }
    }

    /// What the topics lack; none where they have everything, or where there are no topics.
    pub fn shortfall(&self) -> Option<Shortfall> {
        let sides = self.sides();
        let Sides { brokers, elsewhere, delivered, lived } = sides.as_ref()?;
        let missing = lived.records.saturating_sub(elsewhere + delivered.records);
        (missing > 0).then(|| Shortfall {
            brokers: brokers.clone(),
            delivered: delivered.records,
            until: delivered.time,
            missing,
            lived: lived.time,
        })
    }

    fn sides(&self) -> std::sync::MutexGuard<'_, Option<Sides>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shortfall { brokers, delivered, missing, .. } = self;
        let (until, lived) = (format_time(self.until), format_time(self.lived));
        write!(
            out,
            "the topics at {brokers} have {delivered} events of this world, all before {until}; {missing} later ones, up \
             to {lived}, are not known to be there"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::kafka::progress::tests::some;

    #[test]
    fn what_is_missing_is_what_was_lived_less_what_was_delivered() {
        let (balance, progress) = (Balance::default(), some());
        let (records, later) = (progress.partitions.total(), progress.time.next());
        balance.lived(9, later);
        assert_eq!(balance.shortfall(), None, "no topics are written");
        balance.open("a:1", 100, &progress);
        balance.lived(100 + records, later);
        assert_eq!(balance.shortfall(), None);
        balance.lived(100 + records + 7, later);
        let short = balance.shortfall().unwrap();
        assert_eq!((short.delivered, short.missing), (records, 7));
        assert!(short.to_string().contains("a:1 have") && short.to_string().contains("7 later ones"), "{short}");
    }
}
