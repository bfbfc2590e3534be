//! Tests that pages are read as written, are shortened after ten years, include the days of older releases, and are
//! removed with their sink.

use super::*;
use populace_state::{Identity, no_probe};
use proptest::prelude::*;

fn ended(stream: Stream, day: i32) -> ClosedDay {
    ClosedDay { stream, day, digest: digest(day) }
}

fn digest(day: i32) -> Digest {
    Digest { count: 10 * day as u64, chain: u128::from(day as u32) << 90 | 7 }
}

fn store(dir: &Path) -> Store {
    let identity =
        Identity { world_id: 1, seed: 1, rules_version: 1, scenario: String::new(), scenario_hash: 0, note: vec![] };
    let store = Store::create(dir, &identity, no_probe()).unwrap();
    store.checkpoint(0).unwrap().commit(b"").unwrap();
    store
}

fn checkpoint(store: &Store, remembers: Remembers, ended: &[ClosedDay]) {
    let number = store.head().unwrap().unwrap().number + 1;
    let mut writer = store.checkpoint(number).unwrap();
    save(store, &mut writer, remembers, ended).unwrap();
    writer.commit(b"").unwrap();
}

fn known(store: &Store, stream: Stream) -> Vec<ClosedDays> {
    closed_days(store, Path::new("d"), stream).unwrap()
}

fn single(days: impl Iterator<Item = i32>) -> Vec<ClosedDays> {
    days.map(|day| ClosedDays { days: vec![day], digest: digest(day) }).collect()
}

/// Writes blocks in the format of the previous release: one for each day and stream.
fn write_as_before(store: &Store, days: impl Iterator<Item = ClosedDay>) {
    let mut writer = store.checkpoint(store.head().unwrap().unwrap().number + 1).unwrap();
    for day in days {
        let raw = serde_json::to_vec(&day).unwrap();
        writer.put(ClosedDay::block_id(day.stream, day.day), pack(&raw)).unwrap();
    }
    writer.commit(b"").unwrap();
}

proptest! {
    #[test]
    fn pages_come_back_whatever_the_days(days in proptest::collection::btree_set(0..DAYS_PER_PAGE, 1..32), number in -900..900_i32) {
        let mut page = Page::default();
        days.iter().for_each(|day| page.add(*day as u32, digest(number.abs() * DAYS_PER_PAGE + day)));
        let again = Page::from_bytes(&page.to_bytes());
        prop_assert_eq!(again.as_ref(), Some(&page));
        let closed = page.closed(number);
        let found: Vec<i32> = closed.iter().flat_map(|one| one.days.clone()).collect();
        let expected: Vec<i32> = days.iter().map(|day| number * DAYS_PER_PAGE + day).collect();
        prop_assert_eq!(&found, &expected);
        prop_assert!(closed.iter().all(|one| one.days.len() == 1 && page_of(one.days[0]) == number));
        page.shorten();
        prop_assert_eq!(Page::from_bytes(&page.to_bytes()), Some(page.clone()));
        let last = digest(number.abs() * DAYS_PER_PAGE + days.last().unwrap());
        prop_assert_eq!(page.closed(number), vec![ClosedDays { days: expected, digest: last }]);
    }
}

#[test]
fn bytes_that_are_no_page_are_refused() {
    let mut page = Page::default();
    [3, 9, 30].iter().for_each(|day| page.add(*day, digest(1)));
    let bytes = page.to_bytes();
    assert!(Page::from_bytes(&bytes).is_some());
    let [mut newer, mut fewer] = [bytes.clone(), bytes.clone()];
    newer[0] = FORMAT + 1;
    fewer.truncate(bytes.len() - 24);
    for wrong in [&newer[..], &fewer, &bytes[..bytes.len() - 1], &[FORMAT, 0, 0, 0, 0], b""] {
        assert_eq!(Page::from_bytes(wrong), None);
    }
}

#[test]
fn days_are_known_for_ten_years_and_then_by_the_page() {
    let dir = tempfile::tempdir().unwrap();
    let (store, first) = (store(dir.path()), 20_000);
    let years = |store: &Store, from: i32, to: i32| {
        for begin in (from..to).step_by(500) {
            let days: Vec<_> = (begin..(begin + 500).min(to)).map(|day| ended(Stream::Trips, day)).collect();
            checkpoint(store, Remembers::Since(first), &days);
        }
    };
    years(&store, first, first + 3_653);
    assert_eq!(known(&store, Stream::Trips), single(first..first + 3_653));
    years(&store, first + 3_653, first + 9_000);
    let closed = known(&store, Stream::Trips);
    let all: Vec<i32> = closed.iter().flat_map(|one| one.days.clone()).collect();
    assert_eq!(all, (first..first + 9_000).collect::<Vec<_>>(), "no day is forgotten");
    assert!(closed.iter().all(|one| one.digest == digest(*one.days.last().unwrap())));
    let split = closed.iter().position(|one| one.days.len() == 1).unwrap();
    assert!(first + 9_000 - closed[split].days[0] >= 3_653, "ten years are known by the day");
    assert!(closed[split..].iter().all(|one| one.days.len() == 1));
    assert!(closed[1..split].iter().all(|one| one.days.len() == DAYS_PER_PAGE as usize));
    let bytes: usize = store.blocks_in(..).map(|block| block.unwrap().1.len()).sum();
    assert!(bytes < 3_800 * 24 + closed.len() * 40, "{bytes} bytes");
}

#[test]
fn what_the_release_before_kept_is_read_and_then_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    write_as_before(&store, (20_000..20_100).map(|day| ended(Stream::Trips, day)));
    write_as_before(&store, (20_000..20_050).map(|day| ended(Stream::Labels, day)));
    assert_eq!(known(&store, Stream::Trips), single(20_000..20_100));
    checkpoint(&store, Remembers::Since(20_000), &[ended(Stream::Trips, 20_100)]);
    assert_eq!(known(&store, Stream::Trips), single(20_000..20_101));
    assert_eq!(known(&store, Stream::Labels), single(20_000..20_050));
    assert!(store.ids_in(ClosedDay::block_ids(Stream::Trips)).is_empty());
    assert_eq!(store.block_count(), 4 + 2, "20,000 is the first day of a page");
}

#[test]
fn a_sink_without_files_remembers_nothing_and_another_one_its_own_days() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    write_as_before(&store, (19_000..20_000).map(|day| ended(Stream::Trips, day)));
    let days: Vec<_> = (20_000..20_500).map(|day| ended(Stream::Trips, day)).collect();
    checkpoint(&store, Remembers::Since(20_000), &days);
    assert_eq!(known(&store, Stream::Trips), single(20_000..20_500));
    checkpoint(&store, Remembers::Since(20_320), &[ended(Stream::Trips, 20_500)]);
    assert_eq!(known(&store, Stream::Trips).first().map(|one| one.days[0]), Some(20_320));
    checkpoint(&store, Remembers::Nothing, &[ended(Stream::Trips, 20_501)]);
    assert_eq!(store.block_count(), 0);
}
