//! The extent of the files of an output folder, read before anything is written. Changes nothing.

use super::growing::Growing;
use super::token::Positions;
use crate::sink::{SinkError, TopicNames};
use populace_sim::{Stream, VirtualTime};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// An occupied folder that should be free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OccupiedFolder {
    /// The folder.
    pub(crate) path: PathBuf,
    /// A name in the folder, or the reason why it is not a folder.
    pub(crate) holds: String,
}

/// The extent of the files, relative to given positions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FilesExtent {
    /// The first file that is shorter than its position: path, length in bytes, expected length in bytes.
    pub(crate) short: Option<(PathBuf, u64, u64)>,
    /// True if any stream continues beyond its position.
    pub(crate) beyond: bool,
    /// The time of the last complete record beyond the positions; None if it cannot be read.
    pub(crate) last: Option<VirtualTime>,
    /// The first file beyond the positions whose records are not of its day.
    pub(crate) other: Option<PathBuf>,
    /// The longest gap in the days of all streams together: the first file after the gap, and the number of days
    /// without a file.
    pub(crate) gap: Option<(PathBuf, i64)>,
}

/// Returns the first topic folder that is not empty; None if all are empty or missing.
///
/// # Errors
/// If a folder cannot be read.
pub(super) fn occupied_folder(out: &Path, names: &TopicNames) -> Result<Option<OccupiedFolder>, SinkError> {
    if out.exists() && !out.is_dir() {
        return Ok(Some(OccupiedFolder { path: out.to_path_buf(), holds: "no folder but a file".into() }));
    }
    for name in names.names() {
        let path = out.join(name);
        match fs::read_dir(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
                return Ok(Some(OccupiedFolder { path, holds: "no folder but a file".into() }));
            }
            Err(e) => return Err(SinkError::io(&path, "read", e)),
            Ok(mut entries) => {
                if let Some(entry) = entries.next() {
                    let entry = entry.map_err(|e| SinkError::io(&path, "read", e))?;
                    return Ok(Some(OccupiedFolder { path, holds: entry.file_name().to_string_lossy().into_owned() }));
                }
            }
        }
    }
    Ok(None)
}

/// Returns the days that have a file of JSON lines in a topic's folder, ascending; empty if the folder does not exist.
pub(crate) fn days_in(folder: &Path) -> io::Result<Vec<i32>> {
    days_of(folder, Growing::Lines)
}

/// Returns the days that have a file of this kind in a folder, ascending; empty if the folder does not exist.
pub(crate) fn days_of(folder: &Path, kind: Growing) -> io::Result<Vec<i32>> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut days = Vec::new();
    for entry in entries {
        days.extend(entry?.file_name().to_str().and_then(|name| kind.day_of(name)));
    }
    days.sort_unstable();
    Ok(days)
}

/// Compares the lengths of the files with `positions`.
///
/// # Errors
/// If a folder or file cannot be read.
pub(super) fn measure(
    (out, kind): (&Path, Growing),
    names: &TopicNames,
    positions: &Positions,
) -> Result<FilesExtent, SinkError> {
    let mut extent = FilesExtent::default();
    let mut all: Vec<(Stream, i32, PathBuf)> = Vec::new();
    for (stream, name) in names.iter() {
        let folder = out.join(name);
        let position = positions.of(stream);
        let failed = |e| SinkError::io(&folder, "read", e);
        let days = days_of(&folder, kind).map_err(failed)?;
        let here = position.day.map_or(0, |day| length(&folder.join(kind.file_of(day))));
        if here < position.offset && extent.short.is_none() {
            let day = position.day.unwrap_or_default();
            extent.short = Some((folder.join(kind.file_of(day)), here, position.offset));
        }
        let later = days.last().copied().filter(|last| position.day.is_none_or(|day| *last > day));
        let beyond = days.iter().filter(|found| position.day.is_none_or(|day| **found > day));
        all.extend(beyond.map(|day| (stream, *day, folder.join(kind.file_of(*day)))));
        if here > position.offset || later.is_some() {
            extent.beyond = true;
            let from = if later.is_some() { 0 } else { position.offset };
            let last = later.or(position.day).map(|day| folder.join(kind.file_of(day)));
            extent.last = extent.last.max(last.and_then(|path| kind.last_time(stream, &path, from).ok().flatten()));
        }
    }
    let other = all.iter().find(|(stream, day, path)| kind.is_of_another_day(*stream, path, *day));
    extent.other = other.map(|(_, _, path)| path.clone());
    let days = all.into_iter().map(|(_, day, path)| (day, path)).collect();
    extent.gap = longest_gap(positions.0.iter().filter_map(|position| position.day).max(), days);
    Ok(extent)
}

/// Returns the longest gap before any of `files`, starting at the day `from`, or at the first file if that is None.
fn longest_gap(from: Option<i32>, mut files: Vec<(i32, PathBuf)>) -> Option<(PathBuf, i64)> {
    files.sort();
    let mut before = from.or(files.first().map(|first| first.0))?;
    let mut gaps = Vec::new();
    for (day, path) in files {
        gaps.push((i64::from(day) - i64::from(before) - 1, path));
        before = before.max(day);
    }
    let (days, path) = gaps.into_iter().max_by_key(|(days, _)| *days)?;
    (days > 0).then_some((path, days))
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}
