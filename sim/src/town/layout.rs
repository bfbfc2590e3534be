//! The layout of a world: people and drivers are divided among regions, and regions into shards.
//! Must not depend on: the town as a whole.

use super::locality::{Locality, ShardSpec};
use super::volume::campaign_rates;
use crate::bank::{Habits, Merchants};
use crate::base::RegionId;
use crate::drift::Drifts;
use crate::engine::{VirtualTime, WorldKey};
use crate::error::SimError;
use crate::fraud::ScheduledCampaign;
use crate::region::{Region, SharedTraffic};
use crate::rides::Destinations;
use crate::scenario::Scenario;
use crate::shop::Catalogue;
use std::ops::Range;
use std::sync::OnceLock;

/// People of a region per shard.
const PEOPLE_PER_SHARD: u32 = 5_000;
/// The greatest number of shards of a region.
const MAX_SHARDS_PER_REGION: u32 = 256;

/// Returns the regions with their tables.
pub(super) fn localities(
    scenario: &Scenario,
    key: WorldKey,
    start: VirtualTime,
    habits: &Habits,
    drifts: &Drifts,
) -> Result<Vec<Locality>, SimError> {
    let people = people_of_regions(scenario);
    let (mut made, mut first_driver) = (Vec::new(), 0);
    for (i, (rules, people)) in scenario.region.iter().zip(people).enumerate() {
        let region = Region::build(rules, &scenario.rides, RegionId(i as u16), key)?.drifting(drifts.clone());
        let drivers = (people.len() as u32).div_ceil(scenario.world.people_per_driver);
        let first = |each: u32| 1 + i as u32 * each;
        let (merchants, products) = (first(scenario.bank.merchants), first(scenario.shop.products));
        made.push(Locality {
            merchants: Merchants::new(&region, key, merchants, scenario.bank.merchants),
            catalogue: Catalogue::new(&scenario.shop, key, products, start, &region),
            campaigns: campaign_rates(scenario, habits, habits.per_day, people.len() as f64),
            scheduled: ScheduledCampaign::all(&scenario.campaign, start, |name| {
                name.map_or(i == 0, |n| n == region.name)
            }),
            first_victims: OnceLock::new(),
            traffic: SharedTraffic::default(),
            destinations: Destinations::new(&region, key),
            drivers: first_driver..first_driver + drivers,
            region,
            people,
        });
        first_driver += drivers;
    }
    Ok(made)
}

/// Returns the numbers of the people of each region.
pub(crate) fn people_of_regions(scenario: &Scenario) -> Vec<Range<u32>> {
    split(scenario.world.people, &scenario.region.iter().map(|r| r.share).collect::<Vec<_>>())
}

/// Splits `total` into ranges with these shares; every range has at least one where there are enough.
fn split(total: u32, shares: &[f64]) -> Vec<Range<u32>> {
    let cumulative = crate::engine::sample::cumulate(shares);
    let mut from = 0;
    let last = shares.len() - 1;
    let range = |(i, c): (usize, &f64)| {
        let wanted = if i == last { total } else { libm::round(total as f64 * c) as u32 };
        let to = wanted.clamp((from + 1).min(total), total);
        let range = from..to;
        from = to;
        range
    };
    cumulative.iter().enumerate().map(range).collect()
}

/// Returns the shards of a region.
pub(super) fn shards_of(index: usize, locality: &Locality) -> Vec<ShardSpec> {
    let people = locality.people.len() as u32;
    let count = (people / PEOPLE_PER_SHARD).clamp(1, MAX_SHARDS_PER_REGION);
    let part = |range: &Range<u32>, n: u32| {
        let at = |n: u32| range.start + (range.len() as u64 * n as u64 / count as u64) as u32;
        at(n)..at(n + 1)
    };
    let spec =
        |n| ShardSpec { locality: index, people: part(&locality.people, n), drivers: part(&locality.drivers, n) };
    (0..count).map(spec).collect()
}
