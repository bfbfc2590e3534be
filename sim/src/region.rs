//! Regions: geography, calendar, climate, weather, traffic and addresses of the cities where people live. All of it is a
//! pure function of (world key, region, virtual time).
//! Must not depend on: people, drivers and shards.

mod addresses;
mod bounds;
mod build;
mod calendar;
mod check;
mod city;
mod climate;
mod day_shape;
mod error;
mod field;
mod geography;
mod hazards;
mod holidays;
mod incidents;
mod language;
mod local_month;
mod local_time;
mod names;
mod places;
mod preset;
mod roads;
mod shared_day;
mod traffic;
mod weather;
mod works;

pub use addresses::Systems;
pub use bounds::Bounds;
pub use calendar::Calendar;
pub(crate) use check::regions;
pub use city::Region;
pub use climate::Climate;
pub use error::RegionError;
pub use holidays::DayKind;
pub(crate) use holidays::{Counted, HolidayTable, TABLES};
pub use incidents::RoadIncident;
pub(crate) use local_month::LocalMonth;
pub use local_time::{LocalDay, LocalTime};
pub(crate) use names::{BusinessNames, Words};
pub use preset::PRESETS;
pub use traffic::{SharedTraffic, TrafficMemo, TripConditions};
pub use weather::{Weather, WeatherMemo};
pub use works::{RoadWorks, WorkHours};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Currency, RegionId};
    use crate::engine::WorldKey;
    use crate::scenario::{RegionRules, RideRules, TrafficRules, WeatherRules};

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
