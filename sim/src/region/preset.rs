//! The cities that come ready-made: bounds, hubs, water, climate, roads and addresses, as plain tables.
//! Figures with a source are those of the realism notes: GeoNames centres and zones, published climate normals;
//! hubs, water outlines and road speeds are coarse readings of the map.

mod americas;
mod old_world;

use super::climate::ClimateTable;
use super::locale::{Block, Systems};
use super::names::BusinessNames;
use super::traffic::Roads;
use crate::base::{Country, Currency, Language};
use americas::{HOUSTON, NEW_YORK, SAO_PAULO};
use old_world::{LONDON, MUMBAI, TOKYO};

/// A part of the city around which people live and work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hub {
    /// Latitude and longitude in degrees.
    pub at: (f64, f64),
    /// Standard deviation of homes around it, in km; workplaces lie twice as dense.
    pub spread_km: f64,
    /// Share of the homes, any scale.
    pub homes: f64,
    /// Share of the workplaces, any scale.
    pub work: f64,
}

const fn hub(lat: f64, lon: f64, spread_km: f64, homes: f64, work: f64) -> Hub {
    Hub { at: (lat, lon), spread_km, homes, work }
}

/// A ready-made region.
#[derive(Debug)]
pub(crate) struct Preset {
    pub name: &'static str,
    /// South, west, north, east in degrees.
    pub bounds: [f64; 4],
    pub centre: (f64, f64),
    pub timezone: &'static str,
    /// The language of searches.
    pub language: Language,
    /// Whose holidays are kept.
    pub country: Country,
    pub currency: Currency,
    pub climate: ClimateTable,
    pub hubs: &'static [Hub],
    /// Outlines of water as latitude and longitude in degrees.
    pub water: &'static [&'static [(f64, f64)]],
    pub roads: Roads,
    pub home_blocks: &'static [Block],
    pub mobile_blocks: &'static [Block],
    /// Public traffic counters of 2024 for its country.
    pub systems: Systems,
    /// What businesses are called.
    pub business_names: &'static BusinessNames,
}

/// The names of the presets.
pub const PRESETS: &[&str] = &["houston", "sao-paulo", "new-york", "london", "mumbai", "tokyo"];

/// The preset called `name`.
pub(crate) fn preset(name: &str) -> Option<&'static Preset> {
    PRESET_TABLE.into_iter().find(|preset| preset.name == name)
}

/// The presets in the order of [`PRESETS`].
pub(crate) const PRESET_TABLE: [&Preset; 6] = [&HOUSTON, &SAO_PAULO, &NEW_YORK, &LONDON, &MUMBAI, &TOKYO];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_the_table() {
        assert_eq!(PRESET_TABLE.map(|preset| preset.name), PRESETS);
    }

    #[test]
    fn rain_days_of_a_year_are_the_published_ones() {
        let year = |name| preset(name).unwrap().climate.rain_days.iter().sum::<f64>();
        assert!((year("houston") - 104.4).abs() < 0.1);
        assert!((year("london") - 110.4).abs() < 0.1);
        assert!((year("mumbai") - 135.0).abs() < 0.1);
    }
}
