//! Builds a region from its rules: a preset, or a city without one.
//! Must not depend on: weather, traffic and people.

use super::addresses::Providers;
use super::bounds::Bounds;
use super::calendar::{Calendar, zone_names};
use super::city::Region;
use super::climate::Climate;
use super::error::{RegionError, nearest_name};
use super::geography::Geography;
use super::language::language_of_zone;
use super::preset::{PRESET_TABLE, PRESETS, Preset, preset};
use crate::base::{Country, Currency, Language, Place, RegionId};
use crate::drift::Drifts;
use crate::engine::WorldKey;
use crate::scenario::{RegionRules, RideRules};
use std::sync::OnceLock;

impl Region {
    /// Builds the region that `rules` describe. `rides` has the scale of bad weather. Takes some milliseconds.
    ///
    /// # Errors
    /// If a name is unknown (the error has the nearest), a bound is invalid, or a required key is missing.
    pub fn build(rules: &RegionRules, rides: &RideRules, id: RegionId, key: WorldKey) -> Result<Region, RegionError> {
        let frame = Frame::of(rules)?;
        let climate = Climate::new(&frame.climate.climate, rides.weather.bad_scale);
        let like = frame.like;
        Ok(Region {
            id,
            name: frame.name,
            bounds: frame.bounds,
            centre: frame.geography.centre(),
            currency: frame.currency,
            language: frame.language,
            calendar: frame.calendar,
            climate,
            trip_metres: like
                .roads
                .trip_metres
                .min(frame.bounds.height_metres().min(frame.bounds.width_metres()) / 4.0),
            key,
            geography: frame.geography,
            roads: &like.roads,
            network: OnceLock::new(),
            hazards: OnceLock::new(),
            field: OnceLock::new(),
            providers: Providers { home: like.home_blocks, mobile: like.mobile_blocks },
            systems: like.systems,
            business_names: like.business_names,
            weather: rides.weather.clone(),
            drifts: Drifts::default(),
        })
    }
}

/// The resolved rules of a region.
struct Frame {
    name: String,
    bounds: Bounds,
    geography: Geography,
    currency: Currency,
    language: Language,
    calendar: Calendar,
    /// The preset of the climate.
    climate: &'static Preset,
    /// The preset of the roads and addresses.
    like: &'static Preset,
}

impl Frame {
    fn of(rules: &RegionRules) -> Result<Frame, RegionError> {
        if rules.preset.is_empty() { Frame::of_own(rules) } else { Frame::of_preset(rules) }
    }

    fn of_preset(rules: &RegionRules) -> Result<Frame, RegionError> {
        let name = &rules.preset;
        let preset = preset(name)
            .ok_or_else(|| RegionError::UnknownPreset { name: name.clone(), nearest: nearest(name, PRESETS) })?;
        for (given, key) in [(rules.bounds.is_some(), "bounds"), (rules.timezone.is_some(), "timezone")] {
            if given {
                return Err(RegionError::PresetFixes { preset: name.clone(), key });
            }
        }
        let own_name = rules.name.clone().unwrap_or_else(|| name.clone());
        let bounds = Bounds::new(&own_name, preset.bounds)?;
        let centre = bounds.clamp(Place::from_degrees(preset.centre.0, preset.centre.1));
        Ok(Frame {
            bounds,
            geography: Geography::of_city(centre, preset.hubs, preset.water),
            currency: currency(&own_name, rules, preset.currency)?,
            language: preset.language,
            calendar: Calendar::new(preset.timezone)
                .expect("presets name zones of the database")
                .with_holidays(preset.country),
            climate: climate(&own_name, rules, preset)?,
            like: preset,
            name: own_name,
        })
    }

    fn of_own(rules: &RegionRules) -> Result<Frame, RegionError> {
        let name = rules.name.clone().unwrap_or_else(|| "custom".to_owned());
        let missing = |key| RegionError::Missing { region: name.clone(), key };
        let sides = rules.bounds.ok_or_else(|| missing("bounds = [south, west, north, east]"))?;
        let zone = rules.timezone.as_ref().ok_or_else(|| missing("timezone = \"Area/City\""))?;
        let bounds = Bounds::new(&name, sides)?;
        let calendar = Calendar::new(zone).ok_or_else(|| RegionError::UnknownTimezone {
            region: name.clone(),
            name: zone.clone(),
            nearest: nearest_name(zone, zone_names()).unwrap_or_default().to_owned(),
        })?;
        let centre = bounds.centre();
        let by_latitude = least(|preset| (preset.centre.0 - centre.lat()).abs());
        Ok(Frame {
            bounds,
            geography: Geography::around(bounds),
            currency: currency(&name, rules, Currency::Usd)?,
            language: language_of_zone(zone),
            calendar: match holidays(&name, rules)? {
                Some(country) => calendar.with_holidays(country),
                None => calendar,
            },
            climate: climate(&name, rules, by_latitude)?,
            like: least(|preset| Place::from_degrees(preset.centre.0, preset.centre.1).metres_to(centre)),
            name,
        })
    }
}

fn nearest(wanted: &str, names: &[&'static str]) -> String {
    nearest_name(wanted, names.iter().copied()).unwrap_or_default().to_owned()
}

/// Returns the preset with the least `measure`.
fn least(measure: impl Fn(&Preset) -> f64) -> &'static Preset {
    let order = |a: &&'static Preset, b: &&'static Preset| measure(a).total_cmp(&measure(b));
    PRESET_TABLE.into_iter().min_by(order).expect("there are presets")
}

fn currency(region: &str, rules: &RegionRules, default: Currency) -> Result<Currency, RegionError> {
    let Some(code) = &rules.currency else { return Ok(default) };
    Currency::from_code(code).ok_or_else(|| RegionError::UnknownCurrency {
        region: region.to_owned(),
        code: code.clone(),
        nearest: nearest(code, &Currency::ALL.map(Currency::code)),
    })
}

fn holidays(region: &str, rules: &RegionRules) -> Result<Option<Country>, RegionError> {
    let Some(code) = &rules.holidays else { return Ok(None) };
    let unknown = || RegionError::UnknownCountry {
        region: region.to_owned(),
        code: code.clone(),
        nearest: nearest(code, &Country::CODES),
    };
    Country::from_code(code).map(Some).ok_or_else(unknown)
}

fn climate(region: &str, rules: &RegionRules, default: &'static Preset) -> Result<&'static Preset, RegionError> {
    let Some(name) = &rules.climate else { return Ok(default) };
    preset(name).ok_or_else(|| RegionError::UnknownClimate {
        region: region.to_owned(),
        name: name.clone(),
        nearest: nearest(name, PRESETS),
    })
}
