//! Topic files as a reader sees them: bytes by name, or, for large worlds, what was seen of them. Knows where they lie and
//! that they only grow.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use populace_sim::VirtualTime;
use populace_wire::record_hash;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The folders of the topics that every world has.
pub const TOPICS: [&str; 3] =
    ["transaction_fraud_detection", "estimated_time_of_arrival", "e_commerce_customer_interactions"];

/// All of them, those that a world has only where it is asked for included.
pub const EVERY: [&str; 6] =
    [TOPICS[0], TOPICS[1], TOPICS[2], "transaction_fraud_labels", "trip_completions", "populace.drift"];

/// Options by which a world has all topics.
pub const SWITCHES: [&str; 6] = [
    "--set",
    "topics.labels.enabled=true",
    "--set",
    "topics.completions.enabled=true",
    "--set",
    "topics.drifts.enabled=true",
];

/// The topics of a world that was born with these options.
pub fn topics_of<T: AsRef<str>>(born: &[T]) -> Vec<&'static str> {
    let is_on = |switch: &str| born.iter().any(|option| option.as_ref() == switch);
    let optional = EVERY[3..].iter().zip(SWITCHES.iter().skip(1).step_by(2)).filter(|(_, switch)| is_on(switch));
    TOPICS.into_iter().chain(optional.map(|(topic, _)| *topic)).collect()
}

/// `topic/day.jsonl` and its bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    /// What lies in an output folder, which need not be there.
    pub fn read(out: &Path) -> Self {
        let mut files = BTreeMap::new();
        for topic in EVERY {
            let Ok(entries) = fs::read_dir(out.join(topic)) else { continue };
            for entry in entries.map(Result::unwrap) {
                let name = format!("{topic}/{}", entry.file_name().to_string_lossy());
                files.insert(name, fs::read(entry.path()).unwrap());
            }
        }
        Files(files)
    }

    /// An instant so many minutes after the last whole record, or after 2026-01-01 where there is none.
    pub fn after(&self, minutes: i64) -> String {
        after(self.0.values().filter_map(|bytes| last_time(bytes)).max(), minutes)
    }

    /// Whole lines.
    pub fn lines(&self) -> usize {
        self.0.values().flatten().filter(|byte| **byte == b'\n').count()
    }

    /// The latest time among the lines that `before` ended with, whole by now where it had them cut off.
    pub fn frontier_of(&self, before: &Files) -> Option<DateTime<Utc>> {
        let line_of = |(name, old): (&String, &Vec<u8>)| {
            let bytes = &self.0[name];
            let last = old.len().checked_sub(1)?;
            let start = bytes[..last].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            let length = bytes[start..].iter().position(|byte| *byte == b'\n')?;
            Some(timestamp(&bytes[start..start + length]))
        };
        before.0.iter().filter_map(line_of).max()
    }

    /// That these are the same files, byte for byte.
    pub fn assert_same(&self, expected: &Files) {
        let names = |files: &Files| files.0.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(self), names(expected));
        for (name, bytes) in &self.0 {
            let wanted = &expected.0[name];
            let at = bytes.iter().zip(wanted).take_while(|(a, b)| a == b).count();
            let (found, wanted_length) = (bytes.len(), wanted.len());
            assert!(bytes == wanted, "{name} differs at byte {at}: {found} bytes, expected {wanted_length}");
        }
    }

    /// That `self` is what `before` has grown to: nothing shrank, nothing changed.
    pub fn assert_grown_from(&self, before: &Files) {
        for (name, old) in &before.0 {
            let new = self.0.get(name).unwrap_or_else(|| panic!("{name} is gone"));
            assert!(new.len() >= old.len(), "{name} shrank from {} to {} bytes", old.len(), new.len());
            assert!(new.starts_with(old), "{name} changed within its first {} bytes", old.len());
        }
    }
}

/// What was seen of a file: its bytes, by number and hash, when, and whether it ended with a whole line.
#[derive(Clone, Copy)]
struct Sight {
    length: u64,
    hash: u128,
    changed: SystemTime,
    whole: bool,
}

/// What was seen of an output folder, to tell later that it only grew. Holds no contents.
pub struct Seen {
    out: PathBuf,
    files: BTreeMap<String, Sight>,
}

impl Seen {
    pub fn of(out: PathBuf) -> Self {
        Seen { out, files: BTreeMap::new() }
    }

    /// Looks again: no file shrank or changed in what it held, and only the last of a topic may end inside a line.
    pub fn look(&mut self) {
        let mut files = BTreeMap::new();
        for topic in EVERY {
            let Ok(entries) = fs::read_dir(self.out.join(topic)) else { continue };
            for path in entries.map(|entry| entry.unwrap().path()) {
                let name = format!("{topic}/{}", path.file_name().unwrap().to_string_lossy());
                let sight = again(&path, self.files.get(&name));
                files.insert(name, sight);
            }
        }
        let gone = self.files.keys().find(|name| !files.contains_key(*name));
        assert!(gone.is_none(), "{gone:?} is gone");
        let mut last = "";
        for (name, sight) in files.iter().rev() {
            let topic = name.split('/').next().unwrap();
            assert!(topic != last || sight.whole, "{name} ends inside a line, though later days are there");
            last = topic;
        }
        self.files = files;
    }

    /// Bytes of all files when they were last looked at.
    pub fn length(&self) -> u64 {
        self.files.values().map(|sight| sight.length).sum()
    }

    /// An instant so many minutes after the last whole record, or after 2026-01-01 where there is none.
    pub fn after(&self, minutes: i64) -> String {
        let newest = |topic: &'static str| self.files.keys().rev().filter(move |name| name.starts_with(topic)).take(2);
        let names = EVERY.into_iter().flat_map(newest);
        after(names.filter_map(|name| last_time(&fs::read(self.out.join(name)).ok()?)).max(), minutes)
    }
}

/// What a file is now, and that it has grown to it.
fn again(path: &Path, before: Option<&Sight>) -> Sight {
    let meta = fs::metadata(path).unwrap();
    let changed = meta.modified().unwrap();
    if let Some(before) = before.filter(|before| (before.length, before.changed) == (meta.len(), changed)) {
        return *before;
    }
    let bytes = fs::read(path).unwrap();
    if let Some(before) = before {
        let (length, now) = (before.length as usize, bytes.len());
        assert!(now >= length, "{} shrank from {length} to {now} bytes", path.display());
        assert!(hash(&bytes[..length]) == before.hash, "{} changed in its first {length} bytes", path.display());
    }
    let whole = bytes.last() == Some(&b'\n');
    Sight { length: bytes.len() as u64, hash: hash(&bytes), changed, whole }
}

fn hash(bytes: &[u8]) -> u128 {
    record_hash(b"", VirtualTime::from_micros(0), bytes)
}

fn after(last: Option<DateTime<Utc>>, minutes: i64) -> String {
    let last = last.unwrap_or_else(|| "2026-01-01T00:00:00Z".parse().unwrap());
    (last + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn last_time(bytes: &[u8]) -> Option<DateTime<Utc>> {
    let whole = &bytes[..bytes.iter().rposition(|byte| *byte == b'\n')?];
    let start = whole.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    Some(timestamp(&whole[start..]))
}

/// The time of a record.
pub fn timestamp(line: &[u8]) -> DateTime<Utc> {
    let text = std::str::from_utf8(line).unwrap();
    let fields = ["timestamp", "completed_at", "reported_at"].map(|field| format!("\"{field}\":\""));
    let (_, rest) = fields.iter().find_map(|field| text.split_once(field)).expect("records have a time");
    rest.split('"').next().unwrap().parse().unwrap()
}

/// Bytes of all topic files, without reading them.
pub fn length(out: &Path) -> u64 {
    let folders = EVERY.iter().filter_map(|topic| fs::read_dir(out.join(topic)).ok()).flatten();
    folders.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len())).sum()
}
