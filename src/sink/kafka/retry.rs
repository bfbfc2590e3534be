//! The backoff of retries, which grows until something is delivered, and the few log lines about an outage. Must not
//! depend on: brokers, records.

use crate::status::Connectivity;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The first backoff.
const RETRY_BACKOFF_MIN: Duration = Duration::from_millis(100);

/// The longest backoff while the broker is unreachable: an outage should end soon after the broker is back.
const RETRY_BACKOFF_MAX: Duration = Duration::from_secs(2);

/// The longest backoff if the broker answers and sending fails again and again.
const RELAPSE_BACKOFF_MAX: Duration = Duration::from_secs(30);

/// The number of relapses after which the longer backoff applies.
const RELAPSES_BEFORE_SLOW: u32 = 4;

/// The time between two checks whether the run gave up.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The failures since the last delivery.
#[derive(Debug, Default)]
pub(super) struct Retry {
    since: Option<Instant>,
    attempts: u32,
    relapses: u32,
}

impl Retry {
    /// Records a failure of this step, and logs it if a line is due.
    pub(super) fn failed(&mut self, connectivity: &Connectivity, (doing, why): (&'static str, &str)) {
        let since = *self.since.get_or_insert_with(Instant::now);
        connectivity.set_unreachable(why);
        if !connectivity.should_log() {
            tracing::debug!(step = doing, why, "recovering");
        } else if self.attempts == 0 {
            tracing::warn!(step = doing, why, "Kafka failed: virtual clock stopped");
        } else {
            let seconds = since.elapsed().as_secs();
            tracing::warn!(seconds, step = doing, why, "still waiting for Kafka");
        }
    }

    /// Waits for the current backoff, which is zero before the first attempt.
    pub(super) fn back_off(&mut self, connectivity: &Connectivity) {
        let until = Instant::now() + self.backoff();
        self.attempts += 1;
        while Instant::now() < until && !connectivity.is_given_up() {
            sleep(POLL_INTERVAL.min(until.saturating_duration_since(Instant::now())));
        }
    }

    fn backoff(&self) -> Duration {
        let longest = if self.relapses < RELAPSES_BEFORE_SLOW { RETRY_BACKOFF_MAX } else { RELAPSE_BACKOFF_MAX };
        match self.attempts {
            0 => Duration::ZERO,
            attempts => (RETRY_BACKOFF_MIN * 2_u32.saturating_pow((attempts - 1).min(16))).min(longest),
        }
    }

    /// Returns the time since the first failure; zero after a delivery.
    pub(super) fn failing_for(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Records that a broker answered; it may still reject the records.
    pub(super) fn reconnected(&mut self) {
        self.relapses += 1;
    }

    /// Records a delivery, which resets the backoff.
    pub(super) fn delivered(&mut self, connectivity: &Connectivity) {
        let seconds = self.failing_for().as_secs_f64();
        if std::mem::take(self).since.is_some() && connectivity.delivered() {
            tracing::info!(seconds, "Kafka reachable again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_longer_where_a_broker_answers() {
        let mut retry = Retry::default();
        let backoffs: Vec<Duration> = (0..8).map(|attempts| Retry { attempts, ..Retry::default() }.backoff()).collect();
        assert_eq!(backoffs[..3], [Duration::ZERO, RETRY_BACKOFF_MIN, RETRY_BACKOFF_MIN * 2]);
        assert!(backoffs.is_sorted() && backoffs[7] == RETRY_BACKOFF_MAX, "{backoffs:?}");
        (retry.attempts, retry.relapses) = (u32::MAX, RELAPSES_BEFORE_SLOW);
        assert_eq!(retry.backoff(), RELAPSE_BACKOFF_MAX);
        retry.delivered(&Connectivity::default());
        assert_eq!(retry.backoff(), Duration::ZERO);
    }
}
