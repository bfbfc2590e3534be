//! A world as Python holds it: one reader at a time, and nobody waits for another thread. Must not depend on: how events
//! are read.

use crate::dicts::Dicts;
use crate::fault::Fault;
use crate::scenario::{Settings, TextSource, shipped};
use crate::topics::{Topics, chosen};
use crate::window::{Window, step_end};
use populace_sim::scenario::{CALENDAR_END, format_time, resolve_time};
use populace_sim::{Stream, VirtualTime, World};
use populace_wire::Encoders;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};

/// The moving part of an engine.
pub struct State {
    /// The world.
    pub world: World,
    /// The events of its last step.
    pub window: Window,
}

impl State {
    fn new(world: World) -> Self {
        State { world, window: Window::default() }
    }

    /// Runs one step on the way to `until`, and keeps the events of these topics.
    pub fn step(&mut self, until: VirtualTime, threads: usize, topics: Topics) {
        let end = step_end(&self.world, until, threads);
        self.window = Window::run(&mut self.world, end, threads, topics);
    }

    /// Checks that every event before `now` was read.
    pub fn check_read(&self) -> Result<(), Fault> {
        if self.window.left() == 0 { Ok(()) } else { Err(Fault::Unread(self.window.left())) }
    }
}

/// A world.
#[pyclass(frozen, module = "populace._internal")]
pub struct Engine {
    state: Mutex<State>,
    /// The reader that has not ended, or 0.
    reader: AtomicU64,
    readers: AtomicU64,
    /// What encodes events.
    pub encoders: Encoders,
    /// The topics of the world.
    pub topics: Topics,
    /// The number of threads.
    pub threads: usize,
    /// What makes dicts, which only the holder of Python's lock uses.
    pub dicts: Mutex<Dicts>,
}

/// The right to read a world, which one reader has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease(u64);

impl Engine {
    fn of(py: Python<'_>, world: World, threads: usize) -> Result<Self, Fault> {
        let rules = &world.town().scenario().topics;
        let (encoders, topics) = (Encoders::new(rules)?, Topics::of(rules));
        Ok(Engine {
            state: Mutex::new(State::new(world)),
            reader: AtomicU64::new(0),
            readers: AtomicU64::new(0),
            dicts: Mutex::new(Dicts::new(py, &encoders)),
            encoders,
            topics,
            threads,
        })
    }

    /// Returns the state, unless another thread has it: waiting for that one while holding Python's lock would wait for
    /// ever.
    pub fn state(&self) -> Result<MutexGuard<'_, State>, Fault> {
        self.state.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Fault::Run,
            TryLockError::Poisoned(_) => Fault::Broken,
        })
    }

    /// Returns a lease for a new reader, which does not hold it yet.
    pub fn new_lease(&self) -> Lease {
        Lease(1 + self.readers.fetch_add(1, Ordering::Relaxed))
    }

    /// Gives the world to the holder of a lease.
    ///
    /// # Errors
    /// If another reader has it.
    pub fn claim(&self, lease: Lease) -> Result<(), Fault> {
        match self.reader.compare_exchange(0, lease.0, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Ok(()),
            Err(holder) if holder == lease.0 => Ok(()),
            Err(_) => Err(Fault::Read),
        }
    }

    /// Takes the world back from the holder of a lease, if it is that one's.
    pub fn release(&self, lease: Lease) {
        // Another holder keeps it.
        let _ = self.reader.compare_exchange(lease.0, 0, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Returns the instant at which a reader ends.
    pub fn end(until: Option<i64>) -> VirtualTime {
        until.map_or(CALENDAR_END, VirtualTime::from_micros).min(CALENDAR_END)
    }

    /// Returns the chosen topics of the world, all if none are chosen.
    ///
    /// # Errors
    /// If a name is unknown, or the world does not have the topic.
    pub fn chosen(&self, names: Option<&[String]>) -> Result<Topics, Fault> {
        let state = self.state()?;
        chosen(names, &state.world.town().scenario().topics)
    }
}

#[pymethods]
impl Engine {
    /// Makes a world. `scenario` is a name for messages and a text of TOML.
    #[new]
    #[pyo3(signature = (scenario, is_dict, people, start, seed, topics, threads))]
    #[expect(clippy::too_many_arguments, reason = "they are those of Python's World, by name")]
    fn new(
        py: Python<'_>,
        scenario: Option<(String, String)>,
        is_dict: bool,
        people: Option<u32>,
        start: Option<String>,
        seed: Option<u64>,
        topics: Option<Vec<String>>,
        threads: usize,
    ) -> PyResult<Self> {
        let settings = Settings {
            scenario: scenario.as_ref().map(|(name, text)| (&**name, &**text)),
            source: if is_dict { TextSource::Dict } else { TextSource::Text },
            people,
            start: start.as_deref(),
            seed,
            topics: topics.as_deref(),
        };
        let scenario = settings.resolve()?;
        let world = py.detach(|| World::new(&scenario)).map_err(Fault::from)?;
        Ok(Engine::of(py, world, threads)?)
    }

    /// Returns the text of a shipped scenario.
    #[staticmethod]
    fn shipped(name: &str) -> PyResult<&'static str> {
        Ok(shipped(name)?)
    }

    /// Returns the world that `save` returned.
    #[staticmethod]
    fn load(py: Python<'_>, saved: &[u8], threads: usize) -> PyResult<Self> {
        let world = py.detach(|| World::restore(saved)).map_err(Fault::from)?;
        Ok(Engine::of(py, world, threads)?)
    }

    /// Returns the world as bytes.
    fn save<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut state = self.state()?;
        state.check_read()?;
        let state = &mut *state;
        let saved = py.detach(|| state.world.save()).map_err(Fault::from)?;
        Ok(PyBytes::new(py, &saved))
    }

    /// Returns the instant up to which the world has run, in microseconds since 1970.
    fn now(&self) -> PyResult<i64> {
        Ok(self.state()?.world.now().micros())
    }

    /// Returns an instant in microseconds since 1970: a date, a time of RFC 3339, or a span from `now` such as `+30d`.
    fn instant(&self, text: &str) -> PyResult<i64> {
        let now = self.state()?.world.now();
        let at = resolve_time(text, now).map_err(|error| Fault::Value(error.to_string()))?;
        Ok(at.micros())
    }

    /// Returns the names of the topics.
    fn topic_names(&self) -> Vec<&'static str> {
        self.topics.iter().map(Stream::section).collect()
    }

    /// Returns the seed, the number of people and the start.
    fn facts(&self) -> PyResult<(u64, u32, String)> {
        let state = self.state()?;
        let rules = &state.world.town().scenario().world;
        Ok((rules.seed, rules.people, format_time(state.world.town().start())))
    }

    /// Returns the whole scenario as TOML.
    fn scenario(&self) -> PyResult<String> {
        Ok(self.state()?.world.town().scenario().to_toml())
    }
}
