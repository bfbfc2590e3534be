//! The lock of an output folder: one process writes its topics at a time. Readers take no lock and are not blocked. Must
//! not depend on: the marker, topic files.

use crate::sink::SinkError;
use populace_state::{lock_holder, process_name};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The name of the locked file. The marker cannot be locked, since a rename replaces it.
const LOCK: &str = ".populace.lock";

/// An output folder that this process writes, locked until the value is dropped; the system unlocks it when the process
/// dies.
#[derive(Debug)]
pub struct FolderLock {
    /// The locked file; None if the file system has no locks.
    _lock: Option<File>,
}

impl FolderLock {
    /// Locks the folder, which must exist.
    ///
    /// # Errors
    /// [`SinkError::Held`] if another process writes it; another error if the lock file cannot be created.
    pub fn take(out: &Path, data_dir: &Path) -> Result<Self, SinkError> {
        let path = out.join(LOCK);
        // Open for writing, which NFS requires for an exclusive lock; for the owner alone, since opening the file
        // allows locking it.
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let mut file = file.map_err(|e| SinkError::io(&path, "opened", e))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                let holder = lock_holder(&file, &path);
                return Err(SinkError::Held { out: out.to_path_buf(), holder });
            }
            Err(Errno::NOLCK | Errno::NOTSUP | Errno::NOSYS) => return Ok(unlocked(out)),
            Err(errno) => return Err(SinkError::io(&path, "locked", errno.into())),
        }
        // For the message of a refused process; a disk without room for it is no reason to stop.
        let _ = file.set_len(0).and_then(|()| file.write_all(own_name(data_dir).as_bytes()));
        Ok(FolderLock { _lock: Some(file) })
    }
}

fn unlocked(out: &Path) -> FolderLock {
    tracing::warn!(out = %out.display(), "file system has no locks: make sure that no other process writes these topics");
    FolderLock { _lock: None }
}

fn own_name(data_dir: &Path) -> String {
    let data_dir = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_path_buf());
    format!("{} with --data-dir {}", process_name(), data_dir.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_at_a_time_and_the_other_is_named() {
        let out = tempfile::tempdir().unwrap();
        let hold = FolderLock::take(out.path(), Path::new("/one")).unwrap();
        let refused = FolderLock::take(out.path(), Path::new("/two")).unwrap_err().to_string();
        let own = format!("process {} on host", std::process::id());
        assert!(refused.contains(&own) && refused.contains("--data-dir /one"), "{refused}");
        drop(hold);
        FolderLock::take(out.path(), Path::new("/two")).unwrap();
    }

    #[test]
    fn nobody_else_may_open_the_lock() {
        use std::os::unix::fs::PermissionsExt;
        let out = tempfile::tempdir().unwrap();
        let _hold = FolderLock::take(out.path(), Path::new("/one")).unwrap();
        let mode = std::fs::metadata(out.path().join(LOCK)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
