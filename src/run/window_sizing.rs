//! The length of the next window: as many records as keep all threads busy and the memory small. Any length gives the same
//! bytes. Must not depend on: shards, clocks.

use populace_sim::{Span, Town, VirtualTime};

/// The least and the greatest target number of records of a window of an unpaced run. Four or five windows are in memory
/// at once, of some 700 bytes a record, and a window of a small world stays in the cache of the processor.
const RECORDS_MIN: f64 = 20_000.0;
const RECORDS_MAX: f64 = 80_000.0;

/// The target number of records of each shard: a shard whose entities are not in the cache is taken up for more than a few
/// records. A million people in 200 shards: 40,000 records make 5 % more events a second than 20,000, for 50 MB.
const RECORDS_PER_SHARD: f64 = 200.0;

/// The shortest and the longest window in microseconds of virtual time.
const WINDOW_MICROS_MIN: f64 = 1.0;
const WINDOW_MICROS_MAX: f64 = 86_400e6 * 30.0;

/// The most acts of a window for each record of its target. Only a world without one of the large topics has so many: its
/// windows would otherwise take long to simulate, and commands wait for their end.
const ACTS_PER_RECORD_MAX: f64 = 64.0;

/// The environment variable that sets a fixed length in microseconds, for tests.
const FIXED_LENGTH_VARIABLE: &str = "POPULACE_TEST_WINDOW_MICROS";

/// A sizer of windows, by the estimated rate of events.
#[derive(Clone, Copy, Debug)]
pub struct WindowSizer {
    /// The number of events per microsecond of virtual time.
    rate: f64,
    target: f64,
    /// The greatest length, in microseconds.
    longest: f64,
    fixed: Option<i64>,
}

impl WindowSizer {
    /// Returns a sizer for a town, which starts from the expected rate. The environment may set a fixed length.
    pub fn of_town(town: &Town) -> Self {
        let sizer = WindowSizer::new(town.events_per_day(), town.shard_count());
        let acts = town.acts_per_day().iter().sum::<f64>() / 86_400e6;
        WindowSizer { longest: (ACTS_PER_RECORD_MAX * sizer.target / acts).min(WINDOW_MICROS_MAX), ..sizer }
    }

    fn new(events_per_day: f64, shards: u32) -> Self {
        let fixed =
            std::env::var(FIXED_LENGTH_VARIABLE).ok().and_then(|text| text.parse().ok()).filter(|micros| *micros > 0);
        let target = (RECORDS_PER_SHARD * f64::from(shards)).clamp(RECORDS_MIN, RECORDS_MAX);
        WindowSizer { rate: (events_per_day / 86_400e6).max(1e-12), target, longest: WINDOW_MICROS_MAX, fixed }
    }

    /// Returns the target number of records of a window of an unpaced run.
    pub fn target(&self) -> f64 {
        self.target
    }

    /// Updates the rate by the events of a window.
    pub fn learn(&mut self, length: Span, events: usize) {
        // A short window has little weight; within a few long ones the rhythm of the day makes an old estimate stale.
        let weight = (events as f64 / self.target).clamp(0.02, 0.7);
        let seen = (events as f64).max(0.5) / (length.micros().max(1) as f64);
        self.rate = self.rate * (1.0 - weight) + seen * weight;
    }

    /// Returns the end of a window that starts at `now` and should have about `events` events.
    pub fn end(&self, now: VirtualTime, events: f64) -> VirtualTime {
        let micros = (events / self.rate).clamp(WINDOW_MICROS_MIN, self.longest) as i64;
        now + Span::from_micros(self.fixed.unwrap_or(micros))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_follows_the_rate() {
        let mut windows = WindowSizer { rate: 1e-3, target: 20_000.0, longest: WINDOW_MICROS_MAX, fixed: None };
        let now = VirtualTime::from_seconds(0);
        for _ in 0..20 {
            let end = windows.end(now, windows.target());
            windows.learn(end.since(now), (end.since(now).micros() as f64 * 1e-2) as usize);
        }
        let made = windows.end(now, windows.target()).micros() as f64 * 1e-2;
        assert!((made / windows.target() - 1.0).abs() < 0.05, "{made}");
    }

    #[test]
    fn silence_does_not_stretch_a_window_beyond_bounds() {
        let mut windows = WindowSizer { rate: 1.0, target: 20_000.0, longest: WINDOW_MICROS_MAX, fixed: None };
        for _ in 0..1_000 {
            windows.learn(Span::from_days(1), 0);
        }
        let now = VirtualTime::from_seconds(0);
        assert!(windows.end(now, windows.target()).since(now) <= Span::from_days(30));
        assert!(windows.end(now, 1e-9) > now);
    }

    #[test]
    fn a_shard_is_taken_up_for_more_than_a_few_records() {
        assert_eq!([1, 200, 20_000].map(|shards| WindowSizer::new(1e6, shards).target()), [20e3, 40e3, 80e3]);
    }

    #[test]
    fn without_the_large_topics_a_window_does_not_simulate_months() {
        let few = "[topics.transactions]\nenabled = false\n[topics.interactions]\nenabled = false\n\
            [topics.trips]\nenabled = false\n[topics.drifts]\nenabled = true\n";
        let town = |people: u32, rules: &str| {
            let rules = format!("[world]\npeople = {people}\nstart = \"2026-01-01\"\n{rules}");
            Town::build(&populace_wire::scenario_from_toml("test", &rules).expect("valid")).expect("a town")
        };
        let windows = WindowSizer::of_town(&town(100_000, few));
        let longest = windows.end(VirtualTime::from_seconds(0), windows.target());
        let length = longest.since(VirtualTime::from_seconds(0));
        assert!((Span::from_seconds(3_600)..Span::from_days(5)).contains(&length), "{length:?}");
        assert_eq!(WindowSizer::of_town(&town(1_000, "")).longest, WINDOW_MICROS_MAX);
    }
}
