//! The sink of whole files: records are staged as they come, and published as whole files when their day or hour is over.
//! Must not depend on: the start of a run.

use super::converter::{Converter, StagedPiece};
use super::delta::DeltaTables;
use super::format::RowFormat;
use super::publish::{Listing, PieceQueue, Publication};
use super::staging::Staging;
use super::topic::{OpenPiece, StagedTopic};
use crate::sink::files::list::FileList;
use crate::sink::files::lock::FolderLock;
use crate::sink::files::retire::Retirement;
use crate::sink::files::token::{Position, Positions};
use crate::sink::files::unsynced::{Unsynced, sync_each};
use crate::sink::{Mark, Sink, SinkError, Token, TopicNames};
use populace_sim::{STREAMS, VirtualTime};
use populace_wire::Record;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// The name of the token's value.
const OPEN: &str = "open";

/// The open pieces of all streams, as a checkpoint saves them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::sink::files) struct OpenPieces(
    #[serde(with = "populace_wire::by_stream")] pub(super) [OpenPiece; STREAMS],
);

impl OpenPieces {
    /// Reads the open pieces from a token.
    ///
    /// # Errors
    /// If the value is not one that this sink wrote.
    pub(in crate::sink::files) fn of_token(token: &Token) -> Result<Self, SinkError> {
        token.get(OPEN)
    }
}

/// A locked folder that is to be written.
pub(in crate::sink::files) struct WholeFolder {
    pub(in crate::sink::files) out: PathBuf,
    pub(in crate::sink::files) lock: FolderLock,
    pub(in crate::sink::files) list: FileList,
    pub(in crate::sink::files) format: RowFormat,
    pub(in crate::sink::files) retirement: Retirement,
    /// The number of the world's attachment to the folder.
    pub(in crate::sink::files) attachment: u32,
}

impl WholeFolder {
    /// Opens the tables of the topics, if the files are those of Delta tables.
    fn open_tables(&self, names: &TopicNames) -> Result<Option<Arc<DeltaTables>>, SinkError> {
        let open = || DeltaTables::open((&self.out, self.attachment), (&self.format, names), &self.list.read()?);
        self.format.is_delta().then(open).transpose().map(|tables| tables.map(Arc::new))
    }
}

/// A folder that is being written, shared with marks that are not yet durable.
struct OpenFolder {
    _lock: FolderLock,
    publication: Publication,
    staging: Staging,
    retirement: Retirement,
}

/// The sink of whole files.
pub(in crate::sink::files) struct WholeFilesSink {
    /// The staged records by stream; None for streams that the world does not have.
    topics: [Option<StagedTopic>; STREAMS],
    format: Arc<RowFormat>,
    converter: Converter,
    queue: PieceQueue,
    folder: Arc<OpenFolder>,
}

impl WholeFilesSink {
    /// Continues in a folder from a checkpoint: staged bytes beyond it are compared with the records, then records are
    /// appended. The folder stays locked until the sink and all of its marks are dropped.
    ///
    /// # Errors
    /// If the folders cannot be created, or a staged file is shorter than its position.
    pub(in crate::sink::files) fn open(
        folder: WholeFolder,
        names: &TopicNames,
        (positions, open): (&Positions, &OpenPieces),
    ) -> Result<Self, SinkError> {
        folder.list.repair()?;
        let staging = Staging::open(&folder.out, names)?;
        staging.tidy(positions)?;
        let tables = folder.open_tables(names)?;
        let WholeFolder { out, lock, list, format, retirement, .. } = folder;
        let retirement = retirement.with_tables(tables.clone());
        retirement.complete(&list)?;
        let partition = format.shape().partition;
        let mut topics = [const { None }; STREAMS];
        for (stream, name) in names.iter() {
            let (at, piece) = (positions.of(stream), open.0[stream as usize]);
            let staged = staging.folder(stream);
            topics[stream as usize] = Some(StagedTopic::open((stream, name, staged), partition, (at, piece))?);
        }
        let (publication, queue) = Publication::new(&out, list, tables);
        let format = Arc::new(format);
        let converter = Converter::start(&format)?;
        let folder = Arc::new(OpenFolder { _lock: lock, publication, staging, retirement });
        Ok(WholeFilesSink { topics, format, converter, queue, folder })
    }

    fn convert(&mut self, piece: Option<StagedPiece>) {
        if let Some(piece) = piece {
            self.queue.push(self.converter.convert(piece));
        }
    }

    /// Returns the positions of all streams, and their open pieces.
    fn positions(&self) -> (Positions, OpenPieces) {
        let position = |topic: &Option<StagedTopic>| topic.as_ref().map(StagedTopic::position).unwrap_or_default();
        let all: [(Position, OpenPiece); STREAMS] = self.topics.each_ref().map(position);
        (Positions(all.map(|one| one.0)), OpenPieces(all.map(|one| one.1)))
    }

    fn take_unsynced(&mut self) -> Result<Vec<Unsynced>, SinkError> {
        let mut all = Vec::new();
        for topic in self.topics.iter_mut().flatten() {
            all.append(&mut topic.take_unsynced()?);
        }
        Ok(all)
    }
}

impl Sink for WholeFilesSink {
    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        if !self.format.takes(record) {
            return Ok(());
        }
        let topic = self.topics[record.stream as usize].as_mut().expect("a world has the streams of its records");
        let ended = topic.record(record.time, record.value)?;
        self.convert(ended);
        Ok(())
    }

    fn flush(&mut self, at: VirtualTime) -> Result<(), SinkError> {
        for stream in 0..STREAMS {
            let Some(topic) = &mut self.topics[stream] else { continue };
            topic.flush()?;
            let ended = topic.end(at)?;
            self.convert(ended);
        }
        Ok(())
    }

    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError> {
        self.flush(at)?;
        let (positions, open) = self.positions();
        let (unsynced, upto) = (self.take_unsynced()?, self.queue.queued());
        let (folder, after) = (self.folder.clone(), self.folder.clone());
        let sync = move || {
            sync_each(&unsynced)?;
            folder.publication.publish_until(upto, Listing::Finished)
        };
        let committed = move || {
            after.staging.drop_before(&positions)?;
            after.retirement.retire_listed(after.publication.list(), at)
        };
        let token = positions.token().and(OPEN, &open);
        Ok(Mark { token, sync: Box::new(sync), committed: Box::new(committed) })
    }

    fn finish(&mut self, at: VirtualTime) -> Result<(), SinkError> {
        self.flush(at)?;
        self.folder.publication.publish_until(self.queue.queued(), Listing::Finished)?;
        // A commit for each stop would make the log depend on when the world was stopped.
        if self.format.is_delta() {
            return Ok(());
        }
        for stream in 0..STREAMS {
            let Some(topic) = &mut self.topics[stream] else { continue };
            let open = topic.so_far()?;
            self.convert(open);
        }
        self.folder.publication.publish_until(self.queue.queued(), Listing::SoFar)
    }

    fn is_replay_complete(&self) -> bool {
        self.topics.iter().flatten().all(StagedTopic::is_replay_complete)
    }

    fn replayed(&self) -> u64 {
        self.topics.iter().flatten().map(StagedTopic::replayed).sum()
    }
}
