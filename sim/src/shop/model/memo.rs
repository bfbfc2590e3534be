//! Numbers of a product that were computed before, kept for the time that they hold. They are caches: they change no result
//! and are not saved.
//! Must not depend on: the way in which the numbers are computed.

use crate::engine::civil_date;
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

    /// Returns the upper 53 bits of the hash of a block, the others 0, if they are known.
    #[inline]
    pub fn hash(&self, block: i32) -> Option<u64> {
        let (tag, known) = (block as u64, self.hashes[(block & 1) as usize].load(Ordering::Relaxed));
        (known & BLOCK == tag).then_some(known & !BLOCK)
    }

    /// Keeps the upper 53 bits of the hash of a block and returns them, the others 0.
    pub fn keep_hash(&self, block: i32, hash: u64) -> u64 {
        let upper = hash & !BLOCK;
        if let Some(tag) = u64::try_from(block).ok().filter(|block| *block <= BLOCK) {
            self.hashes[(tag & 1) as usize].store(upper | tag, Ordering::Relaxed);
        }
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

/// The month of the day that was asked for last: the day, and below it the month.
#[derive(Debug, Default)]
pub(super) struct MonthMemo(AtomicU64);

impl MonthMemo {
    /// Returns the month of a day since the epoch, from 1.
    #[inline]
    pub fn month(&self, day: i32) -> u32 {
        let known = self.0.load(Ordering::Relaxed);
        let month = known as u32;
        if known >> 32 == u64::from(day as u32) && month > 0 { month } else { self.look_up(day) }
    }

    #[cold]
    fn look_up(&self, day: i32) -> u32 {
        let (_, month, _) = civil_date(day);
        self.0.store(u64::from(day as u32) << 32 | u64::from(month), Ordering::Relaxed);
        month
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
                prop_assert!(memo.hash(block).is_none_or(|known| known == hash(block) & !BLOCK));
                prop_assert_eq!(memo.keep_hash(block, hash(block)), hash(block) & !BLOCK);
                prop_assert!(memo.hash(block).is_none_or(|known| known == hash(block) & !BLOCK));
            }
        }

        #[test]
        fn months_are_those_of_the_calendar(days in prop::collection::vec(-3i32..90, 1..60)) {
            let months = MonthMemo::default();
            for day in days {
                prop_assert_eq!(months.month(day), civil_date(day).1);
                prop_assert_eq!(months.month(day), civil_date(day).1);
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
        assert_eq!([0, 1, 1_000, 1_001].map(|block| memo.hash(block)), [None; 4]);
        memo.keep_hash(1_000, 1 << 20);
        memo.keep_hash(1_001, 1 << 30);
        assert_eq!([1_000, 1_001, 1_002].map(|block| memo.hash(block)), [Some(1 << 20), Some(1 << 30), None]);
        memo.price(Some(20_000), || 499);
        assert_eq!(memo.price(Some(20_000), || unreachable!("known")), 499);
        assert_eq!(memo.price(Some(20_007), || 599), 599);
    }
}
