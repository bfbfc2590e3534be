//! The figures of Tokyo. [`super::definition`] documents the meaning and the source of each.

use super::definition::{Preset, hub};
use crate::base::{Country, Currency, Language};
use crate::region::addresses::{Block, Systems};
use crate::region::climate::ClimateTable;
use crate::region::names::JA_JP;
use crate::region::roads::RoadFigures;

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
    roads: RoadFigures {
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
