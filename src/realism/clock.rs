//! Local time of what was emitted, and the feasts that the checks look for. Knows regions, no records.

use populace_sim::{Calendar, Currency, LocalDay, Region, RegionId, RideRules, Scenario, VirtualTime, WorldKey};

const SECONDS_PER_DAY: i64 = 86_400;

/// An instant as the clocks of its region show it, in seconds since 1970-01-01 as if that were UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wall(pub i64);

impl Wall {
    /// The local day.
    pub(super) fn day(self) -> LocalDay {
        LocalDay(self.0.div_euclid(SECONDS_PER_DAY) as i32)
    }

    /// The hour, 0 to 23.
    pub(super) fn hour(self) -> usize {
        (self.0.rem_euclid(SECONDS_PER_DAY) / 3_600) as usize
    }
}

/// How fast a city's streets are expected to be at their slowest, against their fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Density {
    /// A city of freeways, as Houston is.
    Sprawling,
    /// A dense city.
    Dense,
}

/// What the checks need to know of a region.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Its name.
    pub name: String,
    /// Latitude and longitude of its middle.
    centre: (f64, f64),
    /// What prices are told in.
    pub currency: Currency,
    /// Which speeds are expected.
    pub density: Density,
    /// None of a place that has no clock: a made-up one of the tests.
    calendar: Option<Calendar>,
}

/// The regions of a world, in its order.
#[derive(Clone, Debug)]
pub(super) struct Places(pub Vec<Place>);

impl Places {
    /// Those of a scenario.
    ///
    /// # Errors
    /// As [`Region::build`].
    pub(super) fn of(scenario: &Scenario) -> Result<Self, populace_sim::RegionError> {
        scenario.region.iter().map(|rules| Place::of(rules, &scenario.rides)).collect::<Result<_, _>>().map(Places)
    }

    /// One in the United States whose clocks show UTC.
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

    /// The index of the region whose middle is nearest; of a single one without looking.
    pub(super) fn nearest(&self, at: Option<(f64, f64)>) -> u8 {
        let Some((lat, lon)) = at.filter(|_| self.0.len() > 1) else { return 0 };
        let square = |place: &Place| (place.centre.0 - lat).powi(2) + (place.centre.1 - lon).powi(2);
        let near = self.0.iter().enumerate().min_by(|(_, a), (_, b)| square(a).total_cmp(&square(b)));
        near.map_or(0, |(index, _)| index as u8)
    }

    /// What the clocks of the region show.
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

    /// Whether Thanksgiving is kept here.
    pub(super) fn keeps_thanksgiving(&self) -> bool {
        self.currency == Currency::Usd
    }
}

/// The fourth Thursday of November.
pub(super) fn thanksgiving(year: i32) -> Option<LocalDay> {
    let first = LocalDay::of(year, 11, 1)?;
    let to_thursday = (3 - i32::from(first.weekday())).rem_euclid(7);
    Some(LocalDay(first.0 + to_thursday + 21))
}

/// The 25th of December.
pub(super) fn christmas(year: i32) -> Option<LocalDay> {
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
        assert!(places.0[0].keeps_thanksgiving() && !places.0[1].keeps_thanksgiving());
    }
}
