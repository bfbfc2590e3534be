//! The removal of finished files by age and size, after a checkpoint that does not need them. The list of files knows what
//! was removed. Must not depend on: records.

use super::extent::days_in;
use super::growing::Growing;
use super::list::FileList;
use super::token::Positions;
use super::whole::{DeltaTables, Piece};
use crate::config::FileRetention;
use crate::sink::{SinkError, TopicNames};
use populace_sim::{Span, VirtualTime};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The retention of the files of a folder.
#[derive(Debug)]
pub(super) struct Retirement {
    out: PathBuf,
    keep: FileRetention,
    /// The Delta tables that hold the files, if there are any.
    tables: Option<Arc<DeltaTables>>,
}

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finished {
    /// The first instant after the time that it covers.
    end: VirtualTime,
    /// The path in the output folder.
    path: String,
    bytes: u64,
}

impl Retirement {
    pub(super) fn new(out: &Path, keep: FileRetention) -> Self {
        Retirement { out: out.to_path_buf(), keep, tables: None }
    }

    /// Returns the retention of files that tables hold: they leave their table before they are removed.
    pub(super) fn with_tables(self, tables: Option<Arc<DeltaTables>>) -> Self {
        Retirement { tables, ..self }
    }

    /// Removes the files that the list says were removed: a crash may have come between.
    ///
    /// # Errors
    /// If the list cannot be read, or a file cannot be removed.
    pub(super) fn complete(&self, list: &FileList) -> Result<(), SinkError> {
        let removed = list.read()?.removed;
        self.leave_tables(&removed.iter().map(String::as_str).collect::<Vec<_>>())?;
        removed.iter().try_for_each(|path| remove(&self.out, path))
    }

    fn leave_tables(&self, paths: &[&str]) -> Result<(), SinkError> {
        self.tables.as_ref().map_or(Ok(()), |tables| tables.remove(paths))
    }

    fn keeps_all(&self) -> bool {
        self.keep == FileRetention::default()
    }

    /// Removes the files of the list that are too old or too many at `at`, oldest first.
    ///
    /// # Errors
    /// If the list cannot be read or written, or a file cannot be removed.
    pub(super) fn retire_listed(&self, list: &FileList, at: VirtualTime) -> Result<(), SinkError> {
        if self.keeps_all() {
            return Ok(());
        }
        let finished = |file: &super::list::ListedFile| {
            let end = Piece::parse(&file.piece)?.end();
            Some(Finished { end, path: file.path.clone(), bytes: file.bytes })
        };
        self.retire(list.read()?.files.values().filter_map(finished).collect(), list, at)
    }

    /// Removes the day files before those of a committed checkpoint that are too old or too many at `at`, oldest first.
    ///
    /// # Errors
    /// As [`Retirement::retire_listed`].
    pub(super) fn retire_days(
        &self,
        list: &FileList,
        (names, positions): (&TopicNames, &Positions),
        at: VirtualTime,
    ) -> Result<(), SinkError> {
        if self.keeps_all() {
            return Ok(());
        }
        let mut all = Vec::new();
        for (stream, name) in names.iter() {
            let folder = self.out.join(name);
            let days = days_in(&folder).map_err(|e| SinkError::io(&folder, "read", e))?;
            let is_finished = |day: &i32| positions.of(stream).day.is_some_and(|current| *day < current);
            for day in days.into_iter().filter(is_finished) {
                let path = format!("{name}/{}", Growing::Lines.file_of(day));
                let bytes = fs::metadata(self.out.join(&path)).map_or(0, |meta| meta.len());
                all.push(Finished { end: Piece { day, hour: None }.end(), path, bytes });
            }
        }
        self.retire(all, list, at)
    }

    fn retire(&self, mut all: Vec<Finished>, list: &FileList, at: VirtualTime) -> Result<(), SinkError> {
        all.sort();
        let old = all.iter().take(self.count_of_old(&all, at)).map(|file| file.path.as_str()).collect::<Vec<_>>();
        list.note_removed(old.iter().copied())?;
        self.leave_tables(&old)?;
        for path in old {
            crate::crash::point("lake.retire");
            remove(&self.out, path)?;
        }
        Ok(())
    }

    /// Returns the number of the oldest files that are not kept; `all` is sorted.
    fn count_of_old(&self, all: &[Finished], at: VirtualTime) -> usize {
        let too_old = self.keep.days.map_or(0, |days| {
            let kept = Span::from_days(i64::from(days));
            all.iter().take_while(|file| file.end + kept <= at).count()
        });
        let mut left: u64 = all.iter().map(|file| file.bytes).sum();
        let too_many = self.keep.bytes.map_or(0, |most| {
            let removed = all.iter().take_while(|file| {
                let removed = left > most;
                left -= if removed { file.bytes } else { 0 };
                removed
            });
            removed.count()
        });
        too_old.max(too_many)
    }
}

/// Removes a file, and the folders of its partition that are empty then.
fn remove(out: &Path, path: &str) -> Result<(), SinkError> {
    let file = out.join(path);
    match fs::remove_file(&file) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(SinkError::io(&file, "removed", e)),
        _ => {}
    }
    let folders = Path::new(path).ancestors().skip(1).filter(|folder| folder.components().count() > 1);
    for folder in folders {
        // One that holds more stays.
        let _ = fs::remove_dir(out.join(folder));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retirement(days: Option<u32>, bytes: Option<u64>) -> Retirement {
        Retirement::new(Path::new("out"), FileRetention { days, bytes })
    }

    fn days(count: i64) -> Vec<Finished> {
        let end = |day| VirtualTime::from_seconds(0) + Span::from_days(day);
        (1..=count).map(|day| Finished { end: end(day), path: day.to_string(), bytes: 10 }).collect()
    }

    #[test]
    fn the_oldest_go_first_by_age_and_by_size() {
        let at = VirtualTime::from_seconds(0) + Span::from_days(7) + Span::from_seconds(60);
        let count = |days_kept, bytes| retirement(days_kept, bytes).count_of_old(&days(7), at);
        assert_eq!(count(Some(3), None), 4, "the days that ended at least three days ago");
        assert_eq!(count(Some(30), None), 0);
        assert_eq!(count(None, Some(35)), 4, "three of ten bytes are left");
        assert_eq!(count(None, Some(70)), 0);
        assert_eq!(count(Some(5), Some(35)), 4);
        assert_eq!(count(Some(3), Some(69)), 4);
    }

    #[test]
    fn what_is_removed_is_in_the_list_and_empty_partitions_go() {
        let out = tempfile::tempdir().unwrap();
        let list = FileList::new(out.path(), 7, 1);
        let file = |day: &str| super::super::list::ListedFile {
            piece: day.into(),
            path: format!("a/dt={day}/part-0001.csv"),
            bytes: 1,
            rows: 1,
            hash: 0,
        };
        let files = ["1970-01-01", "1970-01-02"].map(file);
        for file in &files {
            fs::create_dir_all(out.path().join(&file.path).parent().unwrap()).unwrap();
            fs::write(out.path().join(&file.path), "x").unwrap();
        }
        list.add(files.iter()).unwrap();
        let keep = FileRetention { days: Some(1), bytes: None };
        let at = VirtualTime::from_seconds(0) + Span::from_days(2);
        Retirement::new(out.path(), keep).retire_listed(&list, at).unwrap();
        assert!(!out.path().join("a/dt=1970-01-01").exists() && out.path().join(&files[1].path).exists());
        let listed = list.read().unwrap();
        assert_eq!((listed.removed, listed.files.len()), (vec![files[0].path.clone()], 1));
    }
}
