//! The figures of New York. [`super::definition`] documents the meaning and the source of each.

use super::definition::{Preset, US_MOBILE, hub};
use crate::base::{Country, Currency, Language};
use crate::region::addresses::{Block, Systems};
use crate::region::climate::ClimateTable;
use crate::region::names::EN_US_NEW_YORK;
use crate::region::roads::RoadFigures;

pub(super) static NEW_YORK: Preset = Preset {
    name: "new-york",
    bounds: [40.50, -74.26, 40.92, -73.70],
    centre: (40.714, -74.006),
    timezone: "America/New_York",
    language: Language::English,
    country: Country::UnitedStates,
    currency: Currency::Usd,
    climate: ClimateTable {
        means: [0.9, 2.2, 6.0, 12.1, 17.3, 22.2, 25.3, 24.5, 20.7, 14.4, 8.9, 3.9],
        amplitudes: [6.6, 7.2, 8.0, 8.8, 9.0, 8.8, 8.4, 8.2, 8.0, 8.0, 7.2, 6.4],
        clouds: 0.38,
        rain_days: [10.8, 10.0, 11.1, 11.4, 11.5, 11.2, 10.5, 10.0, 8.8, 9.5, 9.2, 11.4],
        spell_hours: [4.5, 4.5, 4.5, 4.0, 3.5, 3.0, 2.6, 2.6, 3.2, 4.0, 4.5, 4.5],
        anomaly: 4.5,
        heavy_share: 0.18,
        storm_share: 0.5,
        fog_below: 9.0,
        fog_share: 0.06,
        snow_share: 1.0,
    },
    hubs: &[
        hub(40.755, -73.985, 1.8, 9.0, 38.0), // Midtown
        hub(40.712, -74.006, 1.2, 5.0, 18.0), // Lower Manhattan
        hub(40.785, -73.965, 2.5, 12.0, 9.0), // Upper Manhattan
        hub(40.850, -73.890, 3.5, 15.0, 6.0), // Bronx
        hub(40.682, -73.970, 3.0, 17.0, 9.0), // Downtown Brooklyn
        hub(40.625, -73.960, 3.5, 14.0, 4.0), // South Brooklyn
        hub(40.745, -73.890, 3.5, 15.0, 7.0), // West Queens
        hub(40.715, -73.800, 4.0, 8.0, 4.0),  // Jamaica
        hub(40.730, -74.060, 2.0, 5.0, 5.0),  // Jersey City
    ],
    water: &[
        // Hudson.
        &[
            (40.70, -74.035),
            (40.74, -74.025),
            (40.78, -74.00),
            (40.83, -73.97),
            (40.88, -73.94),
            (40.92, -73.925),
            (40.92, -73.912),
            (40.88, -73.928),
            (40.83, -73.955),
            (40.78, -73.988),
            (40.75, -74.009),
            (40.71, -74.018),
            (40.70, -74.019),
        ],
        // Upper Bay.
        &[
            (40.70, -74.019),
            (40.70, -74.045),
            (40.65, -74.075),
            (40.61, -74.055),
            (40.61, -74.038),
            (40.64, -74.038),
            (40.665, -74.018),
            (40.69, -74.005),
        ],
        // Lower Bay and the ocean.
        &[
            (40.605, -74.055),
            (40.58, -74.075),
            (40.54, -74.13),
            (40.50, -74.22),
            (40.50, -73.70),
            (40.583, -73.70),
            (40.58, -73.75),
            (40.575, -73.83),
            (40.55, -73.93),
            (40.57, -73.95),
            (40.572, -74.01),
            (40.605, -74.036),
        ],
        // Jamaica Bay.
        &[
            (40.56, -73.92),
            (40.58, -73.90),
            (40.62, -73.90),
            (40.63, -73.86),
            (40.645, -73.82),
            (40.62, -73.78),
            (40.598, -73.77),
            (40.592, -73.80),
            (40.587, -73.84),
            (40.567, -73.88),
        ],
        // East River.
        &[
            (40.70, -74.01),
            (40.708, -73.996),
            (40.712, -73.974),
            (40.735, -73.970),
            (40.76, -73.957),
            (40.775, -73.941),
            (40.782, -73.932),
            (40.775, -73.932),
            (40.75, -73.959),
            (40.735, -73.962),
            (40.711, -73.968),
            (40.703, -73.992),
            (40.69, -74.004),
        ],
        // Long Island Sound.
        &[
            (40.79, -73.92),
            (40.80, -73.87),
            (40.81, -73.80),
            (40.85, -73.785),
            (40.88, -73.76),
            (40.92, -73.725),
            (40.92, -73.70),
            (40.86, -73.70),
            (40.83, -73.745),
            (40.80, -73.77),
            (40.795, -73.82),
            (40.785, -73.85),
            (40.787, -73.90),
        ],
        // Newark Bay.
        &[(40.645, -74.145), (40.66, -74.15), (40.71, -74.115), (40.71, -74.105), (40.66, -74.125), (40.645, -74.12)],
    ],
    roads: RoadFigures {
        freeway_kmh: 75.0,
        street_kmh: 35.0,
        fixed_seconds: 90.0,
        rush_freeway: 0.85,
        rush_street: 0.75,
        midday: 0.85,
        weekend: 0.50,
        trip_metres: 4_300.0,
    },
    home_blocks: &[
        Block::new([71, 160, 0, 0], 12),
        Block::new([96, 224, 0, 0], 12),
        Block::new([24, 184, 0, 0], 13),
        Block::new([72, 224, 0, 0], 13),
        Block::new([68, 192, 0, 0], 13),
    ],
    mobile_blocks: US_MOBILE,
    systems: Systems { iphones: 0.57, macs: 0.27 },
    business_names: &EN_US_NEW_YORK,
};
