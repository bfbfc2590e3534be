//! What the handlers of one address share: the handler, who may ask, limits, counts, and how fast events come. Handles no
//! request itself.

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

/// Requests to the API that are answered at once at most.
const AT_ONCE: usize = 64;

/// Readers of the live tail at once at most.
const READERS: usize = 64;

/// Seconds over which rates are taken.
const OVER: usize = 5;

/// For how long what was found is good: to look at all people of a large world takes a tenth of a second.
const KEPT: Duration = Duration::from_secs(30);

/// How long the run loop may take to count.
const PATIENCE: Duration = Duration::from_secs(1);

/// What all addresses of a run share.
pub(super) struct Common {
    /// Who answers.
    pub(super) handler: RequestHandler,
    /// What a request must show, if anything.
    pub(super) token: Option<Secret>,
    /// Whose disk is watched.
    pub(super) data_dir: PathBuf,
    /// How often one address may ask.
    pub(super) limit: Limit,
    /// Room for requests.
    pub(super) room: Semaphore,
    /// Room for readers of the live tail.
    pub(super) readers: Arc<Semaphore>,
    /// Becomes true when the run ends.
    pub(super) closing: watch::Receiver<bool>,
    answered: [AtomicU64; 5],
    pulse: Mutex<VecDeque<Beat>>,
    found: tokio::sync::Mutex<Option<(Instant, Found)>>,
}

/// What has to be looked for: none where nobody could say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// Planned campaigns of fraud that have begun and go on.
    pub(super) campaigns: Option<u64>,
    /// Drifts that change something.
    pub(super) drifts: Option<u64>,
    /// Visits of the shop that go on.
    pub(super) visits: Option<u64>,
    /// Trips that go on.
    pub(super) trips: Option<u64>,
}

/// What the status said at an instant.
#[derive(Clone, Copy, Debug)]
struct Beat {
    at: Instant,
    counts: [u64; STREAMS],
    now: Option<VirtualTime>,
}

/// How fast things go, over the last seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rates {
    /// Events a second of wall time, by stream.
    pub(super) events: [f64; STREAMS],
    /// Virtual seconds a second of wall time.
    pub(super) speed: f64,
}

impl Common {
    /// For a run that nobody has asked anything yet.
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

    /// An answer with this status was given.
    pub(super) fn count(&self, status: u16) {
        if let Some(class) = self.answered.get(usize::from(status / 100).wrapping_sub(1)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Answers so far, by the first digit of their status, from 1.
    pub(super) fn answered(&self) -> [u64; 5] {
        self.answered.each_ref().map(|class| class.load(Ordering::Relaxed))
    }

    /// Takes note of how far the world is: once a second.
    pub(super) fn feel(&self, at: Instant) {
        let status = self.handler.status();
        let Some(facts) = status.facts() else { return };
        let mut pulse = self.pulse.lock().unwrap_or_else(PoisonError::into_inner);
        pulse.push_back(Beat { at, counts: facts.published.counts(), now: status.virtual_now() });
        while pulse.len() > OVER + 1 {
            pulse.pop_front();
        }
    }

    /// How fast things go.
    pub(super) fn rates(&self) -> Rates {
        let pulse = self.pulse.lock().unwrap_or_else(PoisonError::into_inner);
        pulse.front().zip(pulse.back()).map_or(Rates::default(), |(first, last)| between(first, last))
    }

    /// Returns the counts found lately, or counts now; concurrent callers wait for the same result.
    pub(super) async fn found(&self) -> Found {
        let mut found = self.found.lock().await;
        if let Some((_, known)) = found.filter(|(at, _)| at.elapsed() < KEPT) {
            return known;
        }
        let (plans, lives) = tokio::join!(self.of_plans(), self.of_lives());
        let (campaigns, drifts) = plans.unzip();
        let (visits, trips) = lives.unzip();
        let now = Found { campaigns, drifts, visits, trips };
        // Before the run has begun there is nothing to keep.
        if plans.is_some() {
            *found = Some((Instant::now(), now));
        }
        now
    }

    /// Campaigns and drifts, which follow from the town; and what was asked for, unless the run loop is busy for long.
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

    /// Visits and trips, which the run loop counts, unless it is busy for long.
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
    // Where nobody can say it any more, it has ended.
    let _ = closing.wait_for(|closing| *closing).await;
}

/// What the handlers of one address share.
#[derive(Clone)]
pub(super) struct Shared {
    /// What all addresses share.
    pub(super) common: Arc<Common>,
    /// The names of this one.
    pub(super) names: Arc<Names>,
    /// Who may read the metrics here.
    pub(super) metrics: Access,
}

/// Who may read something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Everybody who reaches the address.
    Open,
    /// Requests with the token, if there is one.
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
