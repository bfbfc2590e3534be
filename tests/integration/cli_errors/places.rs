//! Directories that cannot be used, or that are somebody else's.

use super::{Outcome, Place, TOWN, ended, program, same, unbroken};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// Nobody may make a directory here, root included.
const FORBIDDEN: &str = "/sys/populace";

#[test]
fn what_may_not_be_written_is_named() {
    let place = Place::new();
    let run = ["backfill", "--end", "2026-01-02", "--data-dir", FORBIDDEN];
    super::populace(&[&run[..], &TOWN].concat()).complains(1, &[FORBIDDEN, "choose another place"]);
    place.lives_to("2026-01-02", &["--out", FORBIDDEN]).complains(1, &[FORBIDDEN]);
    place.is_unharmed("2026-01-02");
}

/// The program as a user without rights: this one, or nobody when this is root and nobody can reach the program.
pub(super) fn unprivileged() -> Option<Command> {
    if !rustix::process::geteuid().is_root() {
        return Some(program());
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_populace")]);
    let mut probe = Command::new("setpriv");
    let reaches = probe.args(command.get_args()).arg("--version").output().is_ok_and(|probe| probe.status.success());
    command.env("POPULACE_LOG", "off");
    reaches.then_some(command)
}

#[test]
fn directories_without_rights_are_named() {
    let Some(_) = unprivileged() else {
        return eprintln!("no other user can be had here: only {FORBIDDEN} was tried");
    };
    let place = Place::new();
    place.lives_to("2026-01-02", &[]).succeeds();
    let closed = place.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(place.dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let go = |more: &[&str]| -> Outcome {
        let mut command = unprivileged().expect("just seen");
        ended(command.args(["backfill", "--end", "2026-01-03"]).args(TOWN).args(more))
    };
    let (inside, at) = (closed.join("data").display().to_string(), closed.display().to_string());
    go(&["--data-dir", &inside]).complains(1, &[&inside, "choose another"]);
    go(&["--data-dir", &at]).complains(1, &[&at]);
    if rustix::process::geteuid().is_root() {
        let data = place.data().display().to_string();
        go(&["--data-dir", &data]).complains(1, &[&data, "right to"]);
    }
    place.is_unharmed("2026-01-03");
}

#[test]
fn files_are_no_directories() {
    let place = Place::new();
    fs::write(place.path("data"), "a letter").unwrap();
    place.lives_to("2026-01-02", &[]).complains(1, &["data", "a file", "--data-dir"]);
    assert_eq!(fs::read_to_string(place.path("data")).unwrap(), "a letter");
    fs::remove_file(place.path("data")).unwrap();
    let out = place.path("out").display().to_string();
    fs::write(&out, "a letter").unwrap();
    place.lives_to("2026-01-02", &["--out", &out]).complains(1, &["--out", &out, "a file and no folder"]);
    place.is_unharmed("2026-01-02");
    place.lives_to("2026-01-03", &["--out", &out]).complains(1, &["--out", &out, "a file and no folder"]);
    assert_eq!(fs::read_to_string(&out).unwrap(), "a letter");
    place.is_unharmed("2026-01-03");
}

#[test]
fn directories_of_others_are_left_alone() {
    for name in ["data/letters.odt", "data/world/letters.odt"] {
        let place = Place::new();
        fs::create_dir_all(place.path(name).parent().unwrap()).unwrap();
        fs::write(place.path(name), "dear").unwrap();
        place.lives_to("2026-01-02", &[]).complains(1, &["letters.odt", "an empty or a new directory"]);
        assert_eq!(fs::read_dir(place.path(name).parent().unwrap()).unwrap().count(), 1, "nothing is added");
    }
    let place = Place::new();
    place.lives_to("2026-01-02", &[]).succeeds();
    let go = |dir: &Path| -> Outcome {
        let mut command = program();
        ended(command.args(["backfill", "--end", "2026-01-03", "--data-dir"]).arg(dir).args(TOWN))
    };
    go(&place.data().join("world")).complains(1, &["the inside of a world"]);
    go(&place.data().join("topics")).complains(1, &["a folder of topic files"]);
    place.is_unharmed("2026-01-03");
}

#[test]
fn folders_of_others_get_no_topics() {
    let (one, two) = (Place::new(), Place::new());
    let out = one.path("out").display().to_string();
    fs::create_dir_all(one.path("out/transaction_fraud_detection")).unwrap();
    fs::write(one.path("out/transaction_fraud_detection/mine.csv"), "1,2").unwrap();
    one.lives_to("2026-01-02", &["--out", &out]).complains(1, &["mine.csv", "did not write", "another --out"]);
    one.is_unharmed("2026-01-02");
    one.lives_to("2026-01-03", &["--out", &out]).complains(1, &["mine.csv", "did not write"]);
    let topics = one.data().join("topics").display().to_string();
    two.lives_to("2026-01-02", &["--out", &topics])
        .complains(1, &["the topics of world", "not in this data directory"]);
    two.lives_to("2026-01-02", &[]).succeeds();
    two.lives_to("2026-01-03", &["--out", &topics]).complains(1, &["another world", "choose another --out"]);
    fs::write(one.data().join("topics/.populace"), "mine").unwrap();
    one.lives_to("2026-01-03", &[]).complains(1, &[".populace", "put it back"]);
    two.is_unharmed("2026-01-03");
}

#[test]
fn topics_that_are_gone_or_cut_are_named() {
    let place = Place::new();
    place.lives_to("2026-01-03", &[]).succeeds();
    let topics = place.data().join("topics");
    fs::rename(&topics, place.path("away")).unwrap();
    place.lives_to("2026-01-04", &[]).complains(1, &["topics", "not there", "put the folder back"]);
    fs::rename(place.path("away"), &topics).unwrap();
    let day = topics.join("transaction_fraud_detection/2026-01-02.jsonl");
    let whole = fs::read(&day).unwrap();
    fs::write(&day, &whole[..whole.len() / 2]).unwrap();
    place.lives_to("2026-01-04", &[]).complains(1, &["2026-01-02.jsonl", "put the file back"]);
    fs::write(&day, [&whole[..], b"{\"more\":1}\n"].concat()).unwrap();
    place.lives_to("2026-01-04", &[]).complains(1, &["2026-01-02.jsonl", "put the file back"]);
    fs::write(&day, &whole).unwrap();
    place.is_unharmed("2026-01-04");
}

#[test]
fn a_foreign_day_is_found_before_years_are_lived_again() {
    let place = Place::new();
    place.lives_to("2026-01-03", &[]).succeeds();
    let folder = place.data().join("topics/transaction_fraud_detection");
    let foreign = [("2199-01-01.jsonl", ""), ("2026-01-05.jsonl", "hello\n")];
    for (name, text) in foreign {
        fs::write(folder.join(name), text).unwrap();
        place.lives_to("2026-01-04", &[]).complains(1, &[name, "was not written by this world", "move it away"]);
        fs::remove_file(folder.join(name)).unwrap();
    }
    fs::copy(folder.join("2026-01-02.jsonl"), folder.join("2026-02-02.jsonl")).unwrap();
    place.lives_to("2026-01-04", &[]).complains(1, &["2026-02-02.jsonl", "not of its day"]);
    fs::remove_file(folder.join("2026-02-02.jsonl")).unwrap();
    place.is_unharmed("2026-01-04");
}

#[test]
fn a_world_can_be_moved_with_its_topics() {
    let (one, two) = (Place::new(), Place::new());
    one.lives_to("2026-01-02", &[]).succeeds();
    fs::rename(one.data(), two.data()).unwrap();
    two.is_unharmed("2026-01-03");
    same(&two.topics(), &unbroken("2026-01-03"));
}
