//! The threads that make whole files of staged records, while more are staged. Each file is written beside its place under
//! a temporary name, and is durable when the thread answers. Must not depend on: when files are published.

use super::format::RowFormat;
use super::parts::{Part, PartWriter};
use super::piece::Piece;
use crate::config::FileShape;
use crate::sink::SinkError;
use crate::sink::files::growing::read_staged;
use crate::sink::files::list::ListedFile;
use crossbeam_channel::{Receiver, Sender, bounded};
use populace_lake::FileSummary;
use populace_sim::Stream;
use populace_state::ProcessLimit;
use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

/// The ending of temporary names.
pub(super) const TEMPORARY: &str = ".new";

/// The largest number of threads: conversion is faster than simulation.
const THREADS_MAX: usize = 4;

/// The number of pieces that wait. A writer that is faster than the conversion waits here.
const WAITING_PIECES: usize = 64;

/// The number of bytes that are read at once.
const READ: usize = 1 << 20;

/// A range of staged records that belong to one piece.
#[derive(Clone, Debug)]
pub(super) struct StagedPiece {
    pub(super) stream: Stream,
    /// The name of the topic, which is the name of its folder.
    pub(super) topic: String,
    pub(super) piece: Piece,
    /// The file of the records.
    pub(super) staged: PathBuf,
    /// The bytes of the file.
    pub(super) from: u64,
    pub(super) to: u64,
}

/// A durable file under its temporary name.
#[derive(Clone, Debug)]
pub(super) struct NewFile {
    pub(super) temporary: PathBuf,
    pub(super) file: ListedFile,
    /// What is known of the rows.
    pub(super) summary: FileSummary,
}

/// The files of a piece.
#[derive(Clone, Debug)]
pub(super) struct Converted {
    pub(super) files: Vec<NewFile>,
}

/// The answer to a piece.
pub(super) type Answer = Receiver<Result<Converted, SinkError>>;

struct Job {
    piece: StagedPiece,
    to: Sender<Result<Converted, SinkError>>,
}

/// The threads.
pub(super) struct Converter {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Converter {
    /// Starts the threads.
    ///
    /// # Errors
    /// If the system refuses to start a thread.
    pub(super) fn start(format: &Arc<RowFormat>) -> Result<Self, SinkError> {
        let (jobs, queue) = bounded::<Job>(WAITING_PIECES);
        let count = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        let mut threads = Vec::with_capacity(count);
        for _ in 0..count {
            let (queue, format) = (queue.clone(), format.clone());
            let thread = std::thread::Builder::new().name("populace-files".into());
            let work = move || {
                for Job { piece, to } in queue {
                    // Nobody waits for the answer once the run has failed.
                    let _ = to.send(convert(&piece, &format));
                }
            };
            threads.push(thread.spawn(work).map_err(ProcessLimit::Threads)?);
        }
        Ok(Converter { jobs: Some(jobs), threads })
    }

    /// Queues a piece whose records are written. Blocks while too many wait.
    pub(super) fn convert(&self, piece: StagedPiece) -> Answer {
        let (to, answer) = bounded(1);
        let jobs = self.jobs.as_ref().expect("only dropping it closes the queue");
        // Threads that have ended by a panic leave the answer without a sender.
        let _ = jobs.send(Job { piece, to });
        answer
    }
}

impl Drop for Converter {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn convert(piece: &StagedPiece, format: &RowFormat) -> Result<Converted, SinkError> {
    let folder = piece.staged.parent().unwrap_or(Path::new(""));
    let temporary = |part: u32| folder.join(format!("{}-{part:04}{TEMPORARY}", piece.piece.text()));
    let parts = write_parts(piece, format, &temporary)?;
    crate::crash::point("lake.convert");
    let named = |part: Part| {
        let temporary = temporary(part.number);
        File::open(&temporary).and_then(|file| file.sync_all()).map_err(|e| SinkError::io(&temporary, "synced", e))?;
        let file = listed(piece, format.shape(), &part);
        Ok(NewFile { temporary, file, summary: part.summary })
    };
    let files = parts.into_iter().map(named).collect::<Result<_, SinkError>>()?;
    Ok(Converted { files })
}

fn listed(piece: &StagedPiece, shape: &FileShape, part: &Part) -> ListedFile {
    ListedFile {
        piece: piece.piece.text(),
        path: format!("{}/{}", piece.topic, piece.piece.path(shape, part.number)),
        bytes: part.bytes,
        rows: part.rows,
        hash: part.hash,
    }
}

fn write_parts(
    piece: &StagedPiece,
    format: &RowFormat,
    temporary: &dyn Fn(u32) -> PathBuf,
) -> Result<Vec<Part>, SinkError> {
    let open = |part: u32| {
        let path = temporary(part);
        File::create(&path).map_err(|e| SinkError::io(&path, "made", e))
    };
    let mut parts = PartWriter::new(format, piece.stream, piece.piece, open);
    read_piece(piece, |value| parts.row(value))?;
    parts.finish()
}

/// Passes the records of a piece to `see`, in their order.
///
/// # Errors
/// If they cannot be read, or are no longer what was written; or the error of `see`.
fn read_piece(piece: &StagedPiece, mut see: impl FnMut(&[u8]) -> Result<(), SinkError>) -> Result<(), SinkError> {
    let failed = |e| SinkError::io(&piece.staged, "read", e);
    let mut file = File::open(&piece.staged).map_err(failed)?;
    file.seek(SeekFrom::Start(piece.from)).map_err(failed)?;
    let (mut reader, mut left, mut value) = (BufReader::with_capacity(READ, file), piece.to - piece.from, Vec::new());
    while let Some(record) = read_staged(&mut reader, left, &mut value).map_err(failed)? {
        left -= record.bytes;
        see(&value)?;
    }
    if left == 0 {
        return Ok(());
    }
    Err(SinkError::TooShort { path: piece.staged.clone(), found: piece.to - left, expected: piece.to })
}
