//! The calendar of a region: the offsets of its time zone as a table, and the holidays of its country. A skipped local time
//! moves forward by the length of the gap; of a repeated one, the first counts.
//! Must not depend on: regions.

mod lasting;

use super::holidays::{DayKind, HolidayTable, table_of};
use super::local_time::{LocalDay, LocalTime, MICROS_PER_DAY, MICROS_PER_HOUR, SECONDS_PER_DAY};
use crate::base::Country;
use crate::engine::{MICROS_PER_SECOND, VirtualTime};
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;
use lasting::Turn;

/// The days of the table of offset changes, 1970 to 2199; outside it the first and last offsets hold.
const TABLE_DAYS: i64 = 84_006;

/// The length of a bucket of the index is 2⁴² microseconds, about 51 days: it rarely holds more than one change.
const BUCKET_BITS: u32 = 42;

/// The largest offset of any zone ahead of UTC, in microseconds.
const MOST_OFFSET_MICROS: i64 = 26 * MICROS_PER_HOUR;

/// The local time of one IANA zone, and the holidays of a country or of none.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: Tz,
    first_offset: i64,
    changes: Vec<Change>,
    /// The number of changes at or before the start of each bucket.
    index: Vec<u16>,
    holidays: &'static HolidayTable,
    table: usize,
}

/// A change of the offset from UTC.
#[derive(Clone, Copy, Debug)]
struct Change {
    /// The first instant of the new offset, UTC microseconds.
    at: i64,
    /// Local times from here on (as if UTC, microseconds) are read with the new offset.
    wall: i64,
    /// The new offset in microseconds.
    offset: i64,
}

impl Calendar {
    /// Returns the calendar of the IANA zone `name` without holidays, or `None` for an unknown zone. Takes some
    /// milliseconds.
    pub fn new(name: &str) -> Option<Self> {
        let zone: Tz = name.parse().ok()?;
        let changes = find_changes(zone);
        let index = index_changes(&changes);
        let first_offset = offset_at(zone, 0) * MICROS_PER_SECOND;
        Some(Calendar { zone, first_offset, changes, index, holidays: HolidayTable::numbered(0), table: 0 })
    }

    /// Returns this calendar with the holidays of a country.
    pub fn with_holidays(self, country: Country) -> Self {
        let table = table_of(Some(country));
        Calendar { holidays: HolidayTable::numbered(table), table, ..self }
    }

    /// Returns the kind of a local day; without holidays, every day is a usual one.
    #[inline]
    pub fn kind(&self, day: LocalDay) -> DayKind {
        self.holidays.kind(day)
    }

    /// Returns whether shops hold sales on a local day; never without holidays.
    pub(crate) fn has_sales(&self, day: LocalDay) -> bool {
        self.holidays.has_sales(day)
    }

    /// Returns the number of the holiday table, by which rhythms keep their means.
    #[inline]
    pub(crate) fn table(&self) -> usize {
        self.table
    }

    /// Returns the IANA name of the zone.
    pub fn zone_name(&self) -> &'static str {
        self.zone.name()
    }

    /// Returns the local time at `t` in microseconds since the local midnight of 1970-01-01.
    #[inline]
    pub(crate) fn wall_micros(&self, t: VirtualTime) -> i64 {
        t.micros().saturating_add(self.offset_micros(t.micros()))
    }

    /// Returns the local day and time of day at `t`.
    #[inline]
    pub fn local(&self, t: VirtualTime) -> LocalTime {
        let wall = self.wall_micros(t);
        LocalTime {
            day: LocalDay(wall.div_euclid(MICROS_PER_DAY) as i32),
            micros_of_day: wall.rem_euclid(MICROS_PER_DAY),
        }
    }

    /// Returns the instant of a local time. `micros_of_day` may lie outside one day. A skipped local time moves forward by
    /// the length of the gap (02:30 becomes 03:30); of a repeated one, the first occurrence counts.
    #[inline]
    pub fn utc(&self, day: LocalDay, micros_of_day: i64) -> VirtualTime {
        let wall = day.0 as i64 * MICROS_PER_DAY + micros_of_day;
        let mut passed = self.passed_by_bucket(wall - MOST_OFFSET_MICROS);
        while self.changes.get(passed).is_some_and(|change| change.wall <= wall) {
            passed += 1;
        }
        VirtualTime::from_micros(wall - self.offset_after(passed))
    }

    /// Returns the seconds to add to UTC for local time at `t`.
    #[inline]
    pub fn offset_seconds(&self, t: VirtualTime) -> i32 {
        (self.offset_micros(t.micros()) / MICROS_PER_SECOND) as i32
    }

    #[inline]
    fn offset_micros(&self, micros: i64) -> i64 {
        let mut passed = self.passed_by_bucket(micros);
        while self.changes.get(passed).is_some_and(|change| change.at <= micros) {
            passed += 1;
        }
        self.offset_after(passed)
    }

    #[inline]
    fn passed_by_bucket(&self, micros: i64) -> usize {
        let bucket = (micros.max(0) >> BUCKET_BITS) as usize;
        self.index[bucket.min(self.index.len() - 1)] as usize
    }

    #[inline]
    fn offset_after(&self, passed: usize) -> i64 {
        if passed == 0 { self.first_offset } else { self.changes[passed - 1].offset }
    }
}

/// Returns whether the IANA database has a time zone of this name.
pub(crate) fn is_zone(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// Returns the names of all time zones.
pub(crate) fn zone_names() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

fn offset_at(zone: Tz, seconds: i64) -> i64 {
    let utc = DateTime::from_timestamp(seconds, 0).expect("the table's seconds are years from 1970 to 2199");
    zone.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc() as i64
}

fn find_changes(zone: Tz) -> Vec<Change> {
    let mut turns = find_turns(zone);
    turns.append(&mut lasting::turns(&turns));
    let mut before = offset_at(zone, 0);
    let change = |(at, after): Turn| {
        let at = at * MICROS_PER_SECOND;
        let wall = at + before.max(after) * MICROS_PER_SECOND;
        before = after;
        Change { at, wall, offset: after * MICROS_PER_SECOND }
    };
    turns.into_iter().map(change).collect()
}

/// Returns the offset changes of the time zone database.
fn find_turns(zone: Tz) -> Vec<Turn> {
    let mut turns = Vec::new();
    let mut before = offset_at(zone, 0);
    for day in 0..lasting::FIRST_DAY {
        let after = offset_at(zone, (day + 1) * SECONDS_PER_DAY);
        if after != before {
            turns.push((bisect(zone, before, day * SECONDS_PER_DAY, (day + 1) * SECONDS_PER_DAY), after));
            before = after;
        }
    }
    turns
}

/// Returns the first second after `low` whose offset is not `before`; the offset at `high` must differ from it.
fn bisect(zone: Tz, before: i64, mut low: i64, mut high: i64) -> i64 {
    while high - low > 1 {
        let middle = (low + high) / 2;
        if offset_at(zone, middle) == before {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

fn index_changes(changes: &[Change]) -> Vec<u16> {
    let buckets = ((TABLE_DAYS * MICROS_PER_DAY) >> BUCKET_BITS) + 2;
    let passed = |bucket: i64| changes.partition_point(|change| change.at <= bucket << BUCKET_BITS) as u16;
    (0..buckets).map(passed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const ZONES: [&str; 5] =
        ["America/Chicago", "Asia/Kolkata", "America/Sao_Paulo", "Europe/London", "Africa/Casablanca"];

    static CALENDARS: LazyLock<Vec<Calendar>> = LazyLock::new(|| ZONES.map(calendar).into());

    fn calendar(zone: &str) -> Calendar {
        Calendar::new(zone).unwrap()
    }

    fn date(year: i32, month: u32, day: u32) -> LocalDay {
        LocalDay::of(year, month, day).unwrap()
    }

    fn hours(h: f64) -> i64 {
        (h * MICROS_PER_HOUR as f64) as i64
    }

    #[test]
    fn chicago_skips_an_hour_in_march_and_repeats_one_in_november() {
        let chicago = calendar("America/Chicago");
        let spring = date(2026, 3, 8);
        assert_eq!(chicago.utc(spring, hours(1.5)).seconds(), 1_772_955_000); // 07:30 UTC
        assert_eq!(chicago.utc(spring, hours(2.5)).seconds(), 1_772_958_600); // 08:30 UTC, 03:30 on the clock
        assert_eq!(chicago.local(chicago.utc(spring, hours(2.5))).micros_of_day, hours(3.5));
        assert_eq!(chicago.utc(spring, hours(3.0)).seconds(), 1_772_956_800);
        let autumn = date(2026, 11, 1);
        assert_eq!(chicago.utc(autumn, hours(1.5)).seconds(), 1_793_514_600); // 06:30 UTC: still summer time
        assert_eq!(chicago.utc(autumn, hours(2.0)).seconds(), 1_793_520_000); // 08:00 UTC
        let second = VirtualTime::from_seconds(1_793_514_600 + 3_600);
        assert_eq!(chicago.local(second).micros_of_day, hours(1.5));
    }

    #[test]
    fn offsets_are_those_of_the_cities() {
        let january = VirtualTime::from_seconds(1_768_435_200);
        let july = VirtualTime::from_seconds(1_784_073_600);
        for (zone, winter, summer) in [
            ("America/Chicago", -6.0, -5.0),
            ("America/Sao_Paulo", -3.0, -3.0),
            ("America/New_York", -5.0, -4.0),
            ("Europe/London", 0.0, 1.0),
            ("Asia/Kolkata", 5.5, 5.5),
            ("Asia/Tokyo", 9.0, 9.0),
        ] {
            let at = |t| calendar(zone).offset_seconds(t) as f64 / 3_600.0;
            assert_eq!((at(january), at(july)), (winter, summer), "{zone}");
        }
    }

    #[test]
    fn sao_paulo_had_summer_time_until_2019() {
        let sao_paulo = calendar("America/Sao_Paulo");
        let offset = |y| sao_paulo.offset_seconds(VirtualTime::from_micros(date(y, 1, 10).0 as i64 * MICROS_PER_DAY));
        assert_eq!([offset(2019), offset(2020)], [-7_200, -10_800]);
        // Its clocks skipped midnight itself: 2018-11-04 began at 01:00.
        let start = sao_paulo.local(sao_paulo.utc(date(2018, 11, 4), 0));
        assert_eq!((start.day, start.hour()), (date(2018, 11, 4), 1));
    }

    #[test]
    fn far_instants_keep_the_last_offset() {
        let tokyo = calendar("Asia/Tokyo");
        assert_eq!(tokyo.offset_seconds(VirtualTime::NEVER), 9 * 3_600);
        assert_eq!(tokyo.offset_seconds(VirtualTime::from_micros(i64::MIN)), 9 * 3_600);
        let _ = tokyo.local(VirtualTime::NEVER).day.year_month_day();
    }

    #[test]
    fn dates_and_weekdays_agree() {
        let day = date(2024, 2, 29);
        assert_eq!((day.year_month_day(), day.weekday()), ((2024, 2, 29), 3));
        assert_eq!((day.day_of_year(), day.days_in_month()), (60, 29));
        assert_eq!((day.next(), day.first_of_month()), (date(2024, 3, 1), date(2024, 2, 1)));
        assert_eq!((LocalDay(0).weekday(), LocalDay(-4).weekday()), (3, 6));
        assert!(date(2026, 11, 1).is_weekend());
        assert_eq!(LocalDay::of(2026, 2, 29), None);
    }

    proptest! {
        #[test]
        fn the_table_agrees_with_chrono_and_leads_back(seconds in 0_i64..7_258_118_400, zone in 0_usize..5) {
            let calendar = &CALENDARS[zone];
            let t = VirtualTime::from_seconds(seconds);
            // From 2100 on chrono's tables have no summer time.
            if seconds < lasting::FIRST_DAY * SECONDS_PER_DAY {
                prop_assert_eq!(calendar.offset_seconds(t) as i64, offset_at(calendar.zone, seconds));
            }
            let local = calendar.local(t);
            let back = calendar.utc(local.day, local.micros_of_day);
            prop_assert_eq!(calendar.local(back), local);
            prop_assert!(back == t || back < t && t.since(back).micros() <= MICROS_PER_HOUR, "only a repeated hour differs");
        }

        #[test]
        fn skipped_times_move_forward_only(day in 0_i32..84_006, micros in 0_i64..MICROS_PER_DAY) {
            let chicago = &CALENDARS[0];
            let local = chicago.local(chicago.utc(LocalDay(day), micros));
            let asked = LocalTime { day: LocalDay(day), micros_of_day: micros };
            prop_assert!(local == asked || local.day == asked.day && local.micros_of_day - micros == MICROS_PER_HOUR);
        }
    }
}
