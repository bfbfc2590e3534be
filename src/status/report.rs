//! The status in the form of answers. Must not depend on: the senders of requests.

use super::run_status::{ForkOrigin, RunPhase, RunStatus};
use populace_sim::{Stream, Town, format_time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::sync::atomic::Ordering;

impl ForkOrigin {
    /// Returns the origin in the form of answers.
    pub fn report(&self) -> ForkOriginReport {
        ForkOriginReport { world: self.world.clone(), at: format_time(self.at) }
    }
}

/// A [`ForkOrigin`] in the form of answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForkOriginReport {
    /// The name of that world.
    pub world: String,
    /// The instant.
    pub at: String,
}

/// The whole status of a run in the form of answers: the schema `Status` of the API.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatusReport {
    pub world: Option<String>,
    pub fork_of: Option<ForkOriginReport>,
    pub process: u32,
    pub phase: &'static str,
    pub start: Option<String>,
    pub virtual_now: Option<String>,
    pub lag_seconds: Option<f64>,
    pub ahead_seconds: f64,
    pub clock_leap_seconds: f64,
    pub paused: bool,
    pub speed: String,
    pub live: bool,
    pub repeating: bool,
    pub events: u64,
    pub events_by_topic: Option<Map<String, Value>>,
    pub people: Option<u32>,
    pub drivers: Option<u32>,
    pub sink: Option<&'static str>,
    pub commits: u64,
    pub sink_away: Option<SinkAway>,
    pub checkpoint: u64,
    pub http: Option<String>,
    pub seconds: f64,
}

/// The length and the reason of an outage of the sink.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SinkAway {
    pub seconds: f64,
    pub why: String,
}

/// Returns the counts of streams by the names of their topics.
pub fn by_topic(town: &Town, counts: [u64; Stream::ALL.len()]) -> Map<String, Value> {
    let entry = |stream: Stream| (town.topic_name(stream).to_owned(), counts[stream as usize].into());
    town.streams().map(entry).collect()
}

impl RunStatus {
    /// Returns the whole status, for answers.
    pub fn report(&self) -> StatusReport {
        let (town, clock, facts) = (self.town(), self.clock(), self.facts());
        let counts = facts.map(|facts| facts.published.counts()).unwrap_or_default();
        let lost = self.connectivity.outage();
        StatusReport {
            world: facts.map(|facts| facts.world.clone()),
            fork_of: facts.and_then(|facts| facts.fork_of.as_ref().map(ForkOrigin::report)),
            process: std::process::id(),
            phase: self.phase().name(),
            start: town.as_ref().map(|town| format_time(town.start())),
            virtual_now: self.virtual_now().map(format_time),
            lag_seconds: self.lag_seconds(),
            ahead_seconds: self.ahead().as_seconds_f64(),
            clock_leap_seconds: self.clock_leap().as_seconds_f64(),
            paused: clock.paused,
            speed: clock.pace.to_string(),
            live: self.is_live(),
            repeating: self.phase() == RunPhase::Replaying,
            events: counts.iter().sum::<u64>(),
            events_by_topic: town.as_ref().map(|town| by_topic(town, counts)),
            people: town.as_ref().map(|town| town.scenario().world.people),
            drivers: town.as_ref().map(|town| town.driver_count()),
            sink: facts.map(|facts| facts.sink),
            commits: self.connectivity.commits.snapshot().count(),
            sink_away: lost.map(|(since, why)| SinkAway { seconds: since.as_secs_f64(), why }),
            checkpoint: self.last_checkpoint.load(Ordering::Relaxed),
            http: self.http_address.get().map(SocketAddr::to_string),
            seconds: facts.map_or(self.created, |facts| facts.began).elapsed().as_secs_f64(),
        }
    }
}
