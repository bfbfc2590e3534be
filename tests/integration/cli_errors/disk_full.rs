//! Disks without room, for the topic files and for the store: the run ends with a message, and once there is room the
//! same command gives the bytes of a run that nothing happened to.

use super::{Outcome, Place, Running, TOWN, files_in, program, same, unbroken};
use crate::crash::daemon::ask;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A small disk of its own, unmounted when it is dropped.
pub(super) struct SmallDisk(pub(super) PathBuf);

impl SmallDisk {
    /// None where this process may mount nothing; that is said.
    pub(super) fn mount(at: PathBuf, size: &str) -> Option<Self> {
        fs::create_dir(&at).expect("a directory");
        if mount(&format!("size={size}"), &at) {
            return Some(SmallDisk(at));
        }
        eprintln!("NOT TESTED: no file system can be mounted here; /dev/full and a limit of the shell stand in for it");
        None
    }

    /// Makes the disk read-only, or writable again.
    pub(super) fn remount(&self, mode: &str) {
        assert!(mount(&format!("remount,{mode}"), &self.0), "the disk becomes {mode}");
    }

    fn grow(&self, size: &str) {
        assert!(mount(&format!("remount,size={size}"), &self.0), "the disk grows");
    }
}

fn mount(options: &str, at: &Path) -> bool {
    let mut command = Command::new("mount");
    command.args(["-t", "tmpfs", "-o", options, "populace-test"]).arg(at);
    command.output().is_ok_and(|mounted| mounted.status.success())
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk_under_the_topic_files() {
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(place.path("small"), "150k") else { return };
    let out = disk.0.join("out");
    let options = ["--out", out.to_str().unwrap()];
    place.lives_to("2026-01-05", &options).complains(1, &["small", "is full", "make room", "the same command"]);
    place.lives_to("2026-01-05", &options).complains(1, &["small", "is full"]);
    disk.grow("64m");
    place.lives_to("2026-01-05", &options).succeeds();
    same(&files_in(&out), &unbroken("2026-01-05"));
}

#[test]
fn a_full_disk_under_the_store() {
    let mut place = Place::new();
    let Some(disk) = SmallDisk::mount(place.path("small"), "2m") else { return };
    place.name = "small/data";
    let out = place.path("out");
    let options = ["--out", out.to_str().unwrap()];
    place.lives_to("2026-01-03", &options).complains(1, &["small/data", "is full", "make room"]);
    disk.grow("64m");
    place.lives_to("2026-01-03", &options).succeeds();
    fill(&disk.0.join("filler"));
    place.lives_to("2026-01-06", &options).complains(1, &["small/data", "is full", "make room"]);
    place.lives_to("2026-01-06", &options).complains(1, &["small/data", "is full"]);
    fs::remove_file(disk.0.join("filler")).unwrap();
    place.lives_to("2026-01-06", &options).succeeds();
    same(&files_in(&out), &unbroken("2026-01-06"));
}

/// Requests of every kind that writes, while there is no room: each is answered, as often as it is made, and none of them
/// ends the run, leaves anything behind, or is in the way once there is room.
#[test]
fn requests_to_a_world_on_a_full_disk() {
    let mut place = Place::new();
    let Some(disk) = SmallDisk::mount(place.path("small"), "64m") else { return };
    place.name = "small/data";
    let (out, fork) = (place.path("out"), place.path("small/fork"));
    let out = out.to_str().unwrap();
    place.lives_to("2026-01-03", &["--out", out]).succeeds();
    let options = ["run", "--out", out, "--rate", "5", "--set", "run.checkpoint_seconds=3600", "--http", "off"];
    let running = Running::start(place.command(&options), &place.data());
    let asked = |request: &Value| ask(&place.data(), request);
    let injection = json!({"episode": {"kind": "velocity", "count": 2}});
    let inject = json!({"request": "inject", "injection": injection});
    let requests = [
        inject.clone(),
        json!({"request": "pause"}),
        json!({"request": "resume"}),
        json!({"request": "speed", "to": 2}),
        json!({"request": "drift-start", "scenario": "lockdown"}),
        json!({"request": "checkpoint"}),
        json!({"request": "fork", "to": fork}),
    ];
    // What a request has reserved before must not be what the next one lives on.
    asked(&inject).expect("there is room");
    let before = asked(&json!({"request": "commands"})).expect("the log is read");
    fill(&disk.0.join("filler"));
    for request in requests.iter().cycle().take(3 * requests.len()) {
        let refused = asked(request).expect_err("there is no room");
        assert!(refused.contains("full"), "{request}: {refused}");
    }
    assert_eq!(asked(&json!({"request": "commands"})).unwrap(), before, "nothing of it is in the log");
    fs::remove_file(disk.0.join("filler")).unwrap();
    asked(&inject).expect("there is room again");
    asked(&json!({"request": "checkpoint"})).expect("there is room again");
    running.stop().succeeds();
    place.asks(&["verify"]).succeeds();
}

/// What was ordered of a stopped world is in force only where it was written, and a failure says that it was not.
#[test]
fn a_full_disk_under_an_order() {
    let mut place = Place::new();
    let Some(disk) = SmallDisk::mount(place.path("small"), "64m") else { return };
    place.name = "small/data";
    let out = place.path("out");
    let options = ["--out", out.to_str().unwrap()];
    place.lives_to("2026-01-03", &options).succeeds();
    let sample = place.asks(&["inspect", "--sample", "1", "--json"]).stdout;
    let user = serde_json::from_str::<serde_json::Value>(&sample).unwrap()["user_id"].as_str().unwrap().to_owned();
    fill(&disk.0.join("filler"));
    let fork = disk.0.join("fork");
    let orders: [&[&str]; 3] = [
        &["inject", "velocity", "--user", &user],
        &["drift", "start", "lockdown"],
        &["fork", "--to", fork.to_str().unwrap()],
    ];
    for order in orders {
        place.asks(order).complains(1, &["is full", "make room"]);
    }
    assert!(!fork.join("world").exists());
    // To be looked at it needs no room here.
    place.asks(&["inspect", "--sample", "1", "--json"]).succeeds();
    fs::remove_file(disk.0.join("filler")).unwrap();
    place.lives_to("2026-01-06", &options).succeeds();
    same(&files_in(&out), &unbroken("2026-01-06"));
}

#[test]
fn a_directory_in_the_place_of_a_file_of_the_sink() {
    for name in ["transaction_fraud_detection/2026-01-03.jsonl", ".populace.days", ".populace.lock"] {
        let place = Place::new();
        place.lives_to("2026-01-02", &[]).succeeds();
        let path = place.data().join("topics").join(name);
        let kept = place.path("kept");
        let was_there = fs::rename(&path, &kept).is_ok();
        fs::create_dir(&path).unwrap();
        place.lives_to("2026-01-05", &[]).complains(1, &[name, "the same command"]);
        fs::remove_dir(&path).unwrap();
        if was_there {
            fs::rename(&kept, &path).unwrap();
        }
        place.is_unharmed("2026-01-05");
    }
}

/// Takes all room that is left.
fn fill(path: &Path) {
    let mut file = File::create(path).expect("a file");
    while file.write_all(&[1; 4096]).is_ok() {}
}

#[test]
fn a_day_file_that_takes_no_more() {
    let place = Place::new();
    place.lives_to("2026-01-02", &[]).succeeds();
    let day = place.data().join("topics/transaction_fraud_detection/2026-01-03.jsonl");
    symlink("/dev/full", &day).unwrap();
    place.lives_to("2026-01-05", &[]).complains(1, &["2026-01-03.jsonl", "is full", "the same command"]);
    fs::remove_file(day).unwrap();
    place.is_unharmed("2026-01-05");
}

#[test]
fn a_file_that_is_removed_while_it_is_written_fails_the_run() {
    let place = Place::new();
    place.lives_to("2026-01-02T12:00:00Z", &[]).succeeds();
    let words = [&["run", "--speed", "600", "--set", "run.checkpoint_seconds=3600"], TOWN.as_slice()].concat();
    let day = place.data().join("topics/transaction_fraud_detection/2026-01-02.jsonl");
    let (whole, status) = (fs::read(&day).unwrap(), serde_json::json!({"request": "status"}));
    let running = Running::start(place.command(&words), &place.data());
    fs::remove_file(&day).unwrap();
    let since = Instant::now();
    let goes_on = |now: &str| now > "2026-01-02T12:05";
    while !ask(&place.data(), &status).is_ok_and(|status| status["virtual_now"].as_str().is_some_and(goes_on)) {
        assert!(since.elapsed() < Duration::from_secs(60), "the world does not go on");
        std::thread::sleep(Duration::from_millis(10));
    }
    running.stop().complains(1, &["2026-01-02.jsonl", "was removed while this world wrote it", "put it back"]);
    place.lives_to("2026-01-05", &[]).complains(1, &["2026-01-02.jsonl", "put the file back"]);
    fs::write(&day, whole).unwrap();
    place.is_unharmed("2026-01-05");
}

/// The program with a limit on the size of files, in blocks of the shell.
fn limited(blocks: u32, words: &[&str], data: &Path) -> Outcome {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -f {blocks}; exec \"$@\""), "sh", env!("CARGO_BIN_EXE_populace")]);
    command.args(words).arg("--data-dir").arg(data).env_clear().env("POPULACE_LOG", "off");
    command.output().expect("there is a shell").into()
}

#[test]
fn files_that_may_not_grow() {
    let place = Place::new();
    let run = |end: &'static str| [&["backfill", "--end", end][..], &TOWN].concat();
    limited(16, &run("2026-01-01T00:00:01Z"), &place.data()).complains(1, &["world", "the same command"]);
    place.is_unharmed("2026-01-03");
    limited(100, &run("2026-01-05"), &place.data()).complains(1, &["the same command"]);
    place.is_unharmed("2026-01-05");
}

#[test]
fn standard_output_that_takes_no_more() {
    let place = Place::new();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command: Command = program();
    command.args(["backfill", "--end", "2026-01-03", "--sink", "stdout", "--data-dir"]).arg(place.data()).args(TOWN);
    Outcome::from(command.stdout(full).output().unwrap()).complains(1, &["standard output", "full"]);
}
