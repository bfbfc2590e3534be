//! The limits of the operating system on a process. Must not depend on: the store.

use rustix::io::Errno;
use std::io;
use std::path::{Path, PathBuf};

/// A limit of the operating system that this process has reached.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessLimit {
    /// The process may start no further thread.
    #[error(
        "this process may start no further thread ({0}): raise `ulimit -u`, or the limit of processes of its container, \
         and run the same command again"
    )]
    Threads(io::Error),
    /// The process may open no further file.
    #[error(
        "{} could not be {doing}, for this process may open no further file ({source}): raise `ulimit -n`, and run the \
         same command again",
        path.display()
    )]
    Files {
        /// The file, folder or socket.
        path: PathBuf,
        /// The refused operation, as a participle.
        doing: &'static str,
        /// The error of the system.
        source: io::Error,
    },
}

impl ProcessLimit {
    /// Returns the limit of open files if it is the cause of the error.
    ///
    /// # Errors
    /// The same error if it has another cause.
    pub fn of_files(path: &Path, doing: &'static str, source: io::Error) -> Result<Self, io::Error> {
        let codes = [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
        if source.raw_os_error().is_some_and(|code| codes.contains(&code)) {
            Ok(Self::Files { path: path.to_path_buf(), doing, source })
        } else {
            Err(source)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_limits_of_open_files_are_limits_of_files() {
        let of = |error| ProcessLimit::of_files(Path::new("a"), "opened", error);
        assert!(of(Errno::MFILE.into()).is_ok() && of(Errno::NFILE.into()).is_ok());
        assert_eq!(of(Errno::NOENT.into()).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
