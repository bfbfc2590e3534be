//! Durations counted by class, for the metrics of commits and checkpoints. Any thread may add.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of the classes in seconds; the last class has none.
pub const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// Counts of durations.
#[derive(Debug, Default)]
pub struct Histogram {
    classes: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

/// A histogram at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HistogramSnapshot {
    /// The number of durations up to each bound; the last one counts all.
    pub up_to: [u64; BOUNDS.len() + 1],
    /// The sum of all durations in seconds.
    pub seconds: f64,
}

impl HistogramSnapshot {
    /// Returns the number of durations.
    pub fn count(&self) -> u64 {
        self.up_to[BOUNDS.len()]
    }
}

impl Histogram {
    /// Adds a duration.
    pub fn add(&self, took: Duration) {
        let class = BOUNDS.partition_point(|bound| *bound < took.as_secs_f64());
        self.classes[class].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Returns the counts so far.
    pub fn snapshot(&self) -> HistogramSnapshot {
        let mut sum = 0;
        let up_to = self.classes.each_ref().map(|class| {
            sum += class.load(Ordering::Relaxed);
            sum
        });
        HistogramSnapshot { up_to, seconds: self.micros.load(Ordering::Relaxed) as f64 * 1e-6 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_cumulative() {
        let histogram = Histogram::default();
        [5, 6, 100, 90_000].into_iter().for_each(|millis| histogram.add(Duration::from_millis(millis)));
        let snapshot = histogram.snapshot();
        assert_eq!(snapshot.up_to, [1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 4]);
        assert!((snapshot.seconds - 90.111).abs() < 1e-9 && snapshot.count() == 4);
    }
}
