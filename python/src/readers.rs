//! The readers of a world: its events as dicts, the rows of a topic in batches, and the rows of all topics as tables.
//! Each holds the world's lease from its first step to its end. Must not depend on: how a world is made.

use crate::arrow::{Array, Field};
use crate::column::GrowingRows;
use crate::engine::{Engine, State};
use crate::fault::Fault;
use crate::reading::Reading;
use crate::rows::pass;
use crate::table::{Batch, Table};
use crate::topics::Topics;
use populace_sim::{Stream, VirtualTime};
use populace_wire::Encoders;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::{Arc, Mutex, PoisonError};

/// The events of a world as dicts.
#[pyclass(frozen, module = "populace._internal")]
pub struct Events {
    reading: Reading,
    until: VirtualTime,
    topics: Topics,
}

#[pymethods]
impl Events {
    /// Returns the events of topics before an instant.
    #[new]
    #[pyo3(signature = (engine, until, topics))]
    fn new(engine: Py<Engine>, until: Option<i64>, topics: Option<Vec<String>>) -> PyResult<Self> {
        let topics = engine.get().chosen(topics.as_deref())?;
        Ok(Events { reading: Reading::new(engine), until: Engine::end(until), topics })
    }

    fn __iter__(of: PyRef<'_, Self>) -> PyRef<'_, Self> {
        of
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let engine = self.reading.engine()?;
        let mut state = engine.state()?;
        loop {
            while let Some(event) = state.window.next_before(self.until) {
                if self.topics.has(event.stream()) {
                    let mut dicts = engine.dicts.lock().unwrap_or_else(PoisonError::into_inner);
                    return dicts.of(py, &engine.encoders, event).map(Some);
                }
            }
            if state.world.now() >= self.until {
                self.reading.end();
                return Ok(None);
            }
            py.check_signals()?;
            let state: &mut State = &mut state;
            // All topics: a reader of others goes on where this one ends.
            py.detach(|| state.step(self.until, engine.threads, engine.topics));
        }
    }

    /// Ends the reading, so that another reader can go on.
    fn close(&self) {
        self.reading.end();
    }
}

/// Adds the rows of the events of a window before an instant.
fn drain(state: &mut State, until: VirtualTime, encoders: &Encoders, to: &mut [Option<GrowingRows>]) {
    while let Some(event) = state.window.next_before(until) {
        if let Some(rows) = &mut to[event.stream() as usize] {
            pass(encoders, event, rows);
            rows.end_row();
        }
    }
}

/// Returns room for the rows of topics, by number of stream.
fn room(encoders: &Encoders, topics: Topics) -> Vec<Option<GrowingRows>> {
    let rows = |stream| topics.has(stream).then(|| GrowingRows::new(stream, encoders.columns(stream)));
    Stream::ALL.into_iter().map(rows).collect()
}

/// The rows of one topic, in batches.
#[pyclass(frozen, module = "populace._internal")]
pub struct Batches {
    reading: Reading,
    stream: Stream,
    until: VirtualTime,
    wanted: usize,
    rows: Mutex<Vec<Option<GrowingRows>>>,
}

#[pymethods]
impl Batches {
    /// Returns the rows of a topic before an instant, in batches of at least `wanted`.
    #[new]
    #[pyo3(signature = (engine, topic, until, wanted))]
    fn new(engine: Py<Engine>, topic: String, until: Option<i64>, wanted: usize) -> PyResult<Self> {
        let topics = engine.get().chosen(Some(&[topic]))?;
        let stream = topics.iter().next().expect("one name is one topic");
        let rows = Mutex::new(room(&engine.get().encoders, topics));
        Ok(Batches { reading: Reading::new(engine), stream, until: Engine::end(until), wanted, rows })
    }

    fn __iter__(of: PyRef<'_, Self>) -> PyRef<'_, Self> {
        of
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<Batch>>> {
        let engine = self.reading.engine()?;
        let (mut state, topics) = (engine.state()?, std::iter::once(self.stream).collect());
        let mut rows = self.rows.try_lock().map_err(|_| Fault::Run)?;
        let (state, rows): (&mut State, &mut Vec<_>) = (&mut state, &mut rows);
        py.detach(|| drain(state, self.until, &engine.encoders, rows));
        while rows[self.stream as usize].as_ref().is_some_and(|rows| rows.len() < self.wanted) {
            if state.world.now() >= self.until {
                break;
            }
            py.check_signals()?;
            py.detach(|| {
                state.step(self.until, engine.threads, topics);
                drain(state, self.until, &engine.encoders, rows);
            });
        }
        let rows = rows[self.stream as usize].as_mut().expect("the stream has room");
        if rows.len() == 0 {
            self.reading.end();
            return Ok(None);
        }
        let (schema, taken) = (Arc::clone(rows.schema()), rows.taken());
        Py::new(py, Batch::new(self.stream.section(), &schema, taken)).map(Some)
    }

    /// Ends the reading, so that another reader can go on.
    fn close(&self) {
        self.reading.end();
    }
}

/// The number of rows of a chunk of a table.
const CHUNK_ROWS: usize = 65_536;

/// What collects the rows of topics as tables.
#[pyclass(frozen, module = "populace._internal")]
pub struct Collector {
    reading: Reading,
    topics: Topics,
    collected: Mutex<Collected>,
}

struct Collected {
    rows: Vec<Option<GrowingRows>>,
    chunks: Vec<Vec<Arc<Array>>>,
}

impl Collected {
    /// Ends the chunks that have as many rows.
    fn cut(&mut self, least: usize) {
        for (rows, chunks) in self.rows.iter_mut().zip(&mut self.chunks) {
            if let Some(rows) = rows.as_mut().filter(|rows| rows.len() >= least) {
                chunks.push(rows.taken());
            }
        }
    }
}

#[pymethods]
impl Collector {
    /// Returns no rows of topics yet.
    #[new]
    #[pyo3(signature = (engine, topics))]
    fn new(engine: Py<Engine>, topics: Option<Vec<String>>) -> PyResult<Self> {
        let topics = engine.get().chosen(topics.as_deref())?;
        let rows = room(&engine.get().encoders, topics);
        let collected = Collected { chunks: rows.iter().map(|_| Vec::new()).collect(), rows };
        let reading = Reading::new(engine);
        reading.engine()?;
        Ok(Collector { reading, topics, collected: Mutex::new(collected) })
    }

    /// Runs the world to an instant and collects the rows before it.
    fn advance(&self, py: Python<'_>, until: i64) -> PyResult<()> {
        let (engine, until) = (self.reading.engine()?, VirtualTime::from_micros(until));
        let mut state = engine.state()?;
        let mut collected = self.collected.try_lock().map_err(|_| Fault::Run)?;
        let (state, collected): (&mut State, &mut Collected) = (&mut state, &mut collected);
        py.detach(|| drain(state, until, &engine.encoders, &mut collected.rows));
        while state.world.now() < until {
            py.check_signals()?;
            py.detach(|| {
                state.step(until, engine.threads, self.topics);
                drain(state, until, &engine.encoders, &mut collected.rows);
                collected.cut(CHUNK_ROWS);
            });
        }
        Ok(())
    }

    /// Ends the reading and returns the table of each topic, by name.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut collected = self.collected.try_lock().map_err(|_| Fault::Run)?;
        self.reading.end();
        collected.cut(1);
        let tables = PyDict::new(py);
        for stream in self.topics.iter() {
            let rows = collected.rows[stream as usize].as_ref().expect("the topic has room");
            let schema: Arc<Field> = Arc::clone(rows.schema());
            let chunks = std::mem::take(&mut collected.chunks[stream as usize]);
            tables.set_item(stream.section(), Table::new(stream.section(), &schema, chunks))?;
        }
        Ok(tables)
    }

    /// Ends the reading, so that another reader can go on.
    fn close(&self) {
        self.reading.end();
    }
}
