//! How long things took, counted by length: what the metrics show of commits and checkpoints. Any thread may add.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends of the classes in seconds; what took longer is in the last one, which has none.
pub const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// Counts of lengths.
#[derive(Debug, Default)]
pub struct Histogram {
    classes: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

/// A histogram as it stood at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lengths {
    /// How many took at most as long as each bound; the last one is all of them.
    pub up_to: [u64; BOUNDS.len() + 1],
    /// Seconds of all together.
    pub seconds: f64,
}

impl Lengths {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.up_to[BOUNDS.len()]
    }
}

impl Histogram {
    /// Adds one.
    pub fn add(&self, took: Duration) {
        let class = BOUNDS.partition_point(|bound| *bound < took.as_secs_f64());
        self.classes[class].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// What was added so far.
    pub fn lengths(&self) -> Lengths {
        let mut sum = 0;
        let up_to = self.classes.each_ref().map(|class| {
            sum += class.load(Ordering::Relaxed);
            sum
        });
        Lengths { up_to, seconds: self.micros.load(Ordering::Relaxed) as f64 * 1e-6 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_in_every_class_that_holds_it() {
        let histogram = Histogram::default();
        [5, 6, 100, 90_000].into_iter().for_each(|millis| histogram.add(Duration::from_millis(millis)));
        let lengths = histogram.lengths();
        assert_eq!(lengths.up_to, [1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 4]);
        assert!((lengths.seconds - 90.111).abs() < 1e-9 && lengths.count() == 4);
    }
}
