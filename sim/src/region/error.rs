//! The errors of a region's rules.
//! Must not depend on: anything but the names and numbers at fault.

use thiserror::Error;

/// A region that cannot be built from its rules.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RegionError {
    /// An unknown preset.
    #[error("unknown region preset \"{name}\"; did you mean \"{nearest}\"?")]
    UnknownPreset {
        /// The name that was given.
        name: String,
        /// The valid name nearest to it.
        nearest: String,
    },
    /// An unknown time zone.
    #[error("region \"{region}\": unknown time zone \"{name}\"; did you mean \"{nearest}\"?")]
    UnknownTimezone {
        /// The region at fault.
        region: String,
        /// The name that was given.
        name: String,
        /// The valid name nearest to it.
        nearest: String,
    },
    /// An unknown currency.
    #[error(
        "region \"{region}\": currency \"{code}\" is not one of USD EUR GBP JPY CAD AUD BRL; did you mean \"{nearest}\"?"
    )]
    UnknownCurrency {
        /// The region at fault.
        region: String,
        /// The code that was given.
        code: String,
        /// The valid code nearest to it.
        nearest: String,
    },
    /// An unknown preset as the climate.
    #[error("region \"{region}\": unknown climate \"{name}\"; did you mean \"{nearest}\"?")]
    UnknownClimate {
        /// The region at fault.
        region: String,
        /// The name that was given.
        name: String,
        /// The valid name nearest to it.
        nearest: String,
    },
    /// An unknown country.
    #[error("region \"{region}\": holidays \"{code}\" is not one of US BR GB IN JP; did you mean \"{nearest}\"?")]
    UnknownCountry {
        /// The region at fault.
        region: String,
        /// The code that was given.
        code: String,
        /// The valid code nearest to it.
        nearest: String,
    },
    /// A missing key of a region without a preset.
    #[error("region \"{region}\" has no preset, so {key} is required")]
    Missing {
        /// The region at fault.
        region: String,
        /// The missing key with its form.
        key: &'static str,
    },
    /// A key that a preset fixes.
    #[error("preset \"{preset}\" has its own {key}; leave {key} out, or leave preset out for a region of your own")]
    PresetFixes {
        /// The preset.
        preset: String,
        /// The key that may not be given with it.
        key: &'static str,
    },
    /// A bound is not a number, or infinite.
    #[error("region \"{region}\": bounds must be four numbers (south, west, north, east in degrees), not {value}")]
    BoundNotFinite {
        /// The region at fault.
        region: String,
        /// The value at fault.
        value: f64,
    },
    /// A bound is off the globe.
    #[error("region \"{region}\": {side} is {value}, which is outside {low}..{high} degrees")]
    BoundOutOfRange {
        /// The region at fault.
        region: String,
        /// The side at fault.
        side: &'static str,
        /// The value at fault, in degrees.
        value: f64,
        /// The least value that is allowed.
        low: f64,
        /// The greatest value that is allowed.
        high: f64,
    },
    /// Two opposite bounds are swapped or equal.
    #[error(
        "region \"{region}\": {lower} ({lower_value}) must be less than {upper} ({upper_value}); \
         the order is south, west, north, east"
    )]
    BoundOrder {
        /// The region at fault.
        region: String,
        /// The side that must be the lesser.
        lower: &'static str,
        /// Its value in degrees.
        lower_value: f64,
        /// The side that must be the greater.
        upper: &'static str,
        /// Its value in degrees.
        upper_value: f64,
    },
    /// A box that is too small.
    #[error(
        "region \"{region}\": the box is {metres:.0} m {direction}; \
         it must be at least {least:.0} m"
    )]
    TooSmall {
        /// The region at fault.
        region: String,
        /// "from south to north" or "from west to east".
        direction: &'static str,
        /// The size found, in metres.
        metres: f64,
        /// The least size, in metres.
        least: f64,
    },
}

/// Returns the name among `names` that is nearest to `wanted`, by edits, without regard to case; of a name with slashes the
/// last part alone counts too, so that "Chicago" finds "America/Chicago". `None` only when there are no names.
pub(crate) fn nearest_name<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let edits = |name: &str| {
        let name = name.to_lowercase();
        let last = name.rsplit('/').next().unwrap_or(&name);
        strsim::damerau_levenshtein(&wanted, &name).min(strsim::damerau_levenshtein(&wanted, last))
    };
    names.min_by_key(|name| edits(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names_forgive_case_slips_and_a_missing_continent() {
        let zones = ["Africa/Cairo", "America/Chicago", "Europe/London"];
        assert_eq!(nearest_name("chicgao", zones.into_iter()), Some("America/Chicago"));
        assert_eq!(nearest_name("Europe/Lonodn", zones.into_iter()), Some("Europe/London"));
        assert_eq!(nearest_name("x", [].into_iter()), None);
    }
}
