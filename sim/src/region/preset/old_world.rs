//! The tables of London, Mumbai and Tokyo. Figures only; `preset` says what each means and where it comes from.

use super::{Preset, hub};
use crate::base::{Country, Currency, Language};
use crate::region::climate::ClimateTable;
use crate::region::locale::{Block, Systems};
use crate::region::names::{EN_GB, EN_IN, JA_JP};
use crate::region::traffic::Roads;

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
    roads: Roads {
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

pub(super) static MUMBAI: Preset = Preset {
    name: "mumbai",
    bounds: [18.89, 72.77, 19.28, 72.99],
    centre: (19.073, 72.883),
    timezone: "Asia/Kolkata",
    language: Language::Hinglish,
    country: Country::India,
    // The contract's list has no rupee, so amounts are told in dollars here.
    currency: Currency::Usd,
    climate: ClimateTable {
        means: [24.9, 25.5, 27.3, 29.2, 30.7, 29.3, 27.7, 27.5, 27.9, 29.1, 28.7, 26.7],
        amplitudes: [11.0, 10.6, 9.4, 8.0, 6.4, 5.6, 4.6, 4.6, 5.8, 8.4, 10.2, 10.8],
        clouds: 0.20,
        rain_days: [1.5, 1.0, 1.0, 1.5, 5.0, 25.0, 29.5, 29.5, 25.0, 10.0, 4.0, 2.0],
        spell_hours: [1.3, 1.3, 1.3, 1.3, 1.5, 5.0, 6.0, 6.0, 5.0, 1.5, 1.4, 1.3],
        anomaly: 3.0,
        heavy_share: 0.35,
        storm_share: 0.12,
        fog_below: 20.0,
        fog_share: 0.12,
        snow_share: 0.0,
    },
    hubs: &[
        hub(18.936, 72.834, 1.0, 6.0, 20.0),  // Fort
        hub(19.005, 72.832, 1.8, 11.0, 18.0), // Worli, Lower Parel
        hub(19.065, 72.866, 2.0, 10.0, 22.0), // Bandra-Kurla
        hub(19.120, 72.860, 2.8, 18.0, 18.0), // Andheri
        hub(19.185, 72.848, 2.5, 14.0, 6.0),  // Malad
        hub(19.235, 72.860, 2.5, 14.0, 4.0),  // Borivali
        hub(19.080, 72.910, 2.5, 15.0, 7.0),  // Ghatkopar
        hub(19.190, 72.965, 2.5, 12.0, 5.0),  // Mulund, Thane
    ],
    water: &[
        // Arabian Sea.
        &[
            (18.89, 72.77),
            (18.89, 72.806),
            (18.925, 72.821),
            (18.943, 72.823),
            (18.945, 72.796),
            (18.98, 72.806),
            (19.02, 72.816),
            (19.045, 72.818),
            (19.10, 72.825),
            (19.135, 72.812),
            (19.17, 72.79),
            (19.24, 72.78),
            (19.28, 72.78),
            (19.28, 72.77),
        ],
        // Harbour and Thane Creek.
        &[
            (18.89, 72.816),
            (18.92, 72.836),
            (18.95, 72.851),
            (18.99, 72.862),
            (19.00, 72.875),
            (19.00, 72.93),
            (19.03, 72.955),
            (19.10, 72.965),
            (19.15, 72.983),
            (19.18, 72.991),
            (18.89, 72.991),
        ],
    ],
    roads: Roads {
        freeway_kmh: 65.0,
        street_kmh: 31.0,
        fixed_seconds: 110.0,
        rush_freeway: 0.95,
        rush_street: 0.90,
        midday: 0.75,
        weekend: 0.60,
        trip_metres: 5_000.0,
    },
    home_blocks: &[Block::new([59, 176, 0, 0], 13), Block::new([117, 192, 0, 0], 11), Block::new([122, 160, 0, 0], 12)],
    mobile_blocks: &[Block::new([49, 32, 0, 0], 12), Block::new([157, 32, 0, 0], 12), Block::new([106, 192, 0, 0], 11)],
    systems: Systems { iphones: 0.05, macs: 0.06 },
    business_names: &EN_IN,
};

pub(super) static TOKYO: Preset = Preset {
    name: "tokyo",
    bounds: [35.53, 139.56, 35.82, 139.92],
    centre: (35.690, 139.692),
    timezone: "Asia/Tokyo",
    language: Language::Japanese,
    country: Country::Japan,
    currency: Currency::Jpy,
    climate: ClimateTable {
        means: [5.5, 6.0, 9.5, 14.0, 18.5, 22.0, 25.5, 27.0, 23.5, 18.0, 12.0, 8.0],
        amplitudes: [8.6, 8.4, 8.6, 8.8, 8.4, 7.0, 7.0, 7.4, 6.8, 7.2, 7.8, 8.4],
        clouds: 0.35,
        rain_days: [5.0, 6.0, 10.0, 10.0, 10.5, 12.0, 12.0, 9.0, 12.0, 11.5, 8.0, 5.5],
        spell_hours: [4.0, 4.0, 4.5, 4.0, 4.0, 4.5, 3.5, 2.6, 3.8, 4.5, 4.0, 4.0],
        anomaly: 3.2,
        heavy_share: 0.20,
        storm_share: 0.35,
        fog_below: 8.0,
        fog_share: 0.03,
        snow_share: 0.9,
    },
    hubs: &[
        hub(35.682, 139.765, 2.0, 4.0, 32.0),  // Marunouchi
        hub(35.692, 139.700, 2.5, 12.0, 20.0), // Shinjuku
        hub(35.660, 139.702, 2.5, 10.0, 16.0), // Shibuya
        hub(35.728, 139.712, 3.0, 13.0, 9.0),  // Ikebukuro
        hub(35.712, 139.790, 3.0, 12.0, 8.0),  // Ueno, Asakusa
        hub(35.640, 139.645, 3.5, 16.0, 4.0),  // Setagaya
        hub(35.740, 139.635, 3.5, 12.0, 2.0),  // Nerima
        hub(35.770, 139.790, 3.5, 11.0, 2.0),  // Adachi
        hub(35.690, 139.860, 3.0, 10.0, 4.0),  // Edogawa
    ],
    water: &[
        // Tokyo Bay.
        &[
            (35.53, 139.79),
            (35.55, 139.80),
            (35.565, 139.765),
            (35.59, 139.757),
            (35.60, 139.775),
            (35.615, 139.80),
            (35.635, 139.83),
            (35.635, 139.87),
            (35.62, 139.90),
            (35.64, 139.921),
            (35.53, 139.921),
        ],
    ],
    roads: Roads {
        freeway_kmh: 70.0,
        street_kmh: 31.0,
        fixed_seconds: 100.0,
        rush_freeway: 0.70,
        rush_street: 0.65,
        midday: 0.75,
        weekend: 0.55,
        trip_metres: 4_600.0,
    },
    home_blocks: &[Block::new([153, 128, 0, 0], 10), Block::new([118, 0, 0, 0], 12), Block::new([126, 64, 0, 0], 11)],
    mobile_blocks: &[Block::new([106, 128, 0, 0], 10), Block::new([49, 96, 0, 0], 12), Block::new([1, 72, 0, 0], 13)],
    systems: Systems { iphones: 0.66, macs: 0.18 },
    business_names: &JA_JP,
};
