//! The writer of topic files: each file has one sequential writer, so that after a crash every file is a prefix of its
//! stream. Must not depend on: the start of a run.

use super::list::FileList;
use super::lock::FolderLock;
use super::manifest::Manifest;
use super::retire::Retirement;
use super::syncer::Syncer;
use super::token::{Position, Positions};
use super::topic::{TopicWriter, Upkeep};
use super::unsynced::{Unsynced, sync_all};
use crate::sink::{Mark, Sink, SinkError, TopicNames};
use populace_sim::{STREAMS, Stream, VirtualTime};
use populace_wire::Record;
use std::path::PathBuf;
use std::sync::Arc;

/// A locked folder that is to be written.
pub(super) struct Folder {
    pub(super) out: PathBuf,
    pub(super) lock: FolderLock,
    pub(super) manifest: Manifest,
    pub(super) list: FileList,
    pub(super) retirement: Retirement,
}

/// A folder that is being written, shared with marks that are not yet durable.
struct OpenFolder {
    _lock: FolderLock,
    out: PathBuf,
    manifest: Manifest,
    list: FileList,
    retirement: Retirement,
    names: TopicNames,
    syncer: Arc<Syncer>,
}

/// The files sink.
pub(super) struct FilesSink {
    /// The writers by stream; None for streams that the world does not have.
    topics: [Option<TopicWriter>; STREAMS],
    folder: Arc<OpenFolder>,
}

impl FilesSink {
    /// Continues in a folder from `positions`: bytes beyond them are compared with the records, then records are
    /// appended. The folder stays locked until the sink and all of its marks are dropped.
    ///
    /// # Errors
    /// If the folders cannot be created, or a file is shorter than its position.
    pub(super) fn open(folder: Folder, names: &TopicNames, positions: &Positions) -> Result<Self, SinkError> {
        let Folder { out, lock, manifest, list, retirement } = folder;
        manifest.repair()?;
        list.repair()?;
        retirement.complete(&list)?;
        let syncer = Arc::new(Syncer::start(&out)?);
        let mut topics = Stream::ALL.map(|_| None);
        for (stream, name) in names.iter() {
            let writer = TopicWriter::open(&out.join(name), positions.of(stream), Upkeep::Published(syncer.clone()))?;
            topics[stream as usize] = Some(writer);
        }
        let open = Arc::new(OpenFolder { _lock: lock, out, manifest, list, retirement, names: names.clone(), syncer });
        Ok(FilesSink { topics, folder: open })
    }

    #[cfg(test)]
    pub(super) fn request_sync(&self) {
        self.folder.syncer.request();
    }
}

impl Sink for FilesSink {
    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        let topic = self.topics[record.stream as usize].as_mut().expect("a world has the streams of its records");
        topic.record(record.time, record.value)
    }

    fn flush(&mut self, _: VirtualTime) -> Result<(), SinkError> {
        self.topics.iter_mut().flatten().try_for_each(TopicWriter::flush)
    }

    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError> {
        self.flush(at)?;
        let position =
            |topic: &Option<TopicWriter>| topic.as_ref().map_or_else(Position::default, TopicWriter::position);
        let positions = Positions(self.topics.each_ref().map(position));
        let (mut unsynced, mut finished) = (Vec::new(), Vec::new());
        for topic in self.topics.iter_mut().flatten() {
            unsynced.append(&mut topic.take_unsynced()?);
            finished.append(&mut topic.take_finished());
        }
        unsynced.push(Unsynced::Finished(self.folder.out.clone()));
        let (folder, after) = (self.folder.clone(), self.folder.clone());
        let sync = move || {
            // First, because the kernel reports a failure once, and the thread may have received it.
            folder.syncer.settle()?;
            sync_all(&unsynced, &folder.out)?;
            folder.manifest.add(&finished)
        };
        let committed = move || after.retirement.retire_days(&after.list, (&after.names, &positions), at);
        Ok(Mark { token: positions.token(), sync: Box::new(sync), committed: Box::new(committed) })
    }

    fn is_replay_complete(&self) -> bool {
        self.topics.iter().flatten().all(TopicWriter::is_replay_complete)
    }

    fn replayed(&self) -> u64 {
        self.topics.iter().flatten().map(TopicWriter::replayed).sum()
    }
}
