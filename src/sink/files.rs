//! The files sink: `<out>/<topic>/<YYYY-MM-DD>.jsonl`, one file a UTC day of virtual time, each written by one
//! sequential writer, so that after a crash every file is a prefix of its stream. Knows no world beyond its id.

mod day;
mod facts;
mod syncer;
mod topic;

use super::kafka::Partitions;
use super::{Mark, Position, Positions, Sink, SinkError, TopicNames};
use populace_sim::{Record, STREAMS, Stream, VirtualTime};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use day::file_of_day;
pub(crate) use facts::days_in;
pub use facts::{Folder, Owner, Reached, reached, read_owner, topic_folder_in_use, write_owner};
use syncer::{Syncer, sync_all_below};
use topic::TopicWriter;

/// Up to so many files and folders are synced one by one; more of them with one call for the file system.
const FEW: usize = 16;

/// Writes topic files.
pub struct FilesSink {
    /// By stream, those that the world has.
    topics: [Option<TopicWriter>; STREAMS],
    out: PathBuf,
}

impl FilesSink {
    /// Goes on in `out` from `positions`; what lies beyond them is compared with what is recorded, then appended to.
    ///
    /// # Errors
    /// Where the folders cannot be made, or a file does not reach its position.
    pub fn open(out: &Path, names: &TopicNames, positions: &Positions) -> Result<Self, SinkError> {
        let syncer = Arc::new(Syncer::start(out)?);
        let mut topics = Stream::ALL.map(|_| None);
        for (stream, name) in names.iter() {
            let writer = TopicWriter::open(&out.join(name), positions.of(stream), &syncer)?;
            topics[stream as usize] = Some(writer);
        }
        Ok(FilesSink { topics, out: out.to_path_buf() })
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
        let mut unsynced = Vec::new();
        for topic in self.topics.iter_mut().flatten() {
            unsynced.append(&mut topic.take_unsynced()?);
        }
        unsynced.push(self.out.clone());
        let out = self.out.clone();
        let sync = move || match unsynced.len() {
            ..=FEW => unsynced.iter().try_for_each(|path| sync_path(path)),
            _ => {
                crate::crash::point("files.sync");
                sync_all_below(&out)
            }
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

fn sync_path(path: &Path) -> Result<(), SinkError> {
    crate::crash::point("files.sync");
    match File::open(path).and_then(|file| file.sync_all()) {
        // Somebody moved a finished day away meanwhile.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(|e| SinkError::io(path, "synced", e)),
    }
}

#[cfg(test)]
mod tests;
