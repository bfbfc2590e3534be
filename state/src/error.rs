//! The errors of a store, each as one sentence with the failure, its place and the remedy. Must not depend on: the
//! meaning of the stored bytes.

use crate::limit::ProcessLimit;
use std::io;
use std::path::{Path, PathBuf};

/// The number of bytes kept free beside a write: for sled's unfinished segments of 512 KiB and its snapshot.
pub(crate) const MARGIN: u64 = 4 << 20;

/// A failure of the store. The last committed checkpoint is unchanged in every case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The directory holds no world.
    #[error("there is no world in {}: create one first, or name its data directory", dir.display())]
    Absent {
        /// The given directory.
        dir: PathBuf,
    },
    /// The directory holds a world already.
    #[error("a world lives in {} already: open it, or choose another directory for a new one", dir.display())]
    AlreadyExists {
        /// The given directory.
        dir: PathBuf,
    },
    /// The creation of a world was interrupted before its first checkpoint.
    #[error("the creation of the world in {} was interrupted, and nothing was published: run the command that creates it again", dir.display())]
    Incomplete {
        /// The directory of the unfinished world.
        dir: PathBuf,
    },
    /// The directory holds files that are not those of a world.
    #[error("{} holds {found:?} and no world: choose an empty or a new directory", dir.display())]
    Foreign {
        /// The given directory.
        dir: PathBuf,
        /// One of the names found in the directory.
        found: String,
    },
    /// Another process uses the world.
    #[error("the world in {} is in use by {holder}: stop that one first, or ask it instead", dir.display())]
    Held {
        /// The directory of the world.
        dir: PathBuf,
        /// The process that holds the lock, in words ("process 4711 on host b").
        holder: String,
    },
    /// The data was written by another version of the format.
    #[error("{what} has format version {found}, this program knows {known}: use the release that wrote it")]
    UnknownFormat {
        /// The item that was read.
        what: String,
        /// The version of the item.
        found: u8,
        /// The version that this crate writes.
        known: u8,
    },
    /// A block differs from the bytes that were written.
    #[error("block {block} of checkpoint {checkpoint} is damaged ({why}): restore the data directory from a copy")]
    DamagedBlock {
        /// The block's id.
        block: u64,
        /// The checkpoint that wrote it.
        checkpoint: u64,
        /// The flaw that was found.
        why: String,
    },
    /// Another item of the store differs from the bytes that were written.
    #[error("the world in {} is damaged: {what}: restore the data directory from a copy", dir.display())]
    Damaged {
        /// The directory of the world.
        dir: PathBuf,
        /// The item and its flaw.
        what: String,
    },
    /// The disk has no room for a write.
    #[error("the disk of {} is full (about {needed} more bytes are needed): make room, and run the same command again", dir.display())]
    DiskFull {
        /// The directory of the world.
        dir: PathBuf,
        /// The approximate number of bytes that the refused step needs.
        needed: u64,
    },
    /// The operating system refuses access.
    #[error("{} may not be {doing}: give this user the right to read and write it", path.display())]
    PermissionDenied {
        /// The file or directory.
        path: PathBuf,
        /// The operation that failed, as a participle ("written").
        doing: &'static str,
    },
    /// The process reached a limit of the operating system.
    #[error(transparent)]
    Limit(#[from] ProcessLimit),
    /// The file system is read-only.
    #[error(
        "{} may not be {doing}, for its file system is read-only: mount it writable, or copy the data directory to another \
         place and name the copy with --data-dir",
        path.display()
    )]
    ReadOnly {
        /// The file or directory.
        path: PathBuf,
        /// The operation that failed, as a participle ("written").
        doing: &'static str,
    },
    /// A world that cannot be written could not be copied for reading either.
    #[error(
        "the world in {} cannot be written, and could not be copied to {} to be looked at there ({source}): name a \
         directory with room for it in TMPDIR, or copy the data directory to another place and name the copy with --data-dir",
        dir.display(), to.display()
    )]
    NoCopy {
        /// The directory of the world.
        dir: PathBuf,
        /// The temporary directory.
        to: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// Another failure of the operating system.
    #[error("{} could not be {doing}: {source}; mend that and run the same command again", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The operation that failed, as a participle ("written").
        doing: &'static str,
        /// The error of the system.
        source: io::Error,
    },
    /// An earlier write failed, so this store accepts no more.
    #[error("an earlier write failed ({reason}): stop, and start again: what was committed is safe")]
    Poisoned {
        /// The first failure.
        reason: String,
    },
    /// The number of a checkpoint does not follow the number of the head.
    #[error("checkpoint {asked} cannot be written: the next one is {expected}")]
    OutOfOrder {
        /// The given number.
        asked: u64,
        /// The only valid number.
        expected: u64,
    },
    /// Another checkpoint is being written; the store writes one at a time.
    #[error("a checkpoint is being written: commit or drop it first")]
    WriterBusy,
    /// A block was put twice into the same checkpoint.
    #[error("block {block} was put twice into checkpoint {checkpoint}: put each block once")]
    PutTwice {
        /// The block's id.
        block: u64,
        /// The checkpoint being written.
        checkpoint: u64,
    },
    /// A record or block is too large.
    #[error("{what} has {bytes} bytes packed, the limit is {limit}: store it in smaller pieces")]
    TooLarge {
        /// The record or block.
        what: String,
        /// The packed size, in bytes.
        bytes: usize,
        /// The largest packed size, in bytes.
        limit: usize,
    },
}

impl StateError {
    /// Converts a failure of the operating system into the variant that names the remedy.
    pub(crate) fn from_io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { dir: path, needed: MARGIN },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path, doing },
            io::ErrorKind::PermissionDenied => Self::PermissionDenied { path, doing },
            _ => match ProcessLimit::of_files(&path, doing, source) {
                Ok(limit) => limit.into(),
                Err(source) => Self::Io { path, doing, source },
            },
        }
    }

    pub(crate) fn damaged(dir: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { dir: dir.to_path_buf(), what: what.into() }
    }

    /// Returns the same error for the world in `dir`, of which the world in `copy` is a copy.
    pub(crate) fn told_of(self, copy: &Path, dir: &Path) -> Self {
        let dir = dir.to_path_buf();
        match self {
            Self::Incomplete { .. } => Self::Incomplete { dir },
            Self::Damaged { what, .. } => {
                let what = what.replace(&copy.display().to_string(), &dir.display().to_string());
                Self::Damaged { dir, what }
            }
            other => other,
        }
    }

    /// Returns whether the stored bytes are damaged, as opposed to inaccessible.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::DamagedBlock { .. } | Self::UnknownFormat { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn io_failures_are_sorted_by_what_to_do() {
        let sort = |kind: io::ErrorKind| StateError::from_io("written", Path::new("d"), kind.into());
        assert!(matches!(sort(io::ErrorKind::StorageFull), StateError::DiskFull { .. }));
        assert!(matches!(sort(io::ErrorKind::ReadOnlyFilesystem), StateError::ReadOnly { .. }));
        assert!(matches!(sort(io::ErrorKind::PermissionDenied), StateError::PermissionDenied { .. }));
        assert!(matches!(sort(io::ErrorKind::TimedOut), StateError::Io { .. }));
        let files = StateError::from_io("read", Path::new("d"), rustix::io::Errno::MFILE.into());
        assert!(matches!(files, StateError::Limit(ProcessLimit::Files { .. })));
    }
}
