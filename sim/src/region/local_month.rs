//! Months of a local calendar. Must not depend on: time zones.

use super::local_time::LocalDay;

/// A month of a local calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalMonth {
    year: i32,
    /// 1 to 12.
    month: u32,
    first: LocalDay,
}

impl LocalMonth {
    /// Returns the month that contains `day`.
    pub fn of(day: LocalDay) -> Self {
        let (year, month, of_month) = day.year_month_day();
        LocalMonth { year, month, first: LocalDay(day.0 - (of_month as i32 - 1)) }
    }

    /// Returns the month after this one.
    #[inline]
    pub fn next(self) -> Self {
        let first = LocalDay(self.first.0 + self.days() as i32);
        let (year, month) = if self.month == 12 { (self.year + 1, 1) } else { (self.year, self.month + 1) };
        LocalMonth { year, month, first }
    }

    /// Returns day number `day` of the month, from 1; the last day if the month is shorter.
    #[inline]
    pub fn day(self, day: u32) -> LocalDay {
        LocalDay(self.first.0 + day.min(self.days()) as i32 - 1)
    }

    /// Returns the number of days, 28 to 31.
    #[inline]
    fn days(self) -> u32 {
        match self.month {
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_as_their_days_do() {
        let mut month = LocalMonth::of(LocalDay::of(1970, 1, 20).expect("a date"));
        for day in (0..84_000).map(LocalDay) {
            if day.year_month_day().2 == 1 && day.0 > 0 {
                month = month.next();
            }
            assert_eq!(LocalMonth::of(day), month);
            assert_eq!((month.first, month.days()), (day.first_of_month(), day.days_in_month()), "{day:?}");
            assert_eq!(month.day(day.year_month_day().2), day);
            assert_eq!(month.day(31).next(), month.next().first);
        }
    }
}
