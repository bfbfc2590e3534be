//! The recurring effects of the calendar: hours, weekdays, paydays, sales, holidays, school holidays, seasons and daylight
//! saving time. They are listed beside the scheduled drifts and not announced.
//! Must not depend on: drifts that a scenario schedules.

use crate::base::{DriftClass, RegionId};
use crate::engine::{VirtualTime, WorldKey};
use crate::error::SimError;
use crate::region::{DayKind, LocalDay, Region};
use crate::scenario::{Scenario, format_time};
use serde::{Serialize, Serializer};

/// The period of an effect of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarPeriod {
    /// A local day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A year; movable holidays follow other calendars.
    Year,
}

impl CalendarPeriod {
    /// Returns the name that the ledger shows.
    pub fn name(self) -> &'static str {
        ["day", "week", "month", "year"][self as usize]
    }
}

/// An effect of the calendar on a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarCause {
    /// Hours of sleep, shopping and rush.
    Hours,
    /// Working days and weekends.
    Weekdays,
    /// Days after a salary or a pension, and the last days of a month.
    Paydays,
    /// Days of sales in shops and on the Web.
    Sales,
    /// Weeks and days of presents.
    Presents,
    /// Holidays with the days around them.
    Holidays,
    /// Schools are closed.
    SchoolHolidays,
    /// Temperature and rain of the months.
    Seasons,
    /// Daylight saving time.
    DaylightSaving,
}

impl CalendarCause {
    /// All causes, from the shortest period to the longest.
    pub const ALL: [CalendarCause; 9] = [
        CalendarCause::Hours,
        CalendarCause::Weekdays,
        CalendarCause::Paydays,
        CalendarCause::Sales,
        CalendarCause::Presents,
        CalendarCause::Holidays,
        CalendarCause::SchoolHolidays,
        CalendarCause::Seasons,
        CalendarCause::DaylightSaving,
    ];

    /// Returns the name that the ledger shows.
    pub fn name(self) -> &'static str {
        const NAMES: [&str; 9] = [
            "hours",
            "weekdays",
            "paydays",
            "sales",
            "presents",
            "feasts",
            "school-holidays",
            "seasons",
            "daylight-saving",
        ];
        NAMES[self as usize]
    }

    /// Returns the period.
    pub fn period(self) -> CalendarPeriod {
        match self {
            CalendarCause::Hours => CalendarPeriod::Day,
            CalendarCause::Weekdays => CalendarPeriod::Week,
            CalendarCause::Paydays => CalendarPeriod::Month,
            _ => CalendarPeriod::Year,
        }
    }

    /// Returns the part of the joint distribution that changes. Traffic changes by the hour and on days off, so the same
    /// trip takes another time; given hour, weekday and weather, the distribution is the same all year.
    pub fn class(self) -> DriftClass {
        match self {
            CalendarCause::Hours
            | CalendarCause::Weekdays
            | CalendarCause::Holidays
            | CalendarCause::SchoolHolidays => DriftClass::Real,
            CalendarCause::Sales | CalendarCause::Presents => DriftClass::Prior,
            CalendarCause::Paydays | CalendarCause::Seasons | CalendarCause::DaylightSaving => DriftClass::Virtual,
        }
    }

    /// Returns a description of the features that change.
    pub fn moves(self) -> &'static str {
        match self {
            CalendarCause::Hours => "arrivals of all topics, traffic, temperature",
            CalendarCause::Weekdays => "arrivals and places, rush hours, travel times",
            CalendarCause::Paydays => "purchases and amounts after a salary; visits of the shop around the 29th",
            CalendarCause::Sales => "purchases, prices and orders",
            CalendarCause::Presents => "purchases and orders, categories",
            CalendarCause::Holidays => "arrivals of all topics, categories, travel times",
            CalendarCause::SchoolHolidays => "trips of students and parents, rush hours, travel times",
            CalendarCause::Seasons => "weather and temperature, spending by month",
            CalendarCause::DaylightSaving => "hours in UTC, by one",
        }
    }

    /// Returns whether days of this kind belong to the cause.
    fn has(self, kind: DayKind) -> bool {
        use DayKind::*;
        match self {
            CalendarCause::Sales => matches!(kind, Sale | OnlineSale),
            CalendarCause::Presents => matches!(kind, SaleSeason | Gift),
            CalendarCause::SchoolHolidays => kind == SchoolBreak,
            CalendarCause::Holidays => !matches!(kind, Usual | SchoolBreak | SaleSeason | Gift | Sale | OnlineSale),
            _ => false,
        }
    }
}

/// An effect of the calendar on a region of a world: recurring drift that follows from the calendar and is not announced.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarEffect {
    /// The cause.
    pub effect: CalendarCause,
    /// The region.
    pub region: String,
    /// The first span of whole local days in the world's first year; `None` if the effect does not have such days.
    pub first: Option<(VirtualTime, VirtualTime)>,
    /// The number of such local days in the world's first year; `None` if the effect does not have such days.
    pub days: Option<u32>,
}

/// The local days of a world's first year.
const YEAR_DAYS: i32 = 366;

impl CalendarEffect {
    /// Returns the effects of the regions' calendars on the world of a scenario; its start must be absolute.
    ///
    /// # Errors
    /// If the start or a region is invalid.
    pub fn of(rules: &Scenario) -> Result<Vec<CalendarEffect>, SimError> {
        let (start, key) = (rules.start_time()?, WorldKey::new(rules.world.seed));
        let mut all = Vec::new();
        for (place, one) in (0..).zip(&rules.region) {
            let region = Region::build(one, &rules.rides, RegionId(place), key)?;
            all.extend(CalendarCause::ALL.into_iter().filter_map(|effect| effect_on(&region, effect, start)));
        }
        Ok(all)
    }
}

/// The fields of an effect as they are serialized.
#[derive(Serialize)]
struct Fields<'a> {
    effect: &'a str,
    region: &'a str,
    kind: &'a str,
    period: &'a str,
    class: &'a str,
    moves: &'a str,
    first_begins: Option<String>,
    first_ends: Option<String>,
    days_in_first_year: Option<u32>,
    announced: bool,
}

/// Instants are RFC 3339.
impl Serialize for CalendarEffect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields {
            effect: self.effect.name(),
            region: &self.region,
            kind: "recurring",
            period: self.effect.period().name(),
            class: self.effect.class().name(),
            moves: self.effect.moves(),
            first_begins: self.first.map(|(begins, _)| format_time(begins)),
            first_ends: self.first.map(|(_, ends)| format_time(ends)),
            days_in_first_year: self.days,
            announced: false,
        }
        .serialize(serializer)
    }
}

/// Returns the effect on a region, or `None` when its calendar has no such days.
fn effect_on(region: &Region, effect: CalendarCause, start: VirtualTime) -> Option<CalendarEffect> {
    let first_day = region.calendar.local(start).day;
    let there = |day: LocalDay| match effect {
        CalendarCause::DaylightSaving => clocks_ahead(region, day) > 0,
        _ => effect.has(region.calendar.kind(day)),
    };
    let always = matches!(
        effect,
        CalendarCause::Hours | CalendarCause::Weekdays | CalendarCause::Paydays | CalendarCause::Seasons
    );
    let name = region.name.clone();
    if always {
        return Some(CalendarEffect { effect, region: name, first: None, days: None });
    }
    let year = || (first_day.0..first_day.0 + YEAR_DAYS).map(LocalDay);
    let begins = year().find(|day| there(*day))?;
    let ends = (begins.0..begins.0 + YEAR_DAYS).map(LocalDay).find(|day| !there(*day)).unwrap_or(begins);
    let midnight = |day: LocalDay| region.calendar.utc(day, 0);
    Some(CalendarEffect {
        effect,
        region: name,
        first: Some((midnight(begins), midnight(ends))),
        days: Some(year().filter(|day| there(*day)).count() as u32),
    })
}

/// Returns the seconds by which the region's clocks are ahead of their winter time at noon of a day.
fn clocks_ahead(region: &Region, day: LocalDay) -> i32 {
    let offset = |day: LocalDay| region.calendar.offset_seconds(region.calendar.utc(day, 43_200_000_000));
    // Half a year has both; where clocks are not moved all are alike.
    offset(day) - (0..13).map(|month| offset(LocalDay(day.0 + 30 * month))).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(rules: &str) -> Vec<CalendarEffect> {
        let rules = format!("[world]\nstart = \"2026-01-01T12:00:00Z\"\npeople = 10\n{rules}");
        CalendarEffect::of(&Scenario::from_toml("x", &rules).expect("valid")).expect("regions")
    }

    fn text(all: &[CalendarEffect], effect: CalendarCause, region: &str) -> Option<String> {
        let one = all.iter().find(|one| one.effect == effect && one.region == region)?;
        let (begins, ends) = one.first?;
        let day = |time| format_time(time)[..16].to_owned();
        Some(format!("{} {} {}", day(begins), day(ends), one.days?))
    }

    #[test]
    fn a_year_of_houston_has_its_days() {
        let all = listed("");
        let of = |effect| text(&all, effect, "houston").expect("Houston has it");
        // The second Sunday of March to the first of November, local midnights in UTC.
        assert_eq!(of(CalendarCause::DaylightSaving), "2026-03-08T06:00 2026-11-01T05:00 238");
        assert_eq!(of(CalendarCause::Sales), "2026-11-27T06:00 2026-11-28T06:00 2");
        assert!(
            of(CalendarCause::Holidays).starts_with("2026-01-01T06:00 2026-01-03"),
            "{}",
            of(CalendarCause::Holidays)
        );
        assert!(
            of(CalendarCause::SchoolHolidays).starts_with("2026-01-03T06:00 2026-01-06"),
            "{}",
            of(CalendarCause::SchoolHolidays)
        );
        let names: Vec<&str> = all.iter().map(|one| one.effect.name()).collect();
        assert_eq!(names, CalendarCause::ALL.map(CalendarCause::name), "each once, in order");
        let view = serde_json::to_value(&all[0]).expect("JSON");
        assert_eq!((&view["kind"], &view["announced"]), (&"recurring".into(), &false.into()));
    }

    #[test]
    fn causes_without_days_in_a_region_are_not_listed() {
        let own = "[[region]]\nname = \"flat\"\nbounds = [29.5, -95.8, 30.1, -95.0]\ntimezone = \"Etc/UTC\"\n\
                   [[region]]\npreset = \"tokyo\"\n";
        let all = listed(own);
        let flat: Vec<CalendarCause> = all.iter().filter(|one| one.region == "flat").map(|one| one.effect).collect();
        assert_eq!(
            flat,
            [CalendarCause::Hours, CalendarCause::Weekdays, CalendarCause::Paydays, CalendarCause::Seasons]
        );
        assert!(
            text(&all, CalendarCause::DaylightSaving, "tokyo").is_none()
                && text(&all, CalendarCause::Holidays, "tokyo").is_some()
        );
    }
}
