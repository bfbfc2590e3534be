//! The whole files of one topic: what is there, and the comparison of its pieces with the world's records. Must not depend
//! on: how records are replayed.

use super::report::WholeReport;
use crate::run::RunError;
use crate::sink::SinkError;
use crate::sink::files::{LOG_FOLDER, Listed, ListedFile, Part, PartWriter, Piece, RowFormat, Tally};
use populace_sim::Stream;
use populace_wire::Record;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Makes the files of a piece again, and keeps their sizes and hashes alone.
type Again<'a> = PartWriter<'a, fn(u32) -> Result<io::Sink, SinkError>>;

/// The whole files of a topic.
pub(super) struct WholeTopic<'a> {
    stream: Stream,
    format: &'a RowFormat,
    /// The files that are there, by piece, in the order of their numbers.
    pieces: BTreeMap<Piece, Vec<ListedFile>>,
    current: Option<(Piece, Option<Again<'a>>)>,
    report: WholeReport,
}

impl<'a> WholeTopic<'a> {
    /// Reads the files of a topic in `out`, and checks their sizes and hashes.
    pub(super) fn open(
        (stream, topic): (Stream, &str),
        out: &Path,
        listed: &Listed,
        format: &'a RowFormat,
    ) -> Result<Self, RunError> {
        let start = format!("{topic}/");
        let mut report = WholeReport { topic: topic.to_owned(), ..WholeReport::default() };
        let mut pieces: BTreeMap<Piece, Vec<ListedFile>> = BTreeMap::new();
        for file in listed.files.values().filter(|file| file.path.starts_with(&start)) {
            if is_right(out, file)? {
                (report.files, report.records) = (report.files + 1, report.records + file.rows);
                let piece = Piece::parse(&file.piece).ok_or_else(|| unequal(file, "the list names no time"))?;
                pieces.entry(piece).or_default().push(file.clone());
            } else {
                report.moved.push(name_in(&start, &file.path));
            }
        }
        let removed = listed.removed.iter().filter(|path| path.starts_with(&start));
        report.removed = removed.map(|path| name_in(&start, path)).collect();
        let last = pieces.keys().next_back().copied();
        report.unfinished = unlisted(out, &start, listed, (format, last))?;
        Ok(WholeTopic { stream, format, pieces, current: None, report })
    }

    /// Returns the topic with the number of commits of its Delta table, if it has one.
    pub(super) fn with_commits(self, commits: Option<u64>) -> Self {
        WholeTopic { report: WholeReport { commits, ..self.report }, ..self }
    }

    pub(super) fn stream(&self) -> Stream {
        self.stream
    }

    /// Takes the next record of the world.
    pub(super) fn meet(&mut self, record: &Record<'_>) -> Result<(), RunError> {
        if !self.format.takes(record) {
            return Ok(());
        }
        let piece = Piece::at(record.time, self.format.shape().partition);
        if self.current.as_ref().is_none_or(|(current, _)| *current != piece) {
            self.end_piece()?;
            let open: fn(u32) -> Result<io::Sink, SinkError> = |_| Ok(io::sink());
            let is_there = self.pieces.contains_key(&piece);
            let again = is_there.then(|| PartWriter::new(self.format, self.stream, piece, open));
            self.current = Some((piece, again));
        }
        let again = self.current.as_mut().and_then(|(_, again)| again.as_mut());
        again.map_or(Ok(()), |again| Ok(again.row(record.value)?))
    }

    fn end_piece(&mut self) -> Result<(), RunError> {
        let Some((piece, Some(again))) = self.current.take() else { return Ok(()) };
        let parts = again.finish()?;
        let files = self.pieces.remove(&piece).unwrap_or_default();
        files.iter().try_for_each(|file| compare(file, self.format, piece, &parts))
    }

    /// Ends the comparison: the world made all records of the time of the files.
    pub(super) fn end(&mut self) -> Result<(), RunError> {
        self.end_piece()?;
        match self.pieces.values().flatten().next() {
            Some(file) => Err(unequal(file, "this world wrote nothing in that time")),
            None => Ok(()),
        }
    }

    pub(super) fn into_report(self) -> WholeReport {
        self.report
    }
}

/// Compares a file with the one of the same name that the world makes.
fn compare(file: &ListedFile, format: &RowFormat, piece: Piece, parts: &[Part]) -> Result<(), RunError> {
    let (_, name) = file.path.split_once('/').unwrap_or_default();
    let again = parts.iter().find(|part| piece.path(format.shape(), part.number) == name);
    match again.map(|part| (part.rows, part.bytes, part.hash)) {
        Some(again) if again == (file.rows, file.bytes, file.hash) => Ok(()),
        Some((rows, ..)) if rows != file.rows => {
            Err(unequal(file, &format!("it holds {} records, this world wrote {rows}", file.rows)))
        }
        Some(_) => Err(unequal(file, "its records differ from what this world wrote")),
        None => Err(unequal(file, "this world wrote no such file in that time")),
    }
}

/// Returns whether a listed file is there.
///
/// # Errors
/// If it holds other bytes than the list says.
fn is_right(out: &Path, file: &ListedFile) -> Result<bool, RunError> {
    let path = out.join(&file.path);
    match Tally::of_file(&path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(RunError::io(&path, "read", e)),
        Ok(found) if found == (file.bytes, file.hash) => Ok(true),
        Ok((bytes, _)) if bytes != file.bytes => {
            let expected = file.bytes;
            Err(RunError::Unequal(format!("{}: it holds {bytes} bytes, this world wrote {expected}", path.display())))
        }
        Ok(_) => Err(RunError::Unequal(format!("{}: its bytes differ from what this world wrote", path.display()))),
    }
}

fn unequal(file: &ListedFile, why: &str) -> RunError {
    RunError::Unequal(format!("{}: {why}", file.path))
}

fn name_in(start: &str, path: &str) -> String {
    path.strip_prefix(start).unwrap_or(path).to_owned()
}

/// Returns the files of a topic that are not in the list: those of time that is not over, and those that were published
/// just before a crash.
///
/// # Errors
/// If one is of a time before the last listed one, or is no file of this shape.
fn unlisted(
    out: &Path,
    start: &str,
    listed: &Listed,
    (format, last): (&RowFormat, Option<Piece>),
) -> Result<Vec<String>, RunError> {
    let (mut found, mut folders) = (Vec::new(), vec![out.join(start)]);
    while let Some(folder) = folders.pop() {
        let failed = |e| RunError::io(&folder, "read", e);
        let entries = match fs::read_dir(&folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            other => other.map_err(failed)?,
        };
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            let name = path.strip_prefix(out).unwrap_or(&path).to_string_lossy().into_owned();
            if path.is_dir() {
                // The log of a Delta table is checked by itself.
                folders.extend(Some(path).filter(|path| !(format.is_delta() && path.ends_with(LOG_FOLDER))));
            } else if !listed.files.contains_key(&name) && !listed.removed.contains(&name) {
                let piece = format.piece_of(&name_in(start, &name));
                if piece.is_none_or(|piece| last.is_some_and(|last| piece <= last)) {
                    return Err(RunError::Unequal(format!("{}: this world did not write it", path.display())));
                }
                found.push(name_in(start, &name));
            }
        }
    }
    found.sort();
    Ok(found)
}
