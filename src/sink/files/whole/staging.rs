//! The folder of staged records in an output folder: `.staging/<topic>/<day>.records`. Its files are for this sink alone,
//! and removed when no checkpoint needs them. Must not depend on: records.

use super::converter::TEMPORARY;
use super::piece::Piece;
use crate::sink::files::AlteredDay;
use crate::sink::files::extent::days_of;
use crate::sink::files::growing::Growing;
use crate::sink::files::list::FileList;
use crate::sink::files::token::Positions;
use crate::sink::{SinkError, TopicNames};
use populace_sim::Stream;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the folder, which patterns of readers leave out.
const NAME: &str = ".staging";

/// Returns the folder of staged records in an output folder.
pub(crate) fn staging_in(out: &Path) -> PathBuf {
    out.join(NAME)
}

/// Returns the first published file before the current day of its topic that has another size; None if there is none. A
/// missing file was moved away.
///
/// # Errors
/// If the list cannot be read, or the size of an existing file cannot be read.
pub(in crate::sink::files) fn altered_file(
    out: &Path,
    list: &FileList,
    names: &TopicNames,
    positions: &Positions,
) -> Result<Option<AlteredDay>, SinkError> {
    for listed in list.read()?.files.values() {
        let topic = names.iter().find(|(_, name)| listed.path.split('/').next() == Some(*name));
        let current = topic.and_then(|(stream, _)| positions.of(stream).day);
        if Piece::parse(&listed.piece).zip(current).is_none_or(|(piece, current)| piece.day >= current) {
            continue;
        }
        let file = out.join(&listed.path);
        match fs::metadata(&file) {
            Ok(there) if there.len() == listed.bytes => {}
            Ok(there) => return Ok(Some(AlteredDay { file, found: there.len(), expected: listed.bytes })),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(SinkError::io(&file, "read", e)),
        }
    }
    Ok(None)
}

/// The folders of staged records.
pub(super) struct Staging {
    topics: Vec<(Stream, PathBuf)>,
}

impl Staging {
    /// Returns the folders in `out`, which are created if they are missing, like those of the topics.
    ///
    /// # Errors
    /// If they cannot be created.
    pub(super) fn open(out: &Path, names: &TopicNames) -> Result<Self, SinkError> {
        let mut topics = Vec::new();
        for (stream, name) in names.iter() {
            let staged = staging_in(out).join(name);
            for folder in [&staged, &out.join(name)] {
                fs::create_dir_all(folder).map_err(|e| SinkError::io(folder, "made", e))?;
            }
            topics.push((stream, staged));
        }
        Ok(Staging { topics })
    }

    /// Returns the folder of a stream.
    pub(super) fn folder(&self, stream: Stream) -> &Path {
        let topic = self.topics.iter().find(|(of, _)| *of == stream);
        topic.map(|(_, folder)| folder.as_path()).expect("a world has the streams of its topics")
    }

    /// Removes what an interrupted run left: files with temporary names, and records that are not needed any more.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub(super) fn tidy(&self, positions: &Positions) -> Result<(), SinkError> {
        for (_, folder) in &self.topics {
            let failed = |e| SinkError::io(folder, "read", e);
            for entry in fs::read_dir(folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                if entry.file_name().to_string_lossy().ends_with(TEMPORARY) {
                    remove(&entry.path())?;
                }
            }
        }
        self.drop_before(positions)
    }

    /// Removes the records of days before those of a committed checkpoint: they are published.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub(super) fn drop_before(&self, positions: &Positions) -> Result<(), SinkError> {
        for (stream, folder) in &self.topics {
            let Some(current) = positions.of(*stream).day else { continue };
            let days = days_of(folder, Growing::Staged).map_err(|e| SinkError::io(folder, "read", e))?;
            for day in days.into_iter().filter(|day| *day < current) {
                crate::crash::point("lake.drop");
                remove(&folder.join(Growing::Staged.file_of(day)))?;
            }
        }
        Ok(())
    }
}

fn remove(path: &Path) -> Result<(), SinkError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(SinkError::io(path, "removed", e)),
        _ => Ok(()),
    }
}
