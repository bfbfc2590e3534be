//! A store that is mostly waste is compacted when a world starts; killed at any point of that, the world goes on.

use super::daemon::World;
use super::oracle::Oracle;
use super::points::TOWN;
use populace_state::{Store, no_probe};
use std::fs;

/// Settings of 720,000 bytes that are in the store at once.
const FILLERS: usize = 24;

/// Bytes of a store of this town that is mostly waste, with room to spare.
const WASTEFUL: u64 = 8 << 20;

/// Fills the store with bytes that are live at once, so that sled can use no room again, and clears them.
fn waste(world: &World) {
    let mut state = 1_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_le_bytes()
    };
    let store = Store::open(&world.data().join("world"), no_probe()).unwrap();
    let names: Vec<String> = (0..FILLERS).map(|i| format!("filler-{i}")).collect();
    for name in &names {
        let noise: Vec<u8> = (0..90_000).flat_map(|_| word()).collect();
        store.set_setting(name, &noise).unwrap();
    }
    names.iter().for_each(|name| store.clear_setting(name).unwrap());
    drop(store);
    assert!(size(world) > WASTEFUL, "the store has {} bytes", size(world));
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
