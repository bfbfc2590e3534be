//! The directory of a world: its lock, its marker file, its making and removal. It knows nothing of what the store
//! inside holds.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::error::StateError;
use crate::presence::{BadMarker, Marker, Presence, TITLE, VERSION};
use crate::swap::{self, STORE};

const MARKER: &str = "populace-world";
const NEW_MARKER: &str = "populace-world.new";
const HOLDER: &str = "holder";

/// A world's directory, locked for this process as long as the value lives.
#[derive(Debug)]
pub(crate) struct Home {
    dir: PathBuf,
    /// Kept for its lock.
    _holder: File,
}

/// What the directory holds. Reads one small file and creates nothing.
pub(crate) fn presence(dir: &Path) -> Presence {
    match fs::read(dir.join(MARKER)) {
        Ok(bytes) => marked(&bytes),
        Err(e) if e.kind() == io::ErrorKind::NotFound => unmarked(dir),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => Presence::Foreign,
        // What cannot be looked at may be a world; opening it tells the reason.
        Err(_) => Presence::World,
    }
}

fn marked(bytes: &[u8]) -> Presence {
    let text = String::from_utf8_lossy(bytes);
    match Marker::parse(&text) {
        Ok(marker) if marker.checkpoint.is_none() => Presence::Unborn,
        _ => Presence::World,
    }
}

fn unmarked(dir: &Path) -> Presence {
    match first_foreign(dir) {
        Ok(None) => Presence::Absent,
        Ok(Some(name)) if name.starts_with(STORE) => Presence::World,
        Ok(Some(_)) => Presence::Foreign,
        Err(e) if e.kind() == io::ErrorKind::NotFound => Presence::Absent,
        Err(_) => Presence::World,
    }
}

/// A name in the directory that a making cut off at its very start does not leave.
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
    /// Makes the directory where there is none, locks it and marks it unborn.
    pub(crate) fn create(dir: &Path, world_id: u128) -> Result<Self, StateError> {
        refuse_unless_absent(dir)?;
        fs::create_dir_all(dir).map_err(|e| StateError::from_io("created", dir, e))?;
        let home = Self::lock(dir)?;
        // Looked at again under the lock: two may be making a world here at once.
        refuse_unless_absent(dir)?;
        home.write_marker(&Marker { world_id, checkpoint: None, commands: 0, settings: 0 })?;
        Ok(home)
    }

    /// Locks the directory of a world, born or not.
    pub(crate) fn enter(dir: &Path) -> Result<Self, StateError> {
        match presence(dir) {
            Presence::Absent => Err(StateError::Absent { dir: dir.to_path_buf() }),
            Presence::Foreign => Err(foreign(dir)),
            Presence::World | Presence::Unborn => Self::lock(dir),
        }
    }

    fn lock(dir: &Path) -> Result<Self, StateError> {
        let path = dir.join(HOLDER);
        let holder = fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut holder = holder.map_err(|e| StateError::from_io("opened", &path, e))?;
        match flock(&holder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(held(dir, &path)),
            Err(errno) => return Err(StateError::from_io("locked", &path, errno.into())),
        }
        let written = holder.set_len(0).and_then(|()| holder.write_all(own_name().as_bytes()));
        written.map_err(|e| StateError::from_io("written", &path, e))?;
        Ok(Self { dir: dir.to_path_buf(), _holder: holder })
    }

    /// Finishes what compaction left when it was cut off.
    pub(crate) fn settle(&self) -> Result<(), StateError> {
        swap::settle(&self.dir)
    }

    /// The directory of the world.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the keyspace lives.
    pub(crate) fn store(&self) -> PathBuf {
        self.dir.join(STORE)
    }

    /// Reads the marker; a world without a readable one is damaged.
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

    /// Replaces the marker; when this returns, the new one is on disk.
    pub(crate) fn write_marker(&self, marker: &Marker) -> Result<(), StateError> {
        let (new, path) = (self.dir.join(NEW_MARKER), self.dir.join(MARKER));
        let write = || {
            let mut file = File::create(&new)?;
            file.write_all(marker.to_text().as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            File::open(&self.dir)?.sync_all()
        };
        write().map_err(|e| StateError::from_io("written", &self.dir, e))
    }

    /// Removes an unborn world: the store first and the marker last, so that a crash leaves an unborn one.
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
    match presence(dir) {
        Presence::Absent => Ok(()),
        Presence::Unborn => Err(StateError::Unborn { dir: owned }),
        Presence::World => Err(StateError::AlreadyExists { dir: owned }),
        Presence::Foreign => Err(foreign(dir)),
    }
}

fn foreign(dir: &Path) -> StateError {
    let found = first_foreign(dir).ok().flatten().unwrap_or_else(|| "a file".into());
    StateError::Foreign { dir: dir.to_path_buf(), found }
}

fn own_name() -> String {
    let system = rustix::system::uname();
    format!("process {} on host {}", std::process::id(), system.nodename().to_string_lossy())
}

fn held(dir: &Path, path: &Path) -> StateError {
    let text = fs::read_to_string(path).unwrap_or_default();
    let holder = if text.starts_with("process ") { text } else { "another process".into() };
    StateError::Held { dir: dir.to_path_buf(), holder }
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
        assert_eq!(presence(&dir), Presence::Unborn);
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
