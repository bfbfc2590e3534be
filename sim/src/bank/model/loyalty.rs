//! The distribution of a person's purchases of a category over merchants: a first favourite, a second, and so on, each
//! kept for some years, and other merchants now and then. Computed from the person's key and the time. Must not depend
//! on: merchants.

use super::parameters::accounts::DAYS_PER_YEAR;
use super::parameters::merchants::{
    FAVOURITE_YEARS_SPREAD, FAVOURITES, LOYALTY_PATTERNS, MEAN_FAVOURITE_YEARS, PITMAN_YOR_DISCOUNT,
    PITMAN_YOR_STRENGTH,
};
use crate::engine::{Purpose, RngStream, VirtualTime, WorldKey, sample};

const YEAR_SECONDS: f64 = DAYS_PER_YEAR * 86_400.0;

/// The distributions over favourites that a region's people use.
#[derive(Debug)]
pub(crate) struct LoyaltyPatterns(Vec<[f32; FAVOURITES]>);

impl LoyaltyPatterns {
    /// Draws the patterns of a region.
    pub fn new(key: WorldKey, first_merchant: u64) -> Self {
        let patterns = 0..LOYALTY_PATTERNS as u64;
        LoyaltyPatterns(patterns.map(|n| pattern(&mut key.rng(first_merchant, Purpose::Loyalty, n))).collect())
    }

    /// Returns the loyalty of a person in a category, from the RNG stream of both.
    pub fn of(&self, own: &mut RngStream) -> Loyalty<'_> {
        Loyalty { shares: &self.0[own.below(LOYALTY_PATTERNS as u64) as usize], phases: own.next_u64() }
    }
}

/// Draws the cumulative shares of the ranks: the sticks of a Pitman–Yor process, longest first.
fn pattern(rng: &mut RngStream) -> [f32; FAVOURITES] {
    let mut left = 1.0;
    let mut sticks: [f64; FAVOURITES] = std::array::from_fn(|k| {
        let stick =
            left * beta(rng, 1.0 - PITMAN_YOR_DISCOUNT, PITMAN_YOR_STRENGTH + (k + 1) as f64 * PITMAN_YOR_DISCOUNT);
        left -= stick;
        stick
    });
    sticks.sort_by(|a, b| b.total_cmp(a));
    let mut sum = 0.0;
    sticks.map(|stick| {
        sum += stick;
        sum as f32
    })
}

fn beta(rng: &mut RngStream, a: f64, b: f64) -> f64 {
    let (x, y) = (a * sample::gamma_mean_one(rng, a), b * sample::gamma_mean_one(rng, b));
    x / (x + y)
}

/// The distribution of a person's purchases of a category over favourites.
pub(crate) struct Loyalty<'a> {
    shares: &'a [f32; FAVOURITES],
    phases: u64,
}

impl Loyalty<'_> {
    /// Returns the rank of the favourite for `at` in [0, 1); [`FAVOURITES`] for another merchant.
    #[inline]
    pub fn rank(&self, at: f64) -> usize {
        self.shares.partition_point(|share| f64::from(*share) <= at)
    }

    /// Returns the number of changes of the favourite of this rank up to `now`, counted from 1970.
    #[inline]
    pub fn epoch(&self, rank: usize, now: VirtualTime) -> u64 {
        let bits = self.phases.rotate_left(8 * rank as u32);
        let (phase, pace) = ((bits & 0xffff) as f64 / 65_536.0, (bits >> 16 & 0xffff) as f64 / 65_536.0);
        let (least, spread) = FAVOURITE_YEARS_SPREAD;
        let kept = MEAN_FAVOURITE_YEARS[rank] * (least + spread * pace);
        (now.seconds() as f64 / YEAR_SECONDS / kept + phase).max(0.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns() -> (WorldKey, LoyaltyPatterns) {
        let key = WorldKey::new(5);
        (key, LoyaltyPatterns::new(key, 1))
    }

    #[test]
    fn the_first_favourite_has_half_of_the_purchases_and_people_differ() {
        let (_, patterns) = patterns();
        let firsts: Vec<f64> = patterns.0.iter().map(|shares| f64::from(shares[0])).collect();
        let mean = firsts.iter().sum::<f64>() / firsts.len() as f64;
        assert!((0.42..0.68).contains(&mean), "{mean}");
        assert!(firsts.iter().any(|s| *s < 0.35) && firsts.iter().any(|s| *s > 0.75), "{firsts:?}");
        assert!(patterns.0.iter().all(|shares| shares.is_sorted() && shares[FAVOURITES - 1] <= 1.0));
    }

    #[test]
    fn favourites_change_after_years_and_the_first_is_kept_longest() {
        let (key, patterns) = patterns();
        let (start, later) = (VirtualTime::from_seconds(1_767_225_600), VirtualTime::from_seconds(1_798_761_600));
        let changed = |rank: usize| {
            let moved = |n: &u64| {
                let loyalty = patterns.of(&mut key.rng(*n, Purpose::Loyalty, 2));
                loyalty.epoch(rank, later) != loyalty.epoch(rank, start)
            };
            (0..4_000).filter(moved).count() as f64 / 4_000.0
        };
        let (first, last) = (changed(0), changed(FAVOURITES - 1));
        assert!((0.18..0.30).contains(&first), "{first} change their first favourite in a year");
        assert!((0.42..0.65).contains(&last), "{last} change their last in a year");
    }
}
