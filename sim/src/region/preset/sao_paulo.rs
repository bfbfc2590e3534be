//! The figures of São Paulo. [`super::definition`] documents the meaning and the source of each.

use super::definition::{Preset, hub};
use crate::base::{Country, Currency, Language};
use crate::region::addresses::{Block, Systems};
use crate::region::climate::ClimateTable;
use crate::region::names::PT_BR;
use crate::region::roads::RoadFigures;

pub(super) static SAO_PAULO: Preset = Preset {
    name: "sao-paulo",
    bounds: [-23.79, -46.83, -23.36, -46.36],
    centre: (-23.548, -46.636),
    timezone: "America/Sao_Paulo",
    language: Language::Portuguese,
    country: Country::Brazil,
    currency: Currency::Brl,
    climate: ClimateTable {
        means: [23.0, 23.4, 22.7, 20.7, 18.4, 17.1, 16.8, 18.1, 18.9, 20.0, 21.5, 22.0],
        amplitudes: [8.8, 9.0, 8.8, 8.8, 8.8, 9.4, 9.8, 10.2, 9.4, 9.2, 9.2, 8.8],
        clouds: 0.35,
        rain_days: [15.0, 14.0, 11.0, 7.0, 6.0, 4.0, 4.0, 4.0, 7.0, 10.0, 11.0, 14.0],
        spell_hours: [2.6, 2.6, 2.5, 2.6, 3.0, 3.2, 3.2, 3.0, 3.0, 2.8, 2.6, 2.6],
        anomaly: 3.0,
        heavy_share: 0.28,
        storm_share: 0.6,
        fog_below: 15.0,
        fog_share: 0.2,
        snow_share: 0.0,
    },
    hubs: &[
        hub(-23.548, -46.636, 2.5, 9.0, 20.0),  // Sé
        hub(-23.563, -46.656, 2.5, 10.0, 22.0), // Paulista
        hub(-23.585, -46.685, 3.0, 11.0, 24.0), // Faria Lima
        hub(-23.540, -46.570, 4.0, 14.0, 8.0),  // Tatuapé
        hub(-23.535, -46.460, 4.5, 14.0, 3.0),  // Itaquera
        hub(-23.495, -46.625, 4.0, 12.0, 6.0),  // Santana
        hub(-23.655, -46.700, 4.0, 13.0, 9.0),  // Santo Amaro
        hub(-23.530, -46.780, 3.0, 8.0, 4.0),   // Osasco
        hub(-23.660, -46.530, 4.0, 9.0, 4.0),   // Santo André
    ],
    water: &[],
    roads: RoadFigures {
        freeway_kmh: 80.0,
        street_kmh: 36.0,
        fixed_seconds: 110.0,
        rush_freeway: 1.05,
        rush_street: 0.80,
        midday: 0.50,
        weekend: 0.45,
        trip_metres: 6_000.0,
    },
    home_blocks: &[
        Block::new([177, 32, 0, 0], 12),
        Block::new([189, 32, 0, 0], 12),
        Block::new([187, 64, 0, 0], 11),
        Block::new([201, 0, 0, 0], 12),
    ],
    mobile_blocks: &[Block::new([179, 224, 0, 0], 12), Block::new([191, 0, 0, 0], 12), Block::new([177, 24, 0, 0], 14)],
    systems: Systems { iphones: 0.18, macs: 0.07 },
    business_names: &PT_BR,
};
