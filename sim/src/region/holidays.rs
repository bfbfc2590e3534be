//! What kind of day a local day is, by country: public holidays, the days around them, sales, school holidays.
//! A pure table of the years 1970 to 2099; outside them every day is a usual one. Knows no rates: what a kind of day
//! does to buying, riding and traffic, those decide.

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

/// Marks the days of a year that a country keeps.
fn mark(country: Country, year: &mut Year) {
    match country {
        Country::UnitedStates => united_states::mark(year),
        Country::Brazil => brazil::mark(year),
        Country::England => england::mark(year),
        Country::India => india::mark(year),
        Country::Japan => japan::mark(year),
    }
}

/// The kinds of a country's days.
#[derive(Debug)]
pub(crate) struct HolidayTable {
    /// From 1970-01-01 on; empty where no country's holidays are kept.
    kinds: Vec<DayKind>,
    /// Whether shops hold sales, by the same days.
    sales: Vec<bool>,
    /// How many days of 28 years are of each kind, weekday and month: that many years hold every weekday of every
    /// date equally often.
    census: Vec<Counted>,
}

/// So many days of a kind, weekday (0 = Monday) and month (0 = January).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub kind: DayKind,
    pub weekday: usize,
    pub month: usize,
    pub days: u32,
}

/// How many tables there are: one of no country, and one of each.
pub(crate) const TABLES: usize = Country::ALL.len() + 1;

static HOLIDAY_TABLES: [OnceLock<HolidayTable>; TABLES] = [const { OnceLock::new() }; TABLES];

/// The number of a country's table, below [`TABLES`].
pub(crate) fn table_of(country: Option<Country>) -> usize {
    country.map_or(0, |country| 1 + country as usize)
}

impl HolidayTable {
    /// Table number `table`, computed once.
    ///
    /// # Panics
    /// When there is no such table.
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

    /// The kind of a day.
    #[inline]
    pub fn kind(&self, day: LocalDay) -> DayKind {
        self.kinds.get(day.0 as usize).copied().unwrap_or(DayKind::Usual)
    }

    /// Whether the shops of the country hold sales on a day: on days of sales, and when they clear what a feast left.
    pub fn has_sales(&self, day: LocalDay) -> bool {
        self.sales.get(day.0 as usize).copied().unwrap_or(false)
    }

    /// How many days of 2001 to 2028 are of each kind, weekday and month.
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
