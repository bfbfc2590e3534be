//! The counts of the publishing thread, which any thread may read.

use populace_sim::{STREAMS, VirtualTime};
use populace_wire::Digests;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// The counts of records that the publishing thread has handled.
#[derive(Debug)]
pub struct PublishedCounts {
    counts: [AtomicU64; STREAMS],
    replayed: [AtomicU64; STREAMS],
    last: AtomicI64,
}

impl Default for PublishedCounts {
    fn default() -> Self {
        PublishedCounts { counts: Default::default(), replayed: Default::default(), last: AtomicI64::new(i64::MIN) }
    }
}

impl PublishedCounts {
    /// Returns the number of records of each stream since the creation of the world.
    pub fn counts(&self) -> [u64; STREAMS] {
        std::array::from_fn(|stream| self.counts[stream].load(Ordering::Relaxed))
    }

    /// Returns the time of the last record that this run published; `None` before the first.
    pub fn last(&self) -> Option<VirtualTime> {
        Some(self.last.load(Ordering::Relaxed)).filter(|micros| *micros != i64::MIN).map(VirtualTime::from_micros)
    }

    /// Returns the number of replayed records of each stream: those that the sink had before this run.
    pub fn replayed_by_stream(&self) -> [u64; STREAMS] {
        std::array::from_fn(|stream| self.replayed[stream].load(Ordering::Relaxed))
    }

    /// Returns the number of replayed records of all streams.
    pub fn replayed(&self) -> u64 {
        self.replayed_by_stream().iter().sum()
    }

    /// Stores the counts of `digests`, the replayed records, and the time of the last record in microseconds
    /// (`i64::MIN` before the first).
    pub fn store(&self, digests: &Digests, replayed: &[u64; STREAMS], last: i64) {
        for (shown, digest) in self.counts.iter().zip(&digests.0) {
            shown.store(digest.count, Ordering::Relaxed);
        }
        for (shown, replayed) in self.replayed.iter().zip(replayed) {
            shown.store(*replayed, Ordering::Relaxed);
        }
        self.last.store(last, Ordering::Relaxed);
    }
}
