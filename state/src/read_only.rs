//! Reads a world that cannot be written: on a read-only file system, on a full disk, or without permission. sled writes on
//! opening, so the store is copied to the system's temporary directory, opened there, and removed with the value. Must not
//! depend on: the contents of the files.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fs::{FlockOperation, flock};

use crate::error::StateError;
use crate::home::Home;
use crate::store::{Probe, Store};

/// The beginning of the name of a copy.
const COPY: &str = "populace-look-";

/// The beginning of the name of a copy that is not yet locked.
const UNLOCKED: &str = ".populace-look-";

/// The file in a copy that is locked as long as its process runs.
const LOCK: &str = "lock";

/// The directory of the copied world in the copy.
const WORLD: &str = "world";

/// The beginning of the names of the store's own directories.
const STORE: &str = "sled";

/// A copy of a world's directory; removed when the value is dropped.
#[derive(Debug)]
pub(crate) struct Copy {
    root: PathBuf,
    /// The locked file of the copy.
    _lock: File,
    /// The directory of the original world, locked against writing.
    _original: Home,
}

impl Store {
    /// Opens a world for reading alone. If its directory can be written, this opens it as [`Store::open`] does;
    /// otherwise it opens a copy in the system's temporary directory, which takes as much room there as the world has.
    /// Writing to a copy is refused.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StateError::NoCopy`] if the temporary directory has no room or may not be written.
    pub fn open_read_only(dir: &Path, probe: Probe) -> Result<Self, StateError> {
        match Self::open(dir, probe.clone()) {
            Err(StateError::PermissionDenied { .. } | StateError::ReadOnly { .. } | StateError::DiskFull { .. }) => {
                look_at_copy(dir, probe)
            }
            other => other,
        }
    }
}

fn look_at_copy(dir: &Path, probe: Probe) -> Result<Store, StateError> {
    let original = Home::share(dir)?;
    let copy = Copy::of(original, &std::env::temp_dir())?;
    let mut store = Store::open(&copy.world(), probe).map_err(|error| error.told_of(&copy.world(), dir))?;
    store.poison("it is a copy that is only looked at");
    let inner = Arc::get_mut(&mut store.inner).expect("nobody else has it yet");
    inner.dir = dir.to_path_buf();
    inner.copy = Some(Box::new(copy));
    Ok(store)
}

impl Copy {
    fn of(original: Home, temporary: &Path) -> Result<Self, StateError> {
        let dir = original.dir().to_path_buf();
        let failed = |source| StateError::NoCopy { dir: dir.clone(), to: temporary.to_path_buf(), source };
        sweep(temporary);
        let name = unique();
        let (unlocked, root) = (temporary.join(format!("{UNLOCKED}{name}")), temporary.join(format!("{COPY}{name}")));
        let lock = make_locked(&unlocked).and_then(|lock| fs::rename(&unlocked, &root).map(|()| lock));
        let copy = Copy { root, _lock: lock.map_err(failed)?, _original: original };
        let files = files_of(&dir)?;
        copy_all(&dir, &files, &copy.world()).map_err(failed)?;
        Ok(copy)
    }

    fn world(&self) -> PathBuf {
        self.root.join(WORLD)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // If the removal fails, the next copy removes the remains.
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn unique() -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}-{}", std::process::id(), since.as_nanos(), MADE.fetch_add(1, Ordering::Relaxed))
}

/// Creates a directory for this user alone, with a locked file in it.
fn make_locked(root: &Path) -> io::Result<File> {
    DirBuilder::new().mode(0o700).create(root)?;
    let lock = File::create(root.join(LOCK))?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
    Ok(lock)
}

/// Removes the copies of processes that were killed: their locks are free.
fn sweep(temporary: &Path) {
    let Ok(entries) = fs::read_dir(temporary) else { return };
    let copies = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(COPY));
    for root in copies.map(|entry| entry.path()) {
        let lock = OpenOptions::new().write(true).open(root.join(LOCK));
        let is_left = lock.is_ok_and(|lock| flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok());
        if is_left {
            let _ = fs::remove_dir_all(&root);
        }
    }
}

/// Returns the files of a world, relative to its directory: the marker and those of the store except sled's unfinished
/// snapshots.
fn files_of(dir: &Path) -> Result<Vec<PathBuf>, StateError> {
    let mut files = vec![PathBuf::from(crate::home::MARKER)];
    let mut folders: Vec<PathBuf> =
        names(dir)?.into_iter().filter(|name| name.starts_with(STORE)).map(Into::into).collect();
    while let Some(folder) = folders.pop() {
        for name in names(&dir.join(&folder))?.into_iter().filter(|name| !name.ends_with(".generating")) {
            let inside = folder.join(name);
            if dir.join(&inside).is_dir() { folders.push(inside) } else { files.push(inside) }
        }
    }
    Ok(files)
}

fn names(dir: &Path) -> Result<Vec<String>, StateError> {
    let names = fs::read_dir(dir).and_then(|entries| {
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<io::Result<_>>()
    });
    names.map_err(|e| StateError::from_io("read", dir, e))
}

fn copy_all(from: &Path, files: &[PathBuf], to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for file in files {
        let copy = to.join(file);
        fs::create_dir_all(copy.parent().unwrap_or(to))?;
        // Not `fs::copy`, which would copy the mode: a file without write permission.
        match File::open(from.join(file)) {
            Ok(mut original) => io::copy(&mut original, &mut File::create(copy)?).map(drop)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{BlockId, pack};
    use crate::identity::Identity;
    use crate::store::no_probe;

    /// Returns the directory of a closed world with one block and one command.
    fn world() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let scenario = String::new();
        let identity = Identity { world_id: 5, seed: 1, rules_version: 1, scenario, scenario_hash: 0, note: vec![] };
        let store = Store::create(dir.path(), &identity, no_probe()).unwrap();
        let mut checkpoint = store.checkpoint(0).unwrap();
        checkpoint.put(BlockId(1), pack(b"Ada")).unwrap();
        checkpoint.commit(b"meta").unwrap();
        store.append_command(b"first").unwrap();
        dir
    }

    fn copies(temporary: &Path) -> usize {
        fs::read_dir(temporary).unwrap().count()
    }

    #[test]
    fn a_copy_reads_as_the_world_and_is_removed() {
        let (dir, temporary) = (world(), tempfile::tempdir().unwrap());
        let copy = Copy::of(Home::share(dir.path()).unwrap(), temporary.path()).unwrap();
        let store = Store::open(&copy.world(), no_probe()).unwrap();
        assert_eq!(store.read_block(BlockId(1)).unwrap().as_deref(), Some(&b"Ada"[..]));
        assert_eq!(store.commands().unwrap().len(), 1);
        drop(store);
        assert_eq!(copies(temporary.path()), 1);
        drop(copy);
        assert_eq!(copies(temporary.path()), 0);
    }

    #[test]
    fn a_copy_takes_no_writes() {
        let dir = world();
        let store = look_at_copy(dir.path(), no_probe()).unwrap();
        assert_eq!(store.head().unwrap().map(|head| head.number), Some(0));
        let refused = store.append_command(b"second").unwrap_err();
        assert!(matches!(refused, StateError::Poisoned { .. }), "{refused}");
        // A reader keeps writers out, and no other reader.
        assert!(matches!(Store::open(dir.path(), no_probe()), Err(StateError::Held { .. })));
        look_at_copy(dir.path(), no_probe()).unwrap();
        drop(store);
        assert_eq!(Store::open(dir.path(), no_probe()).unwrap().commands().unwrap().len(), 1);
    }

    #[test]
    fn a_world_in_use_is_not_copied() {
        let dir = world();
        let store = Store::open(dir.path(), no_probe()).unwrap();
        assert!(matches!(look_at_copy(dir.path(), no_probe()), Err(StateError::Held { .. })));
        drop(store);
        look_at_copy(dir.path(), no_probe()).unwrap();
    }

    #[test]
    fn the_copy_of_a_killed_process_is_removed_by_the_next() {
        let (dir, temporary) = (world(), tempfile::tempdir().unwrap());
        let left = temporary.path().join(format!("{COPY}1-1-1"));
        drop(make_locked(&left).unwrap());
        let foreign = temporary.path().join("letters");
        fs::create_dir(&foreign).unwrap();
        let copy = Copy::of(Home::share(dir.path()).unwrap(), temporary.path()).unwrap();
        let other = Copy::of(Home::share(dir.path()).unwrap(), temporary.path()).unwrap();
        assert!(!left.exists() && foreign.exists() && copy.root.exists() && other.root.exists());
    }

    #[test]
    fn a_temporary_directory_that_takes_no_copy_is_named() {
        let dir = world();
        let refused = Copy::of(Home::share(dir.path()).unwrap(), Path::new("/sys")).unwrap_err().to_string();
        assert!(refused.contains("/sys") && refused.contains("TMPDIR"), "{refused}");
    }

    #[test]
    fn damage_is_told_of_the_world_and_not_of_its_copy() {
        let dir = world();
        fs::remove_file(dir.path().join("sled/db")).unwrap();
        let refused = look_at_copy(dir.path(), no_probe()).err().unwrap().to_string();
        assert!(refused.contains(dir.path().to_str().unwrap()) && !refused.contains(COPY), "{refused}");
    }
}
