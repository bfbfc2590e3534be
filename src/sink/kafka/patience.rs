//! The retries of a start: a step that fails for a transient reason is run again until the connect timeout. Must not
//! depend on: what the steps do.

use super::fault::Fault;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The shortest and the longest pause between two attempts.
const RETRY_BACKOFF_MIN: Duration = Duration::from_millis(250);
const RETRY_BACKOFF_MAX: Duration = Duration::from_secs(4);

/// The time between two checks whether the run gave up.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A failure that may pass.
pub(super) trait MayPass {
    /// Returns the step, as a verb, and the reason; None if a retry has no use.
    fn transient(&self) -> Option<(&'static str, &str)>;
}

impl MayPass for Fault {
    fn transient(&self) -> Option<(&'static str, &str)> {
        Fault::transient(self)
    }
}

/// The reason why a step is not run again.
pub(super) enum Ended<F> {
    /// A signal has requested the end of the run.
    Stopped,
    /// The fault lasts, or lasted until the timeout.
    Fault(F),
}

/// The limits of retries.
pub(super) struct Patience {
    timeout: Duration,
    stopped: Box<dyn Fn() -> bool>,
}

impl Patience {
    /// Returns the patience of a start; `stopped` returns whether to give up.
    pub(super) fn new(timeout: Duration, stopped: Box<dyn Fn() -> bool>) -> Self {
        Patience { timeout, stopped }
    }

    /// Retries a step while its faults are transient, until the timeout. `report` receives the step, its reason and the
    /// seconds until the next attempt.
    pub(super) fn retry<T, F: MayPass>(
        &self,
        mut step: impl FnMut() -> Result<T, F>,
        report: impl Fn((&'static str, &str), f64),
    ) -> Result<T, Ended<F>> {
        let until = Instant::now() + self.timeout;
        let mut backoff = RETRY_BACKOFF_MIN;
        loop {
            let fault = match step() {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            let Some(transient) = fault.transient() else { return Err(Ended::Fault(fault)) };
            if Instant::now() + backoff > until {
                return Err(Ended::Fault(fault));
            }
            report(transient, backoff.as_secs_f64());
            if self.sleep(backoff) {
                return Err(Ended::Stopped);
            }
            backoff = (backoff * 2).min(RETRY_BACKOFF_MAX);
        }
    }

    /// Pauses; returns whether the run gave up meanwhile.
    fn sleep(&self, backoff: Duration) -> bool {
        let until = Instant::now() + backoff;
        while Instant::now() < until {
            if (self.stopped)() {
                return true;
            }
            sleep(POLL_INTERVAL);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    struct Failure(Option<&'static str>);

    impl MayPass for Failure {
        fn transient(&self) -> Option<(&'static str, &str)> {
            self.0.map(|why| ("ask", why))
        }
    }

    fn patience(millis: u64, stopped: bool) -> Patience {
        Patience::new(Duration::from_millis(millis), Box::new(move || stopped))
    }

    /// Returns the number of attempts, and the outcome of a step that fails so until the given attempt.
    fn attempts(
        patience: &Patience,
        why: Option<&'static str>,
        succeeds_at: u32,
    ) -> (u32, Result<u32, Ended<Failure>>) {
        let count = Cell::new(0);
        let step = || {
            count.set(count.get() + 1);
            if count.get() == succeeds_at { Ok(count.get()) } else { Err(Failure(why)) }
        };
        let outcome = patience.retry(step, |_, _| ());
        (count.get(), outcome)
    }

    #[test]
    fn what_passes_is_waited_for_and_what_lasts_is_not() {
        assert!(matches!(attempts(&patience(5_000, false), Some("down"), 2), (2, Ok(2))));
        assert!(matches!(attempts(&patience(5_000, false), None, 2), (1, Err(Ended::Fault(_)))));
        assert!(matches!(attempts(&patience(100, false), Some("down"), 2), (1, Err(Ended::Fault(_)))));
        assert!(matches!(attempts(&patience(5_000, true), Some("down"), 2), (1, Err(Ended::Stopped))));
    }
}
