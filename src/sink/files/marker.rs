//! The marker of an output folder: the world that writes its topics there, and the copy of that world that wrote last.
//! Must not depend on: topic files, the lock.

use crate::sink::Instance;
use crate::sink::SinkError;
use populace_sim::VirtualTime;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The name of the marker, which names the owner of the topics.
const MARKER: &str = ".populace";

/// The first line of the marker.
const TITLE: &str = "populace topics 1";

/// The start of its fourth line; releases without writers read the first three lines only.
const WRITER: &str = "writer ";

/// The owner of an output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// No world: the folder has no marker.
    Unowned,
    /// A world: its id, and the number of its attachment.
    World(u128, u32),
    /// Unknown: the folder has a marker that cannot be read.
    Unreadable,
}

/// The last process that wrote a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// The process; its id differs for each start.
    pub instance: Instance,
    /// The data directory: relative to the folder if the folder is inside, so that both can be moved together, else
    /// absolute.
    pub home: String,
}

impl Writer {
    /// Returns the writer for this process; `home` is the data directory as the marker names it.
    pub fn of_process(data_dir: &Path, home: String) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = VirtualTime::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        Writer { instance: Instance::of_process(data_dir, now), home }
    }
}

/// Reads the owner of the folder.
///
/// # Errors
/// If the marker cannot be read.
pub fn read_owner(out: &Path) -> Result<Owner, SinkError> {
    let Some(text) = read(out)? else { return Ok(Owner::Unowned) };
    Ok(parse_owner(&text).unwrap_or(Owner::Unreadable))
}

/// Reads the last process that wrote the folder; None if the marker is missing or names none, like that of an earlier
/// release.
///
/// # Errors
/// If the marker cannot be read.
pub fn read_writer(out: &Path) -> Result<Option<Writer>, SinkError> {
    let text = read(out)?.unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(WRITER));
    Ok(line.and_then(|line| serde_json::from_str(line).ok()))
}

fn read(out: &Path) -> Result<Option<String>, SinkError> {
    let path = out.join(MARKER);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(e) => Err(SinkError::io(&path, "read", e)),
    }
}

fn parse_owner(text: &str) -> Option<Owner> {
    let mut lines = text.lines();
    lines.next().filter(|title| *title == TITLE)?;
    let world = u128::from_str_radix(lines.next()?.strip_prefix("world ")?, 16).ok()?;
    let attachment = lines.next()?.strip_prefix("attachment ")?.parse().ok()?;
    Some(Owner::World(world, attachment))
}

/// Marks the folder as the topics of a world that `writer` writes; durable when this returns.
///
/// # Errors
/// If the marker cannot be written.
pub fn write_owner(out: &Path, world: u128, attachment: u32, writer: &Writer) -> Result<(), SinkError> {
    let path = out.join(MARKER);
    let partial = out.join(".populace.new");
    let writer = serde_json::to_string(writer).expect("a writer is plain data");
    let write = || {
        fs::create_dir_all(out)?;
        let mut file = File::create(&partial)?;
        write!(file, "{TITLE}\nworld {world:032x}\nattachment {attachment}\n{WRITER}{writer}\n")?;
        file.sync_all()?;
        fs::rename(&partial, &path)?;
        File::open(out)?.sync_all()
    };
    write().map_err(|e: io::Error| SinkError::io(&path, "written", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_names_world_and_writer() {
        let out = tempfile::tempdir().unwrap();
        assert_eq!(read_owner(out.path()).unwrap(), Owner::Unowned);
        assert_eq!(read_writer(out.path()).unwrap(), None);
        let writer = Writer::of_process(Path::new("/a world"), "..".into());
        write_owner(out.path(), 77, 3, &writer).unwrap();
        assert_eq!(read_owner(out.path()).unwrap(), Owner::World(77, 3));
        assert_eq!(read_writer(out.path()).unwrap(), Some(writer));
    }

    #[test]
    fn the_marker_of_an_earlier_release_names_no_writer() {
        let out = tempfile::tempdir().unwrap();
        fs::write(out.path().join(MARKER), format!("{TITLE}\nworld {:032x}\nattachment 3\n", 77)).unwrap();
        assert_eq!(read_owner(out.path()).unwrap(), Owner::World(77, 3));
        assert_eq!(read_writer(out.path()).unwrap(), None);
        fs::write(out.path().join(MARKER), [b'w', 0xff]).unwrap();
        assert_eq!(read_owner(out.path()).unwrap(), Owner::Unreadable);
    }
}
