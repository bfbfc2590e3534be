//! Windows, threads and the order of shards change nothing; records come in order.

use crate::cases;
use crate::worlds::{Life, window, with_labels};
use populace_sim::{Shard, Span, VirtualTime};
use populace_wire::{Batch, Digests, Merged};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn windows_change_nothing(toml in with_labels(), days in 0.5..4.0f64, cuts in prop::collection::vec(0.0..1.0f64, 0..30)) {
        let mut whole = Life::born(&toml);
        let end = whole.at(days, 1.0);
        whole.run(end);
        let mut pieces = Life::born(&toml);
        let mut cuts = cuts;
        cuts.sort_by(f64::total_cmp);
        for cut in cuts {
            let until = pieces.at(days, cut);
            let from = pieces.now;
            let mut last = from;
            pieces.run_seeing(until, |record| {
                assert!(last <= record.time && record.time < until, "a record belongs to its window, in order");
                last = record.time;
            });
        }
        pieces.run(end);
        prop_assert_eq!(pieces.digests, whole.digests);
        prop_assert_eq!(pieces.blocks(), whole.blocks());
    }

    #[test]
    fn an_act_of_an_entity_comes_after_its_last_one(toml in with_labels(), days in 0.5..4.0f64) {
        let mut life = Life::born(&toml);
        let end = life.at(days, 1.0);
        let records = life.records(end);
        prop_assert!(records.windows(2).all(|w| w[0].time <= w[1].time));
        let mut texts: Vec<_> = records.iter().map(|r| &r.text).collect();
        texts.sort();
        prop_assert!(texts.windows(2).all(|w| w[0] != w[1]), "no record is there twice");
        let next = life.shards.iter().map(Shard::next_due).min().expect("a world has a shard");
        prop_assert!(next >= end, "nothing that was due is left");
    }
}

/// Two days of three shards, by so many threads that take shards in turn, merged in an order of its own.
fn by_threads(life: &Life, threads: usize) -> (Digests, Vec<Shard>) {
    let town = &life.town;
    let mut shards: Vec<Shard> = (0..town.shard_count()).map(|s| Shard::newborn(town, s)).collect();
    let mut digests = Digests::default();
    for day in 1..=2 {
        let until = town.start() + Span::from_days(day);
        let mut batches = run_window(life, &mut shards, until, threads);
        batches.rotate_left(threads % 3);
        Merged::new(batches).iter().for_each(|r| digests.add(&r));
    }
    (digests, shards)
}

#[expect(clippy::disallowed_methods, reason = "threads as the daemon has them")]
fn run_window(life: &Life, shards: &mut [Shard], until: VirtualTime, threads: usize) -> Vec<Batch> {
    let parts: Vec<&mut [Shard]> = shards.chunks_mut(3usize.div_ceil(threads)).collect();
    std::thread::scope(|scope| {
        let run = |part: &mut [Shard]| {
            part.iter_mut().map(|s| window((&life.town, &life.encoders), s, until)).collect::<Vec<_>>()
        };
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || run(part))).collect();
        threads.into_iter().flat_map(|t| t.join().expect("a shard runs")).collect()
    })
}

#[test]
fn threads_change_nothing() {
    let life = Life::born("[world]\npeople = 15500\nstart = \"2026-03-07\"");
    assert_eq!(life.town.shard_count(), 3);
    let (alone, shards) = by_threads(&life, 1);
    assert!(alone.total() > 50_000);
    for threads in [2, 3] {
        let (digests, others) = by_threads(&life, threads);
        assert_eq!(digests, alone, "{threads} threads");
        for (one, other) in shards.iter().zip(&others) {
            let blocks = |s: &Shard| (0..s.block_count()).map(|b| crate::worlds::block(s, b)).collect::<Vec<_>>();
            assert!(blocks(one) == blocks(other), "{threads} threads leave another shard {}", one.index());
        }
    }
}

#[test]
fn a_habit_at_zero_is_switched_off() {
    let bank = "[bank]\npurchases_per_day = 0.0\nwithdrawals_per_day = 0.0\ntransfers_per_day = 0.0\n";
    let [rides, shop] = ["[rides]\nrequests_per_day = 0.0\n", "[shop]\nvisits_per_day = 0.0\n"];
    let counts = |rules: String| {
        let mut life = Life::born(&format!("[world]\npeople = 2000\nstart = \"2026-01-01\"\n{rules}"));
        life.run(life.at(10.0, 1.0));
        life.digests.0.map(|d| d.count)
    };
    assert_eq!(counts(format!("{rides}{shop}"))[1..3], [0, 0], "neither trips nor visits");
    let [bank_alone, ..] = counts(format!("{rides}{shop}"));
    let [monthly, trips, visits, ..] = counts(format!("{bank}{rides}"));
    assert_eq!(trips, 0);
    assert!(0 < monthly && monthly < bank_alone / 3 && visits > 0, "{monthly} of {bank_alone}, {visits}");
    assert_eq!(counts(format!("{bank}{shop}"))[2], 0);
}
