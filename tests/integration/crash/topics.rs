//! Topic files as a reader sees them: bytes by name. Knows where they lie and that they only grow.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The topics' folders.
pub const TOPICS: [&str; 3] =
    ["transaction_fraud_detection", "estimated_time_of_arrival", "e_commerce_customer_interactions"];

/// `topic/day.jsonl` and its bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    /// What lies in an output folder, which need not be there.
    pub fn read(out: &Path) -> Self {
        let mut files = BTreeMap::new();
        for topic in TOPICS {
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
        let last = self.0.values().filter_map(|bytes| last_time(bytes)).max();
        let last = last.unwrap_or_else(|| "2026-01-01T00:00:00Z".parse().unwrap());
        (last + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    /// Whole lines.
    pub fn lines(&self) -> usize {
        self.0.values().flatten().filter(|byte| **byte == b'\n').count()
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

    /// That `self` is what `before` has grown to: nothing shrank, nothing changed, and only the last file of a topic
    /// may end inside a line.
    pub fn assert_grown_from(&self, before: &Files) {
        for (name, old) in &before.0 {
            let new = self.0.get(name).unwrap_or_else(|| panic!("{name} is gone"));
            assert!(new.len() >= old.len(), "{name} shrank from {} to {} bytes", old.len(), new.len());
            assert!(new.starts_with(old), "{name} changed within its first {} bytes", old.len());
        }
        let mut last = "";
        for (name, bytes) in self.0.iter().rev() {
            let topic = name.split('/').next().unwrap();
            let whole = bytes.last() == Some(&b'\n');
            assert!(topic != last || whole, "{name} ends inside a line, though later days are there");
            last = topic;
        }
    }
}

fn last_time(bytes: &[u8]) -> Option<DateTime<Utc>> {
    let whole = &bytes[..bytes.iter().rposition(|byte| *byte == b'\n')?];
    let start = whole.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    Some(timestamp(&whole[start..]))
}

/// The time of a record.
pub fn timestamp(line: &[u8]) -> DateTime<Utc> {
    let text = std::str::from_utf8(line).unwrap();
    let (_, rest) = text.split_once("\"timestamp\":\"").expect("records have a time");
    rest.split('"').next().unwrap().parse().unwrap()
}

/// Bytes of all topic files, without reading them.
pub fn length(out: &Path) -> u64 {
    let folders = TOPICS.iter().filter_map(|topic| fs::read_dir(out.join(topic)).ok()).flatten();
    folders.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len())).sum()
}
