//! The store in real directories: crashes at each probe point, damage, other holders.

use std::fs;
use std::sync::Mutex;

use proptest::prelude::*;

use super::*;

/// Returns a probe that panics at the given point, as a kill there would end the process.
pub(super) fn crash_at(point: &'static str) -> Probe {
    Arc::new(move |at| assert!(at != point, "crash at {point}"))
}

pub(super) fn crashes(run: impl FnOnce() -> Result<(), StateError>) {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).expect_err("the probe point must be reached");
}

pub(super) fn made(dir: &Path) -> World {
    let world: World = (0..100).map(|id| (id, contents(id, 0, 1))).collect();
    write(&Store::create(dir, &identity(), no_probe()).unwrap(), 0, &world).unwrap();
    world
}

#[test]
fn a_crash_at_any_point_of_a_checkpoint_leaves_one_whole() {
    for (point, survives) in [
        ("checkpoint.begin", false),
        ("checkpoint.batch", false),
        ("checkpoint.flushed", false),
        ("checkpoint.head", true),
        ("checkpoint.durable", true),
        ("checkpoint.done", true),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let mut world = made(dir.path());
        let changed: World = (50..150).map(|id| (id, contents(id, 1, 2))).collect();
        crashes(|| write(&Store::open(dir.path(), crash_at(point)).unwrap(), 1, &changed));
        if survives {
            world.extend(changed);
        }
        let store = Store::open(dir.path(), no_probe()).unwrap();
        assert_eq!(store.head().unwrap().unwrap().number, u64::from(survives), "{point}");
        assert!(blocks(&store) == world, "{point}");
        let other: World = (90..120).map(|id| (id, contents(id, 2, 3))).collect();
        write(&store, u64::from(survives) + 1, &other).unwrap();
        world.extend(other);
        drop(store);
        assert!(blocks(&Store::open(dir.path(), no_probe()).unwrap()) == world, "{point}");
    }
}

#[test]
fn a_crash_before_the_birth_is_unborn_and_can_be_wiped() {
    for point in ["create.identity", "checkpoint.begin", "checkpoint.batch", "checkpoint.flushed"] {
        let dir = tempfile::tempdir().unwrap();
        crashes(|| write(&Store::create(dir.path(), &identity(), crash_at(point))?, 0, &World::from([(1, vec![1])])));
        assert_eq!(Store::exists(dir.path()), Presence::Incomplete);
        assert!(matches!(Store::open(dir.path(), no_probe()), Err(StateError::Incomplete { .. })), "{point}");
        assert!(matches!(Store::create(dir.path(), &identity(), no_probe()), Err(StateError::Incomplete { .. })));
        assert_eq!(Store::settled_presence(dir.path()).unwrap(), Presence::Incomplete);
        Store::wipe_incomplete(dir.path()).unwrap();
        assert_eq!(Store::settled_presence(dir.path()).unwrap(), Presence::Absent);
        made(dir.path());
    }
}

#[test]
fn a_crash_between_the_first_head_and_the_marker_is_a_birth() {
    let dir = tempfile::tempdir().unwrap();
    crashes(|| {
        write(&Store::create(dir.path(), &identity(), crash_at("checkpoint.head"))?, 0, &World::from([(1, vec![1])]))
    });
    assert_eq!(Store::exists(dir.path()), Presence::Incomplete);
    assert_eq!(Store::settled_presence(dir.path()).unwrap(), Presence::World);
    assert_eq!(Store::exists(dir.path()), Presence::World);
    assert!(matches!(Store::wipe_incomplete(dir.path()), Err(StateError::AlreadyExists { .. })));
    let store = Store::open(dir.path(), no_probe()).unwrap();
    assert_eq!(Store::exists(dir.path()), Presence::World);
    assert_eq!(blocks(&store), World::from([(1, vec![1])]));
}

#[test]
fn commands_survive_a_crash_right_after_they_were_appended() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path());
    crashes(|| Store::open(dir.path(), crash_at("command.appended"))?.append_command(b"first").map(|_| ()));
    let store = Store::open(dir.path(), no_probe()).unwrap();
    assert_eq!(store.append_command(b"second").unwrap(), 2);
    assert_eq!(store.commands().unwrap(), [(1, b"first".to_vec()), (2, b"second".to_vec())]);
}

#[test]
fn directories_that_are_not_free_are_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(dir.path(), no_probe()), Err(StateError::Absent { .. })));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "asking must create nothing");
    fs::write(dir.path().join("letter.txt"), "dear").unwrap();
    for refused in [
        Store::create(dir.path(), &identity(), no_probe()).err().unwrap(),
        Store::open(dir.path(), no_probe()).err().unwrap(),
        Store::wipe_incomplete(dir.path()).unwrap_err(),
    ] {
        assert!(matches!(&refused, StateError::Foreign { found, .. } if found == "letter.txt"), "{refused}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    let world = tempfile::tempdir().unwrap();
    made(world.path());
    assert!(matches!(Store::create(world.path(), &identity(), no_probe()), Err(StateError::AlreadyExists { .. })));
    assert!(matches!(Store::wipe_incomplete(world.path()), Err(StateError::AlreadyExists { .. })));
    assert!(Store::open(world.path(), no_probe()).is_ok());
}

#[test]
fn a_world_in_use_says_by_whom() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path());
    let _store = Store::open(dir.path(), no_probe()).unwrap();
    let error = Store::open(dir.path(), no_probe()).err().unwrap();
    assert!(error.to_string().contains(&format!("in use by process {}", std::process::id())), "{error}");
}

#[test]
fn a_world_that_lost_its_store_is_damaged_and_never_new() {
    type Lose = fn(&Path);
    let lose: [(&str, Lose); 5] = [
        ("everything", |dir| fs::remove_dir_all(dir.join("sled")).unwrap()),
        ("the log", |dir| fs::remove_file(dir.join("sled/db")).unwrap()),
        ("the log's bytes", |dir| fs::write(dir.join("sled/db"), b"").unwrap()),
        ("log and snapshots", |dir| {
            fs::remove_dir_all(dir.join("sled")).unwrap();
            fs::create_dir(dir.join("sled")).unwrap();
            fs::write(dir.join("sled/db"), b"").unwrap();
        }),
        ("the marker", |dir| fs::remove_file(dir.join("populace-world")).unwrap()),
    ];
    for (what, lose) in lose {
        let dir = tempfile::tempdir().unwrap();
        made(dir.path());
        lose(dir.path());
        assert_eq!(Store::exists(dir.path()), Presence::World, "{what}");
        let error = Store::open(dir.path(), no_probe()).err().unwrap();
        assert!(matches!(error, StateError::Damaged { .. }), "{what}: {error}");
        assert!(Store::create(dir.path(), &identity(), no_probe()).is_err(), "{what}");
    }
}

#[test]
fn an_older_store_under_a_newer_marker_is_noticed() {
    let (dir, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    made(dir.path());
    for name in ["db", "conf"] {
        fs::copy(dir.path().join("sled").join(name), copy.path().join(name)).unwrap();
    }
    write(&Store::open(dir.path(), no_probe()).unwrap(), 1, &World::from([(1, vec![1])])).unwrap();
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    fs::create_dir(dir.path().join("sled")).unwrap();
    for name in ["db", "conf"] {
        fs::copy(copy.path().join(name), dir.path().join("sled").join(name)).unwrap();
    }
    let error = Store::open(dir.path(), no_probe()).err().unwrap();
    assert!(error.to_string().contains("checkpoint 1 is gone"), "{error}");
}

/// Opens the world, reads everything, and returns whether all of it is unchanged.
fn reads_as(dir: &Path, world: &World) -> Result<bool, StateError> {
    let store = Store::open(dir, no_probe())?;
    let found = store.blocks_in(..).map(|block| block.map(|(id, raw)| (id.0, raw))).collect::<Result<World, _>>()?;
    let setting = store.setting("sink")?;
    Ok(found == *world && setting.is_some() && store.commands()?.len() == 1 && store.identity() == &identity())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 0, ..ProptestConfig::default() })]
    #[test]
    fn a_flipped_byte_anywhere_is_an_error_or_harmless(at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let dir = tempfile::tempdir().unwrap();
        let mut world = made(dir.path());
        let store = Store::open(dir.path(), no_probe()).unwrap();
        let changed: World = (0..60).map(|id| (id, contents(id, 1, 2))).collect();
        write(&store, 1, &changed).unwrap();
        store.append_command(b"x").unwrap();
        store.set_setting("sink", b"files").unwrap();
        drop(store);
        world.extend(changed);
        let log = dir.path().join("sled/db");
        let mut bytes = fs::read(&log).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        fs::write(&log, bytes).unwrap();
        match reads_as(dir.path(), &world) {
            Ok(same) => prop_assert!(same, "byte {} of the log changed the world unnoticed", at),
            Err(StateError::Damaged { .. } | StateError::DamagedBlock { .. }) => {}
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}

#[test]
fn readers_go_on_while_checkpoints_are_written() {
    let dir = tempfile::tempdir().unwrap();
    made(dir.path());
    let store = Store::open(dir.path(), no_probe()).unwrap();
    let failure = Mutex::new(None);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for id in (0..100).cycle().take(4_000) {
                if let Err(error) = store.read_block(BlockId(id)) {
                    *locked(&failure) = Some(error);
                }
            }
        });
        for number in 1..8 {
            let world: World = (0..100).map(|id| (id, contents(id, number, 4))).collect();
            write(&store, number, &world).unwrap();
        }
    });
    assert!(locked(&failure).is_none());
}
