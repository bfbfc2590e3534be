//! The figures of Houston. [`super::definition`] documents the meaning and the source of each.

use super::definition::{Preset, US_MOBILE, hub};
use crate::base::{Country, Currency, Language};
use crate::region::addresses::{Block, Systems};
use crate::region::climate::ClimateTable;
use crate::region::names::EN_US_HOUSTON;
use crate::region::roads::RoadFigures;

pub(super) static HOUSTON: Preset = Preset {
    name: "houston",
    bounds: [29.52, -95.79, 30.11, -95.01],
    centre: (29.763, -95.363),
    timezone: "America/Chicago",
    language: Language::English,
    country: Country::UnitedStates,
    currency: Currency::Usd,
    climate: ClimateTable {
        means: [12.1, 14.3, 17.7, 21.1, 25.2, 28.3, 29.5, 29.5, 26.9, 22.1, 16.7, 13.0],
        amplitudes: [10.8, 10.6, 10.8, 10.8, 10.2, 9.6, 9.8, 10.2, 10.2, 11.3, 11.1, 10.7],
        clouds: 0.30,
        rain_days: [10.0, 8.8, 8.8, 7.3, 8.6, 10.0, 9.1, 8.5, 8.4, 7.7, 7.6, 9.6],
        spell_hours: [3.5, 3.2, 3.0, 2.6, 2.4, 2.2, 2.0, 2.0, 2.4, 2.8, 3.2, 3.5],
        anomaly: 4.0,
        heavy_share: 0.28,
        storm_share: 0.65,
        fog_below: 17.0,
        fog_share: 0.16,
        // 14 measurable snowfalls since 1939.
        snow_share: 0.03,
    },
    hubs: &[
        hub(29.752, -95.366, 3.5, 10.0, 34.0), // Downtown, Midtown
        hub(29.740, -95.462, 4.5, 15.0, 20.0), // Galleria
        hub(29.780, -95.630, 6.0, 17.0, 14.0), // Energy Corridor
        hub(29.700, -95.405, 4.0, 9.0, 15.0),  // Medical Center
        hub(29.930, -95.590, 6.5, 15.0, 5.0),  // Cypress
        hub(29.610, -95.620, 5.5, 12.0, 5.0),  // Sugar Land
        hub(29.690, -95.200, 5.5, 10.0, 5.0),  // Pasadena
        hub(30.020, -95.430, 5.5, 12.0, 6.0),  // Spring
        hub(29.580, -95.130, 4.0, 6.0, 4.0),   // Clear Lake
    ],
    water: &[
        // Galveston Bay's shore, Clear Lake, Lake Houston.
        &[(29.52, -95.01), (29.52, -95.02), (29.56, -95.017), (29.61, -95.012), (29.61, -95.01)],
        &[(29.545, -95.03), (29.550, -95.075), (29.562, -95.085), (29.567, -95.05), (29.556, -95.03)],
        &[
            (29.92, -95.13),
            (29.92, -95.155),
            (29.95, -95.165),
            (30.00, -95.15),
            (30.03, -95.17),
            (30.03, -95.13),
            (29.98, -95.11),
            (29.94, -95.11),
        ],
    ],
    roads: RoadFigures {
        freeway_kmh: 104.0,
        street_kmh: 49.0,
        fixed_seconds: 150.0,
        rush_freeway: 0.80,
        rush_street: 0.46,
        midday: 0.35,
        weekend: 0.40,
        trip_metres: 9_500.0,
    },
    home_blocks: &[
        Block::new([73, 32, 0, 0], 13),
        Block::new([98, 194, 0, 0], 15),
        Block::new([76, 30, 0, 0], 15),
        Block::new([108, 192, 0, 0], 12),
        Block::new([99, 32, 0, 0], 12),
    ],
    mobile_blocks: US_MOBILE,
    systems: Systems { iphones: 0.57, macs: 0.27 },
    business_names: &EN_US_HOUSTON,
};
