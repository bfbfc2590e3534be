//! The errors of a store, each as one sentence that says what failed, where, and what to do. Must not depend on: what the
//! stored bytes mean.

use std::io;
use std::path::{Path, PathBuf};

/// The number of bytes kept free beside what is written: sled's segments of 512 KiB in the making and its snapshot.
pub(crate) const MARGIN: u64 = 4 << 20;

/// A failure of the store. Whatever it says, the last committed checkpoint is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// There is no world in the directory.
    #[error("there is no world in {}: create one first, or name its data directory", dir.display())]
    Absent {
        /// The directory that was asked for.
        dir: PathBuf,
    },
    /// A world lives there already.
    #[error("a world lives in {} already: open it, or choose another directory for a new one", dir.display())]
    AlreadyExists {
        /// The directory that was asked for.
        dir: PathBuf,
    },
    /// The creation of a world was interrupted before its first checkpoint.
    #[error("the creation of the world in {} was interrupted, and nothing was published: run the command that creates it again", dir.display())]
    Incomplete {
        /// The directory of the unfinished world.
        dir: PathBuf,
    },
    /// The directory holds something that is no world.
    #[error("{} holds {found:?} and no world: choose an empty or a new directory", dir.display())]
    Foreign {
        /// The directory that was asked for.
        dir: PathBuf,
        /// One of the names found there.
        found: String,
    },
    /// Another process uses the world.
    #[error("the world in {} is in use by {holder}: stop that one first, or ask it instead", dir.display())]
    Held {
        /// The directory of the world.
        dir: PathBuf,
        /// Who holds it, in words ("process 4711 on host b").
        holder: String,
    },
    /// Written by another version of the format.
    #[error("{what} has format version {found}, this program knows {known}: use the release that wrote it")]
    UnknownFormat {
        /// What was read.
        what: String,
        /// Its version.
        found: u8,
        /// The version that this crate writes.
        known: u8,
    },
    /// A block is not what was written.
    #[error("block {block} of checkpoint {checkpoint} is damaged ({why}): restore the data directory from a copy")]
    DamagedBlock {
        /// The block's id.
        block: u64,
        /// The checkpoint that wrote it.
        checkpoint: u64,
        /// What does not fit.
        why: String,
    },
    /// Something else in the store is not what was written.
    #[error("the world in {} is damaged: {what}: restore the data directory from a copy", dir.display())]
    Damaged {
        /// The directory of the world.
        dir: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// No room for what is to be written.
    #[error("the disk of {} is full (about {needed} more bytes are needed): make room, and run the same command again", dir.display())]
    DiskFull {
        /// The directory of the world.
        dir: PathBuf,
        /// About how many bytes the refused step asked for.
        needed: u64,
    },
    /// The operating system refuses access.
    #[error("{} may not be {doing}: give this user the right to read and write it", path.display())]
    PermissionDenied {
        /// The file or directory.
        path: PathBuf,
        /// What was tried, as a participle ("written").
        doing: &'static str,
    },
    /// The system lets this process start no further thread.
    #[error(
        "this process may start no further thread ({source}): raise `ulimit -u`, or the limit of processes of its \
         container, and run the same command again"
    )]
    NoThread {
        /// The reason.
        source: io::Error,
    },
    /// The system lets this process open no further file.
    #[error(
        "{} could not be {doing}, for this process may open no further file ({source}): raise `ulimit -n`, and run \
         the same command again",
        path.display()
    )]
    NoFile {
        /// The file or directory.
        path: PathBuf,
        /// What was tried, as a participle ("written").
        doing: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// The file system takes no writes.
    #[error(
        "{} may not be {doing}, for its file system is read-only: mount it writable, or copy the data directory to another \
         place and name the copy with --data-dir",
        path.display()
    )]
    ReadOnly {
        /// The file or directory.
        path: PathBuf,
        /// What was tried, as a participle ("written").
        doing: &'static str,
    },
    /// A world that cannot be written could not be copied to be looked at.
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
        /// The reason.
        source: io::Error,
    },
    /// Another failure of the operating system.
    #[error("{} could not be {doing}: {source}; mend that and run the same command again", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was tried, as a participle ("written").
        doing: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// An earlier write failed, so this store accepts no more.
    #[error("an earlier write failed ({reason}): stop, and start again: what was committed is safe")]
    Poisoned {
        /// The failure that came first.
        reason: String,
    },
    /// Checkpoint numbers have no gaps.
    #[error("checkpoint {asked} cannot be written: the next one is {expected}")]
    OutOfOrder {
        /// The number asked for.
        asked: u64,
        /// The only number possible.
        expected: u64,
    },
    /// Only one checkpoint is written at a time.
    #[error("a checkpoint is being written: commit or drop it first")]
    WriterBusy,
    /// A checkpoint holds each block once.
    #[error("block {block} was put twice into checkpoint {checkpoint}: put each block once")]
    PutTwice {
        /// The block's id.
        block: u64,
        /// The checkpoint being written.
        checkpoint: u64,
    },
    /// Too much for one record or block.
    #[error("{what} has {bytes} bytes packed, the limit is {limit}: store it in smaller pieces")]
    TooLarge {
        /// What was to be stored.
        what: String,
        /// Its packed size.
        bytes: usize,
        /// The largest packed size.
        limit: usize,
    },
}

impl StateError {
    /// Sorts a failure of the operating system into the variant that tells what to do.
    pub(crate) fn from_io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { dir: path, needed: MARGIN },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path, doing },
            io::ErrorKind::PermissionDenied => Self::PermissionDenied { path, doing },
            _ if is_for_want_of_files(&source) => Self::NoFile { path, doing, source },
            _ => Self::Io { path, doing, source },
        }
    }

    pub(crate) fn damaged(dir: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { dir: dir.to_path_buf(), what: what.into() }
    }

    /// The same of the world in `dir`, of which the one in `copy` is a copy.
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

    /// Whether the stored bytes are at fault, not access to them.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::DamagedBlock { .. } | Self::UnknownFormat { .. })
    }
}

/// Whether the process, or the system, has as many files open as it may.
fn is_for_want_of_files(error: &io::Error) -> bool {
    let codes = [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE].map(rustix::io::Errno::raw_os_error);
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
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
        assert!(matches!(files, StateError::NoFile { .. }));
    }
}
