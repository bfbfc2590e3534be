//! The directory of a world: its lock, its marker file, its creation and removal. Must not depend on: the contents of
//! the store.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::error::StateError;
use crate::keyspace::sled::log_file;
use crate::presence::{BadMarker, Marker, Presence, TITLE, VERSION};
use crate::swap::{self, STORE};

mod holder;

pub use holder::{lock_holder, process_name};

pub(crate) const MARKER: &str = "populace-world";
const NEW_MARKER: &str = "populace-world.new";
const HOLDER: &str = "holder";

/// The directory of a world, locked for this process until the value is dropped.
#[derive(Debug)]
pub(crate) struct Home {
    dir: PathBuf,
    /// The locked file; `None` if there is no file to lock.
    _holder: Option<File>,
}

/// Returns the kind of content of the directory. Reads one small file and creates nothing.
pub(crate) fn presence(dir: &Path) -> Presence {
    // A directory that cannot be read may hold a world; opening it reports the reason.
    look(dir).unwrap_or(Presence::World)
}

fn look(dir: &Path) -> io::Result<Presence> {
    match fs::read(dir.join(MARKER)) {
        Ok(bytes) => Ok(marked(&bytes)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => unmarked(dir),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => Ok(Presence::Foreign),
        Err(e) => Err(e),
    }
}

fn looked_at(dir: &Path) -> Result<Presence, StateError> {
    look(dir).map_err(|e| StateError::from_io("read", dir, e))
}

fn marked(bytes: &[u8]) -> Presence {
    let text = String::from_utf8_lossy(bytes);
    match Marker::parse(&text) {
        Ok(marker) if marker.checkpoint.is_none() => Presence::Incomplete,
        _ => Presence::World,
    }
}

fn unmarked(dir: &Path) -> io::Result<Presence> {
    match first_foreign(dir) {
        Ok(None) => Ok(Presence::Absent),
        Ok(Some(name)) if name.starts_with(STORE) => Ok(Presence::World),
        Ok(Some(_)) => Ok(Presence::Foreign),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Presence::Absent),
        Err(e) => Err(e),
    }
}

/// Returns a name in the directory that an interrupted creation cannot have left, or `None` if there is none.
fn first_foreign(dir: &Path) -> io::Result<Option<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != HOLDER && name != NEW_MARKER {
            names.push(name);
        }
    }
    Ok(names.into_iter().min())
}

impl Home {
    /// Creates the directory if it does not exist, locks it and marks the world as incomplete.
    pub(crate) fn create(dir: &Path, world_id: u128) -> Result<Self, StateError> {
        refuse_unless_absent(dir)?;
        fs::create_dir_all(dir).map_err(|e| StateError::from_io("created", dir, e))?;
        let home = Self::lock(dir)?;
        // Checked again under the lock: two processes may create a world here at once.
        refuse_unless_absent(dir)?;
        home.write_marker(&Marker { world_id, checkpoint: None, commands: 0, settings: 0 })?;
        Ok(home)
    }

    /// Locks the directory of a world, complete or not.
    pub(crate) fn enter(dir: &Path) -> Result<Self, StateError> {
        match looked_at(dir)? {
            Presence::Absent => Err(StateError::Absent { dir: dir.to_path_buf() }),
            Presence::Foreign => Err(foreign(dir)),
            Presence::World | Presence::Incomplete => Self::lock(dir),
        }
    }

    fn lock(dir: &Path) -> Result<Self, StateError> {
        let path = dir.join(HOLDER);
        let holder = fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let mut holder = holder.map_err(|e| StateError::from_io("opened", &path, e))?;
        holder::close_to_others(dir, &path);
        match flock(&holder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                return Err(StateError::Held { dir: dir.to_path_buf(), holder: holder::lock_holder(&holder, &path) });
            }
            Err(errno) => return Err(StateError::from_io("locked", &path, errno.into())),
        }
        let written = holder.set_len(0).and_then(|()| holder.write_all(holder::process_name().as_bytes()));
        written.map_err(|e| StateError::from_io("written", &path, e))?;
        Ok(Self { dir: dir.to_path_buf(), _holder: Some(holder) })
    }

    /// Locks the directory of a world, complete or not, against writers, and writes nothing: several processes may do
    /// so at once.
    pub(crate) fn share(dir: &Path) -> Result<Self, StateError> {
        match presence(dir) {
            Presence::Absent => return Err(StateError::Absent { dir: dir.to_path_buf() }),
            Presence::Foreign => return Err(foreign(dir)),
            Presence::World | Presence::Incomplete => {}
        }
        // The holder file may be readable by its owner alone; sled locks its log, too.
        let locks = [dir.join(HOLDER), log_file(&dir.join(STORE))];
        let Some(file) = locks.iter().find_map(|path| File::open(path).ok()) else {
            return Ok(Self { dir: dir.to_path_buf(), _holder: None });
        };
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(Self { dir: dir.to_path_buf(), _holder: Some(file) }),
            Err(Errno::WOULDBLOCK) => {
                let holder = holder::lock_holder(&file, &dir.join(HOLDER));
                Err(StateError::Held { dir: dir.to_path_buf(), holder })
            }
            Err(errno) => Err(StateError::from_io("locked", dir, errno.into())),
        }
    }

    /// Finishes a compaction that was interrupted.
    pub(crate) fn settle(&self) -> Result<(), StateError> {
        swap::settle(&self.dir)
    }

    /// Returns the directory of the world.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the directory of the keyspace.
    pub(crate) fn store(&self) -> PathBuf {
        self.dir.join(STORE)
    }

    /// Reads the marker; a world without a readable marker is damaged.
    pub(crate) fn marker(&self) -> Result<Marker, StateError> {
        let path = self.dir.join(MARKER);
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(StateError::damaged(&self.dir, format!("{MARKER} is missing")));
            }
            Err(e) => return Err(StateError::from_io("read", &path, e)),
        };
        Marker::parse(&text).map_err(|bad| match bad {
            BadMarker::Torn => StateError::damaged(&self.dir, format!("{MARKER} is not as it was written")),
            BadMarker::Version(found) => {
                StateError::UnknownFormat { what: format!("{}, {TITLE:?},", path.display()), found, known: VERSION }
            }
        })
    }

    /// Replaces the marker; the new one is on disk when this returns.
    pub(crate) fn write_marker(&self, marker: &Marker) -> Result<(), StateError> {
        self.stage_marker(marker)?;
        self.put_marker()
    }

    /// Writes the next marker beside the present one, which stays in force: all the room that it needs is taken here.
    pub(crate) fn stage_marker(&self, marker: &Marker) -> Result<(), StateError> {
        let write = || {
            let mut file = File::create(self.dir.join(NEW_MARKER))?;
            file.write_all(marker.to_text().as_bytes())?;
            file.sync_all()
        };
        write().map_err(|e| StateError::from_io("written", &self.dir, e))
    }

    /// Puts the marker that was staged last in place of the present one; it is on disk when this returns.
    pub(crate) fn put_marker(&self) -> Result<(), StateError> {
        let put = || {
            fs::rename(self.dir.join(NEW_MARKER), self.dir.join(MARKER))?;
            File::open(&self.dir)?.sync_all()
        };
        put().map_err(|e| StateError::from_io("written", &self.dir, e))
    }

    /// Removes an incomplete world: the store first and the marker last, so that a crash leaves an incomplete world.
    pub(crate) fn wipe(self) -> Result<(), StateError> {
        let store = self.store();
        match fs::remove_dir_all(&store) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                return Err(StateError::from_io("removed", &store, e));
            }
            _ => {}
        }
        for name in [NEW_MARKER, MARKER, HOLDER] {
            let path = self.dir.join(name);
            match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    return Err(StateError::from_io("removed", &path, e));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn refuse_unless_absent(dir: &Path) -> Result<(), StateError> {
    let owned = dir.to_path_buf();
    match looked_at(dir)? {
        Presence::Absent => Ok(()),
        Presence::Incomplete => Err(StateError::Incomplete { dir: owned }),
        Presence::World => Err(StateError::AlreadyExists { dir: owned }),
        Presence::Foreign => Err(foreign(dir)),
    }
}

fn foreign(dir: &Path) -> StateError {
    let found = first_foreign(dir).ok().flatten().unwrap_or_else(|| "a file".into());
    StateError::Foreign { dir: dir.to_path_buf(), found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_of_a_directory_is_told() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("world");
        assert_eq!(presence(&dir), Presence::Absent);
        let home = Home::create(&dir, 5).unwrap();
        assert_eq!(presence(&dir), Presence::Incomplete);
        home.write_marker(&Marker { world_id: 5, checkpoint: Some(0), commands: 0, settings: 0 }).unwrap();
        assert_eq!(presence(&dir), Presence::World);
        fs::write(dir.join(MARKER), "torn").unwrap();
        assert_eq!(presence(&dir), Presence::World);
        assert!(home.marker().unwrap_err().is_damage());
        fs::remove_file(dir.join(MARKER)).unwrap();
        fs::write(dir.join("letter.txt"), "").unwrap();
        assert_eq!(presence(&dir), Presence::Foreign);
        assert_eq!(presence(&dir.join("letter.txt")), Presence::Foreign);
    }

    #[test]
    fn the_holder_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let _home = Home::create(dir.path(), 5).unwrap();
        let error = Home::enter(dir.path()).unwrap_err();
        let own = format!("process {} on host", std::process::id());
        assert!(matches!(&error, StateError::Held { holder, .. } if holder.starts_with(&own)), "{error}");
    }

    #[test]
    fn an_interrupted_start_is_no_obstacle() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(HOLDER), "process 1").unwrap();
        fs::write(dir.path().join(NEW_MARKER), "popu").unwrap();
        Home::create(dir.path(), 5).unwrap();
    }
}
