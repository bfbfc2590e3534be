//! How long the next window is: about as many records as keep all threads busy and the memory small.
//! Any length gives the same bytes; this is about speed alone.

use populace_sim::{Span, VirtualTime};

/// Records that a window aims at when nothing paces the run.
pub const TARGET_RECORDS: f64 = 80_000.0;

/// Shortest and longest window in microseconds of virtual time.
const SHORTEST: f64 = 1.0;
const LONGEST: f64 = 86_400e6 * 30.0;

/// The environment variable that forces a length in microseconds, for tests.
const FORCED: &str = "POPULACE_TEST_WINDOW_MICROS";

/// Estimates the rate of events and sizes windows by it.
#[derive(Clone, Copy, Debug)]
pub struct WindowSizer {
    /// Events a microsecond of virtual time.
    rate: f64,
    forced: Option<i64>,
}

impl WindowSizer {
    /// Begins with the rate to be expected; the environment may force a length.
    pub fn new(events_per_day: f64) -> Self {
        let forced = std::env::var(FORCED).ok().and_then(|text| text.parse().ok()).filter(|micros| *micros > 0);
        WindowSizer { rate: (events_per_day / 86_400e6).max(1e-12), forced }
    }

    /// Takes in what a window made.
    pub fn learn(&mut self, length: Span, events: usize) {
        // A short window tells little; the day's rhythm makes an old estimate stale within a few long ones.
        let weight = (events as f64 / TARGET_RECORDS).clamp(0.02, 0.7);
        let seen = (events as f64).max(0.5) / (length.micros().max(1) as f64);
        self.rate = self.rate * (1.0 - weight) + seen * weight;
    }

    /// The end of a window that begins `now` and should hold about `events`.
    pub fn end(&self, now: VirtualTime, events: f64) -> VirtualTime {
        let micros = (events / self.rate).clamp(SHORTEST, LONGEST) as i64;
        now + Span::from_micros(self.forced.unwrap_or(micros))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_follows_the_rate() {
        let mut windows = WindowSizer { rate: 1e-3, forced: None };
        let now = VirtualTime::from_seconds(0);
        for _ in 0..20 {
            let end = windows.end(now, TARGET_RECORDS);
            windows.learn(end.since(now), (end.since(now).micros() as f64 * 1e-2) as usize);
        }
        let made = windows.end(now, TARGET_RECORDS).micros() as f64 * 1e-2;
        assert!((made / TARGET_RECORDS - 1.0).abs() < 0.05, "{made}");
    }

    #[test]
    fn silence_does_not_stretch_a_window_beyond_bounds() {
        let mut windows = WindowSizer { rate: 1.0, forced: None };
        for _ in 0..1_000 {
            windows.learn(Span::from_days(1), 0);
        }
        let now = VirtualTime::from_seconds(0);
        assert!(windows.end(now, TARGET_RECORDS).since(now) <= Span::from_days(30));
        assert!(windows.end(now, 1e-9) > now);
    }
}
