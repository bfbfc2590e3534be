//! The sink of whole files: the same files whatever an interrupted run left, and whole ones only.

use super::*;
use crate::config::{FileRetention, FileShape};
use crate::sink::files::list::FileList;
use crate::sink::files::lock::FolderLock;
use crate::sink::files::retire::Retirement;
use crate::sink::files::token::Positions;
use crate::sink::{Sink, Token, TopicNames};
use populace_sim::{Shard, Span, Stream, Town, VirtualTime};
use populace_wire::{Batch, Encoders, Merged, Record, scenario_from_toml};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// A record of the town.
struct Written {
    stream: Stream,
    time: VirtualTime,
    value: Vec<u8>,
}

/// A small town, and its records of three days.
static TOWN: LazyLock<(Town, Vec<Written>)> = LazyLock::new(|| {
    let scenario =
        scenario_from_toml("test", "[world]\npeople = 60\nseed = 7\nstart = \"2026-01-01T00:00:00Z\"").unwrap();
    let (town, encoders) = (Town::build(&scenario).unwrap(), Encoders::new(&scenario.topics).unwrap());
    let until = town.start() + Span::from_days(3);
    let run = |n| {
        let mut batch = Batch::default();
        Shard::newborn(&town, n).run_until(&town, until, &mut encoders.outlet(&mut batch));
        batch
    };
    let merged = Merged::new((0..town.shard_count()).map(run).collect());
    let own = |record: Record<'_>| Written { stream: record.stream, time: record.time, value: record.value.to_vec() };
    let records = merged.iter().map(own).collect();
    (town, records)
});

fn end() -> VirtualTime {
    TOWN.0.start() + Span::from_days(3)
}

/// The files in an output folder by path, without those of names with a dot.
fn files(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![out.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(out).unwrap().to_string_lossy().into_owned();
            match (name.starts_with('.'), path.is_dir()) {
                (true, _) => {}
                (false, true) => folders.push(path),
                (false, false) => drop(found.insert(name, fs::read(&path).unwrap())),
            }
        }
    }
    found
}

fn shape(pairs: &[(&str, &str)]) -> FileShape {
    pairs.iter().fold(FileShape::default(), |shape, (key, value)| shape.with(key, value).unwrap())
}

fn open(out: &Path, shape: FileShape, keep: FileRetention, token: &Token) -> WholeFilesSink {
    let format = RowFormat::new(shape, &TOWN.0).unwrap().of_world(7);
    let (list, retirement) = (FileList::new(out, 7, 1), Retirement::new(out, keep));
    let lock = FolderLock::take(out, Path::new("data")).unwrap();
    let folder = WholeFolder { out: out.into(), lock, list, format, retirement, attachment: 1 };
    let at = (&Positions::of_token(token).unwrap(), &OpenPieces::of_token(token).unwrap());
    WholeFilesSink::open(folder, &TopicNames::of_town(&TOWN.0), at).unwrap()
}

fn put(sink: &mut WholeFilesSink, records: &[Written]) {
    for Written { stream, time, value } in records {
        let content = populace_wire::Content::Value;
        let record =
            Record { stream: *stream, time: *time, key: b"", value, content, entity_sequence: 1, hash: 0, place: 0 };
        sink.record(&record).unwrap();
    }
}

/// Takes a checkpoint at `at`, and returns its token.
fn save(sink: &mut WholeFilesSink, at: VirtualTime) -> Token {
    let mark = sink.mark(at).unwrap();
    (mark.sync)().unwrap();
    (mark.committed)().unwrap();
    mark.token
}

/// The files of a run that nothing interrupts.
fn uninterrupted(shape: FileShape) -> BTreeMap<String, Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    let mut sink = open(out.path(), shape, FileRetention::default(), &Token::default());
    put(&mut sink, &TOWN.1);
    save(&mut sink, end());
    files(out.path())
}

/// The shapes that differ in what is between records and files.
fn shapes() -> [FileShape; 3] {
    [shape(&[("partition", "hour")]), shape(&[("partition", "hour"), ("layout", "hive")]), shape(&[("layout", "hive")])]
}

#[test]
fn files_hold_all_records_in_their_order_and_are_named_by_the_shape() {
    for shape in shapes() {
        let files = uninterrupted(shape);
        let mut expected: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for Written { stream, time, value } in &TOWN.1 {
            let piece = Piece::at(*time, shape.partition).path(&shape, 1);
            let file = expected.entry(format!("{}/{piece}", TOWN.0.topic_name(*stream))).or_default();
            file.extend_from_slice(value);
            file.push(b'\n');
        }
        assert_eq!(files, expected);
    }
}

#[test]
fn whatever_a_kill_left_the_same_files_come_of_it() {
    let others = [
        shape(&[("format", "avro"), ("compression", "zstd")]),
        shape(&[("format", "parquet")]),
        shape(&[("format", "delta"), ("layout", "hive"), ("partition", "hour")]),
        shape(&[("format", "csv"), ("compression", "gzip")]),
    ];
    for shape in shapes().into_iter().chain(others) {
        let whole = uninterrupted(shape);
        assert!(whole.len() >= 6, "{:?}", whole.keys());
        for (saved, killed) in [(0, 100), (50, 51), (150, 300), (277, 278), (TOWN.1.len() - 1, TOWN.1.len())] {
            let out = tempfile::tempdir().unwrap();
            let mut sink = open(out.path(), shape, FileRetention::default(), &Token::default());
            put(&mut sink, &TOWN.1[..saved]);
            let token = save(&mut sink, TOWN.1[saved].time);
            put(&mut sink, &TOWN.1[saved..killed]);
            sink.flush(TOWN.1[killed - 1].time).unwrap();
            drop(sink);
            let mut sink = open(out.path(), shape, FileRetention::default(), &token);
            put(&mut sink, &TOWN.1[saved..]);
            assert!(sink.is_replay_complete());
            save(&mut sink, end());
            assert_eq!(files(out.path()), whole, "saved after {saved}, killed after {killed}");
        }
    }
}

#[test]
fn a_clean_stop_shows_what_there_is_and_the_next_run_replaces_it() {
    let (shape, whole) = (shape(&[("layout", "hive")]), uninterrupted(shape(&[("layout", "hive")])));
    let out = tempfile::tempdir().unwrap();
    let middle = TOWN.1.len() / 2;
    let mut sink = open(out.path(), shape, FileRetention::default(), &Token::default());
    put(&mut sink, &TOWN.1[..middle]);
    let token = save(&mut sink, TOWN.1[middle].time);
    let before = files(out.path());
    sink.finish(TOWN.1[middle].time).unwrap();
    drop(sink);
    let shown = files(out.path());
    assert!(shown.len() > before.len());
    let lines = |files: &BTreeMap<String, Vec<u8>>| files.values().flatten().filter(|byte| **byte == b'\n').count();
    assert_eq!(lines(&shown), middle);
    let mut sink = open(out.path(), shape, FileRetention::default(), &token);
    put(&mut sink, &TOWN.1[middle..]);
    save(&mut sink, end());
    assert_eq!(files(out.path()), whole);
}

#[test]
fn rows_alone_decide_where_a_file_is_continued() {
    let shape = shape(&[("max_file_megabytes", "1")]);
    let format = RowFormat::new(shape, &TOWN.0).unwrap();
    let many = || TOWN.1.iter().filter(|one| one.stream == Stream::Transactions).cycle().take(4_000);
    let write = || {
        let piece = Piece { day: 20_454, hour: None };
        let mut parts = PartWriter::new(&format, Stream::Transactions, piece, |_| Ok(std::io::sink()));
        many().for_each(|one| parts.row(&one.value).unwrap());
        parts.finish().unwrap()
    };
    let parts = write();
    assert!(parts.len() > 1 && parts.iter().map(|part| part.rows).sum::<u64>() == 4_000, "{parts:?}");
    let last = parts.len() - 1;
    assert!(parts[..last].iter().all(|part| (1_000_000..1_010_000).contains(&part.bytes)), "{parts:?}");
    assert_eq!(parts, write());
    let names: Vec<String> =
        parts.iter().map(|part| Piece { day: 20_454, hour: None }.path(&shape, part.number)).collect();
    assert_eq!(names[..2], ["2026-01-01-0001.jsonl", "2026-01-01-0002.jsonl"]);
    assert!(names.iter().all(|name| format.piece_of(name) == Some(Piece { day: 20_454, hour: None })));
    assert_eq!(format.piece_of("2026-01-01.jsonl"), None);
}

#[test]
fn staged_records_are_dropped_once_no_checkpoint_needs_them() {
    let out = tempfile::tempdir().unwrap();
    let mut sink = open(out.path(), shape(&[("layout", "hive")]), FileRetention::default(), &Token::default());
    put(&mut sink, &TOWN.1);
    let folder = staging_in(out.path()).join(TOWN.0.topic_name(Stream::Transactions));
    let is_staged = |name: &str| name.ends_with(".records");
    let names = || fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let staged = || names().filter(|name| is_staged(name)).count();
    assert_eq!(staged(), 3);
    let mark = sink.mark(end()).unwrap();
    (mark.sync)().unwrap();
    assert_eq!(staged(), 3, "the checkpoint is not committed");
    (mark.committed)().unwrap();
    assert_eq!(staged(), 1);
}

#[test]
fn old_files_are_removed_and_a_replay_goes_on_without_them() {
    let (shape, keep) = (shape(&[("layout", "hive")]), FileRetention { days: Some(1), bytes: None });
    let out = tempfile::tempdir().unwrap();
    let mut sink = open(out.path(), shape, keep, &Token::default());
    let middle = TOWN.1.iter().position(|one| one.time >= end() + Span::from_days(-1)).unwrap();
    put(&mut sink, &TOWN.1[..middle]);
    let token = save(&mut sink, end() + Span::from_days(-1));
    put(&mut sink, &TOWN.1[middle..]);
    drop(sink);
    let names = || files(out.path()).into_keys().collect::<String>();
    assert!(!names().contains("2026-01-01") && names().contains("2026-01-02"));
    let mut sink = open(out.path(), shape, keep, &token);
    put(&mut sink, &TOWN.1[middle..]);
    save(&mut sink, end());
    assert!(!names().contains("2026-01-02") && names().contains("2026-01-03"));
    let listed = FileList::new(out.path(), 7, 1).read().unwrap();
    assert!(listed.removed.iter().any(|path| path.contains("dt=2026-01-01")), "{:?}", listed.removed);
}

#[test]
fn staged_records_that_are_gone_fail_the_mark() {
    let out = tempfile::tempdir().unwrap();
    let mut sink = open(out.path(), shapes()[2], FileRetention::default(), &Token::default());
    put(&mut sink, &TOWN.1[..10]);
    sink.flush(TOWN.0.start()).unwrap();
    fs::remove_dir_all(staging_in(out.path())).unwrap();
    let mark = sink.mark(end()).unwrap();
    assert!((mark.sync)().unwrap_err().to_string().contains(".staging"));
}
