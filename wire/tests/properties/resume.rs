//! A world that is saved and loaded goes on as one that was never stopped.

use crate::cases;
use crate::worlds::{Life, block, with_labels};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn saving_and_loading_changes_nothing(toml in with_labels(), days in 0.5..5.0f64, cut in 0.0..1.0f64) {
        let mut whole = Life::born(&toml);
        let (middle, end) = (whole.at(days, cut), whole.at(days, 1.0));
        whole.run(end);
        let mut first = Life::born(&toml);
        first.run(middle);
        let saved = first.blocks();
        let mut resumed = first.loaded(saved.clone());
        prop_assert_eq!(resumed.blocks(), saved, "loaded and saved again");
        resumed.run(end);
        prop_assert_eq!(resumed.digests, whole.digests);
        prop_assert_eq!(resumed.blocks(), whole.blocks());
        let counters = |l: &Life| l.shards.iter().map(|s| (s.counters(), s.next_due())).collect::<Vec<_>>();
        prop_assert_eq!(counters(&resumed), counters(&whole));
    }

    #[test]
    fn the_blocks_that_are_not_dirty_have_not_changed(toml in with_labels(), days in 0.1..3.0f64, cut in 0.0..1.0f64) {
        let mut life = Life::born(&toml);
        let (middle, end) = (life.at(days, cut), life.at(days, 1.0));
        life.run(middle);
        let mut saved = life.blocks();
        life.shards.iter_mut().for_each(|s| s.mark_clean());
        prop_assert!(life.shards.iter().all(|s| s.dirty_blocks().is_empty()));
        life.run(end);
        for (shard, blocks) in life.shards.iter().zip(&mut saved) {
            for dirty in shard.dirty_blocks() {
                blocks[dirty as usize] = block(shard, dirty);
            }
        }
        prop_assert_eq!(saved, life.blocks());
    }
}
