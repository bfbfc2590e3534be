//! The last records, for whoever watches them live: a few of each second, offered by the publishing thread and kept for
//! nobody. Who reads too slowly misses some; the thread never waits, and looks at no record while nobody watches.

use populace_sim::{Record, Stream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::broadcast::{Receiver, Sender, channel};

/// Records that a reader may be behind before it misses some.
const ROOM: usize = 512;

/// Records shown in a second of wall time at most, over all topics.
const A_SECOND: f64 = 100.0;

/// The most that may be saved up: a window's records come at once.
const SAVED_UP: f64 = 50.0;

/// A record as it was published.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its stream.
    pub stream: Stream,
    /// The encoded object.
    pub value: Arc<str>,
    /// How many records of the world this one stands for: itself, and those that were passed over before it.
    pub stands_for: u64,
}

/// Where records are shown.
#[derive(Debug)]
pub struct Tail {
    to: Sender<Shown>,
    missed: AtomicU64,
}

impl Tail {
    /// Without readers.
    pub fn new() -> Self {
        Tail { to: channel(ROOM).0, missed: AtomicU64::new(0) }
    }

    /// All that is shown from now on.
    pub fn watch(&self) -> Receiver<Shown> {
        self.to.subscribe()
    }

    /// How many watch.
    pub fn watchers(&self) -> usize {
        self.to.receiver_count()
    }

    /// A reader missed so many.
    pub fn missed(&self, records: u64) {
        self.missed.fetch_add(records, Ordering::Relaxed);
    }

    /// Records that readers missed, over all readers.
    pub fn all_missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }

    fn show(&self, record: &Record<'_>, stands_for: u64) {
        let value = String::from_utf8_lossy(record.value).into();
        // Whoever watched may have gone meanwhile.
        let _ = self.to.send(Shown { stream: record.stream, value, stands_for });
    }
}

/// Which records are shown: chosen by the publishing thread, evenly from each window.
#[derive(Debug)]
pub struct Sampler {
    allowance: f64,
    refilled: Instant,
    /// Records until the next one is shown; never while nobody watches.
    left: u64,
    every: u64,
    /// Records of earlier windows that were passed over since the last one that was shown.
    passed: u64,
    watched: bool,
}

impl Sampler {
    /// Shows nothing before the first window.
    pub fn new(now: Instant) -> Self {
        Sampler { allowance: 0.0, refilled: now, left: u64::MAX, every: u64::MAX, passed: 0, watched: false }
    }

    /// A window of so many records begins.
    pub fn window(&mut self, tail: &Tail, records: usize) {
        self.passed = if self.watched { self.passed + (self.every - self.left) } else { 0 };
        self.watched = tail.watchers() > 0;
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
        self.allowance = (self.allowance + since.as_secs_f64() * A_SECOND).min(SAVED_UP);
    }

    fn choose(&mut self, records: usize) {
        let shown = (records as f64).min(self.allowance.floor());
        self.allowance -= shown;
        self.every = if shown < 1.0 { u64::MAX } else { (records as f64 / shown).ceil() as u64 };
        self.left = self.every;
    }

    /// A record is published: it is shown when its turn has come.
    #[inline]
    pub fn record(&mut self, tail: &Tail, record: &Record<'_>) {
        self.left -= 1;
        if self.left == 0 {
            self.left = self.every;
            tail.show(record, self.every + std::mem::take(&mut self.passed));
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
    fn few_are_all_shown_and_many_are_sampled() {
        let mut sampler = Sampler::new(Instant::now());
        assert_eq!(shown_of(&mut sampler, 10), 0, "nothing is allowed yet");
        sampler.refill(Duration::from_secs(60));
        assert_eq!(shown_of(&mut sampler, 10), 10);
        assert_eq!(shown_of(&mut sampler, 80_000), 40);
        assert_eq!(shown_of(&mut sampler, 80_000), 0, "all is spent");
        sampler.refill(Duration::from_millis(105));
        assert_eq!(shown_of(&mut sampler, 80_000), 10);
    }

    #[test]
    fn what_is_passed_over_is_counted_with_the_next_that_is_shown() {
        let (tail, mut sampler) = (Tail::new(), Sampler::new(Instant::now()));
        let mut reader = tail.watch();
        let time = populace_sim::VirtualTime::from_seconds(0);
        let value = b"{}".as_slice();
        let record = Record { stream: Stream::Trips, time, key: b"", value, entity_sequence: 1, hash: 0 };
        let mut published = 0;
        for records in [7, 500, 1, 1, 90_000, 3] {
            sampler.window(&tail, records);
            sampler.allowance = if published < 8 { 0.0 } else { 25.0 };
            sampler.choose(records);
            (0..records).for_each(|_| sampler.record(&tail, &record));
            published += records as u64;
        }
        let shown: Vec<u64> = std::iter::from_fn(|| reader.try_recv().ok()).map(|shown| shown.stands_for).collect();
        let left = sampler.passed + (sampler.every - sampler.left);
        assert!(shown.len() > 20 && shown.iter().sum::<u64>() + left == published, "{shown:?}");
    }

    #[test]
    fn nobody_watching_costs_nothing_and_a_slow_reader_misses() {
        let (tail, mut sampler) = (Tail::new(), Sampler::new(Instant::now()));
        sampler.window(&tail, 1_000);
        assert_eq!(sampler.every, u64::MAX);
        let mut reader = tail.watch();
        (sampler.every, sampler.left) = (1, 1);
        let time = populace_sim::VirtualTime::from_seconds(0);
        let value = b"{}".as_slice();
        let record = Record { stream: Stream::Trips, time, key: b"", value, entity_sequence: 1, hash: 0 };
        for _ in 0..ROOM + 7 {
            sampler.record(&tail, &record);
        }
        assert!(matches!(reader.try_recv(), Err(tokio::sync::broadcast::error::TryRecvError::Lagged(7))));
        assert_eq!(&*reader.try_recv().expect("the rest is there").value, "{}");
    }
}
