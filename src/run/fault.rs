//! How a run, or a question about a world, can fail. Each says what, where and what to do.

use crate::sink::SinkError;
use populace_state::StateError;
use std::io;
use std::path::{Path, PathBuf};

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
    /// The options contradict the world.
    #[error("{0}")]
    Usage(#[from] crate::UsageError),
    /// World and sink do not belong together, or not like this.
    #[error(transparent)]
    Refused(#[from] super::decision::Refusal),
    /// The scenario cannot be lived.
    #[error("the world cannot be made from its scenario: {0}")]
    Sim(String),
    /// What was saved is not what this program saves.
    #[error("{what} of the world in {} cannot be read ({why}): restore the data directory from a copy", dir.display())]
    Saved {
        /// What was read.
        what: &'static str,
        /// The directory of the world.
        dir: PathBuf,
        /// What does not fit.
        why: String,
    },
    /// The operating system refused something.
    #[error("{} could not be {doing}: {source}", path.display())]
    Io {
        /// The file, folder or socket.
        path: PathBuf,
        /// What was tried, as a participle.
        doing: &'static str,
        /// The reason.
        source: io::Error,
    },
    /// A thread of the daemon is gone, which only a fault of the program brings about.
    #[error("the {0} thread ended early: this is a fault of populace; the world is safe, run the same command again")]
    ThreadGone(&'static str),
    /// A question or request to a running world failed.
    #[error("{0}")]
    Answer(String),
    /// What lies in the sink is not what the world made.
    #[error("{0}")]
    Unequal(String),
}

impl RunError {
    /// An operating system failure at a path.
    pub fn io(path: &Path, doing: &'static str, source: io::Error) -> Self {
        RunError::Io { path: path.to_path_buf(), doing, source }
    }
}
