//! The figures of Mumbai. [`super::definition`] documents the meaning and the source of each.

use super::definition::{Preset, hub};
use crate::base::{Country, Currency, Language};
use crate::region::addresses::{Block, Systems};
use crate::region::climate::ClimateTable;
use crate::region::names::EN_IN;
use crate::region::roads::RoadFigures;

pub(super) static MUMBAI: Preset = Preset {
    name: "mumbai",
    bounds: [18.89, 72.77, 19.28, 72.99],
    centre: (19.073, 72.883),
    timezone: "Asia/Kolkata",
    language: Language::Hinglish,
    country: Country::India,
    // The contract's list has no rupee, so amounts are in dollars here.
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
    roads: RoadFigures {
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
