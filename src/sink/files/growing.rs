//! The two kinds of files that grow record by record: topic files of JSON lines, and the staged records of whole files.
//! Must not depend on: where files lie.

use super::day::{date_of_day, day_of_date};
use populace_sim::{Stream, VirtualTime, resolve_time};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// The number of bytes before the value of a staged record: its length, and its instant in microseconds.
const HEAD: usize = 12;

/// The kind of files that grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Growing {
    /// `2026-03-01.jsonl`: a line for each record.
    Lines,
    /// `2026-03-01.records`: for each record its length, its instant and its value.
    Staged,
}

/// A record of a file.
pub(crate) struct StagedRecord {
    /// The instant.
    pub(crate) time: VirtualTime,
    /// The number of bytes in the file.
    pub(crate) bytes: u64,
}

impl Growing {
    fn ending(self) -> &'static str {
        match self {
            Growing::Lines => ".jsonl",
            Growing::Staged => ".records",
        }
    }

    /// Returns the file name of a UTC day.
    pub(crate) fn file_of(self, day: i32) -> String {
        format!("{}{}", date_of_day(day), self.ending())
    }

    /// Returns the UTC day of a file by its name; None if it is not a file of this kind.
    pub(super) fn day_of(self, name: &str) -> Option<i32> {
        day_of_date(name.strip_suffix(self.ending())?)
    }

    /// Appends a record as it is in the file.
    #[inline]
    pub(crate) fn append(self, time: VirtualTime, value: &[u8], to: &mut Vec<u8>) {
        match self {
            Growing::Lines => {
                to.extend_from_slice(value);
                to.push(b'\n');
            }
            Growing::Staged => {
                let length = u32::try_from(value.len()).expect("a record is shorter than 4 GiB");
                to.extend_from_slice(&length.to_le_bytes());
                to.extend_from_slice(&time.micros().to_le_bytes());
                to.extend_from_slice(value);
            }
        }
    }

    /// Returns the time of the last whole record of a file from the byte `from` on; None if there is none.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(super) fn last_time(self, stream: Stream, path: &Path, from: u64) -> io::Result<Option<VirtualTime>> {
        match self {
            Growing::Lines => last_line(path).map(|line| line.and_then(|line| time_of(stream, &line))),
            Growing::Staged => last_staged(path, from),
        }
    }

    /// Returns whether the first whole record of a file is not of this day. A file that cannot be read counts as right,
    /// since a comparison with the world's own bytes follows.
    pub(super) fn is_of_another_day(self, stream: Stream, path: &Path, day: i32) -> bool {
        match self {
            Growing::Lines => first_line_is_of_another_day(stream, path, day),
            Growing::Staged => false,
        }
    }
}

fn first_line_is_of_another_day(stream: Stream, path: &Path, day: i32) -> bool {
    const HEAD: u64 = 64 * 1024;
    let mut head = Vec::new();
    let Ok(_) = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head)) else { return false };
    let Some(end) = head.iter().position(|byte| *byte == b'\n') else { return false };
    match serde_json::from_slice::<serde_json::Value>(&head[..end]) {
        Ok(_) => time_of(stream, &head[..end]).is_some_and(|time| time.utc_day() != day),
        Err(_) => true,
    }
}

fn time_of(stream: Stream, line: &[u8]) -> Option<VirtualTime> {
    let line: serde_json::Value = serde_json::from_slice(line).ok()?;
    resolve_time(line.get(populace_wire::time_field(stream))?.as_str()?, VirtualTime::from_micros(0)).ok()
}

/// Returns the last complete line of a file; None if it has none.
fn last_line(path: &Path) -> io::Result<Option<Vec<u8>>> {
    const TAIL: u64 = 64 * 1024;
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    let Some(end) = tail.iter().rposition(|byte| *byte == b'\n') else { return Ok(None) };
    let start = tail[..end].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    Ok(Some(tail[start..end].to_vec()))
}

fn last_staged(path: &Path, from: u64) -> io::Result<Option<VirtualTime>> {
    let mut file = File::open(path)?;
    let mut left = file.metadata()?.len().saturating_sub(from);
    file.seek(SeekFrom::Start(from))?;
    let (mut reader, mut last, mut value) = (BufReader::with_capacity(1 << 20, file), None, Vec::new());
    while let Some(record) = read_staged(&mut reader, left, &mut value)? {
        left -= record.bytes;
        last = Some(record.time);
    }
    Ok(last)
}

/// Reads the next staged record of a file with `left` bytes; its value replaces the contents of `value`. None if no whole
/// record is left.
///
/// # Errors
/// If the file cannot be read.
pub(crate) fn read_staged(from: &mut impl Read, left: u64, value: &mut Vec<u8>) -> io::Result<Option<StagedRecord>> {
    if left < HEAD as u64 {
        return Ok(None);
    }
    let mut head = [0; HEAD];
    from.read_exact(&mut head)?;
    let (length, micros) = head.split_first_chunk::<4>().expect("the head is longer");
    let (length, micros) = (u32::from_le_bytes(*length), i64::from_le_bytes(micros.try_into().expect("eight bytes")));
    let bytes = HEAD as u64 + u64::from(length);
    if bytes > left || length == 0 {
        return Ok(None);
    }
    value.resize(length as usize, 0);
    from.read_exact(value)?;
    Ok(Some(StagedRecord { time: VirtualTime::from_micros(micros), bytes }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staged_records_are_read_back_up_to_the_last_whole_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(Growing::Staged.file_of(0));
        let mut bytes = Vec::new();
        for n in 1..=3 {
            Growing::Staged.append(VirtualTime::from_micros(n), b"value", &mut bytes);
        }
        for (length, last) in [(bytes.len(), Some(3)), (bytes.len() - 1, Some(2)), (HEAD, None), (0, None)] {
            std::fs::write(&path, &bytes[..length]).unwrap();
            let found = Growing::Staged.last_time(Stream::Trips, &path, 0).unwrap();
            assert_eq!(found.map(VirtualTime::micros), last, "{length}");
        }
        let mut value = Vec::new();
        let first = read_staged(&mut &bytes[..], bytes.len() as u64, &mut value).unwrap().expect("three are there");
        assert_eq!((first.time.micros(), first.bytes as usize, &value[..]), (1, HEAD + 5, &b"value"[..]));
    }

    #[test]
    fn each_kind_knows_its_own_files() {
        assert_eq!(Growing::Staged.file_of(20_454), "2026-01-01.records");
        assert_eq!(Growing::Staged.day_of("2026-01-01.records"), Some(20_454));
        assert_eq!(Growing::Staged.day_of("2026-01-01.jsonl"), None);
        assert_eq!(Growing::Lines.day_of("2026-01-01.jsonl"), Some(20_454));
    }
}
