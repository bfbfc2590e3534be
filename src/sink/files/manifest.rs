//! The sizes of finished days, kept next to the topic folders, so that a comparison of sizes detects that a file was
//! cut or grew. Must not depend on: the contents of the files.

use super::appended::AppendedLines;
use super::day::{day_of_file, file_of_day};
use super::token::Positions;
use crate::sink::{SinkError, TopicNames};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the manifest in the output folder.
const MANIFEST: &str = ".populace.days";

/// The start of its first line; the world and the attachment follow.
const TITLE: &str = "populace days 1";

/// A finished day: its topic, day and size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FinishedDay {
    /// The name of the topic's folder.
    pub(super) topic: String,
    /// The UTC day, in days since the Unix epoch.
    pub(super) day: i32,
    /// The size of the file in bytes.
    pub(super) bytes: u64,
}

/// A finished day whose file now has another size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlteredDay {
    /// The file.
    pub file: PathBuf,
    /// The current size in bytes.
    pub found: u64,
    /// The size in bytes when the day was finished.
    pub expected: u64,
}

/// The manifest of one attachment of a world. Days are appended before a checkpoint that depends on them, and after
/// their files are durable. The manifest may therefore be ahead of the checkpoint; a day beyond the checkpoint is not
/// finished yet.
#[derive(Debug)]
pub(crate) struct Manifest {
    out: PathBuf,
    file: AppendedLines,
}

impl Manifest {
    /// Returns the manifest in `out` of an attachment of a world. Reads and writes nothing.
    pub(crate) fn new(out: &Path, world: u128, attachment: u32) -> Self {
        let head = format!("{TITLE} world {world:032x} attachment {attachment}\n");
        Manifest { out: out.to_path_buf(), file: AppendedLines::new(out, MANIFEST, head, is_whole) }
    }

    /// Returns the first file that was finished before `positions` and now has another size; None if there is no such
    /// file. A missing file was moved away or compressed, which is allowed.
    ///
    /// # Errors
    /// If the manifest cannot be read, or the size of an existing file cannot be read.
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

    /// Returns the latest size of each day of the manifest in bytes, by topic and day.
    fn days(&self) -> Result<BTreeMap<(String, i32), u64>, SinkError> {
        let lines = self.file.read()?;
        Ok(lines.iter().filter_map(|line| parse(line)).map(|day| ((day.topic, day.day), day.bytes)).collect())
    }

    /// Repairs the manifest before the first append.
    ///
    /// # Errors
    /// If the manifest cannot be read or changed.
    pub(super) fn repair(&self) -> Result<(), SinkError> {
        self.file.repair()
    }

    /// Appends days whose files are durable; durable when this returns.
    ///
    /// # Errors
    /// If the manifest cannot be written.
    pub(super) fn add(&self, days: &[FinishedDay]) -> Result<(), SinkError> {
        if days.is_empty() {
            return Ok(());
        }
        crate::crash::point("files.manifest");
        self.file.append(&days.iter().map(line).collect::<String>())
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

fn is_whole(text: &str) -> bool {
    parse(text).is_some_and(|day| line(&day).trim_end_matches('\n') == text)
}

#[cfg(test)]
mod tests {
    use super::super::token::Position;
    use super::*;
    use populace_sim::Stream;

    fn finished(day: i32, bytes: u64) -> FinishedDay {
        FinishedDay { topic: "a".into(), day, bytes }
    }

    /// Returns a manifest with the days 3 and 4 of topic "a", of 5 bytes each, and its folder.
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
