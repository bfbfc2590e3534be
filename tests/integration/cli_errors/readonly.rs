//! Worlds that may not be written, on a read-only file system or of another user: they can be looked at, and whatever would
//! write says why it cannot.

use super::disk_full::SmallDisk;
use super::places::unprivileged;
use super::{Outcome, Place, TOWN, copy, ended, files_in, same, unbroken};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The commands that only read.
const LOOKS: [&str; 6] = [
    "inspect --sample 3",
    "verify",
    "cases --from 2026-01-01 --to 2026-02-01",
    "drift list",
    "scenario show",
    "realism --report-only --json",
];

/// A world on a disk of its own, with the topics in it.
struct ReadOnly {
    place: Place,
    disk: SmallDisk,
}

impl ReadOnly {
    fn new() -> Option<Self> {
        let mut place = Place::new();
        let disk = SmallDisk::mount(place.path("small"), "64m")?;
        place.name = "small/data";
        place.lives_to("2026-01-03", &[]).succeeds();
        fs::create_dir(place.path("tmp")).unwrap();
        Some(ReadOnly { place, disk })
    }

    /// Asks with a temporary directory of the test's own.
    fn asks(&self, line: &str) -> Outcome {
        let words: Vec<&str> = line.split(' ').collect();
        ended(self.place.command(&words).env("TMPDIR", self.place.path("tmp")))
    }
}

#[test]
fn a_world_on_a_read_only_file_system_can_be_looked_at() {
    let Some(world) = ReadOnly::new() else { return };
    let before = LOOKS.map(|line| world.asks(line));
    world.disk.remount("ro");
    for (line, before) in LOOKS.iter().zip(&before) {
        let now = world.asks(line);
        now.succeeds();
        assert_eq!(now.stdout, before.stdout, "{line}");
        assert_eq!(fs::read_dir(world.place.path("tmp")).unwrap().count(), 0, "{line} leaves nothing behind");
    }
    world.disk.remount("rw");
    world.place.is_unharmed("2026-01-04");
}

#[test]
fn what_would_write_says_that_the_file_system_is_read_only() {
    let Some(world) = ReadOnly::new() else { return };
    let sample = world.asks("inspect --sample 1 --json").stdout;
    let user = serde_json::from_str::<serde_json::Value>(&sample).unwrap()["user_id"].as_str().unwrap().to_owned();
    world.disk.remount("ro");
    let to = world.place.path("fork").display().to_string();
    for line in [
        "run --duration 1s".to_owned(),
        "backfill --end 2026-01-04".to_owned(),
        format!("inject velocity --user {user}"),
        "drift start lockdown".to_owned(),
        format!("fork --to {to}"),
    ] {
        world.asks(&line).complains(1, &["small/data", "read-only", "mount it writable"]);
    }
    assert!(!Path::new(&to).join("world").exists());
    let born = world.place.path("small/new").display().to_string();
    let mut command = super::program();
    ended(command.args(["backfill", "--end", "2026-01-02", "--data-dir", &born]).args(TOWN))
        .complains(1, &["small/new", "read-only", "another place"]);
    world.disk.remount("rw");
    world.place.is_unharmed("2026-01-04");
}

#[test]
fn a_temporary_directory_that_is_read_only_too_is_named() {
    let Some(world) = ReadOnly::new() else { return };
    world.disk.remount("ro");
    let mut command = world.place.command(&["cases", "--from", "2026-01-01", "--to", "2026-02-01"]);
    let refused = ended(command.env("TMPDIR", world.place.path("small")));
    refused.complains(1, &["small/data", "TMPDIR", "copy the data directory"]);
}

#[test]
fn topics_on_a_read_only_file_system_are_named() {
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(place.path("small"), "64m") else { return };
    let out = disk.0.join("out");
    let options = ["--out", out.to_str().unwrap()];
    place.lives_to("2026-01-03", &options).succeeds();
    disk.remount("ro");
    place.lives_to("2026-01-04", &options).complains(1, &["small/out", "read-only", "choose another --out"]);
    place.asks(&["verify"]).succeeds();
    disk.remount("rw");
    place.lives_to("2026-01-04", &options).succeeds();
    same(&files_in(&out), &unbroken("2026-01-04"));
}

#[test]
fn a_world_of_another_user_can_be_looked_at() {
    if unprivileged().is_none() || !rustix::process::geteuid().is_root() {
        return eprintln!("NOT TESTED: there is no other user here who could look at a world of this one");
    }
    let place = Place::new();
    place.lives_to("2026-01-03", &[]).succeeds();
    fs::set_permissions(place.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let before = place.asks(&["inspect", "--sample", "3"]);
    set_modes(&place.data(), (0o755, 0o644));
    let mut command = unprivileged().expect("just seen");
    let now = ended(command.args(["inspect", "--sample", "3", "--data-dir"]).arg(place.data()));
    now.succeeds();
    assert_eq!(now.stdout, before.stdout);
    place.is_unharmed("2026-01-04");
}

/// Without a mount: a directory whose files may not be written, for a user who is not root.
#[test]
fn a_directory_without_the_right_to_write_can_be_looked_at() {
    if rustix::process::geteuid().is_root() {
        return eprintln!("not tested as root, who may write whatever the mode; a real mount stands in for it");
    }
    let place = Place::new();
    place.lives_to("2026-01-03", &[]).succeeds();
    let before = place.asks(&["inspect", "--sample", "3"]);
    copy(&place.data(), &place.path("kept"));
    set_modes(&place.data(), (0o555, 0o444));
    let now = place.asks(&["inspect", "--sample", "3"]);
    place.lives_to("2026-01-04", &[]).complains(1, &["may not be"]);
    set_modes(&place.data(), (0o755, 0o644));
    assert_eq!((now.code, now.stdout), (Some(0), before.stdout));
}

fn set_modes(dir: &Path, (folder, file): (u32, u32)) {
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
    for entry in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            set_modes(&entry, (folder, file));
        } else {
            fs::set_permissions(entry, fs::Permissions::from_mode(file)).unwrap();
        }
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(folder)).unwrap();
}
