//! The keyspace in sled 0.34, with workarounds for its known faults: panics, endless waits, left-over snapshots.
//! Must not depend on: blocks, checkpoints.

use std::any::Any;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::error::StateError;
use crate::keyspace::{Batch, Failure, Keyspace, Visit};
use crate::limit::ProcessLimit;
use crate::space::DiskReserve;
use crate::swap::wait_until_unlocked;
use crate::threads;

/// The number of bytes of pages that sled keeps in memory. Blocks are written once and read at the start, so more would
/// not help: with 64 MiB the same checkpoints took as long.
const CACHE: u64 = 16 << 20;

/// The number of times that a key is looked up after it was written or visited, so that sled counts its page. sled counts
/// accesses only once 64 of them have gathered in one of 256 parts of its cache, and evicts nothing before: without these
/// lookups, which find the page in memory, up to 16,384 pages stay there beyond the capacity.
const LOOKUPS: usize = 8;

/// The interval at which a running flush checks for a failure in another thread of sled.
const PATIENCE: Duration = Duration::from_millis(100);

/// The number of tries for sled's lock, and the pause between them.
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// A sled database in a directory of the world.
pub(crate) struct SledKeyspace {
    /// `None` only during the drop.
    db: Option<::sled::Db>,
    /// The world's directory, for messages.
    dir: PathBuf,
    /// The file of sled's log.
    log: PathBuf,
    room: Mutex<DiskReserve>,
}

/// Returns the path of sled's log.
pub(crate) fn log_file(dir: &Path) -> PathBuf {
    dir.join("db")
}

impl SledKeyspace {
    /// Opens or creates the keyspace. The caller keeps other processes out.
    pub(crate) fn open(dir: &Path) -> Result<Self, StateError> {
        threads::try_needed().map_err(ProcessLimit::Threads)?;
        drop_unfinished_snapshots(dir)?;
        let world = dir.parent().unwrap_or(dir);
        let config = ::sled::Config::new().path(dir).cache_capacity(CACHE).use_compression(false).flush_every_ms(None);
        let db = open_patiently(world, &config)?;
        let log = log_file(dir);
        let file = fs::OpenOptions::new().write(true).open(&log);
        let room =
            file.and_then(|file| DiskReserve::new(file, world)).map_err(|e| StateError::from_io("opened", &log, e))?;
        Ok(Self { db: Some(db), dir: world.to_path_buf(), log, room: Mutex::new(room) })
    }

    fn db(&self) -> &::sled::Db {
        self.db.as_ref().expect("the database is there until it is dropped")
    }

    /// Lets sled count the page of a key that was just accessed.
    fn count_page(&self, key: &[u8]) -> Result<(), StateError> {
        guarded(&self.dir, || (0..LOOKUPS).try_for_each(|_| self.db().contains_key(key).map(drop)))
    }

    fn make_room(&self, bytes: u64) -> Result<(), Failure> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner).ensure(bytes).map_err(Failure::Refused)
    }

    /// Flushes on another thread and watches for failures: sled's own flush waits forever if a write fails in one of
    /// its threads after the wait began.
    fn flush_watched(&self) -> Result<(), StateError> {
        let (done, result) = mpsc::channel();
        let db = self.db().clone();
        let dir = self.dir.clone();
        thread::Builder::new()
            .name("state-flush".into())
            .spawn(move || {
                let flushed = guarded(&dir, || db.flush());
                // Dropped first: the waiting thread may close the keyspace next, and must then be its last owner.
                drop(db);
                done.send(flushed)
            })
            .map_err(ProcessLimit::Threads)?;
        loop {
            match result.recv_timeout(PATIENCE) {
                Ok(flushed) => return flushed.map(|_| ()),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(StateError::damaged(&self.dir, "a flush ended without a result"));
                }
                Err(RecvTimeoutError::Timeout) => guarded(&self.dir, || self.db().context.global_error())?,
            }
        }
    }
}

impl Keyspace for SledKeyspace {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        let value = guarded(&self.dir, || self.db().get(key))?;
        Ok(value.map(|value| value.to_vec()))
    }

    fn scan(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> Result<(), StateError> {
        let mut entries = self.db().range(from..to);
        while let Some((key, value)) = guarded(&self.dir, || entries.next().transpose())? {
            visit(&key, &value)?;
            self.count_page(&key)?;
        }
        Ok(())
    }

    fn check_room(&self, bytes: u64) -> Result<(), StateError> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner).check(bytes)
    }

    fn apply(&self, batch: &Batch) -> Result<(), Failure> {
        self.make_room(batch.bytes())?;
        let mut changes = ::sled::Batch::default();
        for (key, value) in batch.changes() {
            match value {
                Some(value) => changes.insert(key.as_slice(), value.as_slice()),
                None => changes.remove(key.as_slice()),
            }
        }
        guarded(&self.dir, || self.db().apply_batch(changes)).map_err(Failure::Broken)?;
        batch.changes().iter().try_for_each(|(key, _)| self.count_page(key)).map_err(Failure::Broken)
    }

    fn flush(&self) -> Result<(), Failure> {
        self.flush_watched().map_err(Failure::Broken)?;
        let synced = self.room.lock().unwrap_or_else(PoisonError::into_inner).sync();
        synced.map_err(|e| Failure::Broken(StateError::from_io("synced", &self.dir, e)))
    }
}

impl Drop for SledKeyspace {
    fn drop(&mut self) {
        let db = self.db.take();
        // sled syncs once more here and panics if that fails; all acknowledged writes are on disk already.
        drop(catch_unwind(AssertUnwindSafe(|| drop(db))));
        // Only once no thread of sled's can write any more. If that takes too long, the room stays reserved.
        if wait_until_unlocked(&self.log).is_ok() {
            let _ = self.room.get_mut().unwrap_or_else(PoisonError::into_inner).give_back();
        }
    }
}

/// Opens sled and retries, since the threads of a keyspace that this process has just closed may still hold the lock.
fn open_patiently(dir: &Path, config: &::sled::Config) -> Result<::sled::Db, StateError> {
    for _ in 0..LOCK_TRIES {
        match guarded(dir, || config.open()) {
            Err(StateError::Held { .. }) => thread::sleep(LOCK_PAUSE),
            other => return other,
        }
    }
    guarded(dir, || config.open())
}

/// Removes unfinished snapshots: sled takes the snapshot of the highest number, even an unfinished one, and then fails
/// to open.
fn drop_unfinished_snapshots(dir: &Path) -> Result<(), StateError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(StateError::from_io("read", dir, e)),
    };
    for entry in entries {
        let path = entry.map_err(|e| StateError::from_io("read", dir, e))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(&path).map_err(|e| StateError::from_io("removed", &path, e))?;
        }
    }
    Ok(())
}

/// Calls sled, and converts its errors and panics into [`StateError`].
fn guarded<T>(dir: &Path, call: impl FnOnce() -> ::sled::Result<T>) -> Result<T, StateError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| explain(dir, error)),
        Err(panic) => Err(StateError::damaged(dir, format!("sled gave up: {}", words_of(&*panic)))),
    }
}

fn explain(dir: &Path, error: ::sled::Error) -> StateError {
    match error {
        ::sled::Error::Io(e) if e.to_string().contains("could not acquire lock") => {
            StateError::Held { dir: dir.to_path_buf(), holder: "another process".into() }
        }
        ::sled::Error::Io(e) => StateError::from_io("read or written", dir, e),
        ::sled::Error::Corruption { .. } => StateError::damaged(dir, "sled found bytes that it did not write"),
        other => StateError::damaged(dir, other.to_string()),
    }
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_words() {
        let error = guarded::<()>(Path::new("d"), || panic!("page {} is gone", 3)).unwrap_err();
        assert!(error.to_string().contains("page 3 is gone"), "{error}");
    }

    #[test]
    fn a_snapshot_cut_off_in_writing_is_no_obstacle() {
        let dir = tempfile::tempdir().unwrap();
        let mut batch = Batch::default();
        batch.insert(b"k".to_vec(), b"v");
        let keyspace = SledKeyspace::open(dir.path()).unwrap();
        keyspace.apply(&batch).unwrap();
        keyspace.flush().unwrap();
        drop(keyspace);
        fs::write(dir.path().join("snap.FFFFFFFFFFFFFFFF.generating"), b"half").unwrap();
        let keyspace = SledKeyspace::open(dir.path()).unwrap();
        assert_eq!(keyspace.get(b"k").unwrap(), Some(b"v".to_vec()));
    }

    #[test]
    fn scans_are_ordered_and_half_open() {
        let dir = tempfile::tempdir().unwrap();
        let keyspace = SledKeyspace::open(dir.path()).unwrap();
        let mut batch = Batch::default();
        for key in [3_u8, 1, 2, 4] {
            batch.insert(vec![key], &[key]);
        }
        keyspace.apply(&batch).unwrap();
        let mut seen = Vec::new();
        keyspace
            .scan(&[1], &[4], &mut |key, _| {
                seen.push(key[0]);
                Ok(())
            })
            .unwrap();
        assert_eq!(seen, [1, 2, 3]);
    }
}
