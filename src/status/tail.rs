//! The latest records, for readers of the live tail: the publishing thread offers a few of each second. A slow reader
//! misses records; the publishing thread never waits, and copies no record while there are no readers. Must not depend on:
//! sinks, readers.

use populace_sim::Stream;
use populace_wire::{Content, Record};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::broadcast::{Receiver, Sender, channel};

/// The number of records that a reader may be behind before it misses some.
const CAPACITY: usize = 512;

/// The maximum number of records shown per second of wall time, over all topics.
const RECORDS_PER_SECOND: f64 = 100.0;

/// The maximum number of records shown at once: the records of a window come together.
const BURST: f64 = 50.0;

/// A published record, as the tail shows it.
#[derive(Clone, Debug)]
pub struct TailRecord {
    /// Its stream.
    pub stream: Stream,
    /// The encoded record, in the format of its topic; a tombstone is JSON.
    pub value: Arc<[u8]>,
    /// The meaning of the value.
    pub content: Content,
    /// The number of records that this one stands for: itself, and those that were skipped before it.
    pub stands_for: u64,
}

/// The channel to readers.
#[derive(Debug)]
pub struct Tail {
    to: Sender<TailRecord>,
    missed: AtomicU64,
}

impl Tail {
    /// Returns a tail without readers.
    pub fn new() -> Self {
        Tail { to: channel(CAPACITY).0, missed: AtomicU64::new(0) }
    }

    /// Returns a receiver of all records shown from now on.
    pub fn subscribe(&self) -> Receiver<TailRecord> {
        self.to.subscribe()
    }

    /// Returns the number of readers.
    pub fn readers(&self) -> usize {
        self.to.receiver_count()
    }

    /// Records that a reader missed this many records.
    pub fn add_missed(&self, records: u64) {
        self.missed.fetch_add(records, Ordering::Relaxed);
    }

    /// Returns the number of records missed, over all readers.
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }

    fn show(&self, record: &Record<'_>, stands_for: u64) {
        let value = record.value.into();
        // The readers may be gone.
        let _ = self.to.send(TailRecord { stream: record.stream, value, content: record.content, stands_for });
    }
}

/// A sampler that chooses the records to show, evenly from each window.
#[derive(Debug)]
pub struct Sampler {
    allowance: f64,
    refilled: Instant,
    /// The number of records until the next one is shown; the maximum while there are no readers.
    left: u64,
    every: u64,
    /// The number of records of earlier windows that were skipped since the last one that was shown.
    skipped: u64,
    watched: bool,
}

impl Sampler {
    /// Returns a sampler that shows nothing before the first window.
    pub fn new(now: Instant) -> Self {
        Sampler { allowance: 0.0, refilled: now, left: u64::MAX, every: u64::MAX, skipped: 0, watched: false }
    }

    /// Begins a window of this many records.
    pub fn window(&mut self, tail: &Tail, records: usize) {
        self.skipped = if self.watched { self.skipped + (self.every - self.left) } else { 0 };
        self.watched = tail.readers() > 0;
        if !self.watched {
            (self.left, self.every) = (u64::MAX, u64::MAX);
            return;
        }
        let now = Instant::now();
        self.refill(now.duration_since(self.refilled));
        self.refilled = now;
        self.choose(records);
    }

    fn refill(&mut self, since: Duration) {
        self.allowance = (self.allowance + since.as_secs_f64() * RECORDS_PER_SECOND).min(BURST);
    }

    fn choose(&mut self, records: usize) {
        let shown = (records as f64).min(self.allowance.floor());
        self.allowance -= shown;
        self.every = if shown < 1.0 { u64::MAX } else { (records as f64 / shown).ceil() as u64 };
        self.left = self.every;
    }

    /// Shows the record if its turn has come.
    #[inline]
    pub fn record(&mut self, tail: &Tail, record: &Record<'_>) {
        self.left -= 1;
        if self.left == 0 {
            self.left = self.every;
            tail.show(record, self.every + std::mem::take(&mut self.skipped));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_of(sampler: &mut Sampler, records: usize) -> usize {
        sampler.choose(records);
        if sampler.every == u64::MAX { 0 } else { records / sampler.every as usize }
    }

    #[test]
    fn few_records_are_all_shown_and_many_are_sampled() {
        let mut sampler = Sampler::new(Instant::now());
        assert_eq!(shown_of(&mut sampler, 10), 0, "no allowance yet");
        sampler.refill(Duration::from_secs(60));
        assert_eq!(shown_of(&mut sampler, 10), 10);
        assert_eq!(shown_of(&mut sampler, 80_000), 40);
        assert_eq!(shown_of(&mut sampler, 80_000), 0, "the allowance is spent");
        sampler.refill(Duration::from_millis(105));
        assert_eq!(shown_of(&mut sampler, 80_000), 10);
    }

    #[test]
    fn skipped_records_count_with_the_next_shown_one() {
        let (tail, mut sampler) = (Tail::new(), Sampler::new(Instant::now()));
        let mut reader = tail.subscribe();
        let time = populace_sim::VirtualTime::from_seconds(0);
        let value = b"{}".as_slice();
        let record = Record {
            stream: Stream::Trips,
            time,
            key: b"",
            value,
            content: Content::Value,
            entity_sequence: 1,
            hash: 0,
            place: 0,
        };
        let mut published = 0;
        for records in [7, 500, 1, 1, 90_000, 3] {
            sampler.window(&tail, records);
            sampler.allowance = if published < 8 { 0.0 } else { 25.0 };
            sampler.choose(records);
            (0..records).for_each(|_| sampler.record(&tail, &record));
            published += records as u64;
        }
        let shown: Vec<u64> = std::iter::from_fn(|| reader.try_recv().ok()).map(|shown| shown.stands_for).collect();
        let left = sampler.skipped + (sampler.every - sampler.left);
        assert!(shown.len() > 20 && shown.iter().sum::<u64>() + left == published, "{shown:?}");
    }

    #[test]
    fn no_readers_cost_nothing_and_a_slow_reader_misses_records() {
        let (tail, mut sampler) = (Tail::new(), Sampler::new(Instant::now()));
        sampler.window(&tail, 1_000);
        assert_eq!(sampler.every, u64::MAX);
        let mut reader = tail.subscribe();
        (sampler.every, sampler.left) = (1, 1);
        let time = populace_sim::VirtualTime::from_seconds(0);
        let value = b"{}".as_slice();
        let record = Record {
            stream: Stream::Trips,
            time,
            key: b"",
            value,
            content: Content::Value,
            entity_sequence: 1,
            hash: 0,
            place: 0,
        };
        for _ in 0..CAPACITY + 7 {
            sampler.record(&tail, &record);
        }
        assert!(matches!(reader.try_recv(), Err(tokio::sync::broadcast::error::TryRecvError::Lagged(7))));
        assert_eq!(&*reader.try_recv().expect("the rest is there").value, b"{}");
    }
}
