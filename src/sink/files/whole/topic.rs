//! The staged records of one topic, and the piece of time that is open. Must not depend on: when files are published.

use super::converter::StagedPiece;
use super::piece::Piece;
use crate::config::FilePartition;
use crate::sink::SinkError;
use crate::sink::files::growing::Growing;
use crate::sink::files::token::Position;
use crate::sink::files::topic::{TopicWriter, Upkeep};
use crate::sink::files::unsynced::Unsynced;
use populace_sim::{Stream, VirtualTime};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The place in the staged file of the current day from which records are not published, as a checkpoint saves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenPiece {
    /// The byte at which the open piece begins, or the next one if none is open.
    pub(crate) from: u64,
    /// The instant of a record of the open piece, in microseconds; None if no piece is open.
    pub(crate) at: Option<i64>,
}

/// The staged records of a topic.
pub(super) struct StagedTopic {
    stream: Stream,
    name: String,
    folder: PathBuf,
    partition: FilePartition,
    writer: TopicWriter,
    from: u64,
    /// The open piece, and the first instant after it.
    open: Option<(Piece, VirtualTime)>,
}

impl StagedTopic {
    /// Continues in `folder` from a position.
    ///
    /// # Errors
    /// If the folder cannot be created, or its file is shorter than the position.
    pub(super) fn open(
        (stream, name, folder): (Stream, &str, &Path),
        partition: FilePartition,
        (position, open): (Position, OpenPiece),
    ) -> Result<Self, SinkError> {
        let piece = open.at.map(|at| Piece::at(VirtualTime::from_micros(at), partition));
        Ok(StagedTopic {
            stream,
            name: name.to_owned(),
            folder: folder.to_path_buf(),
            partition,
            writer: TopicWriter::open(folder, position, Upkeep::Staged)?,
            from: open.from,
            open: piece.map(|piece| (piece, piece.end())),
        })
    }

    /// Takes a record. Returns the piece that ended before it, if any.
    #[inline]
    pub(super) fn record(&mut self, time: VirtualTime, value: &[u8]) -> Result<Option<StagedPiece>, SinkError> {
        let ended = if self.open.is_none_or(|(_, end)| time >= end) { self.turn_to(time)? } else { None };
        self.writer.record(time, value)?;
        Ok(ended)
    }

    fn turn_to(&mut self, time: VirtualTime) -> Result<Option<StagedPiece>, SinkError> {
        let ended = self.end(VirtualTime::NEVER)?;
        let piece = Piece::at(time, self.partition);
        self.open = Some((piece, piece.end()));
        if self.writer.position().day != Some(piece.day) {
            self.from = 0;
        }
        Ok(ended)
    }

    /// Ends the open piece if it is over at `at`, and returns it.
    pub(super) fn end(&mut self, at: VirtualTime) -> Result<Option<StagedPiece>, SinkError> {
        let Some((piece, _)) = self.open.filter(|(_, end)| *end <= at) else { return Ok(None) };
        let ended = self.staged(piece)?;
        self.from = ended.to;
        self.open = None;
        Ok(Some(ended))
    }

    /// Returns the open piece as far as it goes; None if there is none.
    pub(super) fn so_far(&mut self) -> Result<Option<StagedPiece>, SinkError> {
        self.open.map(|(piece, _)| self.staged(piece)).transpose()
    }

    fn staged(&mut self, piece: Piece) -> Result<StagedPiece, SinkError> {
        self.writer.flush()?;
        let (from, to) = (self.from, self.writer.position().offset);
        let staged = self.folder.join(Growing::Staged.file_of(piece.day));
        Ok(StagedPiece { stream: self.stream, topic: self.name.clone(), piece, staged, from, to })
    }

    pub(super) fn flush(&mut self) -> Result<(), SinkError> {
        self.writer.flush()
    }

    /// Returns the position of the next record, and the open piece.
    pub(super) fn position(&self) -> (Position, OpenPiece) {
        let at = self.open.map(|(_, end)| end.micros() - 1);
        (self.writer.position(), OpenPiece { from: self.from, at })
    }

    /// Returns the file of the current day, and the folder, which a checkpoint depends on; not the files of days whose
    /// records are published.
    pub(super) fn take_unsynced(&mut self) -> Result<Vec<Unsynced>, SinkError> {
        self.writer.take_finished();
        let mut all = self.writer.take_unsynced()?;
        all.retain(|one| matches!(one, Unsynced::Current(..)));
        all.push(Unsynced::Finished(self.folder.clone()));
        Ok(all)
    }

    pub(super) fn is_replay_complete(&self) -> bool {
        self.writer.is_replay_complete()
    }

    pub(super) fn replayed(&self) -> u64 {
        self.writer.replayed()
    }
}
