//! Delta tables: each topic's whole files with a log that names them (`<topic>/_delta_log`). A piece of time is one commit,
//! made once its files are durable and before they are in the list of files, so the same records give the same log. A commit
//! that is there is not made again. Must not depend on: records, when files are published.

mod log;

use super::converter::{Converted, NewFile};
use super::format::RowFormat;
use super::piece::Piece;
use crate::sink::files::day::date_of_day;
use crate::sink::files::list::Listed;
use crate::sink::files::unsynced::sync_files;
use crate::sink::{SinkError, TopicNames};
use log::DeltaLog;
use populace_lake::{DeltaFile, LiveFile, Stamp, added_entry, delta_statistics, first_entry, removed_entry};
use populace_sim::VirtualTime;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

pub(crate) use log::{LOG_FOLDER, TableState};

/// The tables of all topics.
#[derive(Debug)]
pub(in crate::sink::files) struct DeltaTables {
    out: PathBuf,
    application: String,
    /// The tables by topic.
    tables: Mutex<BTreeMap<String, OpenTable>>,
}

#[derive(Debug)]
struct OpenTable {
    log: DeltaLog,
    state: TableState,
}

/// Returns the name of an attachment of a world as the writer of tables.
fn application_of(world: u128, attachment: u32) -> String {
    format!("populace-{world:032x}-{attachment}")
}

/// Returns the state of a topic's table in `out`, by its log.
///
/// # Errors
/// If the log cannot be read, lacks an entry, or holds one by which another program changed the table.
pub(crate) fn read_table(
    (out, topic): (&Path, &str),
    (world, attachment): (u128, u32),
) -> Result<TableState, SinkError> {
    DeltaLog::of_topic(out, topic).read(&application_of(world, attachment))
}

impl DeltaTables {
    /// Opens the tables in `out` of an attachment of a world; makes those that are not there.
    ///
    /// # Errors
    /// As [`read_table`], or if a table lacks a file of the list.
    pub(in crate::sink::files) fn open(
        (out, attachment): (&Path, u32),
        (format, names): (&RowFormat, &TopicNames),
        listed: &Listed,
    ) -> Result<Self, SinkError> {
        let application = application_of(format.world(), attachment);
        let mut tables = BTreeMap::new();
        for (stream, name) in names.iter() {
            let log = DeltaLog::of_topic(out, name);
            let mut table = OpenTable { state: log.read(&application)?, log };
            if table.state.next == 0 {
                let at = format.start();
                let stamp = Stamp { application: &application, version: at.seconds(), at };
                let entry =
                    first_entry(&format.delta_table(stream), &stamp).map_err(|e| SinkError::Rows(Box::new(e)))?;
                table.commit(&application, &entry)?;
            }
            table.check_listed(name, listed)?;
            tables.insert(name.to_owned(), table);
        }
        Ok(DeltaTables { out: out.to_path_buf(), application, tables: Mutex::new(tables) })
    }

    /// Commits the files of pieces, which are durable, unless their tables have them. Durable when this returns.
    ///
    /// # Errors
    /// If an entry cannot be written, or another program changed a table meanwhile.
    pub(super) fn add(&self, pieces: &[Converted]) -> Result<(), SinkError> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut topics, mut written) = (BTreeSet::new(), Vec::new());
        for piece in pieces {
            let Some((topic, _)) = piece.files.first().and_then(|new| new.file.path.split_once('/')) else { continue };
            // A crash may have left an entry whose name is not durable yet.
            topics.insert(topic);
            if let Some(entry) = self.entry_of(&tables[topic], piece) {
                let place = tables[topic].log.write(written.len(), &entry)?;
                written.push((topic, place));
            }
        }
        sync_files(&self.out, &written.iter().map(|(_, place)| place.as_path()).collect::<Vec<_>>())?;
        for (topic, place) in written {
            let table = tables.get_mut(topic).expect("every topic has a table");
            table.log.commit(&mut table.state, &self.application, &place)?;
        }
        topics.into_iter().try_for_each(|topic| tables[topic].log.sync())
    }

    /// Returns the entry that adds the files of a piece; None if the table has them.
    fn entry_of(&self, table: &OpenTable, piece: &Converted) -> Option<String> {
        let files: Vec<(Piece, DeltaFile)> = piece.files.iter().filter_map(delta_file).collect();
        if files.iter().all(|(_, file)| table.has(&file.path, file.bytes)) {
            return None;
        }
        let at = files.iter().map(|(piece, _)| piece.end()).max()?;
        let stamp = Stamp { application: &self.application, version: table.state.done.max(at.seconds()), at };
        Some(added_entry(files.iter().map(|(_, file)| file), &stamp))
    }

    /// Commits the removal of files by their paths in the output folder, as far as tables have them.
    ///
    /// # Errors
    /// As [`DeltaTables::add`].
    pub(in crate::sink::files) fn remove(&self, paths: &[&str]) -> Result<(), SinkError> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        for (topic, table) in tables.iter_mut() {
            let own = paths.iter().filter_map(|path| path.strip_prefix(topic.as_str())?.strip_prefix('/'));
            let gone: Vec<(&str, &LiveFile)> =
                own.filter_map(|path| Some((path, table.state.live.get(path)?))).collect();
            if gone.is_empty() {
                continue;
            }
            let (version, at) = (table.state.done, VirtualTime::from_seconds(table.state.done));
            let stamp = Stamp { application: &self.application, version, at };
            let entry = removed_entry(gone.into_iter(), &stamp);
            table.commit(&self.application, &entry)?;
        }
        Ok(())
    }
}

impl OpenTable {
    /// Adds an entry, durable when this returns.
    fn commit(&mut self, application: &str, entry: &str) -> Result<(), SinkError> {
        let place = self.log.write(0, entry)?;
        sync_files(&place, &[&place])?;
        self.log.commit(&mut self.state, application, &place)?;
        self.log.sync()
    }

    fn has(&self, path: &str, bytes: u64) -> bool {
        self.state.live.get(path).is_some_and(|live| live.bytes == bytes)
    }

    /// Checks that the table has the listed files of its topic: they are committed before they are listed.
    fn check_listed(&self, topic: &str, listed: &Listed) -> Result<(), SinkError> {
        let start = format!("{topic}/");
        let of_topic = |path: &String| path.strip_prefix(&start).map(str::to_owned);
        let mut own = listed.files.values().filter_map(|file| Some((of_topic(&file.path)?, file.bytes)));
        match own.find(|(path, bytes)| !self.has(path, *bytes)) {
            Some((path, _)) => Err(self.log.lacks(&path)),
            None => Ok(()),
        }
    }
}

fn delta_file(new: &NewFile) -> Option<(Piece, DeltaFile)> {
    let piece = Piece::parse(&new.file.piece)?;
    let (_, path) = new.file.path.split_once('/')?;
    let file = DeltaFile {
        path: path.to_owned(),
        bytes: new.file.bytes,
        date: date_of_day(piece.day),
        hour: piece.hour,
        statistics: delta_statistics(&new.summary),
    };
    Some((piece, file))
}
