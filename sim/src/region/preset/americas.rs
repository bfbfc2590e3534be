//! The tables of Houston, São Paulo and New York. Figures only; `preset` says what each means and where it comes from.

use super::{Preset, hub};
use crate::base::{Country, Currency, Language};
use crate::region::climate::ClimateTable;
use crate::region::locale::{Block, Systems};
use crate::region::names::{EN_US_HOUSTON, EN_US_NEW_YORK, PT_BR};
use crate::region::traffic::Roads;

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
    roads: Roads {
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

const US_MOBILE: &[Block] =
    &[Block::new([172, 56, 0, 0], 13), Block::new([174, 192, 0, 0], 10), Block::new([107, 64, 0, 0], 10)];

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
    roads: Roads {
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
    roads: Roads {
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
