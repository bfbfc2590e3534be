//! The place of the store in a world's directory, and its replacement by a compact copy: two renames, after each of
//! which the next opening can tell which of the two is whole. Must not depend on: the contents of a store.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock, statvfs};
use rustix::io::Errno;

use crate::error::StateError;

/// The name of the store in the directory of a world.
pub(crate) const STORE: &str = "sled";
/// The name of a copy that is being written. Whole only if the store is missing.
const FRESH: &str = "sled.new";
/// The name of the store that a copy has replaced.
const WORN: &str = "sled.old";

/// The number of tries for a lock that the threads of a closed store may still hold, and the pause between them.
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(20);

/// Returns the directory in which a copy is written.
pub(crate) fn fresh(dir: &Path) -> PathBuf {
    dir.join(FRESH)
}

/// Returns the number of bytes of all files in a folder and its subfolders.
pub(crate) fn bytes_in(dir: &Path) -> Result<u64, StateError> {
    let failed = |e| StateError::from_io("measured", dir, e);
    let mut sum = 0;
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        sum += match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes_in(&entry.path())?,
            Ok(metadata) => metadata.len(),
            // The store has removed the file meanwhile.
            Err(e) if e.kind() == io::ErrorKind::NotFound => 0,
            Err(e) => return Err(failed(e)),
        };
    }
    Ok(sum)
}

/// Returns the number of free bytes on the disk of a folder.
pub(crate) fn free(dir: &Path) -> Result<u64, StateError> {
    let disk = statvfs(dir).map_err(|errno| StateError::from_io("measured", dir, errno.into()))?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Finishes or undoes an interrupted replacement. If both stores exist, `sled` is the whole one.
pub(crate) fn settle(dir: &Path) -> Result<(), StateError> {
    let (store, fresh, worn) = (dir.join(STORE), dir.join(FRESH), dir.join(WORN));
    if !store.exists() && worn.exists() {
        // The store was moved aside only when the copy was whole and on disk.
        let whole = if fresh.exists() { &fresh } else { &worn };
        rename(whole, &store)?;
        sync(dir)?;
    }
    // Left-overs take room and do no other harm, so a world is opened even if they cannot be removed.
    let _ = discard(&fresh).and_then(|()| discard(&worn));
    Ok(())
}

/// Puts the copy in the place of the store, which is kept aside until [`settle`] removes it. Both must be closed.
pub(crate) fn replace(dir: &Path, probe: &dyn Fn(&'static str)) -> Result<(), StateError> {
    let (store, fresh, worn) = (dir.join(STORE), dir.join(FRESH), dir.join(WORN));
    discard(&worn)?;
    sync_all(&fresh)?;
    sync(dir)?;
    rename(&store, &worn)?;
    probe("compact.parted");
    if let Err(error) = rename(&fresh, &store) {
        rename(&worn, &store)?;
        return Err(error);
    }
    sync(dir)?;
    probe("compact.replaced");
    Ok(())
}

/// Removes a folder with all its contents, if it exists.
pub(crate) fn discard(path: &Path) -> Result<(), StateError> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(StateError::from_io("removed", path, e)),
        _ => Ok(()),
    }
}

/// Waits until no thread of this process uses a file that a closed store had locked.
pub(crate) fn wait_until_unlocked(file: &Path) -> Result<(), StateError> {
    let opened = File::open(file).map_err(|e| StateError::from_io("opened", file, e))?;
    for _ in 0..LOCK_TRIES {
        match flock(&opened, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK | Errno::INTR) => std::thread::sleep(LOCK_PAUSE),
            Err(errno) => return Err(StateError::from_io("locked", file, errno.into())),
        }
    }
    Err(StateError::from_io("locked", file, io::ErrorKind::WouldBlock.into()))
}

fn rename(from: &Path, to: &Path) -> Result<(), StateError> {
    fs::rename(from, to).map_err(|e| StateError::from_io("renamed", from, e))
}

fn sync(path: &Path) -> Result<(), StateError> {
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|e| StateError::from_io("synced", path, e))
}

/// Syncs a folder and all its contents to disk.
fn sync_all(dir: &Path) -> Result<(), StateError> {
    let failed = |e| StateError::from_io("synced", dir, e);
    for entry in fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() { sync_all(&path)? } else { sync(&path)? }
    }
    sync(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a directory with these stores in it, each of which holds its own name.
    fn with(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            fs::create_dir(dir.path().join(name)).unwrap();
            fs::write(dir.path().join(name).join("db"), name).unwrap();
        }
        dir
    }

    #[test]
    fn each_state_that_a_crash_leaves_is_settled() {
        for (left, whole) in [
            (&[STORE][..], STORE),
            (&[STORE, FRESH], STORE),
            (&[WORN, FRESH], FRESH),
            (&[STORE, WORN], STORE),
            (&[WORN], WORN),
        ] {
            let dir = with(left);
            settle(dir.path()).unwrap();
            let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(names, [STORE], "{left:?}");
            assert_eq!(fs::read_to_string(dir.path().join(STORE).join("db")).unwrap(), whole, "{left:?}");
        }
    }

    #[test]
    fn a_copy_takes_the_place_of_the_store() {
        let dir = with(&[STORE, FRESH, WORN]);
        replace(dir.path(), &|_| ()).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join(STORE).join("db")).unwrap(), FRESH);
        assert_eq!(bytes_in(dir.path()).unwrap(), (STORE.len() + FRESH.len()) as u64);
    }
}
