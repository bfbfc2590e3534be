//! Virtual time: integer microseconds since the Unix epoch, UTC, and spans between two instants.
//! Must not depend on: local time (see `region::calendar`) and clocks.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Microseconds in a second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;

/// An instant of virtual time: UTC microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VirtualTime(i64);

impl VirtualTime {
    /// The instant that never comes: the due time of a process without a planned act.
    pub const NEVER: VirtualTime = VirtualTime(i64::MAX);

    /// Returns the instant `micros` microseconds after the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        VirtualTime(micros)
    }

    /// Returns the instant `seconds` seconds after the Unix epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        VirtualTime(seconds * MICROS_PER_SECOND)
    }

    /// Returns the microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Returns the whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// Returns the days since the Unix epoch in UTC, rounded down.
    pub const fn utc_day(self) -> i32 {
        self.0.div_euclid(86_400 * MICROS_PER_SECOND) as i32
    }

    /// Returns the next instant: the earliest for which an act of this instant may schedule another.
    pub const fn next(self) -> Self {
        VirtualTime(self.0 + 1)
    }

    /// Returns the span from `earlier` to this instant.
    pub const fn since(self, earlier: VirtualTime) -> Span {
        Span(self.0 - earlier.0)
    }
}

impl std::ops::Add<Span> for VirtualTime {
    type Output = VirtualTime;
    fn add(self, span: Span) -> VirtualTime {
        VirtualTime(self.0.saturating_add(span.0))
    }
}

impl std::ops::Sub<Span> for VirtualTime {
    type Output = VirtualTime;
    fn sub(self, span: Span) -> VirtualTime {
        VirtualTime(self.0.saturating_sub(span.0))
    }
}

/// A length of virtual time in microseconds; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span(i64);

impl Span {
    /// Returns a span of whole microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Span(micros)
    }

    /// Returns a span of whole seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Span(seconds * MICROS_PER_SECOND)
    }

    /// Returns a span of whole days of 24 hours.
    pub const fn from_days(days: i64) -> Self {
        Span(days * 86_400 * MICROS_PER_SECOND)
    }

    /// Returns a span of a fractional number of seconds, rounded to the microsecond.
    ///
    /// # Panics
    /// If `seconds` is not finite.
    pub fn from_seconds_f64(seconds: f64) -> Self {
        assert!(seconds.is_finite(), "a span must be finite, not {seconds}");
        Span(libm::round(seconds * MICROS_PER_SECOND as f64) as i64)
    }

    /// Returns the span in microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Returns the span in seconds.
    pub fn as_seconds_f64(self) -> f64 {
        self.0 as f64 / MICROS_PER_SECOND as f64
    }
}

/// Days from 1970-01-01 to the end of 2099, whose dates are kept in a table.
const TABLE_DAYS: i32 = 47_482;

/// The dates of the days of the table: the year, the month and the day, sixteen, eight and eight bits.
static DATES: LazyLock<Box<[u32]>> = LazyLock::new(|| {
    let packed = |day: i32| {
        let (year, month, date) = computed_date(day);
        (year as u32) << 16 | month << 8 | date
    };
    (0..TABLE_DAYS).map(packed).collect()
});

/// Returns the year, month and day of a day since the epoch in the proleptic Gregorian calendar.
#[inline]
pub fn civil_date(day: i32) -> (i32, u32, u32) {
    match DATES.get(day as usize) {
        Some(date) => ((date >> 16) as i32, date >> 8 & 0xff, date & 0xff),
        None => computed_date(day),
    }
}

/// Returns the same without the table (Hinnant, "chrono-compatible low-level date algorithms").
fn computed_date(day: i32) -> (i32, u32, u32) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097) as u32;
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe as i32 + era * 400 + i32::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn civil_dates_agree_with_chrono(day in -100_000i32..100_000) {
            let date = NaiveDate::from_num_days_from_ce_opt(day + 719_163).expect("in range");
            prop_assert_eq!(civil_date(day), (date.year(), date.month(), date.day()));
        }
    }

    #[test]
    fn days_before_the_epoch_round_down() {
        assert_eq!(VirtualTime::from_micros(-1).utc_day(), -1);
        assert_eq!(VirtualTime::from_seconds(86_400).utc_day(), 1);
        assert_eq!(VirtualTime::from_micros(-1).seconds(), -1);
    }

    #[test]
    fn never_stays_never() {
        assert_eq!(VirtualTime::NEVER + Span::from_days(1), VirtualTime::NEVER);
    }
}
