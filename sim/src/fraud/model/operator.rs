//! Who is behind campaigns: operators with hours, tools and tastes, who replace each other over the years, and who change
//! their tactics as the bank changes its rules. Pure functions of (world key, region, day); knows no victims.

use super::controls::Controls;
use crate::bank::Category;
use crate::engine::{Draws, Purpose, Span, VirtualTime, WorldKey, sample};
use crate::person::Device;
use crate::region::{Region, RegionId};
use crate::town::Town;
use serde::{Deserialize, Serialize};

/// Operators that are at work in a region at a time.
const AT_WORK: u32 = 12;
/// Days that an operator is at work.
const CAREER_DAYS: i64 = 360;
/// Days after which an operator does it another way.
const GENERATION_DAYS: i64 = 72;

/// An operator, in the whole world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OperatorId(u32);

impl OperatorId {
    fn code(self) -> u64 {
        u64::from(self.0)
    }
}

/// An operator as of some day: how far they have come decides how they go about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// Who it is.
    pub id: OperatorId,
    /// How often they changed their ways: 0 to 4; always 0 where operators do not adapt.
    pub generation: u8,
}

/// Days by which careers are counted: they begin one after another, so that beginners and old hands are always about.
fn days_of(slot: u32, day: i32) -> i64 {
    i64::from(day) + 1_000_080 + i64::from(slot) * CAREER_DAYS / i64::from(AT_WORK)
}

impl Operator {
    /// The operator whom `bits` pick among those at work in `region` on a UTC day.
    pub(in crate::fraud) fn picked(region: RegionId, day: i32, adapts: bool, bits: u64) -> Self {
        let slot = ((bits as u128 * u128::from(AT_WORK)) >> 64) as u32;
        let career = days_of(slot, day) / CAREER_DAYS;
        let id = OperatorId(u32::from(region.0) << 20 | (career as u32 & 0xffff) << 4 | slot);
        let generation = if adapts { (Self::worked(id, day) / GENERATION_DAYS) as u8 } else { 0 };
        Operator { id, generation }
    }

    /// Days since the beginning of a career, on a UTC day that belongs to it.
    pub(in crate::fraud) fn worked(id: OperatorId, day: i32) -> i64 {
        days_of(id.0 & 0xf, day) % CAREER_DAYS
    }

    fn draws(self, key: WorldKey, act: u64) -> Draws {
        key.draws(self.id.code(), Purpose::Operator, act)
    }

    /// Seconds of the local day at which their working hours begin, and how many they last.
    pub(crate) fn hours(self, key: WorldKey) -> (f64, f64) {
        let draws = &mut self.draws(key, 0);
        (3_600.0 * draws.between(9.0, 23.0), 3_600.0 * draws.between(8.0, 14.0))
    }

    /// How they go about it at `at`.
    pub(in crate::fraud) fn tactics(self, town: &Town, region: &Region, at: VirtualTime) -> Tactics {
        let draws = &mut self.draws(town.key(), 1);
        let g = f64::from(self.generation);
        // Beginners do not know the bank's rules; who has lost cards keeps below them.
        let known = (self.generation >= 2).then(|| Controls::at(town.key(), region.id, at));
        Tactics {
            pace: libm::exp(0.5 * sample::normal(draws)) * libm::pow(1.35, g),
            greed: draws.between(0.80, 1.20) - 0.17 * g,
            look_alike: draws.between(0.25, 0.40) + 0.06 * g,
            near: draws.between(0.40, 0.60) + 0.09 * g,
            regional: 0.25,
            clones: draws.between(0.40, 0.60) + 0.09 * g,
            knows_cvv: draws.between(0.65, 0.85) + 0.03 * g,
            knows_address: draws.between(0.60, 0.80) + 0.03 * g,
            least_gap: known.map_or(Span::from_micros(0), |rules| rules.quiet_gap()),
            most_dollars: known.map_or(f64::INFINITY, |rules| rules.quiet_dollars()),
        }
    }

    /// One of the devices that they own, by `bits`.
    pub(in crate::fraud) fn device(self, key: WorldKey, region: &Region, bits: u64) -> Device {
        Device::drawn(region.systems(), &mut self.draws(key, 16 + (bits & 3) + 4 * u64::from(self.generation)))
    }

    /// One of the addresses that they use, by `bits`: gateways of the region's carriers, which their victims have in common
    /// with each other and with many customers.
    pub(in crate::fraud) fn address(self, key: WorldKey, region: &Region, bits: u64) -> u32 {
        let draws = &mut self.draws(key, 64 + (bits & 7) + 8 * u64::from(self.generation));
        region.gateway(region.mobile_ip(draws), draws.next_u64())
    }

    /// The merchant where they buy goods of a category, for as long as they keep to their ways.
    pub(in crate::fraud) fn shop(self, key: WorldKey, category: Category, bits: u64) -> u64 {
        const SHOPS: u64 = 2;
        self.draws(key, 256 + (bits % SHOPS) + SHOPS * (category as u64 + 16 * u64::from(self.generation))).next_u64()
    }

    /// What they turn into money, by `at` uniform in [0, 1): each has markets of their own, and others in each generation.
    pub(in crate::fraud) fn goods(self, key: WorldKey, at: f64) -> Category {
        const LIKED: [Category; 7] = [
            Category::Electronics,
            Category::Clothing,
            Category::DigitalGoods,
            Category::Travel,
            Category::Services,
            Category::LuxuryItems,
            Category::Other,
        ];
        const WEIGHTS: [f64; 7] = [0.22, 0.22, 0.18, 0.12, 0.10, 0.05, 0.11];
        let draws = &mut self.draws(key, 128 + u64::from(self.generation));
        let own = WEIGHTS.map(|weight| weight * draws.between(0.3, 1.7));
        LIKED[sample::pick(&sample::cumulate(&own), at)]
    }
}

/// How an operator goes about it for a time.
#[derive(Clone, Copy, Debug)]
pub(in crate::fraud) struct Tactics {
    /// Factor on the time between acts.
    pub pace: f64,
    /// Logarithm of how much dearer they buy than the victim would.
    pub greed: f64,
    /// Share of acts that look like the victim's own purchases.
    pub look_alike: f64,
    /// Share of victims for whom they rent an address at the victim's own provider.
    pub near: f64,
    /// Share with an address of another provider of the region; the others get one that is shared.
    pub regional: f64,
    /// Share of victims whose own device they imitate.
    pub clones: f64,
    /// Shares of acts with the right CVV and the right address, where they need one.
    pub knows_cvv: f64,
    pub knows_address: f64,
    /// They wait at least so long between acts.
    pub least_gap: Span,
    /// They spend at most so much an act.
    pub most_dollars: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn picked(day: i32, slot: u64, adapts: bool) -> Operator {
        Operator::picked(RegionId(3), day, adapts, slot * (u64::MAX / 12) + 99)
    }

    #[test]
    fn operators_learn_for_a_year_and_are_followed_by_beginners() {
        for slot in 0..12 {
            let career: Vec<Operator> = (20_454..20_454 + 720).map(|day| picked(day, slot, true)).collect();
            let ids: std::collections::BTreeSet<_> = career.iter().map(|o| o.id).collect();
            assert!((2..=3).contains(&ids.len()));
            for pair in career.windows(2).filter(|pair| pair[0].id == pair[1].id) {
                assert!((pair[0].generation..=pair[0].generation + 1).contains(&pair[1].generation));
            }
            assert!(career.iter().any(|o| o.generation == 4) && career.iter().any(|o| o.generation == 0));
        }
        let now = |generation| (0..12).filter(|slot| picked(20_500, *slot, true).generation == generation).count();
        assert!((0..5).all(|generation| now(generation) >= 1), "beginners and old hands at any time");
    }

    #[test]
    fn who_does_not_adapt_stays_as_they_began() {
        let town = testing::town("[world]\npeople = 10");
        let region = &town.localities()[0].region;
        let tactics = |day, adapts| picked(day, 5, adapts).tactics(&town, region, testing::day(&town, i64::from(day)));
        let (first, last) = ((20_454..).find(|d| picked(*d, 5, true).generation == 0), 300);
        let first = first.expect("a career begins");
        assert_eq!(picked(first + last, 5, true).id, picked(first, 5, true).id);
        let (young, old, same) = (tactics(first, true), tactics(first + last, true), tactics(first + last, false));
        assert!(old.pace > 2.0 * young.pace && old.greed < young.greed && old.near > young.near);
        assert!(old.most_dollars < f64::INFINITY && old.least_gap > Span::from_seconds(60));
        assert_eq!((same.pace, same.greed), (young.pace, young.greed));
    }
}
