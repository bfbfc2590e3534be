//! The check of a scenario's regions: presets, bounds, time zones, currencies, climates and countries, and that the
//! names of regions differ.
//! Must not depend on: the source of a value.

use std::collections::BTreeSet;

use super::calendar::{is_zone, zone_names};
use super::preset::PRESETS;
use crate::base::{Country, Currency};
use crate::scenario::{Origin, Placed, Problem, Values, did_you_mean, invalid_name, nearest_names, unknown_name};

/// The longest side of a region in degrees: a region is a city, with one zone and one climate.
const LONGEST_SIDE_DEGREES: f64 = 5.0;
/// The shortest side, in degrees of latitude: three kilometres.
const SHORTEST_SIDE_DEGREES: f64 = 0.027;
/// The longest name of a region, in letters.
const LONGEST_NAME_LETTERS: usize = 64;

/// Checks every `[[region]]`.
pub(crate) fn regions(values: &Values, problems: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    for index in values.indices("region") {
        let problem = One { values, index }.problems();
        if problem.is_empty() {
            problems.extend(One { values, index }.twice(&mut names));
        }
        problems.extend(problem);
    }
    if values.indices("region").is_empty() && problems.iter().all(|problem| problem.key != "region") {
        let what = "a world needs at least one region".to_owned();
        problems.push(Problem::new("region", &Origin::Value, what).help("add [[region]] with preset = \"houston\""));
    }
}

/// A `[[region]]` block.
struct One<'a> {
    values: &'a Values,
    index: usize,
}

impl<'a> One<'a> {
    fn path(&self, key: &str) -> String {
        format!("region[{}].{key}", self.index)
    }

    fn get(&self, key: &str) -> Option<&'a Placed> {
        self.values.get(&self.path(key))
    }

    fn preset(&self) -> Option<&'a Placed> {
        self.get("preset").filter(|placed| !placed.text().is_empty())
    }

    fn twice(&self, names: &mut BTreeSet<&'a str>) -> Option<Problem> {
        let named = self.get("name").or(self.get("preset")).filter(|placed| !placed.text().is_empty())?;
        (!names.insert(named.text())).then(|| {
            let what = format!("the region {:?} is there twice", named.text());
            Problem::new("region", named.origin(), what).help("state it once, with a larger share")
        })
    }

    fn problems(&self) -> Vec<Problem> {
        if let Some(preset) = self.preset() {
            let mut found: Vec<_> = self.unknown("preset", "region preset", PRESETS).into_iter().collect();
            found.extend(self.fixed_by_preset(preset.text()));
            return found;
        }
        let frame = match (self.get("bounds"), self.get("timezone")) {
            (Some(bounds), Some(zone)) => {
                [bad_bounds(&self.path("bounds"), bounds), bad_zone(&self.path("timezone"), zone)]
            }
            (None, _) => [Some(self.incomplete("bounds")), None],
            (Some(_), None) => [Some(self.incomplete("timezone")), None],
        };
        let others = [
            self.unknown("currency", "currency", &Currency::ALL.map(Currency::code)),
            self.unknown("climate", "climate", PRESETS),
            self.unknown("holidays", "country", &Country::CODES),
            self.get("name").and_then(|placed| invalid_name(&self.path("name"), placed, LONGEST_NAME_LETTERS)),
        ];
        frame.into_iter().chain(others).flatten().collect()
    }

    fn unknown(&self, key: &str, what: &str, names: &[&str]) -> Option<Problem> {
        unknown_name(&self.path(key), self.get(key)?, what, names)
    }

    /// Returns the faults of stated keys that the preset fixes: all but the share.
    fn fixed_by_preset(&self, preset: &str) -> Vec<Problem> {
        let others = self.values.table("region", self.index).filter(|(key, _)| !["preset", "share"].contains(key));
        let fixed = |(key, placed): (&str, &Placed)| {
            let path = self.path(key);
            Problem::new(&path, placed.origin(), format!("`{path}`: the preset {preset:?} brings its own {key}"))
                .help(format!("leave {key} out, or leave preset out for a region of your own"))
        };
        others.map(fixed).collect()
    }

    fn incomplete(&self, missing: &str) -> Problem {
        let place = self.values.table_origin("region", self.index);
        let what = format!("`region[{}]` has no preset, so it needs `{missing}`", self.index);
        Problem::new("region", place, what).help(
            "give bounds = [south, west, north, east] and timezone = \"Area/City\" (--bounds and --timezone), or a preset",
        )
    }
}

fn bad_bounds(path: &str, placed: &Placed) -> Option<Problem> {
    let degrees = placed.numbers();
    let complaint = match degrees.as_slice() {
        [south, west, north, east] => bad_box(*south, *west, *north, *east)?,
        _ => format!("{} numbers instead of four", degrees.len()),
    };
    let problem = Problem::new(path, placed.origin(), format!("`{path}`: {complaint}"));
    Some(problem.help("give south, west, north, east in degrees, as in -23.8,-46.9,-23.3,-46.3"))
}

fn bad_box(south: f64, west: f64, north: f64, east: f64) -> Option<String> {
    let (height, width) = (north - south, east - west);
    if ![south, west, north, east].iter().all(|degree| degree.is_finite()) {
        return Some("every bound must be a finite number of degrees".to_owned());
    }
    if south < -80.0 || north > 80.0 {
        return Some("latitudes must lie between -80 and 80".to_owned());
    }
    if height <= 0.0 || width <= 0.0 {
        return Some("south must be less than north and west less than east".to_owned());
    }
    let least = height.min(width * libm::cos((south + north).to_radians() / 2.0));
    let fits = least >= SHORTEST_SIDE_DEGREES && height.max(width) <= LONGEST_SIDE_DEGREES;
    (!fits).then(|| format!("each side must be from 3 km to {LONGEST_SIDE_DEGREES} degrees: a region is a city"))
}

fn bad_zone(path: &str, placed: &Placed) -> Option<Problem> {
    let name = placed.text();
    if is_zone(name) {
        return None;
    }
    let near = nearest_names(name, zone_names());
    let help = did_you_mean(&near, "give an IANA name such as America/Sao_Paulo");
    Some(Problem::new(path, placed.origin(), format!("`{path}`: unknown time zone {name:?}")).help(help))
}
