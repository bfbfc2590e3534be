//! The log of one Delta table: entries that are numbered without a gap, each put in place whole and only where none is.
//! Must not depend on: pieces of time, the list of files.

use crate::sink::SinkError;
use crate::sink::files::unsynced::sync_folder;
use crate::sink::files::whole::converter::TEMPORARY;
use crate::sink::files::whole::staging::staging_in;
use populace_lake::{DeltaEntry, LiveFile};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The name of the folder of a log in that of its table.
pub(crate) const LOG_FOLDER: &str = "_delta_log";

/// The number of digits in the name of an entry.
const DIGITS: usize = 20;

/// The state of a table after the entries of its log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TableState {
    /// The number of the next entry.
    pub(crate) next: u64,
    /// How far this world's entries go, in seconds since the Unix epoch.
    pub(crate) done: i64,
    /// The files of the table, by their path in its folder.
    pub(crate) live: BTreeMap<String, LiveFile>,
}

/// The log of a table.
#[derive(Debug)]
pub(super) struct DeltaLog {
    folder: PathBuf,
    /// The folder of entries that are not in place yet, which is that of the staged records.
    staging: PathBuf,
}

impl DeltaLog {
    /// Returns the log of a topic's table in `out`. Reads and writes nothing.
    pub(super) fn of_topic(out: &Path, topic: &str) -> Self {
        DeltaLog { folder: out.join(topic).join(LOG_FOLDER), staging: staging_in(out).join(topic) }
    }

    fn path_of(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:0DIGITS$}.json"))
    }

    /// Returns the state of the table.
    ///
    /// # Errors
    /// If the log cannot be read, lacks an entry, or holds one by which another writer changed the table.
    pub(super) fn read(&self, application: &str) -> Result<TableState, SinkError> {
        let mut state = TableState::default();
        for number in self.numbers().map_err(|e| SinkError::io(&self.folder, "read", e))? {
            if number != state.next {
                return Err(SinkError::EntryGone { path: self.path_of(state.next) });
            }
            let path = self.path_of(number);
            let text = fs::read_to_string(&path).map_err(|e| SinkError::io(&path, "read", e))?;
            take(&mut state, application, &text).map_err(|why| SinkError::OtherWriter { path, why })?;
        }
        Ok(state)
    }

    /// Returns the numbers of all entries, ascending.
    fn numbers(&self) -> io::Result<Vec<u64>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let mut numbers = Vec::new();
        for entry in entries {
            numbers.extend(entry?.file_name().to_str().and_then(number_of));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Writes an entry under a temporary name with a number, and returns its path. It is not durable yet.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn write(&self, number: usize, entry: &str) -> Result<PathBuf, SinkError> {
        let path = self.staging.join(format!("commit-{number:04}{TEMPORARY}"));
        // A file of that name may be a second name of an entry, which must not change.
        let written = remove(&path).and_then(|()| File::create_new(&path)?.write_all(entry.as_bytes()));
        written.map_err(|e| SinkError::io(&path, "written", e)).map(|()| path)
    }

    /// Adds a durable entry of this world, whose name is durable after [`DeltaLog::sync`]. Entries that others added
    /// meanwhile are taken first.
    ///
    /// # Errors
    /// If it cannot be put in place, or another writer changed the table.
    pub(super) fn commit(&self, state: &mut TableState, application: &str, written: &Path) -> Result<(), SinkError> {
        fs::create_dir_all(&self.folder).map_err(|e| SinkError::io(&self.folder, "made", e))?;
        crate::crash::point("lake.commit");
        while !self.put(written, (state, application))? {}
        crate::crash::point("lake.committed");
        remove(written).map_err(|e| SinkError::io(written, "removed", e))
    }

    /// Makes the names of committed entries durable.
    ///
    /// # Errors
    /// If the disk fails.
    pub(super) fn sync(&self) -> Result<(), SinkError> {
        let table = self.folder.parent().unwrap_or(&self.folder);
        [self.folder.as_path(), table].into_iter().try_for_each(sync_folder)
    }

    /// Puts a written entry in its place, and takes the entry that is there then. Returns whether it is the written one.
    fn put(&self, written: &Path, (state, application): (&mut TableState, &str)) -> Result<bool, SinkError> {
        let path = self.path_of(state.next);
        // Unlike a rename, a link never replaces what is there.
        let is_put = match fs::hard_link(written, &path) {
            Ok(()) => true,
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => false,
            Err(e) => return Err(SinkError::io(&path, "written", e)),
        };
        let text = fs::read_to_string(&path).map_err(|e| SinkError::io(&path, "read", e))?;
        let is_own =
            take(state, application, &text).map_err(|why| SinkError::OtherWriter { path: path.clone(), why })?;
        // The folder is locked, so no process but this one writes entries of this world.
        if is_own && !is_put {
            Err(SinkError::OtherWriter { path, why: "a copy of an entry".into() })
        } else {
            Ok(is_put)
        }
    }

    /// Returns the error of a table that lacks a file which this world committed.
    pub(super) fn lacks(&self, file: &str) -> SinkError {
        SinkError::FileUnnamed { log: self.folder.clone(), file: file.to_owned() }
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

fn number_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".json").filter(|digits| digits.len() == DIGITS)?;
    digits.parse().ok().filter(|number| format!("{number:0DIGITS$}") == digits)
}

/// Takes the next entry of a log into the state of the table. Returns whether this world wrote it.
///
/// # Errors
/// If another writer did, and it changes the table; the error says which one.
fn take(state: &mut TableState, application: &str, text: &str) -> Result<bool, String> {
    let entry = DeltaEntry::parse(text).ok_or("it is not a commit")?;
    let version = entry.version_of(application);
    if version.is_none() && entry.changes_table() {
        return Err(entry.writer());
    }
    state.next += 1;
    state.done = state.done.max(version.unwrap_or(state.done));
    entry.removed.iter().for_each(|path| drop(state.live.remove(path)));
    state.live.extend(entry.added);
    Ok(version.is_some())
}

#[cfg(test)]
mod tests;
