//! The closed vocabularies of regions: countries, languages, kinds of weather.
//! Must not depend on: the tables of a region.

use serde::{Deserialize, Serialize};

/// A country with a holiday calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Country {
    /// The United States, with the school holidays of Houston.
    UnitedStates,
    /// Brazil, with those of the city of São Paulo.
    Brazil,
    /// England.
    England,
    /// India, with those of Mumbai.
    India,
    /// Japan.
    Japan,
}

impl Country {
    /// All countries.
    pub const ALL: [Country; 5] =
        [Country::UnitedStates, Country::Brazil, Country::England, Country::India, Country::Japan];

    /// The ISO 3166 codes, in the order of [`Country::ALL`].
    pub const CODES: [&'static str; 5] = ["US", "BR", "GB", "IN", "JP"];

    /// Returns the country with this code, in capitals.
    pub fn from_code(code: &str) -> Option<Self> {
        Country::CODES.iter().position(|known| *known == code).map(|at| Country::ALL[at])
    }
}

/// A language that people of a region search in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Brazilian Portuguese.
    Portuguese,
    /// Japanese.
    Japanese,
    /// Hindi in Latin letters mixed with English, as it is typed.
    Hinglish,
}

impl Language {
    /// All languages.
    pub const ALL: [Language; 4] = [Language::English, Language::Portuguese, Language::Japanese, Language::Hinglish];
}

/// A kind of weather, as the wire contract names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum WeatherKind {
    Clear,
    Clouds,
    Rain,
    HeavyRain,
    Fog,
    Thunderstorm,
    Snow,
}

impl WeatherKind {
    /// All kinds, in the order of the contract.
    pub const ALL: [WeatherKind; 7] = [
        WeatherKind::Clear,
        WeatherKind::Clouds,
        WeatherKind::Rain,
        WeatherKind::HeavyRain,
        WeatherKind::Fog,
        WeatherKind::Thunderstorm,
        WeatherKind::Snow,
    ];

    /// Their names, in the same order.
    pub const NAMES: &'static [&'static str] =
        &["Clear", "Clouds", "Rain", "Heavy Rain", "Fog", "Thunderstorm", "Snow"];

    /// Returns the name on the wire.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Returns whether there is precipitation.
    pub const fn is_wet(self) -> bool {
        matches!(self, WeatherKind::Rain | WeatherKind::HeavyRain | WeatherKind::Thunderstorm | WeatherKind::Snow)
    }
}
