//! The language of a region that has no preset.
//! Must not depend on: presets.

use crate::base::Language;

/// Time zones whose cities do not search in English, for regions without a preset.
const LANGUAGE_ZONES: [(Language, &[&str]); 3] = [
    (
        Language::Portuguese,
        &[
            "America/Sao_Paulo",
            "America/Bahia",
            "America/Fortaleza",
            "America/Recife",
            "America/Manaus",
            "Europe/Lisbon",
        ],
    ),
    (Language::Japanese, &["Asia/Tokyo"]),
    (Language::Hinglish, &["Asia/Kolkata", "Asia/Calcutta"]),
];

/// Returns the language of a region without a preset, by its IANA time zone.
pub(super) fn language_of_zone(zone: &str) -> Language {
    let known = LANGUAGE_ZONES.iter().find(|(_, zones)| zones.contains(&zone));
    known.map_or(Language::English, |(language, _)| *language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::preset::PRESET_TABLE;

    #[test]
    fn presets_have_the_language_of_their_time_zone() {
        for preset in PRESET_TABLE {
            assert_eq!(language_of_zone(preset.timezone), preset.language, "{}", preset.name);
        }
        assert_eq!(language_of_zone("America/Manaus"), Language::Portuguese);
        assert_eq!(language_of_zone("Asia/Calcutta"), Language::Hinglish);
        assert_eq!(language_of_zone("Europe/Berlin"), Language::English);
    }
}
