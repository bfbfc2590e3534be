//! The local time of records, and the holidays that the checks use. Must not depend on: records.

use populace_sim::{
    Calendar, Currency, DayKind, LocalDay, Region, RegionId, RideRules, Scenario, VirtualTime, WorldKey,
};
use std::ops::RangeInclusive;

const SECONDS_PER_DAY: i64 = 86_400;

/// An instant in the local time of its region, in seconds since 1970-01-01 as if that were UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wall(pub i64);

impl Wall {
    /// Returns the local day.
    pub(super) fn day(self) -> LocalDay {
        LocalDay(self.0.div_euclid(SECONDS_PER_DAY) as i32)
    }

    /// Returns the hour, 0 to 23.
    pub(super) fn hour(self) -> usize {
        (self.0.rem_euclid(SECONDS_PER_DAY) / 3_600) as usize
    }
}

/// The expected ratio of the slowest to the fastest speed on a city's streets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Density {
    /// A city of freeways, such as Houston.
    Sprawling,
    /// A dense city.
    Dense,
}

/// The facts about a region that the checks need.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The name of the region.
    pub name: String,
    /// The latitude and longitude of its centre, in degrees.
    centre: (f64, f64),
    /// The currency of its prices.
    pub currency: Currency,
    /// The expected speeds.
    pub density: Density,
    /// The calendar; `None` for a place without a clock, which only tests have.
    calendar: Option<Calendar>,
}

/// The regions of a world, in its order.
#[derive(Clone, Debug)]
pub(super) struct Places(pub Vec<Place>);

impl Places {
    /// Returns the regions of a scenario.
    ///
    /// # Errors
    /// As [`Region::build`].
    pub(super) fn of(scenario: &Scenario) -> Result<Self, populace_sim::RegionError> {
        scenario.region.iter().map(|rules| Place::of(rules, &scenario.rides)).collect::<Result<_, _>>().map(Places)
    }

    /// Returns one region in the United States whose clocks show UTC.
    #[cfg(test)]
    pub(super) fn made_up() -> Self {
        let place = Place {
            name: "houston".into(),
            centre: (29.8, -95.4),
            currency: Currency::Usd,
            density: Density::Sprawling,
            calendar: None,
        };
        Places(vec![place])
    }

    /// Returns the index of the region with the nearest centre; 0 if there is only one.
    pub(super) fn nearest(&self, at: Option<(f64, f64)>) -> u8 {
        let Some((lat, lon)) = at.filter(|_| self.0.len() > 1) else { return 0 };
        let square = |place: &Place| (place.centre.0 - lat).powi(2) + (place.centre.1 - lon).powi(2);
        let near = self.0.iter().enumerate().min_by(|(_, a), (_, b)| square(a).total_cmp(&square(b)));
        near.map_or(0, |(index, _)| index as u8)
    }

    /// Returns the local time of the region.
    pub(super) fn wall(&self, region: u8, time: VirtualTime) -> Wall {
        let offset = self.0[region as usize].calendar.as_ref().map_or(0, |calendar| calendar.offset_seconds(time));
        Wall(time.seconds() + i64::from(offset))
    }
}

impl Place {
    fn of(rules: &populace_sim::RegionRules, rides: &RideRules) -> Result<Self, populace_sim::RegionError> {
        let region = Region::build(rules, rides, RegionId(0), WorldKey::new(0))?;
        Ok(Place {
            name: region.name.clone(),
            centre: (region.centre.lat(), region.centre.lon()),
            currency: region.currency,
            density: if rules.preset == "houston" { Density::Sprawling } else { Density::Dense },
            calendar: Some(region.calendar),
        })
    }

    /// Returns the two days of shopping before each great holiday of these days: Thanksgiving, Christmas, Diwali, New
    /// Year, if the region keeps them.
    pub(super) fn eves(&self, days: RangeInclusive<LocalDay>) -> Vec<RangeInclusive<i32>> {
        let Some(calendar) = &self.calendar else { return american_eves(&days) };
        let kind = |day: i32| calendar.kind(LocalDay(day));
        let is_eve = |day: &i32| kind(*day - 1) == DayKind::EarlyEve && kind(*day) == DayKind::Eve;
        (days.start().0 + 1..=days.end().0).filter(is_eve).map(|day| day - 1..=day).collect()
    }
}

/// Returns the two days before Thanksgiving, and 22 and 23 December.
fn american_eves(days: &RangeInclusive<LocalDay>) -> Vec<RangeInclusive<i32>> {
    let years = days.start().year_month_day().0..=days.end().year_month_day().0;
    let before = |holiday: Option<LocalDay>, days: i32| holiday.map(|day| day.0 - days..=day.0 - days + 1);
    let of_year = |year| [before(thanksgiving(year), 2), before(christmas(year), 3)];
    let inside = |eve: &RangeInclusive<i32>| days.start().0 <= *eve.start() && *eve.end() <= days.end().0;
    years.flat_map(of_year).flatten().filter(inside).collect()
}

/// Returns the fourth Thursday of November.
fn thanksgiving(year: i32) -> Option<LocalDay> {
    let first = LocalDay::of(year, 11, 1)?;
    let to_thursday = (3 - i32::from(first.weekday())).rem_euclid(7);
    Some(LocalDay(first.0 + to_thursday + 21))
}

/// Returns the 25th of December.
fn christmas(year: i32) -> Option<LocalDay> {
    LocalDay::of(year, 12, 25)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thanksgiving_is_the_fourth_thursday() {
        for (year, day) in [(2017, 23), (2024, 28), (2025, 27), (2026, 26), (2029, 22)] {
            assert_eq!(thanksgiving(year), LocalDay::of(year, 11, day));
        }
    }

    #[test]
    fn clocks_and_nearness() {
        let scenario = "[[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"";
        let places = Places::of(&Scenario::from_toml("test", scenario).unwrap()).unwrap();
        assert_eq!((places.nearest(Some((35.0, 139.0))), places.nearest(Some((30.0, -95.0)))), (1, 0));
        let noon = VirtualTime::from_seconds(1_767_268_800); // 2026-01-01T12:00:00Z
        assert_eq!((places.wall(0, noon).hour(), places.wall(1, noon).hour()), (6, 21));
        assert_eq!((places.0[0].density, places.0[1].density), (Density::Sprawling, Density::Dense));
        let year = || LocalDay::of(2025, 1, 1).unwrap()..=LocalDay::of(2025, 12, 31).unwrap();
        assert_eq!(places.0[0].eves(year()), american_eves(&year()), "the table and the rule agree");
        let new_year = LocalDay::of(2025, 12, 29).unwrap().0;
        assert_eq!(places.0[1].eves(year()), [new_year..=new_year + 1]);
    }
}
