//! The figures of a preset, with their units. Figures with a source are those of the realism notes: GeoNames centres
//! and zones, published climate normals; hubs, water outlines and road speeds are coarse readings of the map.
//! Must not depend on: any city.

use crate::base::{Country, Currency, Language};
use crate::region::addresses::{Block, Systems};
use crate::region::climate::ClimateTable;
use crate::region::geography::Hub;
use crate::region::names::BusinessNames;
use crate::region::roads::RoadFigures;

pub(super) const fn hub(lat: f64, lon: f64, spread_km: f64, homes: f64, work: f64) -> Hub {
    Hub { at: (lat, lon), spread_km, homes, work }
}

/// A preset region.
#[derive(Debug)]
pub(crate) struct Preset {
    pub name: &'static str,
    /// South, west, north, east in degrees.
    pub bounds: [f64; 4],
    pub centre: (f64, f64),
    pub timezone: &'static str,
    /// The language of searches.
    pub language: Language,
    /// The country of the holidays.
    pub country: Country,
    pub currency: Currency,
    pub climate: ClimateTable,
    pub hubs: &'static [Hub],
    /// Outlines of water as latitude and longitude in degrees.
    pub water: &'static [&'static [(f64, f64)]],
    pub roads: RoadFigures,
    pub home_blocks: &'static [Block],
    pub mobile_blocks: &'static [Block],
    /// The shares of systems, by public traffic counters of 2024 for its country.
    pub systems: Systems,
    /// The names of businesses.
    pub business_names: &'static BusinessNames,
}

/// Blocks of the mobile carriers of the United States.
pub(super) const US_MOBILE: &[Block] =
    &[Block::new([172, 56, 0, 0], 13), Block::new([174, 192, 0, 0], 10), Block::new([107, 64, 0, 0], 10)];
