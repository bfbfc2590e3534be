//! The errors of runs and of requests to a world. The text of each contains the fault, its place and the remedy.

use crate::sink::SinkError;
use populace_lake::LakeError;
use populace_state::{ProcessLimit, StateError};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

/// A failure of the daemon; the world is as safe as its last checkpoint and its sink.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The store failed.
    #[error(transparent)]
    State(#[from] StateError),
    /// The sink failed.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The HTTP address that the user stated is not available.
    #[error("HTTP cannot be answered at {address}: {source}; choose another address with --http, or --http off")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason.
        source: io::Error,
    },
    /// The options contradict the world.
    #[error("{0}")]
    Usage(#[from] crate::UsageError),
    /// The changes of a fork are not possible.
    #[error(transparent)]
    Fork(#[from] super::forking::ForkError),
    /// The world and the sink do not belong together, or are not in matching states.
    #[error(transparent)]
    Refused(#[from] super::decision::Refusal),
    /// The scenario cannot be run.
    #[error("the world cannot be made from its scenario: {0}")]
    Sim(String),
    /// The saved state is malformed.
    #[error("{what} of the world in {} cannot be read ({why}): restore the data directory from a copy", dir.display())]
    Saved {
        /// The part that was read.
        what: &'static str,
        /// The directory of the world.
        dir: PathBuf,
        /// The fault in it.
        why: String,
    },
    /// The saved state has the format of another release.
    #[error("{what} of the world in {} has format version {found}, this program knows {known}: use the release that wrote it", dir.display())]
    OtherFormat {
        /// The part that was read.
        what: &'static str,
        /// The directory of the world.
        dir: PathBuf,
        /// Its version.
        found: u32,
        /// The version that this program knows.
        known: u32,
    },
    /// The data directory is not suitable for a world.
    #[error("{} is {what}: {help}", path.display())]
    NoGround {
        /// The path of the data directory.
        path: PathBuf,
        /// The kind of entry at the path.
        what: String,
        /// The remedy.
        help: String,
    },
    /// The wall clock was set, and the user chose to refuse that.
    #[error(
        "the wall clock was set {step} while the world followed it: set the clock right and run the same command again, or choose --on-clock-step wait or follow"
    )]
    ClockStep {
        /// The distance and the direction of the step.
        step: String,
    },
    /// The operating system denies access.
    #[error("{} may not be {doing} by this user: give it the right to, or choose another place", path.display())]
    Denied {
        /// The file, folder or socket.
        path: PathBuf,
        /// The denied operation, as a participle.
        doing: &'static str,
    },
    /// The file system takes no writes.
    #[error("{} may not be {doing}, for its file system is read-only: mount it writable, or choose another place", path.display())]
    ReadOnly {
        /// The file, folder or socket.
        path: PathBuf,
        /// The denied operation, as a participle.
        doing: &'static str,
    },
    /// The operating system refused an operation.
    #[error("{} could not be {doing}: {source}; mend that and run the same command again", path.display())]
    Io {
        /// The file, folder or socket.
        path: PathBuf,
        /// The refused operation, as a participle.
        doing: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// The process reached a limit of the operating system.
    #[error(transparent)]
    Limit(#[from] ProcessLimit),
    /// A thread of the daemon ended, which only a fault of the program causes.
    #[error("the {0} thread ended early: this is a fault of populace; the world is safe, run the same command again")]
    ThreadGone(&'static str),
    /// A question or request to a running world failed.
    #[error("{0}")]
    Answer(String),
    /// The format of an export has no place for a table's rows.
    #[error("{0}: choose --format jsonl, which takes all rows")]
    Rows(#[from] Box<LakeError>),
    /// Standard output does not take the answer.
    #[error(transparent)]
    Output(#[from] crate::output::Unwritten),
    /// The contents of the sink differ from the records of the world.
    #[error("{0}")]
    Unequal(String),
}

impl RunError {
    /// Returns the error of an operation at a path that the operating system refused.
    pub fn io(path: &Path, doing: &'static str, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::ReadOnlyFilesystem => RunError::ReadOnly { path, doing },
            io::ErrorKind::PermissionDenied => RunError::Denied { path, doing },
            _ => match ProcessLimit::of_files(&path, doing, source) {
                Ok(limit) => limit.into(),
                Err(source) => RunError::Io { path, doing, source },
            },
        }
    }
}

/// Starts a thread of this name.
///
/// # Errors
/// If the system refuses to start a thread.
pub(super) fn start_thread(name: String, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, RunError> {
    Ok(std::thread::Builder::new().name(name).spawn(work).map_err(ProcessLimit::Threads)?)
}
