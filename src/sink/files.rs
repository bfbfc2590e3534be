//! The files sink: `<out>/<topic>/<YYYY-MM-DD>.jsonl`, one file a UTC day of virtual time, each written by one
//! sequential writer, so that after a crash every file is a prefix of its stream. Knows no world beyond its id.

mod day;
mod facts;
mod lock;
mod manifest;
mod marker;
mod syncer;
mod topic;
mod unsynced;

use super::kafka::Partitions;
use super::{Mark, Position, Positions, Sink, SinkError, TopicNames};
use populace_sim::{Record, STREAMS, Stream, VirtualTime};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use day::file_of_day;
pub(crate) use facts::days_in;
pub use facts::{Folder, Reached, reached, topic_folder_in_use};
pub use lock::FolderLock;
pub use manifest::Altered;
pub(crate) use manifest::Manifest;
pub use marker::{Owner, Writer, read_owner, read_writer, write_owner};
use syncer::Syncer;
use topic::TopicWriter;
use unsynced::{Unsynced, sync_all};

/// The folder as it is written: its lock and its manifest, shared with marks that are still to be made durable.
struct Held {
    _hold: FolderLock,
    out: PathBuf,
    manifest: Manifest,
    syncer: Arc<Syncer>,
}

/// Writes topic files.
pub struct FilesSink {
    /// By stream, those that the world has.
    topics: [Option<TopicWriter>; STREAMS],
    held: Arc<Held>,
}

impl FilesSink {
    /// Goes on in `out`, which `hold` locks, from `positions`; what lies beyond them is compared with what is recorded,
    /// then appended to. The folder is locked until the sink and all of its marks are dropped.
    ///
    /// # Errors
    /// Where the folders cannot be made, or a file does not reach its position.
    pub(crate) fn open(
        (out, hold): (&Path, FolderLock),
        manifest: Manifest,
        names: &TopicNames,
        positions: &Positions,
    ) -> Result<Self, SinkError> {
        manifest.mend()?;
        let syncer = Arc::new(Syncer::start(out)?);
        let mut topics = Stream::ALL.map(|_| None);
        for (stream, name) in names.iter() {
            let writer = TopicWriter::open(&out.join(name), positions.of(stream), &syncer)?;
            topics[stream as usize] = Some(writer);
        }
        let held = Arc::new(Held { _hold: hold, out: out.to_path_buf(), manifest, syncer });
        Ok(FilesSink { topics, held })
    }
}

impl Sink for FilesSink {
    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        let topic = self.topics[record.stream as usize].as_mut().expect("a world has the streams of its records");
        topic.record(record.time.utc_day(), record.value)
    }

    fn flush(&mut self, _: VirtualTime) -> Result<(), SinkError> {
        self.topics.iter_mut().flatten().try_for_each(TopicWriter::flush)
    }

    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError> {
        self.flush(at)?;
        let position =
            |topic: &Option<TopicWriter>| topic.as_ref().map_or_else(Position::default, TopicWriter::position);
        let positions = self.topics.each_ref().map(position);
        let (mut unsynced, mut finished) = (Vec::new(), Vec::new());
        for topic in self.topics.iter_mut().flatten() {
            unsynced.append(&mut topic.take_unsynced()?);
            finished.append(&mut topic.take_finished());
        }
        unsynced.push(Unsynced::Finished(self.held.out.clone()));
        let held = self.held.clone();
        let sync = move || {
            // First, for the kernel tells a failure once: the thread may have met it.
            held.syncer.settle()?;
            sync_all(&unsynced, &held.out)?;
            held.manifest.add(&finished)
        };
        Ok(Mark { positions: Positions(positions), partitions: Partitions::default(), sync: Box::new(sync) })
    }

    fn caught_up(&self) -> bool {
        self.topics.iter().flatten().all(TopicWriter::caught_up)
    }

    fn known(&self) -> u64 {
        self.topics.iter().flatten().map(TopicWriter::known).sum()
    }
}

#[cfg(test)]
mod tests;
