//! The pace of retries: pauses that grow until something is delivered, and lines of the log that are few. Knows no broker
//! and no records.

use super::contact::Contact;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The first pause.
const REST: Duration = Duration::from_millis(100);

/// The longest one while the broker is away: it is wanted soon after it is back.
const LONGEST_REST: Duration = Duration::from_secs(2);

/// The longest one where the broker answers and what is sent fails again and again.
const LONGEST_RELAPSE: Duration = Duration::from_secs(30);

/// Relapses after which the pauses are those of a broker that answers.
const RELAPSES: u32 = 4;

/// Between two looks at whether a pause was given up.
const LOOK: Duration = Duration::from_millis(50);

/// What failed since something was delivered last.
#[derive(Debug, Default)]
pub(super) struct Retry {
    since: Option<Instant>,
    tries: u32,
    relapses: u32,
}

impl Retry {
    /// Something failed while the run tried to do this: told where a line is due.
    pub(super) fn failed(&mut self, contact: &Contact, (doing, why): (&'static str, &str)) {
        let since = *self.since.get_or_insert_with(Instant::now);
        contact.lose(why);
        if !contact.may_tell() {
            tracing::debug!("cannot {doing} ({why}): beginning anew");
        } else if self.tries == 0 {
            tracing::warn!("Kafka failed while this run tried to {doing} ({why}): the clock stands still meanwhile");
        } else {
            let seconds = since.elapsed().as_secs();
            tracing::warn!(seconds, "still waiting for Kafka: cannot {doing} ({why})");
        }
    }

    /// Rests, the longer the more has failed; not at all before the first try.
    pub(super) fn rest(&mut self, contact: &Contact) {
        let until = Instant::now() + self.pause();
        self.tries += 1;
        while Instant::now() < until && !contact.is_given_up() {
            sleep(LOOK.min(until.saturating_duration_since(Instant::now())));
        }
    }

    fn pause(&self) -> Duration {
        let longest = if self.relapses < RELAPSES { LONGEST_REST } else { LONGEST_RELAPSE };
        match self.tries {
            0 => Duration::ZERO,
            tries => (REST * 2_u32.saturating_pow((tries - 1).min(16))).min(longest),
        }
    }

    /// For how long it has failed.
    pub(super) fn lasted(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// A broker answered, which is not to say that it takes what is sent.
    pub(super) fn answered(&mut self) {
        self.relapses += 1;
    }

    /// Something was delivered.
    pub(super) fn delivered(&mut self, contact: &Contact) {
        let seconds = self.lasted().as_secs_f64();
        if std::mem::take(self).since.is_some() && contact.settled() {
            tracing::info!(seconds, "Kafka is reached again: going on");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_longer_where_a_broker_answers() {
        let mut retry = Retry::default();
        let pauses: Vec<Duration> = (0..8).map(|tries| Retry { tries, ..Retry::default() }.pause()).collect();
        assert_eq!(pauses[..3], [Duration::ZERO, REST, REST * 2]);
        assert!(pauses.is_sorted() && pauses[7] == LONGEST_REST, "{pauses:?}");
        (retry.tries, retry.relapses) = (u32::MAX, RELAPSES);
        assert_eq!(retry.pause(), LONGEST_RELAPSE);
        retry.delivered(&Contact::default());
        assert_eq!(retry.pause(), Duration::ZERO);
    }
}
