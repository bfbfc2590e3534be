//! Regions: geography, calendar, climate, weather, traffic and addresses of the cities where people live.
//! All of it is a pure function of (world key, region, virtual time); knows no people, no drivers and no shards.

mod bounds;
mod calendar;
mod check;
mod climate;
mod error;
mod field;
mod geography;
mod holidays;
mod incidents;
mod locale;
mod names;
mod preset;
mod roads;
mod traffic;
mod weather;
mod works;

pub use bounds::Bounds;
pub use calendar::{Calendar, LocalDay, LocalTime};
pub(crate) use check::regions;
pub use climate::Climate;
pub use error::RegionError;
pub(crate) use holidays::{Counted, HolidayTable, TABLES};
pub use holidays::{Country, DayKind};
pub use incidents::RoadIncident;
pub use locale::Systems;
pub use preset::PRESETS;
pub use traffic::{TrafficMemo, TripConditions};
pub use weather::{Weather, WeatherKind, WeatherMemo};
pub use works::{RoadWorks, WorkHours};

pub use crate::base::{Currency, RegionId};
use crate::base::{Language, Place};
use crate::drift::{Drifts, Rule, Who};
use crate::engine::{VirtualTime, WorldKey};
use crate::scenario::{RegionRules, RideRules, WeatherRules};
use error::nearest_name;
use field::Field;
use geography::Geography;
use incidents::Hazards;
use locale::Block;
pub(crate) use names::{BusinessNames, Words};
use preset::{PRESET_TABLE, Preset, preset};
use roads::Network;
use std::sync::OnceLock;
use traffic::Roads;

/// A city: where its people are, what its clocks show, its money, its weather and its traffic.
#[derive(Clone, Debug)]
pub struct Region {
    /// Index in the world.
    pub id: RegionId,
    /// Name of the preset, or the name given to a region of one's own.
    pub name: String,
    /// The box that everything lies in.
    pub bounds: Bounds,
    /// The middle of the city; on land.
    pub centre: Place,
    /// What prices are told in.
    pub currency: Currency,
    /// The language of searches.
    pub language: Language,
    /// Local time.
    pub calendar: Calendar,
    /// Temperatures and rain by month.
    pub climate: Climate,
    /// A usual mean distance of a trip here, in metres as the crow flies: what to give to [`Region::errand`].
    pub trip_metres: f64,
    key: WorldKey,
    geography: Geography,
    roads: &'static Roads,
    /// Laid out when first asked for: that saves time and changes nothing.
    network: OnceLock<Box<Network>>,
    hazards: OnceLock<Box<Hazards>>,
    field: OnceLock<Box<Field>>,
    home_blocks: &'static [Block],
    mobile_blocks: &'static [Block],
    systems: Systems,
    business_names: &'static BusinessNames,
    /// The weather that the scenario asks for, and what of all its rules changes.
    weather: WeatherRules,
    drifts: Drifts,
}

impl Region {
    /// What businesses are called there.
    pub(crate) fn business_names(&self) -> &'static BusinessNames {
        self.business_names
    }

    /// The region that `rules` describe: a preset, or one of one's own. `rides` gives the scale of bad weather.
    /// Takes some milliseconds.
    ///
    /// # Errors
    /// When a name is unknown (the error tells the nearest), a bound is wrong, or a needed key is missing.
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
            home_blocks: like.home_blocks,
            mobile_blocks: like.mobile_blocks,
            systems: like.systems,
            business_names: like.business_names,
            weather: rides.weather.clone(),
            drifts: Drifts::default(),
        })
    }

    /// The region in a world with these drifts.
    pub(crate) fn drifting(self, drifts: Drifts) -> Self {
        Region { drifts, ..self }
    }

    /// The value of a rule of this region at `t` that is `base` in the scenario.
    #[inline]
    fn rule(&self, rule: Rule, base: f64, t: VirtualTime) -> f64 {
        self.drifts.value(rule, base, t, || Who::Region(self.id))
    }

    /// The value of a rule of this region on a local day that is `base` in the scenario: that of its first instant.
    fn rule_on(&self, rule: Rule, base: f64, day: LocalDay) -> f64 {
        self.drifts.value(rule, base, self.calendar.utc(day, 0), || Who::Region(self.id))
    }

    /// The roads.
    fn network(&self) -> &Network {
        let lay = || Network::new(&self.geography, self.bounds, self.roads, self.key, self.id.0 as u64);
        self.network.get_or_init(|| Box::new(lay()))
    }
}

/// What the rules of a region come to.
struct Frame {
    name: String,
    bounds: Bounds,
    geography: Geography,
    currency: Currency,
    language: Language,
    calendar: Calendar,
    /// The preset whose climate holds.
    climate: &'static Preset,
    /// The preset whose roads and addresses hold.
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
        Ok(Frame {
            bounds,
            geography: Geography::of_preset(preset, bounds),
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
            nearest: nearest_name(zone, calendar::zone_names()).unwrap_or_default().to_owned(),
        })?;
        let centre = bounds.centre();
        let by_latitude = least(|preset| (preset.centre.0 - centre.lat()).abs());
        Ok(Frame {
            bounds,
            geography: Geography::around(bounds),
            currency: currency(&name, rules, Currency::Usd)?,
            language: locale::language_of_zone(zone),
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

/// The preset with the least `measure`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::TrafficRules;

    pub(super) fn rides() -> RideRules {
        RideRules {
            requests_per_day: 0.17,
            pickup_limit_km: 25.0,
            fare_scale: 1.0,
            traffic: TrafficRules { heavy_multiplier: 1.0, incident_scale: 1.0 },
            weather: WeatherRules { bad_scale: 1.0, warmer_by: 0.0 },
        }
    }

    pub(super) fn build(rules: RegionRules) -> Result<Region, RegionError> {
        Region::build(&rules, &rides(), RegionId(0), WorldKey::new(1))
    }

    pub(super) fn region(preset: &str) -> Region {
        build(RegionRules { preset: preset.to_owned(), ..RegionRules::default() }).unwrap()
    }

    pub(super) fn own(bounds: [f64; 4], zone: &str) -> RegionRules {
        RegionRules { bounds: Some(bounds), timezone: Some(zone.to_owned()), ..RegionRules::default() }
    }

    const AUSTIN: [f64; 4] = [30.1, -98.0, 30.5, -97.5];

    #[test]
    fn every_preset_builds_with_its_centre_on_land() {
        for name in PRESETS {
            let region = region(name);
            assert!(region.bounds.contains(region.centre) && region.is_land(region.centre), "{name}");
        }
    }

    #[test]
    fn a_region_of_ones_own_has_defaults() {
        let austin = build(own(AUSTIN, "America/Chicago")).unwrap();
        assert_eq!((austin.name.as_str(), austin.currency, austin.centre.lat()), ("custom", Currency::Usd, 30.3));
        assert_eq!(austin.climate.mean_temperature(0), 12.1, "Houston's latitude is the nearest");
        let rules = RegionRules { climate: Some("london".into()), currency: Some("CAD".into()), ..own(AUSTIN, "UTC") };
        let odd = build(rules).unwrap();
        assert_eq!((odd.climate.mean_temperature(0), odd.currency), (5.6, Currency::Cad));
    }

    #[test]
    fn holidays_are_those_of_the_preset_or_of_the_country_that_was_named() {
        let christmas = LocalDay::of(2025, 12, 25).unwrap();
        let kind = |rules| build(rules).unwrap().calendar.kind(christmas);
        assert_eq!(region("houston").calendar.kind(christmas), DayKind::Closed);
        assert_eq!(region("tokyo").calendar.kind(christmas), DayKind::SchoolBreak);
        assert_eq!(kind(own(AUSTIN, "America/Chicago")), DayKind::Usual);
        assert_eq!(kind(RegionRules { holidays: Some("US".into()), ..own(AUSTIN, "UTC") }), DayKind::Closed);
    }

    #[test]
    fn faults_name_the_nearest() {
        let text = |rules| build(rules).unwrap_err().to_string();
        let rules = RegionRules { preset: "huston".into(), ..RegionRules::default() };
        assert!(text(rules).contains("\"houston\""));
        assert!(text(own(AUSTIN, "America/Chigaco")).contains("\"America/Chicago\""));
        assert!(text(RegionRules { currency: Some("USB".into()), ..own(AUSTIN, "UTC") }).contains("\"USD\""));
        assert!(text(RegionRules { climate: Some("Tokio".into()), ..own(AUSTIN, "UTC") }).contains("\"tokyo\""));
        assert!(text(RegionRules { holidays: Some("USA".into()), ..own(AUSTIN, "UTC") }).contains("\"US\""));
        assert!(text(RegionRules::default()).contains("bounds"));
        let rules = RegionRules { preset: "houston".into(), ..own(AUSTIN, "UTC") };
        assert!(text(rules).contains("leave bounds out"));
    }
}
