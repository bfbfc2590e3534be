//! What the program writes is what the golden digests say: a golden scenario through the real program, its files read
//! back and hashed. The digests themselves are made by `sim/tests/golden.rs`.
#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

use populace_sim::VirtualTime;
use populace_wire::{Digest, record_hash};
use serde_json::Value;
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};
use std::process::Command;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// The digest of a topic's files, whose records have their key in `key`.
fn digest(folder: &Path, key: &str) -> Digest {
    let mut files: Vec<PathBuf> = read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "jsonl"));
    files.sort();
    let mut digest = Digest::default();
    for line in files.iter().map(|f| read_to_string(f).unwrap()).collect::<String>().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let time = chrono::DateTime::parse_from_rfc3339(record["timestamp"].as_str().unwrap()).unwrap();
        let time = VirtualTime::from_micros(time.timestamp_micros());
        digest.add(record_hash(record[key].as_str().unwrap().as_bytes(), time, line.as_bytes()));
    }
    digest
}

#[test]
fn the_program_writes_the_golden_bytes() {
    let data = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_populace"))
        .args(["backfill", "--end", "2026-01-15", "--sink", "files", "--threads", "2", "--scenario"])
        .arg(golden("houston.toml"))
        .arg("--data-dir")
        .arg(data.path())
        .env_clear()
        .output()
        .expect("the program starts");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let wanted: Value = serde_json::from_str(&read_to_string(golden("houston.json")).unwrap()).unwrap();
    let keys = [
        ("transaction_fraud_detection", "user_id"),
        ("estimated_time_of_arrival", "driver_id"),
        ("e_commerce_customer_interactions", "customer_id"),
    ];
    for (topic, key) in keys {
        let found = digest(&data.path().join("topics").join(topic), key);
        let wanted = &wanted["streams"][topic];
        assert_eq!(Value::from(found.count), wanted["count"], "{topic}");
        assert_eq!(Value::from(format!("{:032x}", found.chain)), wanted["digest"], "{topic}");
    }
}
