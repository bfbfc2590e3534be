//! The files sink: `<out>/<topic>/<YYYY-MM-DD>.jsonl`, one file a UTC day of virtual time, each written by one
//! sequential writer, so that after a crash every file is a prefix of its stream. Knows no world beyond its id.

mod day;
mod facts;
mod syncer;
mod topic;

use super::kafka::Partitions;
use super::{Mark, Position, Positions, Sink, SinkError};
use populace_sim::{Record, STREAMS, Stream, VirtualTime};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use day::file_of_day;
pub(crate) use facts::days_in;
pub use facts::{Folder, Owner, Reached, reached, read_owner, topic_folder_in_use, write_owner};
use syncer::{Syncer, sync_all_below};
use topic::TopicWriter;

/// The folder names of the three topics, by stream.
pub type TopicNames = [String; STREAMS];

/// Up to so many files and folders are synced one by one; more of them with one call for the file system.
const FEW: usize = 16;

/// Writes topic files.
pub struct FilesSink {
    topics: [TopicWriter; STREAMS],
    out: PathBuf,
}

impl FilesSink {
    /// Goes on in `out` from `positions`; what lies beyond them is compared with what is recorded, then appended to.
    ///
    /// # Errors
    /// Where the folders cannot be made, or a file does not reach its position.
    pub fn open(out: &Path, names: &TopicNames, positions: &Positions) -> Result<Self, SinkError> {
        let syncer = Arc::new(Syncer::start(out));
        let folder = |stream: Stream| out.join(&names[stream as usize]);
        let open = |stream: Stream| TopicWriter::open(&folder(stream), positions.of(stream), &syncer);
        let [a, b, c] = Stream::ALL.map(open);
        Ok(FilesSink { topics: [a?, b?, c?], out: out.to_path_buf() })
    }
}

impl Sink for FilesSink {
    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        self.topics[record.stream as usize].record(record.time.utc_day(), record.value)
    }

    fn flush(&mut self, _: VirtualTime) -> Result<(), SinkError> {
        self.topics.iter_mut().try_for_each(TopicWriter::flush)
    }

    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError> {
        self.flush(at)?;
        let positions: [Position; STREAMS] = std::array::from_fn(|i| self.topics[i].position());
        let mut unsynced = Vec::new();
        for topic in &mut self.topics {
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
        self.topics.iter().all(TopicWriter::caught_up)
    }

    fn known(&self) -> u64 {
        self.topics.iter().map(TopicWriter::known).sum()
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
