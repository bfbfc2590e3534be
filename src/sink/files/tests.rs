//! The files sink against the bytes of earlier runs.

use super::extent::{measure, occupied_folder};
use super::growing::Growing;
use super::list::FileList;
use super::lock::FolderLock;
use super::manifest::Manifest;
use super::retire::Retirement;
use super::writer::{FilesSink, Folder};
use super::*;
use crate::config::FileRetention;
use crate::sink::{Sink, SinkError, TopicNames};
use populace_sim::{Stream, VirtualTime};
use populace_wire::Record;
use proptest::prelude::*;
use std::fs;
use std::path::Path;

const DAY: i64 = 86_400;

const FOLDERS: [&str; 3] = ["a", "b", "c"];

fn names() -> TopicNames {
    TopicNames::new(Stream::ALL.into_iter().zip(FOLDERS.map(str::to_owned)))
}

fn put(sink: &mut FilesSink, stream: Stream, day: i64, value: &str) -> Result<(), SinkError> {
    let time = VirtualTime::from_seconds(day * DAY);
    sink.record(&Record {
        stream,
        time,
        key: b"",
        value: value.as_bytes(),
        content: populace_wire::Content::Value,
        entity_sequence: 1,
        hash: 0,
        place: 0,
    })
}

/// Writes twelve records of three days and all streams.
fn fill(sink: &mut FilesSink) -> Result<(), SinkError> {
    for i in 0..12 {
        put(sink, Stream::ALL[i % 3], i as i64 / 4, &format!("{{\"n\":{i}}}"))?;
    }
    sink.flush(VirtualTime::from_micros(0))
}

fn contents(out: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for name in FOLDERS {
        for day in 0..3 {
            let path = out.join(name).join(file_of_day(day));
            all.push((path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap_or_default()));
        }
    }
    all
}

fn open(out: &Path, positions: &Positions) -> Result<FilesSink, SinkError> {
    let lock = FolderLock::take(out, Path::new("data"))?;
    let (manifest, list) = (Manifest::new(out, 77, 3), FileList::new(out, 77, 3));
    let retirement = Retirement::new(out, FileRetention::default());
    FilesSink::open(Folder { out: out.into(), lock, manifest, list, retirement }, &names(), positions)
}

fn written() -> (tempfile::TempDir, Vec<(String, Vec<u8>)>) {
    let dir = tempfile::tempdir().unwrap();
    fill(&mut open(dir.path(), &Positions::default()).unwrap()).unwrap();
    let all = contents(dir.path());
    (dir, all)
}

proptest! {
    #[test]
    fn whatever_prefix_is_there_the_same_bytes_come_of_it(cuts in prop::collection::vec(0_usize..200, 9)) {
        let (dir, all) = written();
        for (stream, name) in FOLDERS.iter().enumerate() {
            // A prefix of the stream: after the first file that is cut, no more files exist.
            let mut whole = true;
            for day in 0..3 {
                let path = dir.path().join(name).join(file_of_day(day as i32));
                let bytes = &all[stream * 3 + day].1;
                let cut = cuts[stream * 3 + day].min(bytes.len());
                if whole { fs::write(&path, &bytes[..cut]).unwrap() } else { let _ = fs::remove_file(&path); }
                whole &= cut == bytes.len();
            }
        }
        let mut sink = open(dir.path(), &Positions::default()).unwrap();
        fill(&mut sink).unwrap();
        prop_assert!(sink.is_replay_complete());
        prop_assert_eq!(contents(dir.path()), all);
    }
}

#[test]
fn a_file_without_a_record_is_not_waited_for() {
    for bytes in [&b""[..], &[0; 70]] {
        let dir = tempfile::tempdir().unwrap();
        let mut sink = open(dir.path(), &Positions::default()).unwrap();
        put(&mut sink, Stream::Transactions, 0, "{\"n\":0}").unwrap();
        sink.flush(VirtualTime::from_micros(0)).unwrap();
        drop(sink);
        fs::write(dir.path().join(FOLDERS[0]).join(file_of_day(1)), bytes).unwrap();
        let mut sink = open(dir.path(), &Positions::default()).unwrap();
        assert!(!sink.is_replay_complete());
        put(&mut sink, Stream::Transactions, 0, "{\"n\":0}").unwrap();
        assert!(sink.is_replay_complete());
        put(&mut sink, Stream::Transactions, 1, "{\"n\":1}").unwrap();
        sink.flush(VirtualTime::from_micros(0)).unwrap();
        assert_eq!(fs::read(dir.path().join(FOLDERS[0]).join(file_of_day(1))).unwrap(), b"{\"n\":1}\n");
    }
}

#[test]
fn it_goes_on_from_a_mark() {
    let (dir, all) = written();
    let fresh = tempfile::tempdir().unwrap();
    let mut sink = open(fresh.path(), &Positions::default()).unwrap();
    put(&mut sink, Stream::Transactions, 0, "{\"n\":0}").unwrap();
    let mark = sink.mark(VirtualTime::from_micros(0)).unwrap();
    (mark.sync)().unwrap();
    (mark.committed)().unwrap();
    drop(sink);
    let mut sink = open(fresh.path(), &Positions::of_token(&mark.token).unwrap()).unwrap();
    for i in 1..12 {
        put(&mut sink, Stream::ALL[i % 3], i as i64 / 4, &format!("{{\"n\":{i}}}")).unwrap();
    }
    sink.flush(VirtualTime::from_micros(0)).unwrap();
    assert_eq!(contents(fresh.path()), all);
    drop(dir);
}

#[test]
fn a_tail_of_zeros_is_cut_and_nothing_else() {
    let (dir, all) = written();
    let path = dir.path().join("a").join(file_of_day(0));
    let mut torn = all[0].1[..5].to_vec();
    torn.extend([0; 100]);
    fs::write(&path, &torn).unwrap();
    fill(&mut open(dir.path(), &Positions::default()).unwrap()).unwrap();
    assert_eq!(contents(dir.path()), all);
    torn[50] = b'x';
    fs::write(&path, &torn).unwrap();
    let refused = fill(&mut open(dir.path(), &Positions::default()).unwrap()).unwrap_err();
    assert!(matches!(refused, SinkError::Differs { at: 5, line: 1, .. }), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), torn, "what is refused stays as it is");
}

#[test]
fn a_changed_byte_is_named() {
    let (dir, all) = written();
    let path = dir.path().join("a").join(file_of_day(0));
    let mut changed = all[0].1.clone();
    let at = changed.len() - 2;
    changed[at] ^= 1;
    fs::write(&path, &changed).unwrap();
    let refused = fill(&mut open(dir.path(), &Positions::default()).unwrap()).unwrap_err();
    assert!(matches!(refused, SinkError::Differs { at: found, line: 2, .. } if found == at as u64), "{refused}");
}

#[test]
fn more_than_was_written_is_refused() {
    let (dir, all) = written();
    let path = dir.path().join("a").join(file_of_day(0));
    fs::write(&path, [&all[0].1[..], b"{}\n"].concat()).unwrap();
    let refused = fill(&mut open(dir.path(), &Positions::default()).unwrap()).unwrap_err();
    assert!(matches!(refused, SinkError::TooLong { .. }), "{refused}");
}

/// The kernel reports a failed write-back once, to the first caller.
#[test]
fn a_failure_that_the_syncing_thread_met_fails_the_next_mark() {
    let dir = tempfile::tempdir().unwrap();
    let mut sink = open(dir.path(), &Positions::default()).unwrap();
    fs::remove_dir_all(dir.path()).unwrap();
    sink.request_sync();
    let mark = sink.mark(VirtualTime::from_micros(0)).unwrap();
    assert!((mark.sync)().is_err());
    let mark = sink.mark(VirtualTime::from_micros(0)).unwrap();
    (mark.sync)().unwrap();
}

#[test]
fn a_manifest_that_cannot_be_written_fails_the_mark() {
    let dir = tempfile::tempdir().unwrap();
    let mut sink = open(dir.path(), &Positions::default()).unwrap();
    fs::create_dir(dir.path().join(".populace.days")).unwrap();
    for day in 0..2 {
        put(&mut sink, Stream::ALL[0], day, "{}").unwrap();
    }
    let refused = (sink.mark(VirtualTime::from_micros(0)).unwrap().sync)().unwrap_err().to_string();
    assert!(refused.contains(".populace.days"), "{refused}");
}

#[test]
fn a_current_file_that_is_removed_fails_the_mark_and_a_finished_one_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut sink = open(dir.path(), &Positions::default()).unwrap();
    for day in 0..2 {
        put(&mut sink, Stream::ALL[0], day, "{}").unwrap();
    }
    let file = |day| dir.path().join(FOLDERS[0]).join(file_of_day(day));
    fs::remove_file(file(0)).unwrap();
    let mark = sink.mark(VirtualTime::from_micros(0)).unwrap();
    (mark.sync)().unwrap();
    fs::remove_file(file(1)).unwrap();
    let mark = sink.mark(VirtualTime::from_micros(0)).unwrap();
    assert!(matches!((mark.sync)(), Err(SinkError::Removed { path }) if path == file(1)));
}

#[test]
fn facts_tell_short_and_beyond() {
    let (dir, _) = written();
    let mut positions = Positions::default();
    positions.0[1] = Position { day: Some(0), offset: 10_000 };
    let extent = measure((dir.path(), Growing::Lines), &names(), &positions).unwrap();
    assert!(extent.beyond);
    assert_eq!(extent.short.map(|short| short.2), Some(10_000));
    assert!(occupied_folder(dir.path(), &names()).unwrap().is_some());
    assert!(occupied_folder(&dir.path().join("else"), &names()).unwrap().is_none());
}
