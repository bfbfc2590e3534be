//! The comparison of files with a replay in memory. Records beyond the last checkpoint are compared with a replay from there
//! to the end of the files. A fault before the checkpoint is located, to its line, by a replay from the beginning.

use super::folder::TopicFiles;
use super::report::TopicReport;
use crate::run::{RunError, StoredWorld};
use crate::sink::files::{Growing, Position, Positions, days_of};
use crate::verify::replay::{Going, Life, replay};
use populace_sim::{RULES_VERSION, Stream, Town, VirtualTime};
use populace_wire::Record;
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files that grow, in a folder.
pub(super) struct GrowingFiles<'a> {
    pub(super) out: &'a Path,
    pub(super) kind: Growing,
    /// Returns whether a record is in the files.
    pub(super) takes: &'a dyn Fn(&Record<'_>) -> bool,
}

/// Checks all streams, and adds to their reports.
pub(super) fn check(
    world: &StoredWorld,
    town: &Arc<Town>,
    files: GrowingFiles<'_>,
    threads: usize,
    reports: &mut [TopicReport],
) -> Result<(), RunError> {
    let GrowingFiles { out, kind, takes } = files;
    let mut tails = Vec::new();
    for stream in town.streams() {
        tails.push(Tail::open(
            (stream, &out.join(town.topic_name(stream)), kind),
            Positions::of_token(&world.token())?.of(stream),
        )?);
    }
    if tails.iter().any(|tail| !tail.is_done()) {
        let life = Life::from_checkpoint(world, threads)?;
        replay(life, VirtualTime::NEVER, |record| match record {
            Some(record) if !takes(record) => Ok(Going::On),
            record => meet(&mut tails, record),
        })?;
    }
    for (report, tail) in reports.iter_mut().zip(tails) {
        report.beyond = tail.records;
        report.files += tail.files;
        report.moved.extend(tail.moved);
        report.ends_inside_a_line = tail.inside;
    }
    Ok(())
}

/// Returns the first line before the checkpoint that differs from the world's records, as text. Takes as long as the
/// world ran to that point. None if the line is unknown, because other rules may have made those days.
pub(super) fn locate(
    world: &StoredWorld,
    town: &Arc<Town>,
    files: &TopicFiles,
    threads: usize,
) -> Result<Option<String>, RunError> {
    if world.store.identity().rules_version != RULES_VERSION {
        return Ok(None);
    }
    let open =
        |stream| Tail::open((stream, &files.out.join(town.topic_name(stream)), Growing::Lines), Position::default());
    let mut tails = town.streams().map(open).collect::<Result<Vec<_>, _>>()?;
    let since = files.attachment.since;
    let life = Life::from_birth(world, threads)?;
    let lived = replay(life, world.meta.time, |record| match record {
        Some(record) if record.time < since => Ok(Going::On),
        record => meet(&mut tails, record),
    });
    match lived {
        Err(RunError::Unequal(line)) => Ok(Some(line)),
        other => other.map(|()| None),
    }
}

/// Compares a record with its topic's files; without a record, returns whether any file has more.
fn meet(tails: &mut [Tail], record: Option<&Record<'_>>) -> Result<Going, RunError> {
    match record {
        Some(record) => {
            let tail = tails.iter_mut().find(|tail| tail.stream == record.stream);
            tail.expect("a world has the streams of its records").meet(record).map(|()| Going::On)
        }
        None if tails.iter().all(Tail::is_done) => Ok(Going::Enough),
        None => Ok(Going::On),
    }
}

/// The remaining files of a topic.
struct Tail {
    stream: Stream,
    folder: PathBuf,
    kind: Growing,
    /// The days that have a file, ascending; the current one is the first.
    days: VecDeque<i32>,
    day: Option<i32>,
    /// The bytes of the current day, and the number of them that were compared.
    bytes: Vec<u8>,
    at: usize,
    /// The number of bytes of that file before these.
    before: u64,
    records: u64,
    files: u64,
    moved: Vec<String>,
    inside: bool,
}

impl Tail {
    fn open((stream, folder, kind): (Stream, &Path, Growing), position: Position) -> Result<Self, RunError> {
        let days = days_of(folder, kind).map_err(|e| RunError::io(folder, "read", e))?;
        let beyond = days.into_iter().filter(|day| position.day.is_none_or(|current| *day > current));
        let mut tail = Tail {
            stream,
            folder: folder.to_path_buf(),
            kind,
            days: beyond.collect(),
            day: None,
            bytes: Vec::new(),
            at: 0,
            before: 0,
            records: 0,
            files: 0,
            moved: Vec::new(),
            inside: false,
        };
        if let Some(day) = position.day {
            tail.read(day, position.offset)?;
        }
        Ok(tail)
    }

    fn path_of(&self, day: i32) -> PathBuf {
        self.folder.join(self.kind.file_of(day))
    }

    fn read(&mut self, day: i32, from: u64) -> Result<(), RunError> {
        let path = self.path_of(day);
        let mut bytes = fs::read(&path).map_err(|e| RunError::io(&path, "read", e))?;
        bytes.drain(..bytes.len().min(from as usize));
        (self.day, self.bytes, self.at, self.before) = (Some(day), bytes, 0, from);
        Ok(())
    }

    /// Returns whether all bytes of the files were compared.
    fn is_done(&self) -> bool {
        self.days.is_empty() && self.at == self.bytes.len()
    }

    fn meet(&mut self, record: &Record<'_>) -> Result<(), RunError> {
        if self.is_done() {
            return Ok(());
        }
        let day = record.time.utc_day();
        if self.day != Some(day) && !self.turn_to(day)? {
            return Ok(());
        }
        let rest = &self.bytes[self.at..];
        let mut line = Vec::with_capacity(record.value.len() + 16);
        self.kind.append(record.time, record.value, &mut line);
        let length = rest.len().min(line.len());
        if rest[..length] != line[..length] {
            return Err(self.fault("this differs from what the world writes here"));
        }
        if length < line.len() && !self.days.is_empty() {
            return Err(self.fault("the file ends before its day does, though later days are there"));
        }
        self.at += length;
        self.inside = length > 0 && length < line.len();
        self.records += u64::from(length == line.len());
        Ok(())
    }

    /// Opens the file of another day; false if it was moved away.
    fn turn_to(&mut self, day: i32) -> Result<bool, RunError> {
        if self.at < self.bytes.len() {
            return Err(self.fault("the file goes on where this world wrote no more"));
        }
        match self.days.front().copied() {
            Some(first) if first == day => {
                self.days.pop_front();
                self.files += 1;
                self.read(day, 0)?;
                Ok(true)
            }
            Some(first) if first < day => {
                let path = self.path_of(first);
                Err(RunError::Unequal(format!("{}: this world wrote nothing on that day", path.display())))
            }
            _ => {
                let name = self.kind.file_of(day);
                if self.moved.last() != Some(&name) {
                    self.moved.push(name);
                }
                Ok(false)
            }
        }
    }

    fn fault(&self, why: &str) -> RunError {
        let path = self.day.map(|day| self.path_of(day)).unwrap_or_default();
        let mut upto = Vec::new();
        if let Ok(whole) = fs::read(&path) {
            upto = whole;
            upto.truncate(self.before as usize + self.at);
        }
        let line = 1 + upto.iter().filter(|byte| **byte == b'\n').count();
        RunError::Unequal(format!("{}:{line}: {why}", path.display()))
    }
}
