//! Tests of the store on a keyspace in memory, case by case; the model and the real directories have separate files.

use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::block::{BlockId, pack};
use crate::keys::BlockKey;
use crate::keys::PART_BYTES;
use crate::keyspace::memory::MemoryKeyspace;

mod compact;
mod directory;
mod model;

type World = BTreeMap<u64, Vec<u8>>;

fn identity() -> Identity {
    Identity {
        world_id: 0xabcd,
        seed: 42,
        rules_version: 3,
        scenario: "people = 7\n".repeat(2_000),
        scenario_hash: 9,
        note: vec![("made".into(), "in a test".into())],
    }
}

/// Returns incompressible bytes that differ with every argument.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let words = (0..).map(|i: u64| xxhash_rust::xxh3::xxh3_64_with_seed(&i.to_le_bytes(), seed));
    words.flat_map(u64::to_le_bytes).take(length).collect()
}

fn contents(id: u64, number: u64, salt: u64) -> Vec<u8> {
    let length = if id.is_multiple_of(11) { 2 * PART_BYTES + (salt % 5_000) as usize } else { 40 };
    noise(id ^ (number << 20) ^ (salt << 40), length)
}

fn write(store: &Store, number: u64, world: &World) -> Result<(), StateError> {
    let mut writer = store.checkpoint(number)?;
    for (&id, raw) in world {
        writer.put(BlockId(id), pack(raw))?;
    }
    writer.commit(&number.to_le_bytes())
}

fn blocks(store: &Store) -> World {
    store.blocks_in(..).map(|block| block.unwrap()).map(|(id, raw)| (id.0, raw)).collect()
}

fn over(keyspace: &MemoryKeyspace) -> Result<Store, StateError> {
    let contents = load::load(keyspace, Path::new("memory"))?;
    Ok(Store::assemble(Box::new(keyspace.clone()), None, (identity(), contents), no_probe()))
}

#[test]
fn superseded_versions_go_with_the_next_checkpoint() {
    let keyspace = MemoryKeyspace::new();
    let store = over(&keyspace).unwrap();
    let keys = |round| {
        let world: World = (1..=100).map(|id| (id, contents(id, round, 0))).collect();
        write(&store, round, &world).unwrap();
        keyspace.keys().len()
    };
    let (first, second, third, fourth) = (keys(0), keys(1), keys(2), keys(3));
    assert!(second > first);
    assert_eq!((third, fourth), (second, second));
}

#[test]
fn removed_blocks_leave_nothing_behind() {
    let keyspace = MemoryKeyspace::new();
    let mut store = over(&keyspace).unwrap();
    let kept = World::from([(7, vec![7])]);
    write(&store, 0, &kept).unwrap();
    let few = keyspace.keys().len();
    write(&store, 1, &(100..200).map(|id| (id, contents(id, 1, 0))).collect()).unwrap();
    let mut writer = store.checkpoint(2).unwrap();
    (100..200).for_each(|id| writer.remove(BlockId(id)).unwrap());
    writer.remove(BlockId(5)).unwrap();
    assert!(matches!(writer.put(BlockId(150), pack(b"x")), Err(StateError::PutTwice { block: 150, .. })));
    writer.commit(b"").unwrap();
    for number in 3..6 {
        assert_eq!(
            (blocks(&store), store.block_count(), store.read_block(BlockId(150)).unwrap()),
            (kept.clone(), 1, None)
        );
        write(&store, number, &World::new()).unwrap();
        store = over(&keyspace).unwrap();
    }
    assert_eq!(keyspace.keys().len(), few);
}

#[test]
fn a_lost_block_is_noticed_at_opening() {
    let keyspace = MemoryKeyspace::new();
    write(&over(&keyspace).unwrap(), 0, &World::from([(1, vec![1]), (2, vec![2])])).unwrap();
    keyspace.lose(&BlockKey { id: 2, number: 0, part: 0 }.to_bytes());
    let error = over(&keyspace).err().unwrap();
    assert!(error.to_string().contains("has 2 blocks, 1 are there"), "{error}");
}

#[test]
fn a_lost_command_is_noticed_at_opening() {
    let keyspace = MemoryKeyspace::new();
    let store = over(&keyspace).unwrap();
    for _ in 0..3 {
        store.append_command(b"x").unwrap();
    }
    keyspace.lose(&keys::part(&keys::command(2), 0));
    let error = over(&keyspace).err().unwrap();
    assert!(error.to_string().contains("command 2"), "{error}");
}

#[test]
fn a_flipped_byte_names_its_block() {
    let keyspace = MemoryKeyspace::new();
    let store = over(&keyspace).unwrap();
    write(&store, 0, &World::from([(7, vec![1; 50])])).unwrap();
    let key = BlockKey { id: 7, number: 0, part: 0 }.to_bytes();
    let mut bytes = keyspace.get(&key).unwrap().unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let mut batch = Batch::default();
    batch.insert(key, &bytes);
    keyspace.apply(&batch).unwrap();
    for error in [store.read_block(BlockId(7)).unwrap_err(), store.blocks_in(..).next().unwrap().unwrap_err()] {
        assert!(matches!(error, StateError::DamagedBlock { block: 7, checkpoint: 0, .. }), "{error}");
    }
}

#[test]
fn misuse_is_refused() {
    let store = over(&MemoryKeyspace::new()).unwrap();
    assert!(matches!(store.checkpoint(1), Err(StateError::OutOfOrder { asked: 1, expected: 0 })));
    let mut writer = store.checkpoint(0).unwrap();
    assert!(matches!(store.checkpoint(0), Err(StateError::WriterBusy)));
    writer.put(BlockId(1), pack(b"a")).unwrap();
    assert!(matches!(writer.put(BlockId(1), pack(b"b")), Err(StateError::PutTwice { block: 1, .. })));
    let huge = pack(&noise(1, 2_000_000));
    assert!(matches!(writer.put(BlockId(2), huge), Err(StateError::TooLarge { .. })));
    drop(writer);
    assert!(store.checkpoint(0).is_ok());
}

#[test]
fn settings_are_kept_replaced_and_forgotten() {
    let keyspace = MemoryKeyspace::new();
    let store = over(&keyspace).unwrap();
    store.set_setting("pace", b"fast").unwrap();
    store.set_setting("pacemaker", &noise(1, 9_000)).unwrap();
    store.set_setting("pace", b"slow").unwrap();
    keyspace.crash(0);
    let store = over(&keyspace).unwrap();
    assert_eq!(store.setting("pace").unwrap().as_deref(), Some(&b"slow"[..]));
    assert_eq!(store.setting("pacemaker").unwrap(), Some(noise(1, 9_000)));
    store.clear_setting("pace").unwrap();
    assert_eq!(store.setting("pace").unwrap(), None);
    assert!(store.setting("pacemaker").unwrap().is_some());
}

#[test]
fn ranges_cover_every_block_once() {
    let store = over(&MemoryKeyspace::new()).unwrap();
    let world: World = (0..300).map(|i| (i * i * 1_000_003, vec![i as u8])).chain([(u64::MAX, vec![9])]).collect();
    write(&store, 0, &world).unwrap();
    for parts in [1, 2, 7, 1_000] {
        let ranges = store.ranges(parts);
        assert!(ranges.len() <= parts);
        let found: Vec<_> = ranges.into_iter().flat_map(|range| store.blocks_in(range)).map(Result::unwrap).collect();
        assert_eq!(found.len(), world.len());
        assert!(found.is_sorted_by_key(|(id, _)| *id));
    }
    assert_eq!(store.blocks_in(BlockId(5)..BlockId(5)).count(), 0);
}
