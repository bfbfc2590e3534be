//! What a run shows of itself at any time: how far it is, its clock, its town, what it saved. Its threads write it in
//! passing, whoever answers reads it; nobody waits for anybody. Decides nothing.

use crate::histogram::Histogram;
use crate::pace::{ClockStanding, Pace};
use crate::run::{CheckpointDone, Origin, Published};
use crate::sink::Connectivity;
use crate::tail::Tail;
use populace_sim::{Scenario, Span, Stream, Town, VirtualTime, format_time};
use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Wall time without a sign of life of the run loop after which it counts as stuck. A window takes under a second, the
/// longest wait of the loop much less; packing a checkpoint of a very large world takes some.
const STUCK: Duration = Duration::from_secs(300);

/// Where a run is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// The world is made or loaded, its sink reached.
    Starting = 0,
    /// What the sink has already is lived again.
    Repeating = 1,
    /// New records come, or would if it were not paused.
    Running = 2,
    /// What is left is published and saved.
    Stopping = 3,
}

impl Phase {
    const ALL: [Phase; 4] = [Phase::Starting, Phase::Repeating, Phase::Running, Phase::Stopping];

    /// Its name in answers.
    pub fn name(self) -> &'static str {
        ["starting", "repeating", "running", "stopping"][self as usize]
    }
}

/// What is known of a run from its beginning on.
pub struct Facts {
    /// The world's name.
    pub world: String,
    /// The world that it is a fork of.
    pub fork_of: Option<Origin>,
    /// What was published.
    pub published: Arc<Published>,
    /// The kind of its sink.
    pub sink: &'static str,
    /// When the run began.
    pub began: Instant,
    /// Pieces of mail that wait for the run loop.
    pub mail: Box<dyn Fn() -> usize + Send + Sync>,
}

/// The clock of the world.
#[derive(Clone, Copy, Debug)]
pub struct ClockShown {
    /// Whether it stands still.
    pub paused: bool,
    /// Its pace.
    pub pace: Pace,
}

/// What was saved.
#[derive(Clone, Copy, Debug, Default)]
pub struct Saved {
    /// Bytes of all checkpoints of this run.
    pub bytes: u64,
    /// The last one that was committed, and when.
    pub last: Option<(CheckpointDone, Instant)>,
}

/// The board.
pub struct Board {
    phase: AtomicU8,
    now: AtomicI64,
    /// Milliseconds from `made` to the last sign of life of the run loop.
    beat: AtomicU64,
    live: AtomicBool,
    /// Microseconds.
    ahead: AtomicI64,
    /// Microseconds.
    leap: AtomicI64,
    waiting: AtomicU64,
    begun: AtomicU64,
    made: Instant,
    facts: OnceLock<Facts>,
    address: OnceLock<SocketAddr>,
    town: RwLock<Option<Arc<Town>>>,
    to_come: RwLock<Option<Arc<Scenario>>>,
    clock: Mutex<ClockShown>,
    saved: Mutex<Saved>,
    /// How long checkpoints took.
    pub checkpoints: Histogram,
    /// Whether the sink reaches what it writes to, and how long that takes.
    pub contact: Arc<Connectivity>,
    /// The last records, for whoever watches.
    pub tail: Tail,
}

impl Board {
    /// The board of a run that starts.
    pub fn new(contact: Arc<Connectivity>) -> Self {
        Board {
            phase: AtomicU8::new(Phase::Starting as u8),
            now: AtomicI64::new(i64::MIN),
            beat: AtomicU64::new(0),
            live: AtomicBool::new(false),
            ahead: AtomicI64::new(0),
            leap: AtomicI64::new(0),
            waiting: AtomicU64::new(0),
            begun: AtomicU64::new(0),
            made: Instant::now(),
            facts: OnceLock::new(),
            address: OnceLock::new(),
            town: RwLock::new(None),
            to_come: RwLock::new(None),
            clock: Mutex::new(ClockShown { paused: false, pace: Pace::REALTIME }),
            saved: Mutex::default(),
            checkpoints: Histogram::default(),
            contact,
            tail: Tail::new(),
        }
    }

    /// Where HTTP is answered, once it is.
    pub fn listens_at(&self, address: SocketAddr) {
        // A run listens once.
        let _ = self.address.set(address);
    }

    /// The run begins.
    pub fn begin(&self, facts: Facts) {
        // A run begins once.
        let _ = self.facts.set(facts);
    }

    /// Where the run is.
    pub fn phase(&self) -> Phase {
        Phase::ALL[usize::from(self.phase.load(Ordering::Relaxed))]
    }

    /// The run is there now.
    pub fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
        self.beat();
    }

    /// A sign of life of the run loop.
    pub fn beat(&self) {
        let millis = u64::try_from(self.made.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.beat.store(millis, Ordering::Relaxed);
    }

    /// A window has ended at `now`; so many wait to be published.
    pub fn window(&self, now: VirtualTime, waiting: usize) {
        self.now.store(now.micros(), Ordering::Relaxed);
        self.waiting.store(waiting as u64, Ordering::Relaxed);
    }

    /// Whether virtual time has met wall time.
    pub fn is_live(&self) -> bool {
        self.live.load(Ordering::Relaxed)
    }

    /// Virtual time has met wall time, or not yet.
    pub fn set_live(&self, live: bool) {
        self.live.store(live, Ordering::Relaxed);
    }

    /// Returns how far the world is ahead of a wall clock that it waits for; zero where it does not wait.
    pub fn ahead(&self) -> Span {
        Span::from_micros(self.ahead.load(Ordering::Relaxed))
    }

    /// Returns by how much the wall clock leapt ahead without being followed; zero where it did not.
    pub fn leap(&self) -> Span {
        Span::from_micros(self.leap.load(Ordering::Relaxed))
    }

    /// Shows how the world stands to the wall clock.
    pub fn set_standing(&self, standing: ClockStanding) {
        let (ahead, leap) = match standing {
            ClockStanding::Fine => (0, 0),
            ClockStanding::Ahead(by) => (by.micros(), 0),
            ClockStanding::Leapt(by) => (0, by.micros()),
        };
        self.ahead.store(ahead, Ordering::Relaxed);
        self.leap.store(leap, Ordering::Relaxed);
    }

    /// The instant that the world has come to, once it is there.
    pub fn now(&self) -> Option<VirtualTime> {
        Some(self.now.load(Ordering::Relaxed)).filter(|micros| *micros != i64::MIN).map(VirtualTime::from_micros)
    }

    /// By how much wall time is ahead of virtual time, in seconds; negative where it is behind.
    pub fn lag_seconds(&self) -> Option<f64> {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.now().map(|now| wall.as_secs_f64() - now.micros() as f64 * 1e-6)
    }

    /// WindowSizer that wait to be published.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// The town, once it is known.
    pub fn town(&self) -> Option<Arc<Town>> {
        self.town.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The world lives by this town now.
    pub fn set_town(&self, town: &Arc<Town>) {
        *self.town.write().unwrap_or_else(PoisonError::into_inner) = Some(town.clone());
    }

    /// The rules by which the world is to live, where it was told of some that have not acted yet.
    pub fn to_come(&self) -> Option<Arc<Scenario>> {
        self.to_come.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The world is to live by these rules, or goes on by those it has.
    pub fn set_to_come(&self, rules: Option<Scenario>) {
        *self.to_come.write().unwrap_or_else(PoisonError::into_inner) = rules.map(Arc::new);
    }

    /// The clock.
    pub fn clock(&self) -> ClockShown {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock was set.
    pub fn set_clock(&self, clock: ClockShown) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = clock;
    }

    /// What was saved.
    pub fn saved(&self) -> Saved {
        *self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A checkpoint with this number is being written.
    pub fn saving(&self, number: u64) {
        self.begun.store(number, Ordering::Relaxed);
    }

    /// A checkpoint is committed.
    pub fn has_saved(&self, done: CheckpointDone) {
        self.checkpoints.add(done.took);
        let mut saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        *saved = Saved { bytes: saved.bytes + done.bytes, last: Some((done, Instant::now())) };
    }

    /// What is known of the run, once it has begun.
    pub fn facts(&self) -> Option<&Facts> {
        self.facts.get()
    }

    /// Whether the process does what it should, so that a restart would not help: also while it starts or waits.
    pub fn is_alive(&self) -> bool {
        let beat = Duration::from_millis(self.beat.load(Ordering::Relaxed));
        let silent = self.made.elapsed().saturating_sub(beat);
        self.phase() == Phase::Starting || silent < STUCK
    }

    /// Why the world's new records do not reach its sink; none where they do, or would if it were not paused.
    pub fn hindrance(&self) -> Option<&'static str> {
        match self.phase() {
            Phase::Starting => Some("the world is being made or loaded, or its sink is waited for"),
            Phase::Repeating => Some("the world is repeating what its sink has already"),
            Phase::Stopping => Some("the run is stopping"),
            Phase::Running => self.contact.outage().map(|_| "the sink is away"),
        }
    }

    /// How the run is doing.
    pub fn status(&self) -> Value {
        let (town, clock, facts) = (self.town(), self.clock(), self.facts());
        let counts = facts.map(|facts| facts.published.counts()).unwrap_or_default();
        json!({
            "world": facts.map(|facts| &facts.world),
            "fork_of": facts.and_then(|facts| facts.fork_of.as_ref().map(Origin::view)),
            "process": std::process::id(),
            "phase": self.phase().name(),
            "start": town.as_ref().map(|town| format_time(town.start())),
            "virtual_now": self.now().map(format_time),
            "lag_seconds": self.lag_seconds(),
            "ahead_seconds": self.ahead().as_seconds_f64(),
            "clock_leap_seconds": self.leap().as_seconds_f64(),
            "paused": clock.paused,
            "speed": clock.pace.to_string(),
            "live": self.is_live(),
            "repeating": self.phase() == Phase::Repeating,
            "events": counts.iter().sum::<u64>(),
            "events_by_topic": town.as_ref().map(|town| by_topic(town, counts)),
            "people": town.as_ref().map(|town| town.scenario().world.people),
            "drivers": town.as_ref().map(|town| town.driver_count()),
            "sink": facts.map(|facts| facts.sink),
            "commits": self.contact.commits.lengths().count(),
            "sink_away": self.contact.outage().map(|(since, why)| json!({ "seconds": since.as_secs_f64(), "why": why })),
            "checkpoint": self.begun.load(Ordering::Relaxed),
            "http": self.address.get().map(SocketAddr::to_string),
            "seconds": facts.map_or(self.made, |facts| facts.began).elapsed().as_secs_f64(),
        })
    }
}

/// Counts of streams by the names of their topics.
pub fn by_topic(town: &Town, counts: [u64; Stream::ALL.len()]) -> Map<String, Value> {
    let entry = |stream: Stream| (town.topic_name(stream).to_owned(), counts[stream as usize].into());
    town.streams().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_ready_once_its_records_reach_the_sink() {
        let contact = Arc::new(Connectivity::default());
        let board = Board::new(contact.clone());
        assert!(board.is_alive() && board.hindrance().is_some());
        assert_eq!(board.status()["phase"], "starting");
        board.enter(Phase::Repeating);
        assert!(board.is_alive() && board.hindrance().is_some());
        board.enter(Phase::Running);
        assert_eq!(board.hindrance(), None);
        contact.set_unreachable("no route");
        assert_eq!(board.hindrance(), Some("the sink is away"));
        assert_eq!(board.status()["sink_away"]["why"], "no route");
        contact.set_reachable();
        board.enter(Phase::Stopping);
        assert!(board.is_alive() && board.hindrance().is_some());
    }
}
