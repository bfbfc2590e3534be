//! The publication of whole files: renamed to their places, durable, and in the list, before a checkpoint depends on them.
//! Must not depend on: records.

use super::converter::{Answer, Converted};
use super::delta::DeltaTables;
use crate::sink::SinkError;
use crate::sink::files::list::FileList;
use crate::sink::files::unsynced::sync_folder;
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The pieces that are being converted, in the order in which they ended, and their publication.
pub(super) struct Publication {
    out: PathBuf,
    list: FileList,
    tables: Option<Arc<DeltaTables>>,
    answers: Receiver<Answer>,
    /// The number of pieces that were published. Held while pieces are published, so that they are in order whichever
    /// mark publishes them.
    published: Mutex<u64>,
}

/// The sending end of the pieces.
pub(super) struct PieceQueue {
    answers: Sender<Answer>,
    queued: u64,
}

impl PieceQueue {
    /// Adds a piece.
    pub(super) fn push(&mut self, answer: Answer) {
        self.queued += 1;
        // The receiver lives as long as the sink.
        let _ = self.answers.send(answer);
    }

    /// Returns the number of pieces so far.
    pub(super) fn queued(&self) -> u64 {
        self.queued
    }
}

/// The effect of a publication on the list of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// The files are added: their time is over.
    Finished,
    /// The files are replaced later: their time goes on.
    SoFar,
}

impl Publication {
    /// Returns the publication into `out`, and into the tables if there are any, and the queue of its pieces.
    pub(super) fn new(out: &Path, list: FileList, tables: Option<Arc<DeltaTables>>) -> (Self, PieceQueue) {
        let (sender, answers) = unbounded();
        let publication = Publication { out: out.to_path_buf(), list, tables, answers, published: Mutex::new(0) };
        (publication, PieceQueue { answers: sender, queued: 0 })
    }

    /// Returns the list of files.
    pub(super) fn list(&self) -> &FileList {
        &self.list
    }

    /// Publishes the pieces up to the number `upto`, after waiting for their conversion.
    ///
    /// # Errors
    /// If a piece could not be converted, or a file cannot be published.
    pub(super) fn publish_until(&self, upto: u64, listing: Listing) -> Result<(), SinkError> {
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pieces = Vec::new();
        while *published + (pieces.len() as u64) < upto {
            let answer = self.answers.recv().expect("a piece is queued before it is awaited");
            pieces.push(answer.recv().unwrap_or_else(|_| Err(self.thread_gone()))?);
        }
        self.publish(&pieces, listing)?;
        *published = upto.max(*published);
        Ok(())
    }

    fn thread_gone(&self) -> SinkError {
        let source = std::io::Error::other("the converting thread ended");
        SinkError::io(&self.out, "written", source)
    }

    fn publish(&self, pieces: &[Converted], listing: Listing) -> Result<(), SinkError> {
        let files = || pieces.iter().flat_map(|piece| &piece.files);
        let mut folders = BTreeSet::new();
        for new in files() {
            let path = self.out.join(&new.file.path);
            let folder = path.parent().unwrap_or(&self.out);
            fs::create_dir_all(folder).map_err(|e| SinkError::io(folder, "made", e))?;
            crate::crash::point("lake.publish");
            fs::rename(&new.temporary, &path).map_err(|e| SinkError::io(&path, "written", e))?;
            folders.extend(folder.ancestors().take_while(|above| above.starts_with(&self.out)).map(Path::to_path_buf));
        }
        folders.iter().try_for_each(|folder| sync_folder(folder))?;
        if listing == Listing::SoFar {
            return Ok(());
        }
        self.tables.iter().try_for_each(|tables| tables.add(pieces))?;
        crate::crash::point("lake.list");
        self.list.add(files().map(|new| &new.file))
    }
}
