//! The store: a world's identity, head, blocks, commands and settings in one directory, and the order in which they
//! become durable.
//! Must not depend on: the meaning of the bytes.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use crate::error::StateError;
use crate::format::Kind;
use crate::head::Head;
use crate::home::{self, Home};
use crate::identity::Identity;
use crate::keys;
use crate::keyspace::sled::{SledKeyspace, log_file};
use crate::keyspace::{Batch, Failure, Keyspace};
use crate::load::{self, Contents};
use crate::presence::{Judgement, Marker, Presence, judge};
use crate::record;

mod compact;
mod log;
mod read;

pub use compact::Compaction;
pub use read::Blocks;

/// A callback at each named point of a write, so that a test can crash there. The crate's front page lists the names.
pub type Probe = Arc<dyn Fn(&'static str) + Send + Sync>;

/// Returns a probe that does nothing.
pub fn no_probe() -> Probe {
    Arc::new(|_| {})
}

/// An open world. Clones share it; the last one dropped closes it.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

/// The size, in bytes, that is acceptable for any store: sled writes segments of 512 KiB and keeps a few of them.
pub(crate) const SMALL: u64 = 4 << 20;

/// The shared part of a store. Dropped in this order: the keyspace is closed before the lock of the directory is
/// released.
pub(crate) struct Inner {
    /// Locked for writing only while a compact copy takes its place.
    pub keyspace: RwLock<Box<dyn Keyspace>>,
    home: Option<Home>,
    pub dir: PathBuf,
    identity: Identity,
    probe: Probe,
    view: Mutex<View>,
    /// The marker as last written. Locked while it is written, and while a command is appended.
    marker: Mutex<Marker>,
    poison: Mutex<Option<String>>,
    /// The copy that was opened in place of a directory that may not be written, kept until the store is closed.
    pub copy: Option<Box<dyn std::fmt::Debug + Send + Sync>>,
    /// The size of the files, in bytes, up to which their live share is not measured.
    bearable: AtomicU64,
}

/// The visible contents.
#[derive(Debug, Default)]
pub(crate) struct View {
    pub contents: Contents,
    /// True while a checkpoint is being written.
    pub writing: bool,
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in another thread leaves no change half made: every change under these locks is one assignment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Creates a store for a new world in a directory that is absent or empty.
    ///
    /// The world exists from its checkpoint 0 on; until that is committed, [`Store::open`] returns
    /// [`StateError::Incomplete`].
    ///
    /// # Errors
    /// [`StateError::AlreadyExists`], [`StateError::Incomplete`] or [`StateError::Foreign`] if the directory is not
    /// free, and the errors of writing to it.
    pub fn create(dir: &Path, identity: &Identity, probe: Probe) -> Result<Self, StateError> {
        let home = Home::create(dir, identity.world_id)?;
        let keyspace = SledKeyspace::open(&home.store())?;
        let store = Self::assemble(Box::new(keyspace), Some(home), (identity.clone(), Contents::default()), probe);
        store.write_identity()?;
        Ok(store)
    }

    /// Opens a world. Keys that a crash left beyond its last checkpoint are not visible, and are removed before the
    /// next checkpoint begins.
    ///
    /// # Errors
    /// [`StateError::Absent`], [`StateError::Incomplete`], [`StateError::Foreign`], [`StateError::Held`] if another
    /// process uses it, [`StateError::UnknownFormat`], or [`StateError::Damaged`].
    pub fn open(dir: &Path, probe: Probe) -> Result<Self, StateError> {
        let home = Home::enter(dir)?;
        let marker = home.marker()?;
        home.settle()?;
        let found = Self::open_keyspace(&home, &marker);
        let (keyspace, identity, contents) = found.map_err(|error| name_unborn(error, &marker, dir))?;
        match judge(marker, contents.marker(marker.world_id)) {
            Judgement::Fits => {}
            Judgement::Behind(now) => home.write_marker(&now)?,
            Judgement::Incomplete => {
                return Err(StateError::Incomplete { dir: dir.to_path_buf() });
            }
            Judgement::Lost(what) => return Err(StateError::damaged(dir, what)),
        }
        Ok(Self::assemble(Box::new(keyspace), Some(home), (identity, contents), probe))
    }

    fn open_keyspace(home: &Home, marker: &Marker) -> Result<(SledKeyspace, Identity, Contents), StateError> {
        let log = log_file(&home.store());
        if !log.is_file() {
            // sled would create a new log.
            return Err(StateError::damaged(home.dir(), format!("{} is missing", log.display())));
        }
        let keyspace = SledKeyspace::open(&home.store())?;
        let identity = load::identity(&keyspace, home.dir())?
            .ok_or_else(|| StateError::damaged(home.dir(), "its identity is gone"))?;
        if identity.world_id != marker.world_id {
            return Err(StateError::damaged(home.dir(), "its marker belongs to another world"));
        }
        let contents = load::load(&keyspace, home.dir())?;
        Ok((keyspace, identity, contents))
    }

    /// Returns the kind of content of the directory, according to a small file beside the store. Creates and locks
    /// nothing.
    pub fn exists(dir: &Path) -> Presence {
        home::presence(dir)
    }

    /// Returns the kind of content of the directory, as [`Store::exists`], after marking a world as complete whose first
    /// checkpoint is in the store: a crash may have come before that.
    ///
    /// # Errors
    /// As [`Store::open`], if the creation of the world was interrupted.
    pub fn settled_presence(dir: &Path) -> Result<Presence, StateError> {
        match home::presence(dir) {
            Presence::Incomplete => match Self::open(dir, no_probe()) {
                Ok(_) => Ok(Presence::World),
                Err(StateError::Incomplete { .. }) => Ok(Presence::Incomplete),
                Err(other) => Err(other),
            },
            other => Ok(other),
        }
    }

    /// Removes a world whose creation was interrupted, and no other.
    ///
    /// # Errors
    /// [`StateError::AlreadyExists`] if the world is complete, [`StateError::Absent`], [`StateError::Foreign`] or
    /// [`StateError::Held`].
    pub fn wipe_incomplete(dir: &Path) -> Result<(), StateError> {
        match Self::open(dir, no_probe()) {
            Ok(_) => Err(StateError::AlreadyExists { dir: dir.to_path_buf() }),
            Err(StateError::Incomplete { .. }) => wipe(dir),
            Err(other) => Err(other),
        }
    }

    /// Assembles a store from its parts; without a home (in tests) no directory is used.
    pub(crate) fn assemble(
        keyspace: Box<dyn Keyspace>,
        home: Option<Home>,
        (identity, contents): (Identity, Contents),
        probe: Probe,
    ) -> Self {
        let dir = home.as_ref().map_or_else(PathBuf::new, |home| home.dir().to_path_buf());
        let marker = contents.marker(identity.world_id);
        let view = View { contents, ..View::default() };
        let inner = Inner {
            keyspace: RwLock::new(keyspace),
            home,
            dir,
            identity,
            probe,
            view: Mutex::new(view),
            marker: Mutex::new(marker),
            poison: Mutex::new(None),
            copy: None,
            bearable: AtomicU64::new(SMALL),
        };
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn write_identity(&self) -> Result<(), StateError> {
        let bytes = postcard::to_allocvec(&self.inner.identity).expect("an identity is plain data");
        let mut batch = Batch::default();
        record::insert(&mut batch, (Kind::Identity, &keys::identity()), &bytes)?;
        self.apply(&batch)?;
        self.flush()?;
        self.probe("create.identity");
        Ok(())
    }

    /// Returns the identity of the world.
    pub fn identity(&self) -> &Identity {
        &self.inner.identity
    }

    /// Returns the last committed checkpoint, or `None` before the first.
    ///
    /// # Errors
    /// None today; the signature allows for a head that is read on demand.
    pub fn head(&self) -> Result<Option<Head>, StateError> {
        Ok(self.view().contents.head.clone())
    }

    /// Returns the present keyspace. A caller uses it for one call at a time: a thread that takes it twice may wait
    /// forever.
    pub(crate) fn keyspace(&self) -> RwLockReadGuard<'_, Box<dyn Keyspace>> {
        self.inner.keyspace.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn view(&self) -> MutexGuard<'_, View> {
        locked(&self.inner.view)
    }

    pub(crate) fn probe(&self, point: &'static str) {
        (self.inner.probe)(point);
    }

    /// Returns an error once a write has failed.
    pub(crate) fn check_poison(&self) -> Result<(), StateError> {
        let reason = locked(&self.inner.poison).clone();
        reason.map_or(Ok(()), |reason| Err(StateError::Poisoned { reason }))
    }

    pub(crate) fn poison(&self, reason: &str) {
        locked(&self.inner.poison).get_or_insert_with(|| reason.to_owned());
    }

    pub(crate) fn apply(&self, batch: &Batch) -> Result<(), StateError> {
        self.check_poison()?;
        let applied = self.keyspace().apply(batch);
        self.settle(applied)
    }

    pub(crate) fn flush(&self) -> Result<(), StateError> {
        self.check_poison()?;
        let flushed = self.keyspace().flush();
        self.settle(flushed)
    }

    /// Poisons the store if the outcome of a write is unknown.
    pub(crate) fn settle(&self, outcome: Result<(), Failure>) -> Result<(), StateError> {
        outcome.map_err(|failure| {
            if let Failure::Broken(error) = &failure {
                self.poison(&error.to_string());
            }
            failure.error()
        })
    }

    /// Checks that a checkpoint of about `bytes` bytes has room, without writing one.
    ///
    /// # Errors
    /// [`StateError::DiskFull`], [`StateError::Poisoned`], or another failure of the operating system.
    pub fn check_room(&self, bytes: u64) -> Result<(), StateError> {
        let marker = self.marker();
        self.stage(&marker)?;
        self.keyspace().check_room(bytes)
    }

    /// Writes into the marker file the counts that the store has made durable.
    pub(crate) fn mark(&self, marker: &mut Marker, now: Marker) -> Result<(), StateError> {
        self.stage(&now).inspect_err(|error| self.poison(&error.to_string()))?;
        self.put(marker, now)
    }

    /// Takes the room that the marker needs before the change that it records: a full disk is then a refusal.
    pub(crate) fn stage(&self, now: &Marker) -> Result<(), StateError> {
        self.check_poison()?;
        self.inner.home.as_ref().map_or(Ok(()), |home| home.stage_marker(now))
    }

    /// Puts the marker that was staged last in force.
    pub(crate) fn put(&self, marker: &mut Marker, now: Marker) -> Result<(), StateError> {
        if let Some(home) = &self.inner.home {
            home.put_marker().inspect_err(|error| self.poison(&error.to_string()))?;
        }
        *marker = now;
        Ok(())
    }

    pub(crate) fn marker(&self) -> MutexGuard<'_, Marker> {
        locked(&self.inner.marker)
    }
}

/// Converts damage of a world without a checkpoint into [`StateError::Incomplete`]: its creation was interrupted.
fn name_unborn(error: StateError, marker: &Marker, dir: &Path) -> StateError {
    if marker.checkpoint.is_none() && error.is_damage() {
        return StateError::Incomplete { dir: dir.to_path_buf() };
    }
    error
}

/// Checks again under the lock, then removes the world.
fn wipe(dir: &Path) -> Result<(), StateError> {
    let home = Home::enter(dir)?;
    if home.marker()?.checkpoint.is_some() {
        return Err(StateError::AlreadyExists { dir: dir.to_path_buf() });
    }
    home.wipe()
}

#[cfg(test)]
mod tests;
