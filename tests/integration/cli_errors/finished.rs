//! Files of finished days that somebody cut short, let grow, moved away or compressed, as the next start finds them.

use super::{Place, TOWN, ended, same, unbroken};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

const TOPIC: &str = "transaction_fraud_detection";

fn lived() -> Place {
    let place = Place::new();
    place.lives_to("2026-01-05T12:00:00Z", &[]).succeeds();
    place
}

fn day(place: &Place, name: &str) -> PathBuf {
    place.data().join("topics").join(TOPIC).join(name)
}

/// The start names the file, and is refused.
#[track_caller]
fn is_noticed(place: &Place, name: &str) {
    let parts = [name, "finished that day with", "put the file back", "move it away"];
    place.lives_to("2026-01-07", &[]).complains(1, &parts);
}

#[test]
fn a_finished_day_of_another_size_is_noticed_at_the_start() {
    let place = lived();
    for name in ["2026-01-01.jsonl", "2026-01-04.jsonl"] {
        let file = day(&place, name);
        let whole = fs::read(&file).unwrap();
        let line = whole.iter().rposition(|byte| *byte == b'\n').unwrap();
        let last = whole[..line].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        let more = [&whole[..], &whole[last..]].concat();
        for bytes in [&whole[..whole.len() - 1], &whole[..last], &whole[..0], &more] {
            fs::write(&file, bytes).unwrap();
            is_noticed(&place, name);
            assert_eq!(fs::read(&file).unwrap(), bytes, "what is refused stays as it is");
        }
        fs::write(&file, whole).unwrap();
    }
    place.is_unharmed("2026-01-07");
}

#[test]
fn finished_days_may_be_moved_and_compressed() {
    let place = lived();
    let names = ["2026-01-01.jsonl", "2026-01-02.jsonl", "2026-01-03.jsonl", "2026-01-04.jsonl"];
    let [moved, compressed, both, linked] = names.map(|name| day(&place, name));
    fs::remove_file(&moved).unwrap();
    fs::rename(&compressed, compressed.with_extension("jsonl.gz")).unwrap();
    fs::write(both.with_extension("jsonl.zst"), "zst").unwrap();
    fs::rename(&linked, place.path("kept.jsonl")).unwrap();
    symlink(place.path("kept.jsonl"), &linked).unwrap();
    place.lives_to("2026-01-07", &[]).succeeds();
    let whole = unbroken("2026-01-07");
    for name in ["2026-01-03.jsonl", "2026-01-04.jsonl", "2026-01-05.jsonl", "2026-01-06.jsonl"] {
        assert!(fs::read(day(&place, name)).unwrap() == whole[&PathBuf::from(TOPIC).join(name)], "{name}");
    }
    assert!(!moved.exists() && !compressed.exists());
}

#[test]
fn a_world_of_the_release_before_has_its_days_kept_from_then_on() {
    let place = lived();
    fs::remove_file(place.data().join("topics/.populace.days")).unwrap();
    let (old, new) = (day(&place, "2026-01-02.jsonl"), day(&place, "2026-01-06.jsonl"));
    let whole = fs::read(&old).unwrap();
    fs::write(&old, &whole[..whole.len() / 2]).unwrap();
    place.lives_to("2026-01-07T12:00:00Z", &[]).succeeds();
    place.asks(&["verify"]).complains(1, &["2026-01-02.jsonl"]);
    fs::write(&old, &whole).unwrap();
    let whole = fs::read(&new).unwrap();
    fs::write(&new, &whole[..whole.len() / 2]).unwrap();
    place.lives_to("2026-01-08", &[]).complains(1, &["2026-01-06.jsonl", "finished that day with"]);
    fs::write(&new, whole).unwrap();
    place.is_unharmed("2026-01-08");
}

#[test]
fn kills_around_the_manifest_leave_it_right() {
    for point in ["files.sync", "files.manifest", "checkpoint.flushed", "checkpoint.head", "checkpoint.done"] {
        let place = Place::new();
        place.lives_to("2026-01-02T12:00:00Z", &[]).succeeds();
        let words = [&["backfill", "--end", "2026-01-05T12:00:00Z"], TOWN.as_slice()].concat();
        let killed = ended(place.command(&words).env("POPULACE_CRASH_AT", point));
        assert_eq!(killed.code, None, "{point}: {}", killed.stderr);
        place.lives_to("2026-01-05T12:00:00Z", &[]).succeeds();
        let file = day(&place, "2026-01-03.jsonl");
        let whole = fs::read(&file).unwrap();
        fs::write(&file, &whole[1..]).unwrap();
        is_noticed(&place, "2026-01-03.jsonl");
        fs::write(&file, whole).unwrap();
        place.lives_to("2026-01-07", &[]).succeeds();
        same(&place.topics(), &unbroken("2026-01-07"));
    }
}

#[test]
fn a_manifest_that_a_power_loss_tore_is_mended() {
    let place = lived();
    let manifest = place.data().join("topics/.populace.days");
    let whole = fs::read(&manifest).unwrap();
    for tail in [&b"transaction_fraud_detection/2026-01-0"[..], &[0; 100]] {
        fs::write(&manifest, [&whole[..], tail].concat()).unwrap();
        place.lives_to("2026-01-05T12:00:00Z", &[]).succeeds();
        assert!(fs::read(&manifest).unwrap() == whole);
    }
    place.is_unharmed("2026-01-07");
}
