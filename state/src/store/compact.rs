//! Compaction: sled reuses room but gives none back, so that a store only grows. The live keys are copied into a fresh
//! store beside it, which then takes its place. The next opening finds one whole store at any interruption.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use crate::error::{MARGIN, StateError};
use crate::keys::BlockKey;
use crate::keyspace::sled::{SledKeyspace, log_file};
use crate::keyspace::{Batch, Failure, Keyspace, Visit};
use crate::load::{self, BATCH_KEYS};
use crate::presence::Marker;
use crate::store::{SMALL, Store};
use crate::swap;
use crate::versions::Versions;

/// The factor by which the files of a store must exceed its live bytes before it is compacted.
const WASTE: u64 = 3;

/// The number of keys after which a copy is flushed.
const FLUSH_KEYS: usize = 8_192;

/// The outcome of [`Store::compact_if_wasteful`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compaction {
    /// No change: the files are at most three times as large as the live bytes.
    NotNeeded,
    /// No change: the disk has no room for a copy.
    NoSpace {
        /// The approximate number of bytes that must be free.
        needed: u64,
    },
    /// A compact copy has taken the place of the store.
    Done {
        /// The size of the files before, in bytes.
        before: u64,
        /// The size of the files after, in bytes.
        after: u64,
    },
}

impl Store {
    /// Replaces the store by a compact copy of itself, if its files take more than three times the bytes that are live
    /// in them. Meanwhile reads continue, commands and settings wait, and no checkpoint may be under way.
    ///
    /// # Errors
    /// The errors of copying: the store is then as it was, unless it is poisoned, and the next opening finds it whole.
    /// After a failure the next attempt waits until the store has doubled.
    pub fn compact_if_wasteful(&self) -> Result<Compaction, StateError> {
        self.check_poison()?;
        let Some(home) = &self.inner.home else { return Ok(Compaction::NotNeeded) };
        let before = swap::bytes_in(&home.store())?;
        if before <= self.inner.bearable.load(Ordering::Relaxed) {
            return Ok(Compaction::NotNeeded);
        }
        let live = self.live_bytes()?;
        let bearable = SMALL.max(live.saturating_mul(WASTE));
        self.inner.bearable.store(bearable, Ordering::Relaxed);
        if before <= bearable {
            return Ok(Compaction::NotNeeded);
        }
        // Until an attempt succeeds, the next one waits for this size.
        self.inner.bearable.store(before.saturating_mul(2), Ordering::Relaxed);
        let needed = live.saturating_mul(2) + 2 * MARGIN;
        if swap::free(home.dir())? < needed {
            return Ok(Compaction::NoSpace { needed });
        }
        match self.compact() {
            Err(StateError::DiskFull { .. }) => return Ok(Compaction::NoSpace { needed }),
            done => done?,
        }
        self.inner.bearable.store(bearable, Ordering::Relaxed);
        Ok(Compaction::Done { before, after: swap::bytes_in(&home.store())? })
    }

    /// Makes the next call of [`Store::compact_if_wasteful`] measure the live bytes, which may be far fewer by now.
    pub(crate) fn measure_again(&self) {
        self.inner.bearable.store(SMALL, Ordering::Relaxed);
    }

    /// Returns the number of bytes of the keys and values that a copy has.
    fn live_bytes(&self) -> Result<u64, StateError> {
        let mut sum = 0;
        self.for_each_live(&mut |key, value| {
            sum += (key.len() + value.len()) as u64;
            Ok(())
        })?;
        Ok(sum)
    }

    /// Visits all keys except those that the head does not show.
    fn for_each_live(&self, visit: &mut Visit<'_>) -> Result<(), StateError> {
        let versions = self.view().contents.versions.clone();
        self.keyspace().scan(&[], &[u8::MAX], &mut |key, value| {
            if is_live(key, &versions) { visit(key, value) } else { Ok(()) }
        })
    }

    /// Copies and replaces the store. The caller keeps writers out.
    fn compact(&self) -> Result<(), StateError> {
        let marker = self.marker();
        let _alone = Alone::new(self)?;
        let dir = self.inner.dir.clone();
        let copied = self.copy_to(&swap::fresh(&dir), *marker);
        if let Err(error) = copied {
            let _ = swap::discard(&swap::fresh(&dir));
            return Err(error);
        }
        self.probe("compact.copied");
        self.take_over(&dir)?;
        drop(marker);
        // The next opening removes the remains.
        let _ = swap::settle(&dir);
        self.probe("compact.done");
        Ok(())
    }

    /// Copies the live keys to `fresh`; the copy is closed, checked and on disk when this returns.
    fn copy_to(&self, fresh: &Path, marker: Marker) -> Result<(), StateError> {
        swap::discard(fresh)?;
        let mut copy = Copy { to: SledKeyspace::open(fresh)?, batch: Batch::default(), unflushed: 0 };
        self.for_each_live(&mut |key, value| copy.add(key, value))?;
        copy.finish()?;
        let copy = SledKeyspace::open(fresh)?;
        self.check_copy(&copy, marker)?;
        drop(copy);
        swap::wait_until_unlocked(&log_file(fresh))
    }

    /// Returns an error if the copy does not hold the visible contents of this store.
    fn check_copy(&self, copy: &SledKeyspace, marker: Marker) -> Result<(), StateError> {
        let dir = &self.inner.dir;
        let contents = load::load(copy, dir)?;
        let same = load::identity(copy, dir)?.as_ref() == Some(self.identity())
            && contents.marker(marker.world_id) == marker
            && contents.versions == self.view().contents.versions;
        if same {
            Ok(())
        } else {
            Err(StateError::damaged(dir, "a copy of its store does not hold what the store holds"))
        }
    }

    /// Closes this store, puts the copy in its place and opens that; if the replacement fails, opens this one again.
    fn take_over(&self, dir: &Path) -> Result<(), StateError> {
        let store = dir.join(swap::STORE);
        let mut slot = self.inner.keyspace.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *slot = Box::new(Closed(dir.to_path_buf()));
        let replaced =
            swap::wait_until_unlocked(&log_file(&store)).and_then(|()| swap::replace(dir, &|point| self.probe(point)));
        let opened = open_again(&store, dir).inspect_err(|error| self.poison(&error.to_string()))?;
        *slot = Box::new(opened);
        drop(slot);
        replaced?;
        let contents = &mut self.view().contents;
        contents.superseded.clear();
        contents.tombstones.clear();
        contents.beyond.clear();
        Ok(())
    }
}

/// Opens the store in its place; if the store is missing, sled would create a new one.
fn open_again(store: &Path, dir: &Path) -> Result<SledKeyspace, StateError> {
    if log_file(store).is_file() { SledKeyspace::open(store) } else { Err(Closed(dir.to_path_buf()).error()) }
}

/// Returns whether the head shows the key; keys of other records are always shown.
fn is_live(key: &[u8], versions: &Versions) -> bool {
    let Some(key) = BlockKey::parse(key) else { return true };
    versions.get(key.id).is_some_and(|version| version.number == key.number)
}

/// The exclusive right to write a checkpoint, taken from the store until the value is dropped.
struct Alone<'a>(&'a Store);

impl<'a> Alone<'a> {
    fn new(store: &'a Store) -> Result<Self, StateError> {
        let mut view = store.view();
        if view.writing {
            return Err(StateError::WriterBusy);
        }
        view.writing = true;
        Ok(Alone(store))
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        self.0.view().writing = false;
    }
}

/// A copy that is being written.
struct Copy {
    to: SledKeyspace,
    batch: Batch,
    unflushed: usize,
}

impl Copy {
    fn add(&mut self, key: &[u8], value: &[u8]) -> Result<(), StateError> {
        self.batch.insert(key.to_vec(), value);
        if self.batch.len() >= BATCH_KEYS { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), StateError> {
        let batch = std::mem::take(&mut self.batch);
        self.to.apply(&batch).map_err(Failure::error)?;
        self.unflushed += batch.len();
        if self.unflushed >= FLUSH_KEYS {
            self.to.flush().map_err(Failure::error)?;
            self.unflushed = 0;
        }
        Ok(())
    }

    /// Flushes and closes the copy.
    fn finish(mut self) -> Result<(), StateError> {
        self.send()?;
        self.to.flush().map_err(Failure::error)
    }
}

/// The placeholder for the keyspace between the closing of one store and the opening of the next.
struct Closed(PathBuf);

impl Closed {
    fn error(&self) -> StateError {
        StateError::damaged(&self.0, "its store could not be opened again")
    }
}

impl Keyspace for Closed {
    fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        Err(self.error())
    }

    fn scan(&self, _: &[u8], _: &[u8], _: &mut Visit<'_>) -> Result<(), StateError> {
        Err(self.error())
    }

    fn apply(&self, _: &Batch) -> Result<(), Failure> {
        Err(Failure::Broken(self.error()))
    }

    fn flush(&self) -> Result<(), Failure> {
        Err(Failure::Broken(self.error()))
    }

    fn check_room(&self, _: u64) -> Result<(), StateError> {
        Err(self.error())
    }
}
