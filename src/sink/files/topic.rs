//! The files of one topic: compares records with the bytes of an earlier run, then appends at their end. Never shortens
//! a file, except for a tail of zeros, which a power loss leaves.

use super::growing::Growing;
use super::manifest::FinishedDay;
use super::syncer::{STRIDE, Syncer};
use super::token::Position;
use super::unsynced::Unsynced;
use crate::sink::SinkError;
use populace_sim::VirtualTime;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The number of bytes buffered before a write.
const BUFFER: usize = 1024 * 1024;

/// The writer of one topic.
pub(super) struct TopicWriter {
    folder: PathBuf,
    position: Position,
    /// The days beyond the position that had bytes when the writer was opened, ascending, without the current day.
    left: Vec<i32>,
    current: Option<DayFile>,
    buffer: Vec<u8>,
    /// The files and folders written since the last mark, except the current file.
    unsynced: Vec<PathBuf>,
    /// The days that were finished since the last mark.
    finished: Vec<FinishedDay>,
    /// The number of bytes written since the last request to make them durable.
    backlog: u64,
    upkeep: Upkeep,
    replayed: u64,
}

/// The kind of a topic's files, and their upkeep while they are written.
#[derive(Clone)]
pub(super) enum Upkeep {
    /// Files for readers: made durable while they are written, and never shortened, except for a tail of zeros.
    Published(Arc<Syncer>),
    /// Files for this sink alone: durable at checkpoints only, and bytes that an interrupted run left are replaced.
    Staged,
}

impl Upkeep {
    fn kind(&self) -> Growing {
        match self {
            Upkeep::Published(_) => Growing::Lines,
            Upkeep::Staged => Growing::Staged,
        }
    }
}

/// The current day file.
struct DayFile {
    path: PathBuf,
    file: File,
    found: Option<Found>,
}

/// The bytes of the day file beyond the position, which are left to compare.
struct Found {
    reader: BufReader<File>,
    left: u64,
    scratch: Vec<u8>,
}

impl TopicWriter {
    pub(super) fn open(folder: &Path, position: Position, upkeep: Upkeep) -> Result<Self, SinkError> {
        fs::create_dir_all(folder).map_err(|e| SinkError::io(folder, "made", e))?;
        let left = days_to_compare((folder, upkeep.kind()), position.day)?;
        let mut writer = TopicWriter {
            folder: folder.to_path_buf(),
            position,
            left,
            current: None,
            buffer: Vec::with_capacity(BUFFER + 8192),
            unsynced: vec![folder.to_path_buf()],
            finished: Vec::new(),
            backlog: 0,
            upkeep,
            replayed: 0,
        };
        if let Some(day) = position.day {
            writer.current = Some(writer.open_day(day, position.offset)?);
        }
        Ok(writer)
    }

    fn path_of(&self, day: i32) -> PathBuf {
        self.folder.join(self.upkeep.kind().file_of(day))
    }

    fn open_day(&self, day: i32, offset: u64) -> Result<DayFile, SinkError> {
        let path = self.path_of(day);
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path);
        let file = file.map_err(|e| SinkError::io(&path, "opened", e))?;
        let length = file.metadata().map_err(|e| SinkError::io(&path, "read", e))?.len();
        if length < offset {
            return Err(SinkError::TooShort { path, found: length, expected: offset });
        }
        let mut day = DayFile { path, file, found: None };
        if length > offset && only_zeros_from(&day.path, offset).map_err(|e| SinkError::io(&day.path, "read", e))? {
            cut(&day, offset)?;
        } else if length > offset {
            day.found = Some(Found::open(&day.path, offset, length)?);
        }
        Ok(day)
    }

    #[inline]
    pub(super) fn record(&mut self, time: VirtualTime, value: &[u8]) -> Result<(), SinkError> {
        let day = time.utc_day();
        if self.position.day != Some(day) {
            self.roll(day)?;
        }
        if self.current.as_ref().is_some_and(|c| c.found.is_some()) {
            return self.compare(time, value);
        }
        let before = self.buffer.len();
        self.upkeep.kind().append(time, value, &mut self.buffer);
        self.position.offset += (self.buffer.len() - before) as u64;
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn roll(&mut self, day: i32) -> Result<(), SinkError> {
        self.flush()?;
        crate::crash::point("files.roll");
        self.close_day()?;
        if let Some(skipped) = self.left.first().copied().filter(|left| *left < day) {
            return Err(SinkError::TooLong { path: self.path_of(skipped), at: 0 });
        }
        self.left.retain(|left| *left != day);
        self.current = Some(self.open_day(day, 0)?);
        self.position = Position { day: Some(day), offset: 0 };
        Ok(())
    }

    fn close_day(&mut self) -> Result<(), SinkError> {
        let Some(done) = self.current.take() else { return Ok(()) };
        if done.found.is_some() {
            self.cut_zeros(&done, self.position.offset)
                .map_err(|_| SinkError::TooLong { path: done.path.clone(), at: self.position.offset })?;
        }
        // Also if the file was only compared: the run that wrote it may have ended before it synced.
        self.unsynced.push(done.path);
        let topic = self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Position { day, offset } = self.position;
        self.finished.extend(day.map(|day| FinishedDay { topic, day, bytes: offset }));
        Ok(())
    }

    /// Compares the next record with the bytes of the file, and buffers the part beyond their end.
    fn compare(&mut self, time: VirtualTime, value: &[u8]) -> Result<(), SinkError> {
        let current = self.current.as_mut().expect("a day is open while its bytes are compared");
        let found = current.found.as_mut().expect("only called while there are bytes to compare");
        let mut line = std::mem::take(&mut found.scratch);
        line.clear();
        self.upkeep.kind().append(time, value, &mut line);
        let same = found.same_as(&line).map_err(|e| SinkError::io(&current.path, "read", e))?;
        let (at, finished) = (self.position.offset + same.length as u64, found.left == 0);
        self.position.offset += line.len() as u64;
        self.replayed += u64::from(same.length == line.len());
        if same.differs {
            self.cut_zeros(self.current.as_ref().expect("it is open"), at)?;
        }
        self.buffer.extend_from_slice(&line[same.length..]);
        let current = self.current.as_mut().expect("it is open");
        match current.found.as_mut().filter(|_| !same.differs && !finished) {
            Some(found) => found.scratch = line,
            None => current.found = None,
        }
        Ok(())
    }

    /// Cuts the file at `at` and logs it if only zeros follow, or if no reader has the file; otherwise returns the error for
    /// the difference.
    fn cut_zeros(&self, current: &DayFile, at: u64) -> Result<(), SinkError> {
        let path = current.path.as_path();
        let is_staged = matches!(self.upkeep, Upkeep::Staged);
        if !is_staged && !only_zeros_from(path, at).map_err(|e| SinkError::io(path, "read", e))? {
            let line = line_of(path, at).unwrap_or(0);
            return Err(SinkError::Differs { path: path.to_path_buf(), at, line });
        }
        cut(current, at)
    }

    pub(super) fn flush(&mut self) -> Result<(), SinkError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        crate::crash::point("files.write");
        let current = self.current.as_mut().expect("records were taken into an open day");
        let (path, file) = (&current.path, &mut current.file);
        file.write_all(&self.buffer).map_err(|e| SinkError::io(path, "written", e))?;
        self.backlog += self.buffer.len() as u64;
        self.buffer.clear();
        let Upkeep::Published(syncer) = &self.upkeep else { return Ok(()) };
        if self.backlog >= STRIDE {
            self.backlog = 0;
            syncer.request();
        }
        syncer.check()
    }

    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Returns the files and folders that must be synced to make all records so far durable.
    ///
    /// # Errors
    /// If the process has no room for another file handle.
    pub(super) fn take_unsynced(&mut self) -> Result<Vec<Unsynced>, SinkError> {
        let paths = std::mem::replace(&mut self.unsynced, vec![self.folder.clone()]);
        let mut all: Vec<_> = paths.into_iter().map(Unsynced::Finished).collect();
        if let Some(DayFile { path, file, .. }) = &self.current {
            let file = file.try_clone().map_err(|e| SinkError::io(path, "opened", e))?;
            all.push(Unsynced::Current(path.clone(), file));
        }
        Ok(all)
    }

    /// Returns the days that were finished since the last call.
    pub(super) fn take_finished(&mut self) -> Vec<FinishedDay> {
        std::mem::take(&mut self.finished)
    }

    pub(super) fn replayed(&self) -> u64 {
        self.replayed
    }

    pub(super) fn is_replay_complete(&self) -> bool {
        self.left.is_empty() && self.current.as_ref().is_none_or(|current| current.found.is_none())
    }
}

/// The result of a comparison of bytes.
struct Same {
    length: usize,
    differs: bool,
}

impl Found {
    fn open(path: &Path, offset: u64, length: u64) -> Result<Self, SinkError> {
        let open = || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(offset))?;
            Ok(BufReader::with_capacity(256 * 1024, file))
        };
        let reader = open().map_err(|e: io::Error| SinkError::io(path, "read", e))?;
        Ok(Found { reader, left: length - offset, scratch: Vec::new() })
    }

    /// Compares the next bytes with `line`, or with a prefix of it if fewer bytes are left.
    fn same_as(&mut self, line: &[u8]) -> io::Result<Same> {
        let length = line.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let mut there = vec![0; length];
        self.reader.read_exact(&mut there)?;
        self.left -= length as u64;
        let same = there.iter().zip(line).take_while(|(a, b)| a == b).count();
        Ok(Same { length: same, differs: same < length })
    }
}

/// Returns the days beyond `day` whose files have bytes. A process that dies between the creation of a file and its first
/// write leaves a file without a record, which is no reason to replay up to its day.
fn days_to_compare((folder, kind): (&Path, Growing), day: Option<i32>) -> Result<Vec<i32>, SinkError> {
    let mut days = super::extent::days_of(folder, kind).map_err(|e| SinkError::io(folder, "read", e))?;
    days.retain(|found| day.is_none_or(|day| *found > day));
    let mut left = Vec::with_capacity(days.len());
    for day in days {
        let path = folder.join(kind.file_of(day));
        if !only_zeros_from(&path, 0).map_err(|e| SinkError::io(&path, "read", e))? {
            left.push(day);
        }
    }
    Ok(left)
}

fn cut(current: &DayFile, at: u64) -> Result<(), SinkError> {
    let path = current.path.as_path();
    tracing::warn!(file = %path.display(), byte = at, "cutting off zeros, or half a record, that an interrupted run left");
    current.file.set_len(at).map_err(|e| SinkError::io(path, "cut", e))
}

fn only_zeros_from(path: &Path, at: u64) -> io::Result<bool> {
    let mut file = File::open(path)?;
    // A device may be read for ever, whatever its length.
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(at))?;
    let mut file = file.take(length.saturating_sub(at));
    let mut block = vec![0; 64 * 1024];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(true),
            n if block[..n].iter().any(|byte| *byte != 0) => return Ok(false),
            _ => {}
        }
    }
}

fn line_of(path: &Path, at: u64) -> io::Result<u64> {
    let mut before = Vec::new();
    File::open(path)?.take(at).read_to_end(&mut before)?;
    Ok(1 + before.iter().filter(|byte| **byte == b'\n').count() as u64)
}
