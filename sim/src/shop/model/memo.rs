//! Numbers of a product that were computed before, kept for the time that they hold. They are caches: they change no result
//! and are not saved.
//! Must not depend on: the way in which the numbers are computed.

use std::sync::atomic::{AtomicU64, Ordering};

/// The numbers of one product. Each is a single word that also says which time it is for, so that threads share it without
/// locks: whatever another thread writes is the right number for the time that it states.
#[derive(Debug)]
pub(super) struct Memo {
    /// The last hashes of an even and of an odd block of days: the upper bits of a hash, and below them the block.
    hashes: [AtomicU64; 2],
    /// The price in minor units, and below it the day since which it holds.
    price: AtomicU64,
}

/// The low bits of a hash that no number is made from.
const BLOCK: u64 = (1 << 11) - 1;
/// The bits of a price's word that are for the day.
const DAY_BITS: u32 = 17;
const DAY: u64 = (1 << DAY_BITS) - 1;

impl Memo {
    /// Returns the memo of a product of which nothing has been computed.
    pub fn new() -> Self {
        // An odd number in the place of the even blocks, and an even one in that of the odd blocks, match no block; no
        // price is zero.
        Memo { hashes: [AtomicU64::new(1), AtomicU64::new(0)], price: AtomicU64::new(0) }
    }

    /// Returns the upper 53 bits of the hash of a block, with `hash` if they are not known; the others are 0.
    #[inline]
    pub fn hash(&self, block: i32, hash: impl FnOnce() -> u64) -> u64 {
        let Some(tag) = u64::try_from(block).ok().filter(|block| *block <= BLOCK) else { return hash() & !BLOCK };
        let place = &self.hashes[(tag & 1) as usize];
        let known = place.load(Ordering::Relaxed);
        if known & BLOCK == tag {
            return known - tag;
        }
        let upper = hash() & !BLOCK;
        place.store(upper | tag, Ordering::Relaxed);
        upper
    }

    /// Returns the price, at least 1, that holds since `day`, with `price` if it is not known; always so without a day.
    #[inline]
    pub fn price(&self, day: Option<u32>, price: impl FnOnce() -> i64) -> i64 {
        let Some(tag) = day.map(u64::from).filter(|day| *day <= DAY) else { return price() };
        let known = self.price.load(Ordering::Relaxed);
        if known & DAY == tag && known > DAY {
            return (known >> DAY_BITS) as i64;
        }
        let price = price();
        if price < 1 << (63 - DAY_BITS) {
            self.price.store((price as u64) << DAY_BITS | tag, Ordering::Relaxed);
        }
        price
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_memo_changes_no_hash(blocks in prop::collection::vec(-3i32..2_100, 1..60)) {
            let memo = Memo::new();
            let hash = |block: i32| (block as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            for block in blocks {
                prop_assert_eq!(memo.hash(block, || hash(block)), hash(block) & !BLOCK);
                prop_assert_eq!(memo.hash(block, || hash(block)), hash(block) & !BLOCK);
            }
        }

        #[test]
        fn a_memo_changes_no_price(days in prop::collection::vec(0u32..140_000, 1..60), factor in 1i64..1 << 46) {
            let memo = Memo::new();
            for day in days {
                let price = 1 + factor * i64::from(day & 3);
                prop_assert_eq!(memo.price(Some(day), || price), price);
                prop_assert_eq!(memo.price(Some(day), || price), price);
            }
        }
    }

    #[test]
    fn what_is_known_is_not_computed_again() {
        let memo = Memo::new();
        memo.hash(1_000, || 1 << 20);
        memo.hash(1_001, || 1 << 30);
        assert_eq!(memo.hash(1_000, || unreachable!("known")), 1 << 20);
        assert_eq!(memo.hash(1_001, || unreachable!("known")), 1 << 30);
        memo.price(Some(20_000), || 499);
        assert_eq!(memo.price(Some(20_000), || unreachable!("known")), 499);
        assert_eq!(memo.price(Some(20_007), || 599), 599);
    }
}
