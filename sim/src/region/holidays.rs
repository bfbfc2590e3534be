//! The kind of each local day by country: public holidays, the days around them, sales and school holidays. A table of the
//! years 1970 to 2199; outside them every day is a usual one. Sources: the holiday laws and school calendars that each
//! country's file names.
//! Must not depend on: the effects of a kind of day on purchases, rides and traffic.

mod brazil;
mod england;
mod india;
mod japan;
mod kind;
mod lunar;
mod moving;
mod united_states;
mod year;

pub use kind::DayKind;

use super::local_time::LocalDay;
use crate::base::Country;
use std::sync::OnceLock;
use year::Year;

/// Marks the holidays of a country in a year.
fn mark(country: Country, year: &mut Year) {
    match country {
        Country::UnitedStates => united_states::mark(year),
        Country::Brazil => brazil::mark(year),
        Country::England => england::mark(year),
        Country::India => india::mark(year),
        Country::Japan => japan::mark(year),
    }
}

/// The kinds of the days of a country.
#[derive(Debug)]
pub(crate) struct HolidayTable {
    /// From 1970-01-01 on; empty without a country.
    kinds: Vec<DayKind>,
    /// True for each day of `kinds` on which shops hold sales.
    sales: Vec<bool>,
    /// The days of 28 years by kind, weekday and month: in that many years, every date falls on every weekday equally
    /// often.
    census: Vec<Counted>,
}

/// A count of the days of a kind, weekday (0 = Monday) and month (0 = January).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub kind: DayKind,
    pub weekday: usize,
    pub month: usize,
    pub days: u32,
}

/// The number of tables: one without a country, and one for each country.
pub(crate) const TABLES: usize = Country::ALL.len() + 1;

static HOLIDAY_TABLES: [OnceLock<HolidayTable>; TABLES] = [const { OnceLock::new() }; TABLES];

/// Returns the number of a country's table, below [`TABLES`].
pub(crate) fn table_of(country: Option<Country>) -> usize {
    country.map_or(0, |country| 1 + country as usize)
}

impl HolidayTable {
    /// Returns table number `table`, which is computed on first use.
    ///
    /// # Panics
    /// If `table` is not below [`TABLES`].
    pub fn numbered(table: usize) -> &'static HolidayTable {
        HOLIDAY_TABLES[table].get_or_init(|| HolidayTable::new(table.checked_sub(1).map(|place| Country::ALL[place])))
    }

    fn new(country: Option<Country>) -> Self {
        let (mut kinds, mut sales) = (Vec::new(), Vec::new());
        if let Some(country) = country {
            for number in Year::SPAN {
                let mut year = Year::new(number);
                mark(country, &mut year);
                kinds.extend_from_slice(&year.kinds);
                sales.extend_from_slice(&year.sales);
            }
        }
        let mut holidays = HolidayTable { kinds, sales, census: Vec::new() };
        holidays.census = holidays.count();
        holidays
    }

    /// Returns the kind of a day.
    #[inline]
    pub fn kind(&self, day: LocalDay) -> DayKind {
        self.kinds.get(day.0 as usize).copied().unwrap_or(DayKind::Usual)
    }

    /// Returns whether shops hold sales on a day: on days of sales, and in the clearance after a holiday.
    pub fn has_sales(&self, day: LocalDay) -> bool {
        self.sales.get(day.0 as usize).copied().unwrap_or(false)
    }

    /// Returns the counts of the days from 2001 to 2028 by kind, weekday and month.
    pub fn census(&self) -> &[Counted] {
        &self.census
    }

    fn count(&self) -> Vec<Counted> {
        const FIRST: i32 = 11_323; // 2001-01-01
        const DAYS: i32 = 28 * 365 + 7;
        let mut counts = vec![0; DayKind::COUNT * 7 * 12];
        for day in (FIRST..FIRST + DAYS).map(LocalDay) {
            let (_, month, _) = day.year_month_day();
            counts[(self.kind(day) as usize * 7 + day.weekday() as usize) * 12 + month as usize - 1] += 1;
        }
        let counted = |(at, days): (usize, u32)| Counted {
            kind: DayKind::ALL[at / 84],
            weekday: at / 12 % 7,
            month: at % 12,
            days,
        };
        counts.into_iter().enumerate().filter(|(_, days)| *days > 0).map(counted).collect()
    }
}

#[cfg(test)]
mod tests;
