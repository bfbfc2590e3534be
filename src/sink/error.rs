//! The errors of sinks, each as one sentence with the failure, its place and the remedy.

use super::{Instance, SinkRefusal};
use crate::status::{Connectivity, Shortfall};
use populace_lake::LakeError;
use populace_state::{ProcessLimit, StateError};
use std::io;
use std::path::{Path, PathBuf};

/// A failure of a sink. Written records stay; the next run continues from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// The run must not start with this sink.
    #[error(transparent)]
    Refused(#[from] SinkRefusal),
    /// The store of the world failed.
    #[error(transparent)]
    State(#[from] StateError),
    /// This program does not have a sink of this kind.
    #[error(
        "the world writes to a sink of kind {kind:?}, which this program does not have: use the release that wrote it"
    )]
    UnknownKind {
        /// The kind.
        kind: String,
    },
    /// A checkpoint's record of the sink cannot be read.
    #[error("the checkpoint's record of the sink cannot be read ({why}): restore the data directory from a copy")]
    BadToken {
        /// The reason.
        why: String,
    },
    /// The reader of standard output closed the pipe.
    #[error("the reader of standard output went away")]
    ReaderGone,
    /// The run ended while it waited for the sink.
    #[error("stopped while waiting for the sink; nothing is lost: run the same command again to resume")]
    GivenUp,
    /// The run ended while records were not yet delivered.
    #[error(
        "stopped before all was delivered ({why}): {short}; nothing is lost: the same command makes and sends them"
    )]
    Undelivered {
        /// The reason for the delay.
        why: String,
        /// The missing records.
        short: Box<Shortfall>,
    },
    /// Kafka refuses, or is unreachable.
    #[error("Kafka at {brokers}: cannot {doing}: {why}; {help}")]
    Kafka {
        /// The addresses that were tried.
        brokers: String,
        /// The failed step, as a verb.
        doing: &'static str,
        /// The reason.
        why: String,
        /// The remedy.
        help: String,
    },
    /// Another process has claimed this world.
    #[error(
        "this world was claimed by another process ({by}): this one stops, and nothing is lost; stop that one before \
         this data directory is run again"
    )]
    Claimed {
        /// The other process.
        by: Box<Instance>,
    },
    /// A replay does not produce the records that the topics hold.
    #[error(
        "{topic} holds other records than the replay of this world from its last checkpoint: restore the data directory \
         that wrote them, or give another kafka.topic_prefix, which starts at the last checkpoint"
    )]
    OtherRecords {
        /// The topic.
        topic: String,
    },
    /// The progress in the cluster is neither the last written one nor the attempted one.
    #[error(
        "the progress of this world in {progress} is at epoch {found}, and this process expects {known}: two processes wrote \
         it; stop the other one, and run the same command again"
    )]
    Unexplained {
        /// The progress topic.
        progress: String,
        /// The epoch of the progress that was found.
        found: u64,
        /// The epoch that this process expects.
        known: u64,
    },
    /// The disk is full.
    #[error("the disk of {} is full: make room, and run the same command again; nothing is lost", path.display())]
    DiskFull {
        /// The file or folder that could not grow.
        path: PathBuf,
    },
    /// Another process writes the folder.
    #[error(
        "the topics in {} are being written by {holder}: stop that process first, or choose another --out",
        out.display()
    )]
    Held {
        /// The output folder.
        out: PathBuf,
        /// The other process, in words.
        holder: String,
    },
    /// A file was removed while it was written.
    #[error(
        "{} was removed while this world wrote it, and what was written since is lost with it: put it back as it was at \
         the last checkpoint, or choose an empty --out, which starts there",
        path.display()
    )]
    Removed {
        /// The file.
        path: PathBuf,
    },
    /// The file system is read-only.
    #[error(
        "the file system of {} is read-only (a system may also make it so when its disk fails): mount it writable, or \
         choose another --out",
        path.display()
    )]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
    },
    /// The operating system denies access.
    #[error("{} may not be {doing} by this user: give it the right to, or choose another --out", path.display())]
    Denied {
        /// The file or folder.
        path: PathBuf,
        /// The failed step, as a participle.
        doing: &'static str,
    },
    /// The file reached a limit of the process, not of the disk.
    #[error("{} reached the largest size that this process may write: raise `ulimit -f`, and run the same command again; nothing is lost", path.display())]
    TooLarge {
        /// The file that could not grow.
        path: PathBuf,
    },
    /// The process reached a limit of the operating system.
    #[error(transparent)]
    Limit(#[from] ProcessLimit),
    /// Another failure of the operating system.
    #[error("{} could not be {doing}: {source}; mend that and run the same command again", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The failed step, as a participle.
        doing: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// The format of files has no place for a topic's records.
    #[error("{0}: choose another files.format, or create a world with other fields of that topic")]
    Rows(Box<LakeError>),
    /// A file holds other bytes than this world wrote.
    #[error(
        "{} differs from what this world wrote at byte {at} (line {line}): put the file back as it was written, or choose an \
         empty --out, which starts at the last checkpoint",
        path.display()
    )]
    Differs {
        /// The file.
        path: PathBuf,
        /// The first byte that differs, from 0.
        at: u64,
        /// The line of that byte, from 1; 0 if it is not known.
        line: u64,
    },
    /// A file is longer than the bytes that this world wrote into it.
    #[error("{} goes on after byte {at}, where this world wrote no more: put the file back as it was written", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The number of bytes that the world wrote.
        at: u64,
    },
    /// An entry of the log of a Delta table, by which another program changed the table.
    #[error(
        "{} was not written by this world ({why}), which must be the only writer of its Delta tables: move this entry and later \
         ones out of the log, and run the same command again, or choose an empty --out, which starts at the last checkpoint; \
         nothing is lost. To change a table, copy it",
        path.display()
    )]
    OtherWriter {
        /// The entry.
        path: PathBuf,
        /// The operation and the program, or what is wrong.
        why: String,
    },
    /// The log of a Delta table lacks an entry.
    #[error(
        "{} is missing, and later entries of this Delta table's log are there: put it back, or choose an empty --out, which \
         starts at the last checkpoint",
        path.display()
    )]
    EntryGone {
        /// The entry.
        path: PathBuf,
    },
    /// The log of a Delta table does not name a file that this world committed.
    #[error(
        "the Delta table of {} does not name {file:?} any more, which this world committed: put the log back as it was, or \
         choose an empty --out, which starts at the last checkpoint",
        log.display()
    )]
    FileUnnamed {
        /// The folder of the log.
        log: PathBuf,
        /// The path of the file in the folder of the table.
        file: String,
    },
    /// A file is shorter than at the checkpoint.
    #[error(
        "{} holds {found} bytes, and this world wrote {expected} before its last checkpoint: put the file back, or choose an \
         empty --out, which starts at the last checkpoint",
        path.display()
    )]
    TooShort {
        /// The file.
        path: PathBuf,
        /// The number of bytes of the file.
        found: u64,
        /// The number of bytes at the checkpoint.
        expected: u64,
    },
}

impl SinkError {
    /// Returns the error of a run that ends with undelivered records; None if the sink holds all records.
    pub fn undelivered(connectivity: &Connectivity) -> Option<Self> {
        let why = connectivity.outage().map_or_else(|| "they were on their way".to_owned(), |(_, why)| why);
        let short = connectivity.delivery.shortfall().map(Box::new)?;
        Some(SinkError::Undelivered { why, short })
    }

    /// Classifies a failure of the operating system by its remedy. `doing` is the failed step, as a participle.
    pub fn io(path: &Path, doing: &'static str, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => SinkError::DiskFull { path },
            io::ErrorKind::FileTooLarge => SinkError::TooLarge { path },
            io::ErrorKind::ReadOnlyFilesystem => SinkError::ReadOnly { path },
            io::ErrorKind::PermissionDenied => SinkError::Denied { path, doing },
            _ => match ProcessLimit::of_files(&path, doing, source) {
                Ok(limit) => limit.into(),
                Err(source) => SinkError::Io { path, doing, source },
            },
        }
    }
}
