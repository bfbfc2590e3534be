//! The files and folders that must be made durable before a checkpoint may depend on them. Must not depend on: records.

use super::syncer::sync_all_below;
use crate::sink::SinkError;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The largest number of files and folders that are synced one by one; more of them are synced with one call for the
/// file system.
const FEW: usize = 16;

/// A file or folder that was written.
pub(super) enum Unsynced {
    /// A folder, or the file of a finished day, which may be moved away at any time.
    Finished(PathBuf),
    /// The file of the current day, which must still exist: its path, and another handle of it.
    Current(PathBuf, File),
}

/// Makes all of them durable; `out` is the folder that holds them.
///
/// # Errors
/// If the disk fails, or a current file was removed.
pub(super) fn sync_all(unsynced: &[Unsynced], out: &Path) -> Result<(), SinkError> {
    if unsynced.len() <= FEW {
        unsynced.iter().try_for_each(Unsynced::sync)?;
    } else {
        crate::crash::point("files.sync");
        sync_all_below(out)?;
    }
    unsynced.iter().try_for_each(Unsynced::check)
}

/// Makes them durable one by one, whatever else the file system holds.
///
/// # Errors
/// As [`sync_all`].
pub(super) fn sync_each(unsynced: &[Unsynced]) -> Result<(), SinkError> {
    unsynced.iter().try_for_each(Unsynced::sync)?;
    unsynced.iter().try_for_each(Unsynced::check)
}

/// Makes files durable; `out` is on the same file system.
///
/// # Errors
/// If the disk fails.
pub(super) fn sync_files(out: &Path, files: &[&Path]) -> Result<(), SinkError> {
    if files.len() > FEW {
        return sync_all_below(out);
    }
    let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
    files.iter().try_for_each(|path| sync(path).map_err(|e| SinkError::io(path, "synced", e)))
}

/// Makes the names in a folder durable.
///
/// # Errors
/// If the disk fails.
pub(super) fn sync_folder(folder: &Path) -> Result<(), SinkError> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(|e| SinkError::io(folder, "synced", e))
}

impl Unsynced {
    fn sync(&self) -> Result<(), SinkError> {
        crate::crash::point("files.sync");
        let (path, synced) = match self {
            Unsynced::Finished(path) => (path, File::open(path).and_then(|file| file.sync_all())),
            Unsynced::Current(path, file) => (path, file.sync_all()),
        };
        match (self, synced) {
            // The user moved a finished day away meanwhile.
            (Unsynced::Finished(_), Err(e)) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            (_, other) => other.map_err(|e| SinkError::io(path, "synced", e)),
        }
    }

    /// Refuses a current file that was removed: data written to it is lost with the handle. A renamed file still
    /// exists, and the next start requires it.
    fn check(&self) -> Result<(), SinkError> {
        let Unsynced::Current(path, file) = self else { return Ok(()) };
        let links = file.metadata().map_err(|e| SinkError::io(path, "read", e))?.nlink();
        // Some file systems do not count links, so the path must be missing as well.
        if links == 0 && !path.exists() { Err(SinkError::Removed { path: path.clone() }) } else { Ok(()) }
    }
}
