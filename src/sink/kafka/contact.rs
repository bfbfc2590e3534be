//! Whether a sink reaches what it writes to: told by the publishing thread, read by the run loop, which can tell it to
//! stop trying. Knows nothing of brokers.

use super::balance::Balance;
use crate::histogram::Histogram;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Between two lines of the log that say that the sink is still waited for.
const REMIND: Duration = Duration::from_secs(60);

/// What both threads see.
#[derive(Debug, Default)]
pub struct Contact {
    lost: Mutex<Option<(Instant, String)>>,
    given_up: AtomicBool,
    faults: AtomicU64,
    told: Mutex<Option<Instant>>,
    /// What was delivered of what was lived.
    pub balance: Balance,
    /// How long commits took.
    pub commits: Histogram,
    /// How long the first record of an epoch waited until readers could see it.
    pub epochs: Histogram,
}

impl Contact {
    /// Contact is lost, or still is, now for this reason. True when it was there before.
    pub fn lose(&self, why: &str) -> bool {
        self.faults.fetch_add(1, Ordering::Relaxed);
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        let since = lost.as_ref().map(|(since, _)| *since);
        *lost = Some((since.unwrap_or_else(Instant::now), why.to_owned()));
        since.is_none()
    }

    /// How often something failed that is tried again.
    pub fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }

    /// Contact is there. How long it was lost, if it was.
    pub fn regain(&self) -> Option<Duration> {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.take().map(|(since, _)| since.elapsed())
    }

    /// Whether a line of the log is due: the first one is, and then one a minute until [`Contact::settled`].
    pub fn may_tell(&self) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let due = told.is_none_or(|told| told.elapsed() >= REMIND);
        if due {
            *told = Some(Instant::now());
        }
        due
    }

    /// Something was delivered: the next failure is told at once. Whether one was told before.
    pub fn settled(&self) -> bool {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }

    /// For how long contact has been lost, and why.
    pub fn lost(&self) -> Option<(Duration, String)> {
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.as_ref().map(|(since, why)| (since.elapsed(), why.clone()))
    }

    /// Whoever tries to regain contact is to stop trying.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// Whether to stop trying.
    pub fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_once_until_something_is_delivered() {
        let contact = Contact::default();
        assert!(!contact.settled(), "nothing was told");
        assert!(contact.may_tell() && !contact.may_tell());
        assert!(contact.settled() && contact.may_tell(), "the next one is told at once");
    }

    #[test]
    fn the_first_loss_counts() {
        let contact = Contact::default();
        assert!(contact.lose("a"));
        assert!(!contact.lose("b"));
        assert_eq!(contact.lost().map(|(_, why)| why), Some("b".to_owned()));
        assert!(contact.regain().is_some() && contact.lost().is_none() && contact.regain().is_none());
    }
}
