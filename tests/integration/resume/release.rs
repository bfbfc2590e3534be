//! A world that an earlier release saved opens and goes on to the bytes that the release itself would have written.
//! Must not depend on: the crates of the workspace, whose formats it holds.

use std::path::{Path, PathBuf};
use std::process::Command;

fn saved(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/saved").join(name)
}

fn populace(data: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_populace"));
    let run = command.args(args).arg("--data-dir").arg(data).env_clear().output().expect("the program starts");
    assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("text")
}

/// The SHA-256 of all files of a topic in their order, how many lines they have, and the topic's name.
fn summary(topics: &Path, topic: &str) -> String {
    let script = "cat \"$0\"/*.jsonl | tee /dev/stderr | sha256sum | cut -d ' ' -f 1";
    let read = Command::new("sh").arg("-c").arg(script).arg(topics.join(topic)).output().expect("a shell");
    let lines = read.stderr.iter().filter(|byte| **byte == b'\n').count();
    format!("{} {lines} {topic}", String::from_utf8_lossy(&read.stdout).trim())
}

#[test]
fn a_world_saved_by_the_release_before_opens_and_goes_on() {
    let data = tempfile::tempdir().expect("a folder");
    let unpack = Command::new("tar").arg("xzf").arg(saved("rules-4.tgz")).arg("-C").arg(data.path()).status();
    assert!(unpack.expect("tar").success());

    let drifts = populace(data.path(), &["drift", "list"]);
    assert!(drifts.contains("dearer") && drifts.contains("drift-2"), "{drifts}");
    populace(data.path(), &["backfill", "--end", "2026-01-20", "--sink", "files"]);

    let wanted = std::fs::read_to_string(saved("rules-4.digests")).expect("digests");
    for line in wanted.lines() {
        let topic = line.rsplit(' ').next().expect("a topic");
        assert_eq!(summary(&data.path().join("topics"), topic), line);
    }
    assert_eq!(wanted.lines().count(), 6);
    let verified = populace(data.path(), &["verify"]);
    assert_eq!(verified.matches(": right").count(), 6, "{verified}");
}
