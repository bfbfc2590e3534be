//! A store that is mostly waste is compacted when a world starts; killed at any point of that, the world goes on.

use super::daemon::World;
use super::oracle::Oracle;
use super::points::TOWN;
use populace_state::{Store, no_probe};
use std::fs;

/// Fills the store with what is no longer live, as many checkpoints do.
fn waste(world: &World) {
    let store = Store::open(&world.data().join("world"), no_probe()).unwrap();
    let mut state = 1_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_le_bytes()
    };
    for _ in 0..16 {
        let noise: Vec<u8> = (0..90_000).flat_map(|_| word()).collect();
        store.set_setting("filler", &noise).unwrap();
    }
    store.clear_setting("filler").unwrap();
}

fn size(world: &World) -> u64 {
    fs::metadata(world.data().join("world/sled/db")).unwrap().len()
}

#[test]
fn a_world_that_dies_while_its_store_is_compacted_goes_on() {
    let world = World::new(&TOWN);
    let mut days = 2..;
    let mut end = || format!("2026-01-{:02}", days.next().unwrap());
    world.backfill(&end());
    for point in ["compact.copied", "compact.parted", "compact.replaced", "compact.done"] {
        waste(&world);
        let before = size(&world);
        let run = world.start("backfill").args(&["--end", &end()]).crash_at(point, 1);
        run.finish().assert_crashed_at(point);
        // The next start compacts it, or finishes what was begun.
        world.backfill(&end());
        assert!(2 * size(&world) < before, "{point}: {before} bytes became {}", size(&world));
        let left = ["sled.new", "sled.old"].map(|name| world.data().join("world").join(name).exists());
        assert_eq!(left, [false, false], "{point}");
    }
    let end = end();
    world.backfill(&end);
    Oracle::of(&world.data()).assert_wrote(&world.topics(), &end);
    world.plain("verify").finish().failed(0);
}
