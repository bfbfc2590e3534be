//! Compaction in real directories: the kept data, the freed room, and crashes during the process.

use std::fs;

use super::directory::{crash_at, crashes, made};
use super::*;

/// Returns a world whose store holds mostly superseded data, as it is after many checkpoints.
fn wasteful(dir: &Path) -> World {
    let world = made(dir);
    let store = Store::open(dir, no_probe()).unwrap();
    store.append_command(b"first").unwrap();
    for round in 0..12 {
        store.set_setting("filler", &noise(round, 700_000)).unwrap();
    }
    store.set_setting("filler", b"").unwrap();
    world
}

fn files(dir: &Path) -> u64 {
    fs::metadata(dir.join("sled/db")).unwrap().len()
}

fn assert_whole(dir: &Path, world: &World) -> Store {
    let store = Store::open(dir, no_probe()).unwrap();
    assert!(blocks(&store) == *world);
    assert_eq!((store.head().unwrap().unwrap().number, store.identity()), (0, &identity()));
    assert_eq!(store.commands().unwrap(), [(1, b"first".to_vec())]);
    assert_eq!(store.setting("filler").unwrap(), Some(vec![]));
    let names = ["sled.new", "sled.old"].map(|name| dir.join(name).exists());
    assert_eq!(names, [false, false], "left over");
    store
}

#[test]
fn a_wasteful_store_is_compacted_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = wasteful(dir.path());
    let store = Store::open(dir.path(), no_probe()).unwrap();
    let before = files(dir.path());
    let done = store.compact_if_wasteful().unwrap();
    assert!(matches!(done, Compaction::Done { before, after } if 2 * after < before), "{done:?}");
    assert!(2 * files(dir.path()) < before);
    assert_eq!(store.compact_if_wasteful().unwrap(), Compaction::NotNeeded);
    assert!(blocks(&store) == world, "it reads on");
    drop(store);
    drop(assert_whole(dir.path(), &world));
    let store = Store::open(dir.path(), no_probe()).unwrap();
    let changed: World = (50..150).map(|id| (id, contents(id, 1, 2))).collect();
    write(&store, 1, &changed).unwrap();
    world.extend(changed);
    assert_eq!(store.append_command(b"second").unwrap(), 2);
    drop(store);
    assert!(blocks(&Store::open(dir.path(), no_probe()).unwrap()) == world);
}

#[test]
fn compaction_goes_on_in_an_open_store() {
    let dir = tempfile::tempdir().unwrap();
    let world = wasteful(dir.path());
    let store = Store::open(dir.path(), no_probe()).unwrap();
    assert!(matches!(store.compact_if_wasteful().unwrap(), Compaction::Done { .. }));
    let mut writer = store.checkpoint(1).unwrap();
    writer.put(BlockId(3), pack(b"new")).unwrap();
    writer.remove(BlockId(4)).unwrap();
    writer.commit(b"").unwrap();
    store.append_command(b"second").unwrap();
    store.set_setting("filler", b"more").unwrap();
    drop(store);
    let store = Store::open(dir.path(), no_probe()).unwrap();
    assert_eq!(store.block_count() as usize, world.len() - 1);
    assert_eq!(store.commands().unwrap().len(), 2);
    assert_eq!(store.setting("filler").unwrap(), Some(b"more".to_vec()));
}

#[test]
fn a_crash_at_any_point_of_a_compaction_leaves_the_world_whole() {
    for point in ["compact.copied", "compact.parted", "compact.replaced", "compact.done"] {
        let dir = tempfile::tempdir().unwrap();
        let world = wasteful(dir.path());
        crashes(|| Store::open(dir.path(), crash_at(point))?.compact_if_wasteful().map(drop));
        let store = assert_whole(dir.path(), &world);
        let again = store.compact_if_wasteful().unwrap();
        assert_eq!(matches!(again, Compaction::Done { .. }), point == "compact.copied", "{point}: {again:?}");
        drop(store);
        drop(assert_whole(dir.path(), &world));
    }
}

#[test]
fn what_was_never_committed_and_what_was_removed_is_not_copied() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = wasteful(dir.path());
    let store = Store::open(dir.path(), no_probe()).unwrap();
    let mut writer = store.checkpoint(1).unwrap();
    (0..50).for_each(|id| writer.remove(BlockId(id)).unwrap());
    writer.commit(&0_u64.to_le_bytes()).unwrap();
    world.retain(|id, _| *id >= 50);
    let mut dropped = store.checkpoint(2).unwrap();
    (50..300).for_each(|id| dropped.put(BlockId(id), pack(b"never")).unwrap());
    drop(dropped);
    assert!(matches!(store.compact_if_wasteful().unwrap(), Compaction::Done { .. }));
    write(&store, 2, &World::new()).unwrap();
    drop(store);
    assert!(blocks(&Store::open(dir.path(), no_probe()).unwrap()) == world);
}

#[test]
fn a_store_whose_blocks_are_removed_becomes_wasteful() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path());
    let store = Store::open(dir.path(), no_probe()).unwrap();
    let many: World = (1_000..2_500).map(|id| (id, noise(id, 4_000))).collect();
    write(&store, 1, &many).unwrap();
    assert_eq!(store.compact_if_wasteful().unwrap(), Compaction::NotNeeded, "all of it is live");
    let mut writer = store.checkpoint(2).unwrap();
    many.keys().for_each(|id| writer.remove(BlockId(*id)).unwrap());
    writer.commit(b"").unwrap();
    assert!(matches!(store.compact_if_wasteful().unwrap(), Compaction::Done { .. }));
}

#[test]
fn no_compaction_begins_while_a_checkpoint_is_written() {
    let dir = tempfile::tempdir().unwrap();
    wasteful(dir.path());
    let store = Store::open(dir.path(), no_probe()).unwrap();
    let writer = store.checkpoint(1).unwrap();
    assert!(matches!(store.compact_if_wasteful(), Err(StateError::WriterBusy)));
    writer.commit(b"").unwrap();
}

#[test]
fn a_small_store_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path());
    let store = Store::open(dir.path(), no_probe()).unwrap();
    assert_eq!(store.compact_if_wasteful().unwrap(), Compaction::NotNeeded);
}
