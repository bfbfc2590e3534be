//! The events of a world as files of Parquet, a folder a topic and a file a day, as the daemon names them. Must not
//! depend on: dicts, tables.

use crate::engine::{Engine, State};
use crate::fault::Fault;
use crate::reading::Reading;
use crate::topics::Topics;
use crate::window::{on_threads, step_end};
use chrono::{DateTime, Utc};
use populace_lake::{Compression, FileFormat, RowWriter, Table, writer};
use populace_sim::town::RULES_VERSION;
use populace_sim::{Shard, Stream, Town, VirtualTime};
use populace_wire::{Batch, Encoders, Merged, Record, record_hash};
use pyo3::prelude::*;
use std::fs::{File, create_dir_all, remove_file, rename};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The end of the name of a file that is not whole yet.
const PARTIAL: &str = "partial";

/// What writes the events of topics into a folder.
#[pyclass(frozen, module = "populace._internal")]
pub struct ParquetWriter {
    reading: Reading,
    files: Mutex<Files>,
}

#[pymethods]
impl ParquetWriter {
    /// Returns a writer into `folder`, which is made where it is missing.
    #[new]
    #[pyo3(signature = (engine, folder, topics))]
    fn new(engine: Py<Engine>, folder: PathBuf, topics: Option<Vec<String>>) -> PyResult<Self> {
        let topics = engine.get().chosen(topics.as_deref())?;
        topics.iter().find(|stream| stream.is_table()).map_or(Ok(()), |table| Err(no_table(table)))?;
        let reading = Reading::new(engine);
        let world = {
            let state = reading.engine()?.state()?;
            state.check_read()?;
            WorldFacts::of(&state)
        };
        Ok(ParquetWriter { files: Mutex::new(Files { folder, topics, world, open: Vec::new() }), reading })
    }

    /// Runs the world to an instant and writes the events before it.
    fn advance(&self, py: Python<'_>, until: i64) -> PyResult<()> {
        let (engine, until) = (self.reading.engine()?, VirtualTime::from_micros(until));
        let mut state = engine.state()?;
        let mut files = self.files.try_lock().map_err(|_| Fault::Run)?;
        let (state, files): (&mut State, &mut Files) = (&mut state, &mut files);
        while state.world.now() < until {
            py.check_signals()?;
            py.detach(|| files.step(state, until, engine))?;
        }
        Ok(())
    }

    /// Ends the reading and the files.
    fn finish(&self, py: Python<'_>) -> PyResult<()> {
        let mut files = self.files.try_lock().map_err(|_| Fault::Run)?;
        self.reading.end();
        let files: &mut Files = &mut files;
        py.detach(|| files.open.drain(..).try_for_each(OpenFile::finish))?;
        Ok(())
    }

    /// Ends the reading, and removes files that are not whole.
    fn close(&self) -> PyResult<()> {
        let mut files = self.files.try_lock().map_err(|_| Fault::Run)?;
        self.reading.end();
        files.open.drain(..).for_each(OpenFile::discard);
        Ok(())
    }
}

fn no_table(table: Stream) -> Fault {
    let what = format!("{} is a table, whose rows can be gone, which Parquet cannot say", table.section());
    Fault::Value(format!("{what}: choose other topics by topics=[...], or read it by batches()"))
}

/// What files say of their world.
struct WorldFacts {
    id: u128,
    seed: u64,
    names: Vec<String>,
    namespaces: Vec<String>,
}

impl WorldFacts {
    /// Returns the facts of a world. Its id follows from its scenario: equal worlds write equal files.
    fn of(state: &State) -> Self {
        let scenario = state.world.town().scenario();
        let rules = |stream| scenario.topics.of(stream);
        WorldFacts {
            id: record_hash(b"", state.world.town().start(), scenario.to_toml().as_bytes()),
            seed: scenario.world.seed,
            names: Stream::ALL.map(|stream| rules(stream).name.clone()).to_vec(),
            namespaces: Stream::ALL.map(|stream| rules(stream).namespace.clone()).to_vec(),
        }
    }
}

/// The files of a folder.
struct Files {
    folder: PathBuf,
    topics: Topics,
    world: WorldFacts,
    open: Vec<OpenFile>,
}

/// The file of a day of a topic.
struct OpenFile {
    stream: Stream,
    day: i32,
    path: PathBuf,
    writer: Box<dyn RowWriter>,
}

impl Files {
    fn step(&mut self, state: &mut State, until: VirtualTime, engine: &Engine) -> Result<(), Fault> {
        let end = step_end(&state.world, until, engine.threads);
        let merged = state.world.step_shards(end, |town, shards| {
            Merged::new(on_threads(shards, engine.threads, |shard| records(town, shard, end, &engine.encoders)))
        });
        let topics = self.topics;
        let mut wanted = merged.iter().filter(|record| topics.has(record.stream));
        wanted.try_for_each(|record| self.write(&record, &engine.encoders))
    }

    fn write(&mut self, record: &Record<'_>, encoders: &Encoders) -> Result<(), Fault> {
        let (stream, day) = (record.stream, record.time.utc_day());
        let is_its = |file: &OpenFile| file.stream == stream;
        if let Some(place) = self.open.iter().position(|file| is_its(file) && file.day != day) {
            self.open.swap_remove(place).finish()?;
        }
        let place = match self.open.iter().position(is_its) {
            Some(place) => place,
            None => {
                self.open.push(self.begin(stream, day, encoders)?);
                self.open.len() - 1
            }
        };
        Ok(self.open[place].writer.row(record.value)?)
    }

    /// Begins the file of a day.
    fn begin(&self, stream: Stream, day: i32, encoders: &Encoders) -> Result<OpenFile, Fault> {
        let topic = &self.world.names[stream as usize];
        let (folder, date) = (self.folder.join(topic), date_of(day));
        create_dir_all(&folder).map_err(|error| fault(&folder, error))?;
        let path = folder.join(format!("{date}.parquet"));
        if path.exists() {
            return Err(fault(
                &path,
                io::Error::new(io::ErrorKind::AlreadyExists, "it exists already; give another folder"),
            ));
        }
        let partial = path.with_extension(PARTIAL);
        let to = BufWriter::new(File::create(&partial).map_err(|error| fault(&partial, error))?);
        let file = format!("{topic}/{date}");
        let table = Table {
            stream,
            topic,
            namespace: &self.world.namespaces[stream as usize],
            columns: encoders.columns(stream),
            record_format: encoders.format(stream),
            world: self.world.id,
            seed: self.world.seed,
            rules: RULES_VERSION,
            file: &file,
        };
        let writer = writer(FileFormat::Parquet, Compression::Zstd, &table, to)?;
        Ok(OpenFile { stream, day, path, writer })
    }
}

impl OpenFile {
    /// Ends the file and gives it its name.
    fn finish(self) -> Result<(), Fault> {
        self.writer.finish()?;
        rename(self.path.with_extension(PARTIAL), &self.path).map_err(|error| fault(&self.path, error))
    }

    /// Removes the file.
    fn discard(self) {
        drop(self.writer);
        // One that cannot be removed keeps the name of a file that is not whole.
        let _ = remove_file(self.path.with_extension(PARTIAL));
    }
}

fn records(town: &Town, shard: &mut Shard, until: VirtualTime, encoders: &Encoders) -> Batch {
    let mut batch = Batch::default();
    shard.run_until(town, until, &mut encoders.outlet(&mut batch));
    batch
}

/// Returns the date of a UTC day, in days since 1970.
fn date_of(day: i32) -> String {
    let midnight = DateTime::<Utc>::from_timestamp(i64::from(day) * 86_400, 0).expect("the calendar ends in 2200");
    midnight.format("%Y-%m-%d").to_string()
}

fn fault(path: &Path, error: io::Error) -> Fault {
    Fault::Io { path: path.to_path_buf(), error }
}
