//! The days of one year while a country marks them.
//! Must not depend on: any holiday.

use super::kind::DayKind;
use super::moving;
use crate::region::local_time::LocalDay;
use std::ops::{Range, RangeInclusive};

/// The days of one year and the kinds they have so far.
pub(super) struct Year {
    /// The year, Gregorian.
    pub number: i32,
    /// The kind of each day, the first of January first.
    pub kinds: Vec<DayKind>,
    /// True for each day on which shops hold sales, days of sales included.
    pub sales: Vec<bool>,
    first: i32,
}

impl Year {
    /// The years that the tables hold.
    pub const SPAN: Range<i32> = 1970..2200;

    /// Returns a year of usual days.
    pub fn new(number: i32) -> Self {
        let first = new_year(number);
        let days = (new_year(number + 1) - first) as usize;
        Year { number, kinds: vec![DayKind::Usual; days], sales: vec![false; days], first }
    }

    /// Returns a date of this year.
    pub fn date(&self, month: u32, day: u32) -> LocalDay {
        LocalDay::of(self.number, month, day).expect("countries name dates that every year has")
    }

    /// Marks a day with a kind, unless it has a later kind; days of other years are ignored.
    pub fn mark(&mut self, day: LocalDay, kind: DayKind) {
        if let Some(held) = usize::try_from(day.0 - self.first).ok().and_then(|at| self.kinds.get_mut(at)) {
            *held = kind.max(*held);
        }
        if matches!(kind, DayKind::Sale | DayKind::OnlineSale) {
            self.sales(day..=day);
        }
    }

    /// Marks days of sales; days of other years are ignored.
    pub fn sales(&mut self, days: RangeInclusive<LocalDay>) {
        for day in days.start().0..=days.end().0 {
            if let Some(held) = usize::try_from(day - self.first).ok().and_then(|at| self.sales.get_mut(at)) {
                *held = true;
            }
        }
    }

    /// Marks the sales from the day after Christmas to the year's end, and those of January up to `last`.
    pub fn christmas_sales(&mut self, last: u32) {
        self.sales(self.date(1, 1)..=self.date(1, last));
        self.sales(self.date(12, 26)..=self.date(12, 31));
    }

    /// Marks a date.
    pub fn on(&mut self, month: u32, day: u32, kind: DayKind) {
        self.mark(self.date(month, day), kind);
    }

    /// Marks all days from `from` to `to`, both of them (month, day), included.
    pub fn span(&mut self, from: (u32, u32), to: (u32, u32), kind: DayKind) {
        self.days(self.date(from.0, from.1)..=self.date(to.0, to.1), kind);
    }

    /// Marks all these days.
    pub fn days(&mut self, days: RangeInclusive<LocalDay>, kind: DayKind) {
        (days.start().0..=days.end().0).for_each(|day| self.mark(LocalDay(day), kind));
    }

    /// Returns the `n`th (from 1) `weekday` (0 = Monday) of a month of this year.
    pub fn nth(&self, n: i32, weekday: u8, month: u32) -> LocalDay {
        moving::nth_weekday(self.number, month, n, weekday)
    }

    /// Returns the last `weekday` of a month of this year.
    pub fn last(&self, weekday: u8, month: u32) -> LocalDay {
        moving::last_weekday(self.number, month, weekday)
    }

    /// Returns Easter Sunday.
    pub fn easter(&self) -> LocalDay {
        moving::easter(self.number)
    }

    /// Marks a holiday with the day before it and the day after.
    pub fn holiday(&mut self, day: LocalDay, kind: DayKind) {
        self.mark(LocalDay(day.0 - 2), DayKind::EarlyEve);
        self.mark(LocalDay(day.0 - 1), DayKind::Eve);
        self.mark(day, kind);
        self.mark(day.next(), DayKind::DayAfter);
    }

    /// Marks 22 to 25 December; on the 24th shops close at noon.
    pub fn christmas(&mut self) {
        self.on(12, 22, DayKind::EarlyEve);
        self.on(12, 23, DayKind::Eve);
        self.on(12, 24, DayKind::HalfDay);
        self.on(12, 25, DayKind::Closed);
        self.on(12, 26, DayKind::DayAfter);
    }

    /// Marks 30 December to 2 January.
    pub fn turn(&mut self) {
        self.on(1, 1, DayKind::NewYear);
        self.on(1, 2, DayKind::DayAfter);
        self.on(12, 30, DayKind::EarlyEve);
        self.on(12, 31, DayKind::NewYearsEve);
    }

    /// Marks the week of Black Friday, the day after the fourth Thursday of November, to Cyber Monday.
    pub fn black_friday(&mut self) {
        let friday = LocalDay(self.nth(4, 3, 11).0 + 1);
        self.days(LocalDay(friday.0 - 4)..=LocalDay(friday.0 + 3), DayKind::SaleSeason);
        self.mark(friday, DayKind::Sale);
        self.mark(LocalDay(friday.0 + 3), DayKind::OnlineSale);
    }
}

fn new_year(year: i32) -> i32 {
    LocalDay::of(year, 1, 1).expect("every year has a first of January").0
}
