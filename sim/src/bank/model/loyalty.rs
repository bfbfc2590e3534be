//! How people share their errands of a category among merchants: a first choice, a second, and so on, each kept for
//! some years, and now and then somewhere new. Computed from who they are and the time; knows no merchants.

use crate::engine::{Draws, Purpose, VirtualTime, WorldKey, sample};

/// Favourites of a category; what is left of the errands goes to strangers.
pub(crate) const RANKS: usize = 8;
/// Ways of sharing that people have; each category of each person has one of them.
const WAYS: usize = 64;

/// Discount and strength of the Pitman–Yor process by which errands are shared: it leaves a first store of a category
/// with half of the visits, and the ranks of all merchants near Zipf's law, as cards and loyalty cards show them
/// (Krumme et al. 2013; Complete Journey).
const DISCOUNT: f64 = 0.25;
const STRENGTH: f64 = 0.6;

/// Years for which a favourite of each rank is kept on average. Counted from a point inside the first such span, half
/// of them change within one to two years.
const KEPT_YEARS: [f64; RANKS] = [4.5, 3.5, 3.0, 2.5, 2.5, 2.0, 2.0, 2.0];
const YEAR_SECONDS: f64 = 365.25 * 86_400.0;

/// The ways of sharing that a region's people have.
#[derive(Debug)]
pub(crate) struct Ways(Vec<[f32; RANKS]>);

impl Ways {
    /// Draws them.
    pub fn new(key: WorldKey, first_merchant: u64) -> Self {
        Ways((0..WAYS as u64).map(|n| way(&mut key.draws(first_merchant, Purpose::Loyalty, n))).collect())
    }

    /// The way of a person in a category, whose own draws these are.
    pub fn of(&self, own: &mut Draws) -> Way<'_> {
        Way { shares: &self.0[own.below(WAYS as u64) as usize], phases: own.next_u64() }
    }
}

/// Running shares of the ranks: sticks broken by the Pitman–Yor process, longest first.
fn way(draws: &mut Draws) -> [f32; RANKS] {
    let mut left = 1.0;
    let mut sticks: [f64; RANKS] = std::array::from_fn(|k| {
        let stick = left * beta(draws, 1.0 - DISCOUNT, STRENGTH + (k + 1) as f64 * DISCOUNT);
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

fn beta(draws: &mut Draws, a: f64, b: f64) -> f64 {
    let (x, y) = (a * sample::gamma_mean_one(draws, a), b * sample::gamma_mean_one(draws, b));
    x / (x + y)
}

/// How a person shares the errands of a category.
pub(crate) struct Way<'a> {
    shares: &'a [f32; RANKS],
    phases: u64,
}

impl Way<'_> {
    /// The rank of the favourite that `at` in [0, 1) leads to; [`RANKS`] for somewhere else.
    #[inline]
    pub fn rank(&self, at: f64) -> usize {
        self.shares.partition_point(|share| f64::from(*share) <= at)
    }

    /// How often the favourite of this rank has changed by `now`, counted from long ago.
    #[inline]
    pub fn epoch(&self, rank: usize, now: VirtualTime) -> u64 {
        let bits = self.phases.rotate_left(8 * rank as u32);
        let (phase, pace) = ((bits & 0xffff) as f64 / 65_536.0, (bits >> 16 & 0xffff) as f64 / 65_536.0);
        let kept = KEPT_YEARS[rank] * (0.6 + 0.8 * pace);
        (now.seconds() as f64 / YEAR_SECONDS / kept + phase).max(0.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> (WorldKey, Ways) {
        let key = WorldKey::new(5);
        (key, Ways::new(key, 1))
    }

    #[test]
    fn the_first_choice_has_half_of_the_errands_and_people_differ() {
        let (_, ways) = all();
        let firsts: Vec<f64> = ways.0.iter().map(|shares| f64::from(shares[0])).collect();
        let mean = firsts.iter().sum::<f64>() / firsts.len() as f64;
        assert!((0.42..0.68).contains(&mean), "{mean}");
        assert!(firsts.iter().any(|s| *s < 0.35) && firsts.iter().any(|s| *s > 0.75), "{firsts:?}");
        assert!(ways.0.iter().all(|shares| shares.is_sorted() && shares[RANKS - 1] <= 1.0));
    }

    #[test]
    fn favourites_change_after_years_and_the_first_last() {
        let (key, ways) = all();
        let (start, later) = (VirtualTime::from_seconds(1_767_225_600), VirtualTime::from_seconds(1_798_761_600));
        let changed = |rank: usize| {
            let moved = |n: &u64| {
                let way = ways.of(&mut key.draws(*n, Purpose::Loyalty, 2));
                way.epoch(rank, later) != way.epoch(rank, start)
            };
            (0..4_000).filter(moved).count() as f64 / 4_000.0
        };
        let (first, last) = (changed(0), changed(RANKS - 1));
        assert!((0.18..0.30).contains(&first), "{first} change their first choice in a year");
        assert!((0.42..0.65).contains(&last), "{last} change their last in a year");
    }
}
