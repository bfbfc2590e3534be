//! The connectivity of a sink: written by the publishing thread, read by the run loop, which can order the sink to stop
//! retrying. Must not depend on: any sink.

use super::delivery::Delivery;
use super::histogram::Histogram;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time between two log lines about one outage.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// The shared state of both threads.
#[derive(Debug, Default)]
pub struct Connectivity {
    lost: Mutex<Option<(Instant, String)>>,
    given_up: AtomicBool,
    retries: AtomicU64,
    logged: Mutex<Option<Instant>>,
    /// The counts of produced and delivered records.
    pub delivery: Delivery,
    /// The duration of commits.
    pub commits: Histogram,
    /// The time from the first record of an epoch to its commit.
    pub epochs: Histogram,
}

impl Connectivity {
    /// Records a failure and its reason. Returns whether the sink was reachable before.
    pub fn set_unreachable(&self, why: &str) -> bool {
        self.retries.fetch_add(1, Ordering::Relaxed);
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        let since = lost.as_ref().map(|(since, _)| *since);
        *lost = Some((since.unwrap_or_else(Instant::now), why.to_owned()));
        since.is_none()
    }

    /// Returns the number of failures that were retried.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Records that the sink is reachable. Returns the length of the outage; `None` if there was none.
    pub fn set_reachable(&self) -> Option<Duration> {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.take().map(|(since, _)| since.elapsed())
    }

    /// Returns whether a log line is due: the first failure, then one per [`LOG_INTERVAL`] until
    /// [`Connectivity::delivered`].
    pub fn should_log(&self) -> bool {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let due = logged.is_none_or(|logged| logged.elapsed() >= LOG_INTERVAL);
        if due {
            *logged = Some(Instant::now());
        }
        due
    }

    /// Records a delivery, so that the next failure is logged at once. Returns whether a failure was logged before.
    pub fn delivered(&self) -> bool {
        self.logged.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }

    /// Returns the length of the outage so far, and its reason; `None` if the sink is reachable.
    pub fn outage(&self) -> Option<(Duration, String)> {
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.as_ref().map(|(since, why)| (since.elapsed(), why.clone()))
    }

    /// Orders the sink to stop retrying.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// Returns whether the sink is to stop retrying.
    pub fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_logged_once_until_something_is_delivered() {
        let connectivity = Connectivity::default();
        assert!(!connectivity.delivered(), "nothing was logged");
        assert!(connectivity.should_log() && !connectivity.should_log());
        assert!(connectivity.delivered() && connectivity.should_log(), "the next one is logged at once");
    }

    #[test]
    fn an_outage_begins_with_its_first_failure() {
        let connectivity = Connectivity::default();
        assert!(connectivity.set_unreachable("a"));
        assert!(!connectivity.set_unreachable("b"));
        assert_eq!(connectivity.outage().map(|(_, why)| why), Some("b".to_owned()));
        assert!(
            connectivity.set_reachable().is_some()
                && connectivity.outage().is_none()
                && connectivity.set_reachable().is_none()
        );
    }
}
