//! The figures of London. [`super::definition`] documents the meaning and the source of each.

use super::definition::{Preset, hub};
use crate::base::{Country, Currency, Language};
use crate::region::addresses::{Block, Systems};
use crate::region::climate::ClimateTable;
use crate::region::names::EN_GB;
use crate::region::roads::RoadFigures;

pub(super) static LONDON: Preset = Preset {
    name: "london",
    bounds: [51.29, -0.51, 51.69, 0.33],
    centre: (51.509, -0.126),
    timezone: "Europe/London",
    language: Language::English,
    country: Country::England,
    currency: Currency::Gbp,
    climate: ClimateTable {
        means: [5.6, 5.8, 7.9, 10.5, 13.7, 16.8, 19.0, 18.7, 15.9, 12.3, 8.4, 5.9],
        amplitudes: [5.6, 6.4, 7.6, 9.2, 9.4, 9.6, 9.6, 9.4, 8.6, 7.0, 6.0, 5.4],
        clouds: 0.50,
        rain_days: [11.5, 9.5, 8.5, 8.8, 8.0, 8.3, 7.9, 8.4, 7.9, 10.8, 11.2, 9.6],
        spell_hours: [3.5, 3.5, 3.2, 3.0, 2.8, 2.6, 2.5, 2.6, 2.8, 3.2, 3.5, 3.5],
        anomaly: 3.0,
        heavy_share: 0.10,
        storm_share: 0.4,
        fog_below: 9.0,
        fog_share: 0.12,
        snow_share: 0.9,
    },
    hubs: &[
        hub(51.513, -0.090, 2.0, 6.0, 28.0),  // City
        hub(51.513, -0.142, 2.0, 6.0, 28.0),  // West End
        hub(51.520, -0.015, 3.0, 12.0, 13.0), // Docklands, Stratford
        hub(51.550, -0.130, 3.5, 15.0, 8.0),  // Camden, Islington
        hub(51.505, -0.270, 4.5, 14.0, 8.0),  // Hammersmith, Ealing
        hub(51.460, -0.020, 4.0, 14.0, 4.0),  // Lewisham
        hub(51.380, -0.100, 4.0, 12.0, 5.0),  // Croydon
        hub(51.620, -0.150, 5.0, 12.0, 3.0),  // Barnet, Enfield
        hub(51.565, 0.110, 4.5, 9.0, 3.0),    // Ilford, Romford
    ],
    water: &[],
    roads: RoadFigures {
        freeway_kmh: 75.0,
        street_kmh: 30.0,
        fixed_seconds: 100.0,
        rush_freeway: 0.80,
        rush_street: 0.70,
        midday: 0.75,
        weekend: 0.55,
        trip_metres: 4_800.0,
    },
    home_blocks: &[
        Block::new([86, 128, 0, 0], 11),
        Block::new([82, 0, 0, 0], 12),
        Block::new([90, 192, 0, 0], 11),
        Block::new([2, 96, 0, 0], 13),
    ],
    mobile_blocks: &[Block::new([31, 64, 0, 0], 13), Block::new([92, 40, 0, 0], 15), Block::new([82, 132, 0, 0], 16)],
    systems: Systems { iphones: 0.50, macs: 0.24 },
    business_names: &EN_GB,
};
