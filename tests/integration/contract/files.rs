//! A run of the real program with the files sink, read back from its files through the same reader.

use super::checker::Checker;
use super::facts::{HOUSTON, WorldFacts};
use super::form::Topic;
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Seconds since 1970 of 2026-01-01 and 2026-03-01, both at midnight UTC.
const SPAN: (i64, i64) = (1_767_225_600, 1_772_323_200);

fn backfill(data: &Path) {
    let run = Command::new(env!("CARGO_BIN_EXE_populace"))
        .args([
            "backfill",
            "--start",
            "2026-01-01",
            "--end",
            "2026-03-01",
            "--people",
            "2000",
            "--sink",
            "files",
            "--set",
            "topics.labels.enabled=true",
            "--set",
            "topics.completions.enabled=true",
            "--json",
        ])
        .arg("--data-dir")
        .arg(data)
        .env_clear()
        .output()
        .expect("the program starts");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&run.stdout).expect("--json prints one object");
    assert!(summary.is_object(), "{summary}");
}

/// The files of a topic in the order of their names, which is that of their days.
fn days(folder: &Path) -> Vec<PathBuf> {
    let entries = read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    files
}

#[test]
fn the_files_of_the_program_keep_the_contract() {
    let data = tempfile::tempdir().unwrap();
    backfill(data.path());
    let span = (SPAN.0 * 1_000_000, SPAN.1 * 1_000_000);
    let mut checker = Checker::new(WorldFacts {
        regions: vec![HOUSTON],
        span,
        merchants: 200,
        products: 2_000,
        session_timeout_minutes: 15,
        pickup_limit_km: 25.0,
        fraud_rate: 0.004,
        extras: false,
        drifts: Vec::new(),
    });
    for topic in Topic::ALL.into_iter().filter(|topic| *topic != Topic::Drifts) {
        let files = days(&data.path().join("topics").join(topic.name()));
        assert!(files.len() == 59 || topic == Topic::Labels, "a file for each UTC day");
        for file in files {
            let day = file.file_stem().unwrap().to_string_lossy().into_owned();
            let text = read_to_string(&file).unwrap();
            assert!(text.ends_with('\n'), "{} ends with a whole line", file.display());
            for line in text.lines() {
                assert!(line.contains(&format!("\"{}\":\"{day}T", topic.time_field())), "{line} is not of {day}");
                checker.see(topic, None, line);
            }
        }
    }
    checker.finish().assert_none("the files broke the contract");
    assert!(checker.bank.counts.0 > 100_000 && checker.late.completed > 10_000 && checker.shop.orders.len() > 500);
}
