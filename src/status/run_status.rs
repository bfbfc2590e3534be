//! The status of one run, written by its threads and read by the faces. No reader waits for a writer. Decides
//! nothing. Must not depend on: sinks, the run loop.

use super::{Connectivity, Histogram, PublishedCounts, Tail};
use crate::pace::{ClockRelation, Pace};
use populace_sim::{Scenario, Span, Town, VirtualTime};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The wall time without a heartbeat of the run loop after which it counts as stuck. A window takes under a second, the
/// longest wait of the loop much less; packing a checkpoint of a very large world takes longer.
const STUCK_AFTER: Duration = Duration::from_secs(300);

/// The phase of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RunPhase {
    /// Creating or loading the world, connecting to the sink.
    Starting = 0,
    /// Replaying what the sink has already.
    Replaying = 1,
    /// Producing new records, or paused.
    Running = 2,
    /// Publishing and saving the rest.
    Stopping = 3,
}

impl RunPhase {
    const ALL: [RunPhase; 4] = [RunPhase::Starting, RunPhase::Replaying, RunPhase::Running, RunPhase::Stopping];

    /// Returns its name in answers.
    pub fn name(self) -> &'static str {
        ["starting", "repeating", "running", "stopping"][self as usize]
    }
}

/// The world that a fork comes from, and the instant of the fork.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForkOrigin {
    /// The name of that world.
    pub world: String,
    /// The instant: all before it is common to both.
    pub at: VirtualTime,
}

/// A committed checkpoint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompletedCheckpoint {
    /// Its number.
    pub number: u64,
    /// The saved instant.
    pub time: VirtualTime,
    /// The number of its blocks.
    pub blocks: u64,
    /// The number of bytes of its blocks.
    pub bytes: u64,
    /// The wall time of writing it.
    pub took: Duration,
}

/// The facts about a run that are known from its start on.
pub struct RunFacts {
    /// The world's name.
    pub world: String,
    /// The origin of the world, if it is a fork.
    pub fork_of: Option<ForkOrigin>,
    /// The counts of the publishing thread.
    pub published: Arc<PublishedCounts>,
    /// The kind of its sink.
    pub sink: &'static str,
    /// The instant at which the run began.
    pub began: Instant,
    /// A function that returns the number of messages that wait for the run loop.
    pub mail: Box<dyn Fn() -> usize + Send + Sync>,
}

/// The clock of the world.
#[derive(Clone, Copy, Debug)]
pub struct ShownClock {
    /// True if it is paused.
    pub paused: bool,
    /// Its pace.
    pub pace: Pace,
}

/// The checkpoints of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheckpointTotals {
    /// The number of bytes of all checkpoints of this run.
    pub bytes: u64,
    /// The last committed checkpoint, and the instant of its commit.
    pub last: Option<(CompletedCheckpoint, Instant)>,
}

/// The status of a run.
pub struct RunStatus {
    phase: AtomicU8,
    virtual_now: AtomicI64,
    /// The time in milliseconds from `created` to the last heartbeat of the run loop.
    heartbeat: AtomicU64,
    live: AtomicBool,
    /// The time in microseconds by which the world is ahead of a wall clock that it waits for.
    ahead: AtomicI64,
    /// The time in microseconds by which the wall clock leapt ahead without being followed.
    clock_leap: AtomicI64,
    windows_waiting: AtomicU64,
    pub(super) last_checkpoint: AtomicU64,
    pub(super) created: Instant,
    facts: OnceLock<RunFacts>,
    pub(super) http_address: OnceLock<SocketAddr>,
    town: RwLock<Option<Arc<Town>>>,
    pending_scenario: RwLock<Option<Arc<Scenario>>>,
    clock: Mutex<ShownClock>,
    checkpoint_totals: Mutex<CheckpointTotals>,
    /// The durations of checkpoints.
    pub checkpoints: Histogram,
    /// The connectivity of the sink.
    pub connectivity: Arc<Connectivity>,
    /// The latest records.
    pub tail: Tail,
}

impl RunStatus {
    /// Returns the status of a run that starts.
    pub fn new(connectivity: Arc<Connectivity>) -> Self {
        RunStatus {
            phase: AtomicU8::new(RunPhase::Starting as u8),
            virtual_now: AtomicI64::new(i64::MIN),
            heartbeat: AtomicU64::new(0),
            live: AtomicBool::new(false),
            ahead: AtomicI64::new(0),
            clock_leap: AtomicI64::new(0),
            windows_waiting: AtomicU64::new(0),
            last_checkpoint: AtomicU64::new(0),
            created: Instant::now(),
            facts: OnceLock::new(),
            http_address: OnceLock::new(),
            town: RwLock::new(None),
            pending_scenario: RwLock::new(None),
            clock: Mutex::new(ShownClock { paused: false, pace: Pace::REALTIME }),
            checkpoint_totals: Mutex::default(),
            checkpoints: Histogram::default(),
            connectivity,
            tail: Tail::new(),
        }
    }

    /// Sets the address of the HTTP server.
    pub fn set_http_address(&self, address: SocketAddr) {
        // A run sets it once.
        let _ = self.http_address.set(address);
    }

    /// Sets the facts about the run.
    pub fn set_facts(&self, facts: RunFacts) {
        // A run sets them once.
        let _ = self.facts.set(facts);
    }

    /// Returns the phase.
    pub fn phase(&self) -> RunPhase {
        RunPhase::ALL[usize::from(self.phase.load(Ordering::Relaxed))]
    }

    /// Sets the phase.
    pub fn set_phase(&self, phase: RunPhase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
        self.heartbeat();
    }

    /// Records that the run loop makes progress.
    pub fn heartbeat(&self) {
        let millis = u64::try_from(self.created.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.heartbeat.store(millis, Ordering::Relaxed);
    }

    /// Records the end of a window at `now`, with this many windows waiting to be published.
    pub fn set_window(&self, now: VirtualTime, waiting: usize) {
        self.virtual_now.store(now.micros(), Ordering::Relaxed);
        self.windows_waiting.store(waiting as u64, Ordering::Relaxed);
    }

    /// Returns whether virtual time has caught up with wall time.
    pub fn is_live(&self) -> bool {
        self.live.load(Ordering::Relaxed)
    }

    /// Sets whether virtual time has caught up with wall time.
    pub fn set_live(&self, live: bool) {
        self.live.store(live, Ordering::Relaxed);
    }

    /// Returns the time by which the world is ahead of a wall clock that it waits for; zero if it does not wait.
    pub fn ahead(&self) -> Span {
        Span::from_micros(self.ahead.load(Ordering::Relaxed))
    }

    /// Returns the time by which the wall clock leapt ahead without being followed; zero if it did not.
    pub fn clock_leap(&self) -> Span {
        Span::from_micros(self.clock_leap.load(Ordering::Relaxed))
    }

    /// Sets the relation of virtual time to the wall clock.
    pub fn set_clock_relation(&self, standing: ClockRelation) {
        let (ahead, leap) = match standing {
            ClockRelation::InStep => (0, 0),
            ClockRelation::Ahead(by) => (by.micros(), 0),
            ClockRelation::LeapIgnored(by) => (0, by.micros()),
        };
        self.ahead.store(ahead, Ordering::Relaxed);
        self.clock_leap.store(leap, Ordering::Relaxed);
    }

    /// Returns the virtual time; `None` before it is known.
    pub fn virtual_now(&self) -> Option<VirtualTime> {
        let micros = self.virtual_now.load(Ordering::Relaxed);
        Some(micros).filter(|micros| *micros != i64::MIN).map(VirtualTime::from_micros)
    }

    /// Returns wall time minus virtual time, in seconds; `None` before virtual time is known.
    pub fn lag_seconds(&self) -> Option<f64> {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.virtual_now().map(|now| wall.as_secs_f64() - now.micros() as f64 * 1e-6)
    }

    /// Returns the number of windows that wait to be published.
    pub fn windows_waiting(&self) -> u64 {
        self.windows_waiting.load(Ordering::Relaxed)
    }

    /// Returns the town; `None` before it is known.
    pub fn town(&self) -> Option<Arc<Town>> {
        self.town.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the town.
    pub fn set_town(&self, town: &Arc<Town>) {
        *self.town.write().unwrap_or_else(PoisonError::into_inner) = Some(town.clone());
    }

    /// Returns the scenario that is in the command log and does not act yet; `None` if there is none.
    pub fn pending_scenario(&self) -> Option<Arc<Scenario>> {
        self.pending_scenario.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the scenario that is in the command log and does not act yet.
    pub fn set_pending_scenario(&self, scenario: Option<Scenario>) {
        *self.pending_scenario.write().unwrap_or_else(PoisonError::into_inner) = scenario.map(Arc::new);
    }

    /// Returns the clock.
    pub fn clock(&self) -> ShownClock {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the clock.
    pub fn set_clock(&self, clock: ShownClock) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = clock;
    }

    /// Returns the totals of the checkpoints.
    pub fn checkpoint_totals(&self) -> CheckpointTotals {
        *self.checkpoint_totals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that the checkpoint with this number is being written.
    pub fn checkpoint_started(&self, number: u64) {
        self.last_checkpoint.store(number, Ordering::Relaxed);
    }

    /// Records that a checkpoint is committed.
    pub fn checkpoint_completed(&self, done: CompletedCheckpoint) {
        self.checkpoints.add(done.took);
        let mut totals = self.checkpoint_totals.lock().unwrap_or_else(PoisonError::into_inner);
        *totals = CheckpointTotals { bytes: totals.bytes + done.bytes, last: Some((done, Instant::now())) };
    }

    /// Returns the facts about the run; `None` before it has begun.
    pub fn facts(&self) -> Option<&RunFacts> {
        self.facts.get()
    }

    /// Returns whether the run loop makes progress. A run that starts counts as alive.
    pub fn is_alive(&self) -> bool {
        let heartbeat = Duration::from_millis(self.heartbeat.load(Ordering::Relaxed));
        let silent = self.created.elapsed().saturating_sub(heartbeat);
        self.phase() == RunPhase::Starting || silent < STUCK_AFTER
    }

    /// Returns the reason why new records do not reach the sink; `None` if they do, or would if the clock were not paused.
    pub fn not_ready_reason(&self) -> Option<&'static str> {
        match self.phase() {
            RunPhase::Starting => Some("starting up"),
            RunPhase::Replaying => Some("replaying records that the sink has already"),
            RunPhase::Stopping => Some("shutting down"),
            RunPhase::Running => self.connectivity.outage().map(|_| "sink unreachable"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_ready_while_its_records_reach_the_sink() {
        let connectivity = Arc::new(Connectivity::default());
        let status = RunStatus::new(connectivity.clone());
        assert!(status.is_alive() && status.not_ready_reason().is_some());
        assert_eq!(status.report().phase, "starting");
        status.set_phase(RunPhase::Replaying);
        assert!(status.is_alive() && status.not_ready_reason().is_some());
        status.set_phase(RunPhase::Running);
        assert_eq!(status.not_ready_reason(), None);
        connectivity.set_unreachable("no route");
        assert_eq!(status.not_ready_reason(), Some("sink unreachable"));
        assert_eq!(status.report().sink_away.map(|away| away.why), Some("no route".to_owned()));
        connectivity.set_reachable();
        status.set_phase(RunPhase::Stopping);
        assert!(status.is_alive() && status.not_ready_reason().is_some());
    }
}
