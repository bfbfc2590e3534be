//! A check that a directory can become the data directory of a new world, by names only, and the creation of
//! directories. Must not depend on: the store.

use super::error::RunError;
use crate::paths::CONTROL_SOCKET;
use crate::sink::SinkPlace;
use std::ffi::OsString;
use std::path::{Component, Path};
use std::{fs, io};

/// The names that may be in the data directory of a world, or in a mount point.
const OWN_NAMES: [&str; 4] = ["world", "topics", CONTROL_SOCKET, "lost+found"];

/// The extensions of files that users keep beside a world: its scenario and the output of its runs.
const EXTENSIONS_BESIDE: [&str; 4] = ["toml", "log", "json", "jsonl"];

/// The marker in the directory of a store, one level further down.
const STORE_MARKER: &str = "populace-world";

/// The marker of a folder of topic files.
const TOPICS_MARKER: &str = ".populace";

/// Refuses a data directory without a world that is a file, a part of another world, or a folder with other files.
pub(super) fn check(data_dir: &Path, place: &SinkPlace) -> Result<(), RunError> {
    let refuse = |what: &str, help: &str| {
        Err(RunError::NoGround { path: data_dir.to_path_buf(), what: what.to_owned(), help: help.to_owned() })
    };
    let names = match names(data_dir) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
            return refuse("no directory but a file", "choose a directory with --data-dir");
        }
        other => other.map_err(|e| RunError::io(data_dir, "read", e))?,
    };
    if names.iter().any(|name| name == STORE_MARKER) {
        return refuse("the inside of a world", "give the directory that it lies in as --data-dir");
    }
    if names.iter().any(|name| name == TOPICS_MARKER) {
        return refuse("a folder of topic files", "give the data directory of their world as --data-dir");
    }
    match names.iter().find(|name| is_foreign(name, place)) {
        Some(name) => refuse(
            &format!("no directory of populace: there is no world in it, but {name:?}"),
            "choose an empty or a new directory with --data-dir",
        ),
        None => Ok(()),
    }
}

fn names(dir: &Path) -> io::Result<Vec<OsString>> {
    let mut names: Vec<OsString> = fs::read_dir(dir)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
    names.sort();
    Ok(names)
}

fn is_foreign(name: &OsString, place: &SinkPlace) -> bool {
    let text = name.to_string_lossy();
    let beside =
        Path::new(name).extension().is_some_and(|ending| EXTENSIONS_BESIDE.iter().any(|known| ending == *known));
    let out = place.out().is_some_and(|out| out.components().next() == Some(Component::Normal(name)));
    !(OWN_NAMES.contains(&&*text) || text.starts_with('.') || beside || out)
}

/// Creates a directory and those above it.
pub(super) fn create_dir(path: &Path) -> Result<(), RunError> {
    fs::create_dir_all(path).map_err(|e| RunError::io(path, "made", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(names: &[&str]) -> String {
        let dir = tempfile::tempdir().unwrap();
        names.iter().for_each(|name| fs::write(dir.path().join(name), "x").unwrap());
        let place = SinkPlace::new("files").in_folder(Path::new("there/topics"));
        check(dir.path(), &place).err().map(|e| e.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_free_directory_may_hold_what_belongs_to_a_world() {
        assert_eq!(checked(&[]), "");
        assert_eq!(checked(&["there", "topics", "town.toml", "run.log", ".gitkeep", "lost+found"]), "");
        assert!(check(Path::new("/nowhere/at/all"), &SinkPlace::new("null")).is_ok());
    }

    #[test]
    fn other_directories_are_named_for_what_they_are() {
        assert!(checked(&["letters.odt"]).contains("there is no world in it, but \"letters.odt\""));
        assert!(checked(&["populace-world", "sled"]).contains("is the inside of a world"));
        assert!(checked(&[".populace"]).contains("a folder of topic files"));
    }
}
