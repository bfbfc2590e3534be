//! Local days and local times.
//! Must not depend on: time zones.

use crate::engine::MICROS_PER_SECOND;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// Seconds in a day of 24 hours.
pub(super) const SECONDS_PER_DAY: i64 = 86_400;
/// Microseconds in a day of 24 hours.
pub(super) const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;
/// Microseconds in an hour.
pub(super) const MICROS_PER_HOUR: i64 = 3_600 * MICROS_PER_SECOND;

/// A local day and the time since its midnight on the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime {
    /// The local day.
    pub day: LocalDay,
    /// Microseconds since midnight on the wall clock: below 24 hours.
    pub micros_of_day: i64,
}

impl LocalTime {
    /// Returns the hour, 0 to 23.
    #[inline]
    pub const fn hour(self) -> u8 {
        (self.micros_of_day / MICROS_PER_HOUR) as u8
    }

    /// Returns the minute of the day, 0 to 1439.
    #[inline]
    pub const fn minute_of_day(self) -> u16 {
        (self.micros_of_day / (60 * MICROS_PER_SECOND)) as u16
    }

    /// Returns the hours since midnight with their fraction.
    #[inline]
    pub fn hours(self) -> f64 {
        self.micros_of_day as f64 / MICROS_PER_HOUR as f64
    }

    /// Returns the day of the week: 0 is Monday, 6 Sunday.
    #[inline]
    pub const fn weekday(self) -> u8 {
        self.day.weekday()
    }
}

/// A day of a local calendar: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LocalDay(pub i32);

/// Days from the first of January of year 1 to 1970-01-01, plus one: chrono counts from 1.
const DAYS_BEFORE_EPOCH: i32 = 719_163;

impl LocalDay {
    /// Returns the given date (months and days count from 1), or `None` for an invalid date.
    pub fn of(year: i32, month: u32, day: u32) -> Option<Self> {
        let date = NaiveDate::from_ymd_opt(year, month, day)?;
        Some(LocalDay(date.num_days_from_ce() - DAYS_BEFORE_EPOCH))
    }

    /// Returns the day of the week: 0 is Monday, 6 Sunday.
    #[inline]
    pub const fn weekday(self) -> u8 {
        (self.0 as i64 + 3).rem_euclid(7) as u8
    }

    /// Returns whether the day is a Saturday or Sunday.
    #[inline]
    pub const fn is_weekend(self) -> bool {
        self.weekday() >= 5
    }

    /// Returns the year, month (1 to 12) and day of the month (1 to 31).
    pub fn year_month_day(self) -> (i32, u32, u32) {
        crate::engine::civil_date(self.0)
    }

    /// Returns the day of the year, 1 to 366.
    pub fn day_of_year(self) -> u32 {
        self.date().ordinal()
    }

    /// Returns the number of days of this day's month, 28 to 31.
    pub fn days_in_month(self) -> u32 {
        let (year, month, _) = self.year_month_day();
        match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Returns the next day.
    #[inline]
    pub const fn next(self) -> Self {
        LocalDay(self.0 + 1)
    }

    /// Returns the first day of this day's month.
    pub fn first_of_month(self) -> Self {
        LocalDay(self.0 - (self.date().day() as i32 - 1))
    }

    fn date(self) -> NaiveDate {
        let days = self.0.saturating_add(DAYS_BEFORE_EPOCH);
        NaiveDate::from_num_days_from_ce_opt(days).unwrap_or(if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
    }
}
