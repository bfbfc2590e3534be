//! Tests that the state and the store of a world do not grow with its years: both reach a level within a year. And that
//! a world of the previous release continues, with its days in separate blocks.

use super::ledger::{ClosedDays, closed_days};
use super::meta::ClosedDay;
use super::*;
use populace_sim::Stream;
use populace_state::{BlockId, no_probe, pack};

/// Returns the number of bytes of all blocks at the last checkpoint, as packed in the store.
fn state(dir: &Path) -> u64 {
    let store = Store::open(&world_dir(dir), no_probe()).unwrap();
    store.blocks_in(..).map(|block| pack(&block.unwrap().1).len() as u64).sum()
}

/// Returns the number of bytes of the store's files.
fn files(dir: &Path) -> u64 {
    fs::metadata(world_dir(dir).join("sled/db")).unwrap().len()
}

/// Runs to the start of a year. Returns the number of bytes of the state and the store then.
fn live(dir: &Path, sink: &SinkChoice, (people, year): (u32, i32)) -> (u64, u64) {
    let people = format!("world.people={people}");
    let more = [people.as_str(), "topics.labels.enabled=true", "bank.fraud.rate=0.02"];
    let plan = planned(dir, &format!("{year}-01-01"), &more, Adoption::Refuse);
    go(RunPlan { sink: sink.clone(), ..plan });
    (state(dir), files(dir))
}

#[test]
fn state_and_store_reach_a_level_with_any_sink() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("topics");
    for (sink, ledger) in [(SinkChoice::named("null").unwrap(), 0), (SinkChoice::files(out), 4 * 12 * 1_000)] {
        let dir = tempfile::tempdir().unwrap();
        let (early, _) = live(dir.path(), &sink, (30, 2028));
        for year in 2029..=2032 {
            let (now, store) = live(dir.path(), &sink, (30, year));
            let years = year as u64 - 2028;
            let bound = early + early / 5 + years * ledger;
            assert!(now <= bound, "{sink:?}: {early} bytes at 2028, {now} at {year}, more than {bound}");
            assert!(store <= 8 << 20, "{sink:?}: the store takes {store} bytes at {year}");
        }
    }
}

/// Runs five hundred people for a hundred years.
#[test]
#[ignore = "long: two minutes in a release build"]
fn a_hundred_years_of_five_hundred_people_reach_a_level() {
    let dir = tempfile::tempdir().unwrap();
    let mut levels = Vec::new();
    for year in (2036..=2126).step_by(10) {
        levels.push(live(dir.path(), &SinkChoice::named("null").unwrap(), (500, year)));
        println!("{year}: {:?}", levels.last());
    }
    let (early, _) = levels[0];
    assert!(levels.iter().all(|(state, _)| *state <= early + early / 10), "{levels:?}");
    assert!(levels.iter().all(|(state, store)| *store <= 4 * state + (8 << 20)), "{levels:?}");
}

/// Stores the days in the format of the previous release: a block for each, and a marker of version 1.
fn as_the_release_before(dir: &Path) -> usize {
    let world = world_dir(dir);
    let store = Store::open(&world, no_probe()).unwrap();
    let head = store.head().unwrap().unwrap();
    let mut writer = store.checkpoint(head.number + 1).unwrap();
    let mut count = 0;
    for stream in Stream::ALL {
        for ClosedDays { days, digest } in closed_days(&store, &world, stream).unwrap() {
            let day = ClosedDay { stream, day: days[0], digest };
            writer.put(ClosedDay::block_id(stream, day.day), pack(&serde_json::to_vec(&day).unwrap())).unwrap();
            count += 1;
        }
    }
    store.ids_in(BlockId(0)..=BlockId(u64::MAX)).into_iter().filter(|id| ledger::holds(*id)).for_each(|id| {
        // This checkpoint adds the blocks of the old format, so they are not in the store yet.
        writer.remove(id).unwrap();
    });
    writer.commit(&head.meta).unwrap();
    count
}

#[test]
fn a_world_with_days_in_blocks_of_their_own_goes_on() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    go(plan(one.path(), "2026-02-20"));
    go(plan(two.path(), "2026-02-10T12:00:00Z"));
    assert!(as_the_release_before(two.path()) >= 3 * 35);
    let blocks = |dir: &Path| StoredWorld::open(dir).unwrap().store.block_count();
    let before = blocks(two.path());
    go(plan(two.path(), "2026-02-20"));
    assert!(blocks(two.path()) + 80 < before, "{} blocks of {before}", blocks(two.path()));
    same(one.path(), two.path());
    let [one, two] = [one, two].map(|dir| {
        let world = StoredWorld::open(dir.path()).unwrap();
        Stream::ALL.map(|stream| closed_days(&world.store, &world.dir, stream).unwrap())
    });
    assert_eq!(one, two);
}
