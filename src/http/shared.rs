//! The shared state of the handlers of an address: the request handler, access, limits, counts, and rates of events.
//! Handles no request itself.

use super::host::Names;
use super::limit::Limit;
use crate::config::Secret;
use crate::ops::RequestHandler;
use crate::ops::campaigns::{self, KnownCampaigns};
use crate::ops::drifts;
use populace_sim::{STREAMS, VirtualTime};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};

/// The maximum number of concurrent API requests.
const AT_ONCE: usize = 64;

/// The maximum number of concurrent readers of the live tail.
const READERS: usize = 64;

/// The number of seconds that rates are averaged over.
const OVER: usize = 5;

/// The time that counts of the world are cached: counting all people of a large world takes a tenth of a second.
const KEPT: Duration = Duration::from_secs(30);

/// The time after which counting by the run loop times out.
const PATIENCE: Duration = Duration::from_secs(1);

/// The state that all addresses of a run share.
pub(super) struct Common {
    /// The handler of requests.
    pub(super) handler: RequestHandler,
    /// The token that a request must carry, if one is required.
    pub(super) token: Option<Secret>,
    /// The data directory, whose disk space is a metric.
    pub(super) data_dir: PathBuf,
    /// The limit on the request rate of each address.
    pub(super) limit: Limit,
    /// The permits of concurrent API requests.
    pub(super) room: Semaphore,
    /// The permits of readers of the live tail.
    pub(super) readers: Arc<Semaphore>,
    /// A flag that becomes true when the run ends.
    pub(super) closing: watch::Receiver<bool>,
    answered: [AtomicU64; 5],
    pulse: Mutex<VecDeque<Beat>>,
    found: tokio::sync::Mutex<Option<(Instant, Found)>>,
}

/// The counts that need a search of the world; `None` if the search failed or timed out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// Active fraud campaigns, planned and injected.
    pub(super) campaigns: Option<u64>,
    /// Drifts in force, wholly or in part.
    pub(super) drifts: Option<u64>,
    /// Visits to the shop in progress.
    pub(super) visits: Option<u64>,
    /// Trips in progress.
    pub(super) trips: Option<u64>,
}

/// The counts and the virtual time at an instant.
#[derive(Clone, Copy, Debug)]
struct Beat {
    at: Instant,
    counts: [u64; STREAMS],
    now: Option<VirtualTime>,
}

/// The rates over the last seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rates {
    /// Events per second of wall time, by stream.
    pub(super) events: [f64; STREAMS],
    /// Virtual seconds per second of wall time.
    pub(super) speed: f64,
}

impl Common {
    /// Returns the state of a run that has answered no request yet.
    pub(super) fn new(
        handler: RequestHandler,
        token: Option<Secret>,
        data_dir: PathBuf,
        closing: watch::Receiver<bool>,
    ) -> Self {
        Common {
            handler,
            token,
            data_dir,
            limit: Limit::default(),
            room: Semaphore::new(AT_ONCE),
            readers: Arc::new(Semaphore::new(READERS)),
            closing,
            answered: Default::default(),
            pulse: Mutex::default(),
            found: tokio::sync::Mutex::default(),
        }
    }

    /// Counts an answer with this status.
    pub(super) fn count(&self, status: u16) {
        if let Some(class) = self.answered.get(usize::from(status / 100).wrapping_sub(1)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns the number of answers by the first digit of their status, from 1.
    pub(super) fn answered(&self) -> [u64; 5] {
        self.answered.each_ref().map(|class| class.load(Ordering::Relaxed))
    }

    /// Records the counts and the virtual time of the world. Called once a second.
    pub(super) fn feel(&self, at: Instant) {
        let status = self.handler.status();
        let Some(facts) = status.facts() else { return };
        let mut pulse = self.pulse.lock().unwrap_or_else(PoisonError::into_inner);
        pulse.push_back(Beat { at, counts: facts.published.counts(), now: status.virtual_now() });
        while pulse.len() > OVER + 1 {
            pulse.pop_front();
        }
    }

    /// Returns the rates over the last seconds.
    pub(super) fn rates(&self) -> Rates {
        let pulse = self.pulse.lock().unwrap_or_else(PoisonError::into_inner);
        pulse.front().zip(pulse.back()).map_or(Rates::default(), |(first, last)| between(first, last))
    }

    /// Returns the cached counts, or counts again; concurrent callers wait for the same result.
    pub(super) async fn found(&self) -> Found {
        let mut found = self.found.lock().await;
        if let Some((_, known)) = found.filter(|(at, _)| at.elapsed() < KEPT) {
            return known;
        }
        let (plans, lives) = tokio::join!(self.of_plans(), self.of_lives());
        let (campaigns, drifts) = plans.unzip();
        let (visits, trips) = lives.unzip();
        let now = Found { campaigns, drifts, visits, trips };
        // Before the run has begun there is nothing to cache.
        if plans.is_some() {
            *found = Some((Instant::now(), now));
        }
        now
    }

    /// Counts campaigns and drifts; `None` before the run has begun. Injected campaigns are missing if the run loop
    /// does not return the command log in time.
    async fn of_plans(&self) -> Option<(u64, u64)> {
        let status = self.handler.status();
        let (town, now) = status.town().zip(status.virtual_now())?;
        let logged = tokio::time::timeout(PATIENCE, self.handler.commands()).await;
        let commands = logged.ok().and_then(Result::ok).unwrap_or_default();
        let find = move || {
            let known = KnownCampaigns { town: &town, commands: &commands };
            (campaigns::active_count(&known, now), drifts::active_count(&town, now))
        };
        tokio::task::spawn_blocking(find).await.ok()
    }

    /// Counts visits and trips; `None` if the run loop does not answer in time.
    async fn of_lives(&self) -> Option<(u64, u64)> {
        let answer = tokio::time::timeout(PATIENCE, self.handler.in_progress()).await;
        let counted = answer.ok()?.ok()?;
        Some((counted.visits, counted.trips))
    }
}

fn between(first: &Beat, last: &Beat) -> Rates {
    let seconds = last.at.duration_since(first.at).as_secs_f64();
    if seconds <= 0.0 {
        return Rates::default();
    }
    let events = std::array::from_fn(|n| last.counts[n].saturating_sub(first.counts[n]) as f64 / seconds);
    let passed = last.now.zip(first.now).map_or(0.0, |(last, first)| last.since(first).as_seconds_f64());
    Rates { events, speed: passed / seconds }
}

/// Waits until the run ends.
pub(super) async fn closed(closing: &mut watch::Receiver<bool>) {
    // If the sender is gone, the run has ended.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// The shared state of the handlers of one address.
#[derive(Clone)]
pub(super) struct Shared {
    /// The state that all addresses share.
    pub(super) common: Arc<Common>,
    /// The accepted host names of this address.
    pub(super) names: Arc<Names>,
    /// The access to metrics at this address.
    pub(super) metrics: Access,
}

/// The condition for access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Every client that reaches the address has access.
    Open,
    /// The token is required, if there is one.
    Token,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_what_happened_in_between() {
        let at = Instant::now();
        let time = VirtualTime::from_seconds;
        let counts = |first: u64| std::array::from_fn(|stream| if stream == 0 { first } else { 5 });
        let first = Beat { at, counts: counts(10), now: Some(time(100)) };
        let last = Beat { at: at + Duration::from_secs(4), counts: counts(30), now: Some(time(340)) };
        let events = std::array::from_fn(|stream| if stream == 0 { 5.0 } else { 0.0 });
        assert_eq!(between(&first, &last), Rates { events, speed: 60.0 });
        assert_eq!(between(&first, &first), Rates::default());
    }
}
