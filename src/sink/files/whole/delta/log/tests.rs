//! Tests of the log: entries follow each other without a gap, and what others wrote stops or passes.

use super::*;

const APPLICATION: &str = "populace-7-1";

fn entry(version: i64, path: &str) -> String {
    format!(
        "{{\"commitInfo\":{{}}}}\n{{\"txn\":{{\"appId\":\"{APPLICATION}\",\"version\":{version}}}}}\n\
         {{\"add\":{{\"path\":\"{path}\",\"size\":1,\"partitionValues\":{{}}}}}}\n"
    )
}

fn add(log: &DeltaLog, state: &mut TableState, entry: &str) -> Result<(), SinkError> {
    log.commit(state, APPLICATION, &log.write(0, entry)?)
}

/// A log of two entries.
fn log() -> (tempfile::TempDir, DeltaLog, TableState) {
    let out = tempfile::tempdir().unwrap();
    let (log, mut state) = (DeltaLog::of_topic(out.path(), "a"), TableState::default());
    fs::create_dir_all(staging_in(out.path()).join("a")).unwrap();
    add(&log, &mut state, &entry(10, "x")).unwrap();
    add(&log, &mut state, &entry(20, "y")).unwrap();
    (out, log, state)
}

#[test]
fn entries_are_read_as_they_were_committed() {
    let (out, log, state) = log();
    assert_eq!((state.next, state.done, state.live.len()), (2, 20, 2));
    assert_eq!(log.read(APPLICATION).unwrap(), state);
    let names: Vec<_> =
        fs::read_dir(out.path().join("a/_delta_log")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(fs::read_to_string(log.path_of(1)).unwrap(), entry(20, "y"));
    assert_eq!(number_of("00000000000000000001.json"), Some(1));
    for name in ["1.json", "0000000000000000000x.json", "00000000000000000010.checkpoint.parquet"] {
        assert_eq!(number_of(name), None);
    }
}

#[test]
fn an_entry_that_changes_the_table_stops_reading_and_committing() {
    let (_out, log, mut state) = log();
    let other =
        "{\"commitInfo\":{\"operation\":\"OPTIMIZE\",\"engineInfo\":\"other\"}}\n{\"remove\":{\"path\":\"x\"}}\n";
    fs::write(log.path_of(2), other).unwrap();
    let committed = add(&log, &mut state, &entry(30, "z")).unwrap_err().to_string();
    let read = log.read(APPLICATION).unwrap_err().to_string();
    for said in [committed, read] {
        let words = ["00000000000000000002.json", "OPTIMIZE by other", "move this entry", "nothing is lost"];
        assert!(words.iter().all(|words| said.contains(words)), "{said}");
    }
    assert_eq!(fs::read_to_string(log.path_of(2)).unwrap(), other);
    fs::remove_file(log.path_of(2)).unwrap();
    add(&log, &mut state, &entry(30, "z")).unwrap();
    assert_eq!(log.read(APPLICATION).unwrap(), state);
}

#[test]
fn an_entry_that_changes_nothing_is_passed() {
    let (_out, log, mut state) = log();
    fs::write(log.path_of(2), "{\"commitInfo\":{\"operation\":\"VACUUM START\"}}\n").unwrap();
    add(&log, &mut state, &entry(30, "z")).unwrap();
    assert_eq!((state.next, state.done, state.live.len()), (4, 30, 3));
    assert_eq!(log.read(APPLICATION).unwrap(), state);
}

#[test]
fn a_gap_and_what_is_no_commit_are_named() {
    let (_out, log, _) = log();
    fs::write(log.path_of(1), "x").unwrap();
    assert!(log.read(APPLICATION).unwrap_err().to_string().contains("it is not a commit"));
    fs::remove_file(log.path_of(0)).unwrap();
    assert!(log.read(APPLICATION).unwrap_err().to_string().contains("00000000000000000000.json is missing"));
}
