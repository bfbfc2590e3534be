//! What kind of day a local day is, by country: public holidays, the days around them, sales, school holidays.
//! A pure table of the years 1970 to 2099; outside them every day is a usual one. Knows no rates: what a kind of day
//! does to buying, riding and traffic, those decide.

mod brazil;
mod england;
mod india;
mod japan;
mod lunar;
mod moving;
mod united_states;
mod year;

use super::calendar::LocalDay;
use std::sync::LazyLock;
use year::Year;

/// What sets a day apart. A day that is several things at once is the last of them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum DayKind {
    /// A day like others of its weekday.
    Usual,
    /// Schools are closed, everything else goes on.
    SchoolBreak,
    /// The weeks before the great feast, when presents are bought.
    SaleSeason,
    /// The day after a feast.
    DayAfter,
    /// The day before the eve, when shopping for the feast begins.
    EarlyEve,
    /// A day of sales on the Web: Cyber Monday, Singles' Day.
    OnlineSale,
    /// A day of presents and of eating out: Mother's Day, Valentine's Day.
    Gift,
    /// Offices and schools are closed, shops are open.
    Holiday,
    /// The last whole day on which food for a feast is bought.
    Eve,
    /// An eve of which only the morning is left for shopping: 24 December.
    HalfDay,
    /// A day of sales in shops and on the Web: Black Friday.
    Sale,
    /// Days and nights in the streets: Carnival.
    Carnival,
    /// New Year's Eve, with its night.
    NewYearsEve,
    /// A feast spent at home; many shops are closed.
    FamilyHoliday,
    /// New Year's Day: its first hours belong to the night before.
    NewYear,
    /// Nearly everything is closed: Christmas Day.
    Closed,
}

impl DayKind {
    /// How many kinds there are.
    pub const COUNT: usize = 16;

    /// All kinds, in their order.
    pub const ALL: [DayKind; DayKind::COUNT] = [
        DayKind::Usual,
        DayKind::SchoolBreak,
        DayKind::SaleSeason,
        DayKind::DayAfter,
        DayKind::EarlyEve,
        DayKind::OnlineSale,
        DayKind::Gift,
        DayKind::Holiday,
        DayKind::Eve,
        DayKind::HalfDay,
        DayKind::Sale,
        DayKind::Carnival,
        DayKind::NewYearsEve,
        DayKind::FamilyHoliday,
        DayKind::NewYear,
        DayKind::Closed,
    ];

    /// Whether offices are closed: such a day has the hours of a Sunday, whatever its weekday.
    #[inline]
    pub const fn rests(self) -> bool {
        use DayKind::*;
        matches!(self, Holiday | Carnival | FamilyHoliday | NewYear | Closed)
    }
}

pub use crate::base::Country;

impl Country {
    fn mark(self, year: &mut Year) {
        match self {
            Country::UnitedStates => united_states::mark(year),
            Country::Brazil => brazil::mark(year),
            Country::England => england::mark(year),
            Country::India => india::mark(year),
            Country::Japan => japan::mark(year),
        }
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

static HOLIDAY_TABLES: [LazyLock<HolidayTable>; TABLES] = [
    LazyLock::new(|| HolidayTable::new(None)),
    LazyLock::new(|| HolidayTable::new(Some(Country::UnitedStates))),
    LazyLock::new(|| HolidayTable::new(Some(Country::Brazil))),
    LazyLock::new(|| HolidayTable::new(Some(Country::England))),
    LazyLock::new(|| HolidayTable::new(Some(Country::India))),
    LazyLock::new(|| HolidayTable::new(Some(Country::Japan))),
];

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
        &HOLIDAY_TABLES[table]
    }

    fn new(country: Option<Country>) -> Self {
        let (mut kinds, mut sales) = (Vec::new(), Vec::new());
        if let Some(country) = country {
            for number in Year::SPAN {
                let mut year = Year::new(number);
                country.mark(&mut year);
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
