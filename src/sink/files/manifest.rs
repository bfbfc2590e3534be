//! The sizes of finished days, kept beside the topic folders, so that one check of a file notices that it was cut short or
//! grew. Must not depend on: the contents of the files.

use super::day::{day_of_file, file_of_day};
use super::token::Positions;
use crate::sink::{SinkError, TopicNames};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Its name in the output folder.
const MANIFEST: &str = ".populace.days";

/// What its first line begins with; the world and the attachment follow.
const TITLE: &str = "populace days 1";

/// A day that is finished: its file, as seen from the output folder, and the file's size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FinishedDay {
    /// Name of the topic's folder.
    pub(super) topic: String,
    /// UTC day, in days since the Unix epoch.
    pub(super) day: i32,
    /// Bytes.
    pub(super) bytes: u64,
}

/// A finished day's file that has another size than it had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlteredDay {
    /// The file.
    pub file: PathBuf,
    /// Bytes that it has.
    pub found: u64,
    /// Bytes that the day was finished with.
    pub expected: u64,
}

/// The manifest of one attachment of a world. It is added to before a checkpoint that counts on these days, and after
/// their files are durable; so it may be ahead of the checkpoint, and what lies beyond that is no finished day yet.
#[derive(Debug)]
pub(crate) struct Manifest {
    out: PathBuf,
    head: String,
}

impl Manifest {
    /// The manifest in `out` of an attachment of a world. Reads and writes nothing.
    pub(crate) fn new(out: &Path, world: u128, attachment: u32) -> Self {
        Manifest { out: out.to_path_buf(), head: format!("{TITLE} world {world:032x} attachment {attachment}\n") }
    }

    fn path(&self) -> PathBuf {
        self.out.join(MANIFEST)
    }

    /// The first file that was finished before `positions` and has another size by now. One that is not there was moved
    /// away or compressed, which is allowed.
    ///
    /// # Errors
    /// Where the manifest cannot be read, or a file that is there cannot be looked at.
    pub(crate) fn altered(&self, names: &TopicNames, positions: &Positions) -> Result<Option<AlteredDay>, SinkError> {
        let current: BTreeMap<&str, i32> =
            names.iter().filter_map(|(stream, name)| Some((name, positions.of(stream).day?))).collect();
        for ((topic, day), expected) in self.days()? {
            if current.get(topic.as_str()).is_none_or(|current| day >= *current) {
                continue;
            }
            let file = self.out.join(topic).join(file_of_day(day));
            match fs::metadata(&file) {
                Ok(there) if there.len() == expected => {}
                Ok(there) => return Ok(Some(AlteredDay { file, found: there.len(), expected })),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(SinkError::io(&file, "read", e)),
            }
        }
        Ok(None)
    }

    /// The latest size of each day that is written here, by topic and day.
    fn days(&self) -> Result<BTreeMap<(String, i32), u64>, SinkError> {
        let bytes = self.read()?;
        let days = self.whole(&bytes).unwrap_or_default().lines().skip(1).filter_map(parse);
        Ok(days.map(|day| ((day.topic, day.day), day.bytes)).collect())
    }

    fn read(&self) -> Result<Vec<u8>, SinkError> {
        match fs::read(self.path()) {
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
            other => other.map_err(|e| SinkError::io(&self.path(), "read", e)),
        }
    }

    /// The lines that are whole and in order, the first one included; none of another world's or attachment's.
    fn whole<'a>(&self, bytes: &'a [u8]) -> Option<&'a str> {
        let rest = bytes.strip_prefix(self.head.as_bytes())?;
        let lines = rest.split_inclusive(|byte| *byte == b'\n');
        let whole = lines.take_while(|line| is_whole(line)).map(<[u8]>::len).sum::<usize>();
        std::str::from_utf8(&bytes[..self.head.len() + whole]).ok()
    }

    /// Makes the manifest fit to be added to: cuts off a line that a power loss left unfinished, and removes another
    /// world's.
    ///
    /// # Errors
    /// Where it cannot be read or changed.
    pub(super) fn repair(&self) -> Result<(), SinkError> {
        let (path, bytes) = (self.path(), self.read()?);
        let mended = match self.whole(&bytes).map(str::len) {
            _ if bytes.is_empty() => Ok(()),
            None => fs::remove_file(&path),
            Some(length) if length < bytes.len() => {
                OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(length as u64))
            }
            Some(_) => Ok(()),
        };
        mended.map_err(|e| SinkError::io(&path, "mended", e))
    }

    /// Adds days whose files are durable; on disk when this returns.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(super) fn add(&self, days: &[FinishedDay]) -> Result<(), SinkError> {
        if days.is_empty() {
            return Ok(());
        }
        crate::crash::point("files.manifest");
        let path = self.path();
        let write = || {
            let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
            let is_new = file.metadata()?.len() == 0;
            let head = if is_new { self.head.as_str() } else { "" };
            let lines: String = days.iter().map(line).collect();
            file.write_all([head, &lines].concat().as_bytes())?;
            file.sync_all()?;
            if is_new { File::open(&self.out)?.sync_all() } else { Ok(()) }
        };
        write().map_err(|e: io::Error| SinkError::io(&path, "written", e))
    }
}

fn line(day: &FinishedDay) -> String {
    format!("{}/{} {}\n", day.topic, file_of_day(day.day), day.bytes)
}

fn parse(line: &str) -> Option<FinishedDay> {
    let (file, bytes) = line.rsplit_once(' ')?;
    let (topic, name) = file.split_once('/')?;
    Some(FinishedDay { topic: topic.to_owned(), day: day_of_file(name)?, bytes: bytes.parse().ok()? })
}

fn is_whole(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_suffix('\n'));
    text.and_then(parse).is_some_and(|day| line(&day).as_bytes() == bytes)
}

#[cfg(test)]
mod tests {
    use super::super::token::Position;
    use super::*;
    use populace_sim::Stream;

    fn finished(day: i32, bytes: u64) -> FinishedDay {
        FinishedDay { topic: "a".into(), day, bytes }
    }

    /// Days 3 and 4 of topic "a", of 5 bytes each.
    fn written() -> (tempfile::TempDir, Manifest) {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir(out.path().join("a")).unwrap();
        for day in [3, 4] {
            fs::write(out.path().join("a").join(file_of_day(day)), "12345").unwrap();
        }
        let manifest = Manifest::new(out.path(), 7, 1);
        manifest.repair().unwrap();
        manifest.add(&[finished(3, 5)]).unwrap();
        manifest.add(&[finished(4, 5)]).unwrap();
        (out, manifest)
    }

    fn altered(manifest: &Manifest, current: i32) -> Option<AlteredDay> {
        let mut positions = Positions::default();
        positions.0[0] = Position { day: Some(current), offset: 0 };
        manifest.altered(&TopicNames::new([(Stream::ALL[0], "a".to_owned())]), &positions).unwrap()
    }

    #[test]
    fn another_size_is_noticed_and_a_missing_file_is_allowed() {
        let (out, manifest) = written();
        assert_eq!(altered(&manifest, 9), None);
        let file = out.path().join("a").join(file_of_day(4));
        for found in [0_u64, 4, 6] {
            fs::write(&file, vec![b'x'; found as usize]).unwrap();
            assert_eq!(altered(&manifest, 9), Some(AlteredDay { file: file.clone(), found, expected: 5 }));
            assert_eq!(altered(&manifest, 4), None, "the checkpoint does not count on it yet");
        }
        fs::remove_file(&file).unwrap();
        assert_eq!(altered(&manifest, 9), None);
    }

    #[test]
    fn what_a_power_loss_left_is_cut_off_and_the_latest_size_counts() {
        for tail in [&b"a/1970-01-0"[..], b"a/1970-01-06.jsonl 12", b"\0\0\0\0", b"a/1970-01-06.jsonl +5\n"] {
            let (out, manifest) = written();
            let path = out.path().join(MANIFEST);
            let whole = fs::read(&path).unwrap();
            fs::write(&path, [&whole[..], tail].concat()).unwrap();
            assert_eq!(altered(&manifest, 9), None);
            manifest.repair().unwrap();
            assert_eq!(fs::read(&path).unwrap(), whole);
            manifest.add(&[finished(4, 6)]).unwrap();
            assert_eq!(altered(&manifest, 9).map(|altered| altered.expected), Some(6));
        }
    }

    #[test]
    fn the_manifest_of_another_world_counts_for_nothing() {
        let (out, _) = written();
        fs::write(out.path().join("a").join(file_of_day(3)), "").unwrap();
        let other = Manifest::new(out.path(), 8, 1);
        assert_eq!(altered(&other, 9), None);
        other.repair().unwrap();
        assert!(!out.path().join(MANIFEST).exists());
    }
}
