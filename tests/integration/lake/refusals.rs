//! What is refused: unknown names, values that do not fit, another shape than that of a folder, and files that changed.

use super::{files, world};
use std::fs;

#[test]
fn unknown_names_are_told_with_the_nearest_one_before_a_world_is_made() {
    for (key, says) in [
        ("format=deltas", ["files.format", "did you mean `delta`?"]),
        ("format=parket", ["files.format", "did you mean `parquet`?"]),
        ("compression=zst", ["files.compression", "did you mean `zstd`?"]),
        ("partition=hours", ["files.partition", "did you mean `hour`?"]),
        ("layout=hives", ["files.layout", "did you mean `hive`?"]),
        ("keep_days=-1", ["files.keep_days", "must be"]),
    ] {
        let world = world(key);
        let refused = world.start("backfill").line("--end 2026-01-02").finish();
        let said = refused.failed(2);
        assert!(says.iter().all(|words| said.contains(words)), "{key}: {said}");
        assert!(!world.data().exists());
    }
}

#[test]
fn a_folder_keeps_its_shape() {
    let world = world("compression=gzip");
    world.backfill("2026-01-02");
    let before = files(&world.topics());
    let go = |words: &str| world.plain("backfill").line("--progress none").line(words).finish();
    let refused = go("--end 2026-01-03 --set files.compression=zstd");
    let said = refused.failed(1);
    let words = ["files.compression = \"gzip\"", "states \"zstd\"", "choose an empty --out"];
    assert!(words.iter().all(|words| said.contains(words)), "{said}");
    let refused = go("--end 2026-01-03 --set files.partition=hour");
    assert!(refused.failed(1).contains("files.partition = \"day\""));
    assert_eq!(files(&world.topics()), before);
    go("--end 2026-01-03").failed(0);
    assert!(files(&world.topics()).keys().all(|name| name.ends_with(".jsonl.gz")));
    let other = world.data().join("other");
    go(&format!("--set files.compression=none --out {} --end 2026-01-04", other.display())).failed(0);
    assert!(files(&other).keys().all(|name| name.ends_with(".jsonl")), "{:?}", files(&other).keys());
}

#[test]
fn a_file_that_changed_or_does_not_belong_is_named() {
    let world = world("compression=gzip");
    world.backfill("2026-01-05");
    let (name, bytes) = files(&world.topics()).into_iter().next().unwrap();
    let path = world.topics().join(&name);
    let mut other = bytes.clone();
    *other.last_mut().unwrap() ^= 1;
    fs::write(&path, &other).unwrap();
    assert!(world.plain("verify").finish().failed(1).contains(&name));
    fs::write(&path, &bytes[1..]).unwrap();
    assert!(world.plain("verify").finish().failed(1).contains(&format!("{name}: it holds")));
    let refused = world.start("backfill").line("--end 2026-01-06").finish();
    assert!(refused.failed(1).contains(&name), "{}", refused.err);
    fs::remove_file(&path).unwrap();
    let verified = world.plain("verify").finish();
    verified.failed(0);
    assert!(verified.out.contains("moved away, not read: 2026-01-01.jsonl.gz"), "{}", verified.out);
    fs::write(path.with_file_name("2025-12-31.jsonl.gz"), bytes).unwrap();
    assert!(world.plain("verify").finish().failed(1).contains("this world did not write it"));
}
