//! The preset cities. A new city is a file with its figures and a line in the table.
//! Must not depend on: regions and their construction.

mod definition;
mod houston;
mod london;
mod mumbai;
mod new_york;
mod sao_paulo;
mod tokyo;

pub(crate) use definition::Preset;

/// The number of presets.
const PRESET_COUNT: usize = 6;

/// The presets.
pub(crate) static PRESET_TABLE: [&Preset; PRESET_COUNT] =
    [&houston::HOUSTON, &sao_paulo::SAO_PAULO, &new_york::NEW_YORK, &london::LONDON, &mumbai::MUMBAI, &tokyo::TOKYO];

/// The names of the presets.
pub const PRESETS: &[&str] = &names();

const fn names() -> [&'static str; PRESET_COUNT] {
    let mut names = [""; PRESET_COUNT];
    let mut place = 0;
    while place < PRESET_COUNT {
        names[place] = PRESET_TABLE[place].name;
        place += 1;
    }
    names
}

/// Returns the preset called `name`.
pub(crate) fn preset(name: &str) -> Option<&'static Preset> {
    PRESET_TABLE.into_iter().find(|preset| preset.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preset_names_are_those_of_scenarios() {
        assert_eq!(PRESETS, ["houston", "sao-paulo", "new-york", "london", "mumbai", "tokyo"]);
    }

    #[test]
    fn rain_days_of_a_year_are_the_published_ones() {
        let year = |name| preset(name).unwrap().climate.rain_days.iter().sum::<f64>();
        assert!((year("houston") - 104.4).abs() < 0.1);
        assert!((year("london") - 110.4).abs() < 0.1);
        assert!((year("mumbai") - 135.0).abs() < 0.1);
    }
}
