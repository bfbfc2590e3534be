//! The parts of a town: regions with their tables, and the ranges of numbers that each shard holds.
//! Must not depend on: the other files of this room.

use crate::bank::Merchants;
use crate::fraud::{CampaignRates, ScheduledCampaign, UpcomingVictims};
use crate::region::{Region, SharedTraffic};
use crate::rides::Destinations;
use crate::shop::Catalogue;
use std::ops::Range;
use std::sync::OnceLock;

/// A region of the world, with the tables that belong to it.
#[derive(Debug)]
pub struct Locality {
    /// Geography, calendar, weather and traffic.
    pub region: Region,
    /// The people, by number.
    pub people: Range<u32>,
    /// The drivers, by number.
    pub drivers: Range<u32>,
    /// The merchants.
    pub merchants: Merchants,
    /// The products of the shop.
    pub catalogue: Catalogue,
    /// The rates of fraud campaigns.
    pub campaigns: CampaignRates,
    /// The fraud campaigns that the scenario schedules.
    pub scheduled: Vec<ScheduledCampaign>,
    /// The victims that the first look-up of the plan of fraud campaigns finds, on first use.
    pub(crate) first_victims: OnceLock<UpcomingVictims>,
    /// The traffic that its shards share: a cache that changes no result.
    pub(crate) traffic: SharedTraffic,
    /// The destinations of rides.
    pub(crate) destinations: Destinations,
}

/// The people and drivers that a shard holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardSpec {
    /// Index of the region.
    pub locality: usize,
    /// The people, by number.
    pub people: Range<u32>,
    /// The drivers, by number.
    pub drivers: Range<u32>,
}
