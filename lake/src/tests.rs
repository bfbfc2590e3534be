//! Tests of all formats on the records of a small world: rows equal those of JSON, and the same rows give the same
//! bytes.

mod readers;
pub mod records;

use crate::parquet::{Lengths, ParquetFile};
use crate::{Compression, FileFormat, FileSummary, LakeError, LeafValue, RowWriter};
use records::{Records, rows};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A destination whose bytes can be read afterwards.
#[derive(Clone, Default)]
pub struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().expect("one thread").clone()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("one thread").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Returns the bytes and the summary of a file with all records.
fn written(records: &Records, format: FileFormat, compression: Compression) -> (Vec<u8>, FileSummary) {
    let to = Shared::default();
    let mut file = crate::writer(format, compression, &records.table(), to.clone()).expect("a file");
    records.values.iter().for_each(|value| file.row(value).expect("a row"));
    let summary = file.finish().expect("the end");
    assert_eq!((summary.rows, summary.bytes), (records.values.len() as u64, to.bytes().len() as u64));
    (to.bytes(), summary)
}

fn inflated(bytes: &[u8], compression: Compression) -> Vec<u8> {
    let mut plain = Vec::new();
    match compression {
        Compression::None => plain.extend_from_slice(bytes),
        Compression::Gzip => _ = flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).expect("gzip"),
        Compression::Zstd => {
            plain.resize(64 << 20, 0);
            let len = zstd_safe::decompress(&mut plain[..], bytes).expect("zstd");
            plain.truncate(len);
        }
    }
    plain
}

#[test]
fn rows_of_text_files_are_those_of_json() {
    for records in rows("json") {
        let lines: Vec<u8> = records.values.iter().flat_map(|value| [&value[..], b"\n"].concat()).collect();
        for compression in Compression::ALL {
            let (bytes, summary) = written(&records, FileFormat::Jsonl, compression);
            assert_eq!(inflated(&bytes, compression), lines);
            assert_eq!(summary.instants, Some(records.instants()));
            let (bytes, summary) = written(&records, FileFormat::Csv, compression);
            readers::assert_csv(&inflated(&bytes, compression), &records);
            assert_eq!(summary.instants, Some(records.instants()));
        }
    }
}

#[test]
fn rows_of_avro_files_are_those_of_json_in_every_format_of_records() {
    for format in ["json", "avro", "protobuf"] {
        for records in rows(format) {
            let (bytes, summary) = written(&records, FileFormat::Avro, Compression::None);
            readers::assert_avro(&bytes, &records);
            assert_eq!(summary.instants, Some(records.instants()));
        }
    }
}

/// Writes files of all formats, in small pages and row groups where the format has them, and JSON lines as
/// `<stem>.twin`. `tests/lake/files.py` reads those in `POPULACE_LAKE_FILES`, if that is set, with programs that were
/// not written here.
#[test]
fn files_are_written_for_other_readers() {
    let own = tempfile::tempdir().expect("a folder");
    let folder = std::env::var_os("POPULACE_LAKE_FILES").map_or_else(|| own.path().to_owned(), PathBuf::from);
    for (json, avro) in rows("json").iter().zip(&rows("avro")) {
        let stem = folder.join(json.stream.section());
        let twin: Vec<u8> = json.values.iter().flat_map(|value| [&value[..], b"\n"].concat()).collect();
        fs::write(stem.with_extension("twin"), twin).expect("written");
        for compression in Compression::ALL {
            for format in FileFormat::ALL {
                let path = named(&stem, "whole", format.extension(compression), compression);
                let file = File::create(path).expect("a file");
                fill(crate::writer(format, compression, &json.table(), file).expect("a file"), json);
            }
            let lengths = Lengths { page_rows: 100, page_len: 1 << 20, group_len: 100_000 };
            let file = File::create(named(&stem, "grouped", "parquet", compression)).expect("a file");
            let parquet = ParquetFile::new(compression, &avro.table(), Box::new(file), lengths).expect("a file");
            fill(Box::new(parquet), avro);
        }
    }
    assert!(fs::read_dir(&folder).expect("a folder").count() >= 6 * (1 + 3 * 5));
}

fn named(stem: &Path, kind: &str, extension: &str, compression: Compression) -> PathBuf {
    stem.with_extension(format!("{kind}-{}.{extension}", compression.name()))
}

fn fill(mut file: Box<dyn RowWriter>, records: &Records) {
    records.values.iter().for_each(|value| file.row(value).expect("a row"));
    assert_eq!(file.finish().expect("the end").rows, records.values.len() as u64);
}

#[test]
fn the_summary_of_a_parquet_file_has_the_range_of_each_leaf() {
    let records = &rows("avro")[0];
    let (_, summary) = written(records, FileFormat::Parquet, Compression::Zstd);
    assert_eq!(summary.instants, Some(records.instants()));
    let of = |path: &[&str]| summary.statistics.iter().find(|leaf| leaf.path == path).expect("a leaf").clone();
    let numbers = |path: &[&str]| {
        let value =
            |json: &serde_json::Value| path.iter().fold(json.clone(), |json, name| json[*name].clone()).as_f64();
        let all = || records.json.iter().filter_map(value);
        Some([all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max)].map(LeafValue::Number))
    };
    for path in [&["amount"][..], &["location", "lat"], &["location", "lon"]] {
        assert_eq!((of(path).range, of(path).null_count), (numbers(path), 0));
    }
    let nulls = records.json.iter().filter(|json| json["card_id"].is_null()).count() as u64;
    assert!(nulls > 0 && of(&["card_id"]).null_count == nulls);
    let texts = records.json.iter().map(|json| json["channel"].as_str().expect("a word").to_owned());
    let range = [texts.clone().min(), texts.max()].map(|text| LeafValue::Text(text.expect("there are rows")));
    assert_eq!(of(&["channel"]).range, Some(range));
    assert!(summary.statistics.iter().all(|leaf| leaf.path[0] != "concept"), "lists have none");
}

#[test]
fn files_depend_on_their_rows_alone_not_on_the_format_of_records() {
    let [json, avro, protobuf] = ["json", "avro", "protobuf"].map(rows);
    for ((json, avro), protobuf) in json.iter().zip(&avro).zip(&protobuf) {
        for format in FileFormat::ALL.into_iter().filter(|format| *format != FileFormat::Jsonl) {
            for compression in Compression::ALL {
                let first = written(json, format, compression);
                assert_eq!(first, written(avro, format, compression));
                assert_eq!(first, written(protobuf, format, compression));
            }
        }
    }
}

#[test]
fn each_file_has_a_marker_of_its_own() {
    let records = &rows("json")[0];
    let end = |file: &str| {
        let to = Shared::default();
        let table = crate::Table { file, ..records.table() };
        crate::writer(FileFormat::Avro, Compression::None, &table, to.clone())
            .expect("a file")
            .finish()
            .expect("empty");
        to.bytes().last_chunk::<16>().copied()
    };
    assert_eq!(end("a"), end("a"));
    assert_ne!(end("a"), end("b"));
}

#[test]
fn what_has_no_place_in_a_file_is_told() {
    let binary = &rows("avro")[0];
    let error = |records: &Records, format| {
        crate::writer(format, Compression::None, &records.table(), std::io::sink()).err().expect("an error").to_string()
    };
    let text = error(binary, FileFormat::Jsonl);
    assert_eq!(text, "transaction_fraud_detection is written as Avro, and a file of lines takes records in JSON");
    let twice = records::chosen("'*', \"location_lat = 1\"");
    assert!(error(&twice, FileFormat::Csv).contains("two columns of a csv file are named \"location_lat\""));
    let hyphen = records::chosen("'user_id as user-id'");
    assert!(error(&hyphen, FileFormat::Avro).contains("Avro does not allow the name \"user-id\""));
}

/// A destination that is full.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_wrong_record_and_a_full_disk_are_errors() {
    let records = &rows("json")[0];
    for format in FileFormat::ALL {
        let mut file = crate::writer(format, Compression::Zstd, &records.table(), std::io::sink()).expect("a file");
        file.row(&records.values[0]).expect("a row");
        let wrong = file.row(b"{}").and_then(|()| file.finish().map(|_| ()));
        let error = wrong.expect_err("no record").to_string();
        assert!(error.starts_with("row 2 of transaction_fraud_detection: the JSON record does not hold"), "{error}");

        let write = || -> Result<FileSummary, LakeError> {
            let mut file = crate::writer(format, Compression::Gzip, &records.table(), Full)?;
            records.values.iter().try_for_each(|value| file.row(value))?;
            file.finish()
        };
        let error = write().expect_err("the disk is full").to_string();
        let begin = format!("failed to write a {} file of transaction_fraud_detection: ", format.name());
        assert!(error.starts_with(&begin), "{error}");
    }
}
