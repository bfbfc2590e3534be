//! The operators behind campaigns: their hours, tools and tastes. They replace each other over the years, and change their
//! tactics as the bank changes its controls. Pure functions of (world key, region, day).
//! Must not depend on: victims, and the plan of campaigns.

use super::controls::Controls;
use super::parameters::*;
use crate::base::{Category, RegionId};
use crate::device::Device;
use crate::engine::{Purpose, RngStream, Span, VirtualTime, WorldKey, sample};
use crate::region::Region;
use serde::{Deserialize, Serialize};

/// The identity of an operator in the whole world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OperatorId(u32);

impl OperatorId {
    fn code(self) -> u64 {
        u64::from(self.0)
    }
}

/// An operator on some day: the generation decides the tactics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The identity.
    pub id: OperatorId,
    /// The number of changes of tactics so far: 0 to 4; always 0 if operators do not adapt.
    pub generation: u8,
}

/// The working hours: their start, in seconds of the local day, and their length in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hours {
    pub from: f64,
    pub length: f64,
}

/// Returns the day that careers are counted by: they begin one after another, so that beginners and experienced
/// operators are always at work.
fn career_day(slot: u32, day: i32) -> i64 {
    i64::from(day) + 1_000_080 + i64::from(slot) * CAREER_DAYS / i64::from(OPERATORS_AT_WORK)
}

impl Operator {
    /// Returns the operator that `bits` pick among those at work in `region` on a UTC day.
    pub(in crate::fraud) fn picked(region: RegionId, day: i32, adapts: bool, bits: u64) -> Self {
        let slot = ((bits as u128 * u128::from(OPERATORS_AT_WORK)) >> 64) as u32;
        let career = career_day(slot, day) / CAREER_DAYS;
        let id = OperatorId(u32::from(region.0) << 20 | (career as u32 & 0xffff) << 4 | slot);
        let generation = if adapts { (Self::days_worked(id, day) / GENERATION_DAYS) as u8 } else { 0 };
        Operator { id, generation }
    }

    /// Returns the number of days since the beginning of a career, on a UTC day of that career.
    pub(in crate::fraud) fn days_worked(id: OperatorId, day: i32) -> i64 {
        career_day(id.0 & 0xf, day) % CAREER_DAYS
    }

    fn rng(self, key: WorldKey, act: u64) -> RngStream {
        key.rng(self.id.code(), Purpose::Operator, act)
    }

    /// Returns the working hours.
    pub(crate) fn hours(self, key: WorldKey) -> Hours {
        let rng = &mut self.rng(key, 0);
        let ((first, last), (least, most)) = (WORK_BEGINS_HOUR, WORK_HOURS);
        let from = 3_600.0 * rng.between(first, last);
        Hours { from, length: 3_600.0 * rng.between(least, most) }
    }

    /// Returns the tactics at `at`. Beginners do not know the bank's controls; operators who have lost cards keep below
    /// them.
    pub(in crate::fraud) fn tactics(self, key: WorldKey, region: RegionId, at: VirtualTime) -> Tactics {
        let rng = &mut self.rng(key, 1);
        let g = f64::from(self.generation);
        let known = (self.generation >= KNOWS_CONTROLS_GENERATION).then(|| Controls::at(key, region, at));
        let among = |(least, most): (f64, f64), rng: &mut RngStream| rng.between(least, most);
        Tactics {
            pace: libm::exp(PACE_LOG_DEVIATION * sample::normal(rng)) * libm::pow(PACE_PER_GENERATION, g),
            greed: among(GREED, rng) - GREED_LOST_PER_GENERATION * g,
            p_look_alike: among(P_LOOK_ALIKE, rng) + P_LOOK_ALIKE_PER_GENERATION * g,
            p_near_address: among(P_NEAR_ADDRESS, rng) + P_NEAR_ADDRESS_PER_GENERATION * g,
            p_regional_address: P_REGIONAL_ADDRESS,
            p_cloned_device: among(P_CLONED_DEVICE, rng) + P_CLONED_DEVICE_PER_GENERATION * g,
            p_knows_cvv: among(P_KNOWS_CVV, rng) + P_KNOWS_PER_GENERATION * g,
            p_knows_address: among(P_KNOWS_ADDRESS, rng) + P_KNOWS_PER_GENERATION * g,
            min_gap: known.map_or(Span::from_micros(0), |controls| controls.quiet_gap()),
            max_dollars: known.map_or(f64::INFINITY, |controls| controls.quiet_dollars()),
        }
    }

    /// Returns one of the operator's own devices, picked by `bits`.
    pub(in crate::fraud) fn device(self, key: WorldKey, region: &Region, bits: u64) -> Device {
        Device::drawn(region.systems(), &mut self.rng(key, 16 + (bits & 3) + 4 * u64::from(self.generation)))
    }

    /// Returns one of the operator's addresses, picked by `bits`: gateways of the region's carriers, which the victims have
    /// in common with each other and with many customers.
    pub(in crate::fraud) fn address(self, key: WorldKey, region: &Region, bits: u64) -> u32 {
        let rng = &mut self.rng(key, 64 + (bits & 7) + 8 * u64::from(self.generation));
        region.gateway(region.mobile_ip(rng), rng.next_u64())
    }

    /// Returns the bits that pick the merchant where the operator buys goods of a category, in this generation.
    pub(in crate::fraud) fn merchant_bits(self, key: WorldKey, category: Category, bits: u64) -> u64 {
        const MERCHANTS: u64 = 2;
        let act = 256 + (bits % MERCHANTS) + MERCHANTS * (category as u64 + 16 * u64::from(self.generation));
        self.rng(key, act).next_u64()
    }

    /// Returns the category of goods for resale, picked by `at` uniform in [0, 1): the markets differ by operator and
    /// by generation.
    pub(in crate::fraud) fn resale_category(self, key: WorldKey, at: f64) -> Category {
        let rng = &mut self.rng(key, 128 + u64::from(self.generation));
        let (least, most) = RESALE_WEIGHT_FACTOR;
        let own = RESALE_CATEGORIES.map(|(_, weight)| weight * rng.between(least, most));
        RESALE_CATEGORIES[sample::pick(&sample::cumulate(&own), at)].0
    }
}

/// The tactics of an operator for a time.
#[derive(Clone, Copy, Debug)]
pub(in crate::fraud) struct Tactics {
    /// Factor on the time between acts.
    pub pace: f64,
    /// The logarithm of the ratio of the operator's amounts to the victim's.
    pub greed: f64,
    /// Probability that an act looks like the victim's own purchases.
    pub p_look_alike: f64,
    /// Probability of a rented address at the victim's own provider.
    pub p_near_address: f64,
    /// Probability of an address of another provider of the region; otherwise the address is shared.
    pub p_regional_address: f64,
    /// Probability that the victim's own device is imitated.
    pub p_cloned_device: f64,
    /// Probability of the right CVV where one is needed.
    pub p_knows_cvv: f64,
    /// Probability of the right billing address where one is needed.
    pub p_knows_address: f64,
    /// The shortest time between acts.
    pub min_gap: Span,
    /// The largest amount of an act.
    pub max_dollars: f64,
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
        assert!((0..5).all(|generation| now(generation) >= 1), "beginners and experienced operators at any time");
    }

    #[test]
    fn operators_that_do_not_adapt_keep_their_tactics() {
        let town = testing::town("[world]\npeople = 10");
        let region = &town.localities()[0].region;
        let tactics =
            |day, adapts| picked(day, 5, adapts).tactics(town.key(), region.id, testing::day(&town, i64::from(day)));
        let (first, last) = ((20_454..).find(|d| picked(*d, 5, true).generation == 0), 300);
        let first = first.expect("a career begins");
        assert_eq!(picked(first + last, 5, true).id, picked(first, 5, true).id);
        let (young, old, same) = (tactics(first, true), tactics(first + last, true), tactics(first + last, false));
        assert!(old.pace > 2.0 * young.pace && old.greed < young.greed && old.p_near_address > young.p_near_address);
        assert!(old.max_dollars < f64::INFINITY && old.min_gap > Span::from_seconds(60));
        assert_eq!((same.pace, same.greed), (young.pace, young.greed));
    }
}
