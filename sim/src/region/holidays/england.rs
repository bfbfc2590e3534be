//! The days of England: bank holidays with their substitutes and the royal ones, days of presents, school holidays.

use super::kind::DayKind::*;
use super::year::Year;
use crate::region::local_time::LocalDay;

/// Bank holidays that were kept once: jubilees, weddings, a funeral, a coronation, the millennium.
const ONCE: [(i32, u32, u32); 10] = [
    (1973, 11, 14),
    (1977, 6, 7),
    (1981, 7, 29),
    (1999, 12, 31),
    (2002, 6, 3),
    (2011, 4, 29),
    (2012, 6, 5),
    (2022, 6, 3),
    (2022, 9, 19),
    (2023, 5, 8),
];

pub(super) fn mark(year: &mut Year) {
    schools(year);
    let season = if year.number >= 2013 { year.nth(4, 3, 11).0 + 2 } else { year.date(12, 1).0 };
    year.days(LocalDay(season)..=year.date(12, 23), SaleSeason);
    if year.number >= 2013 {
        year.black_friday();
    }
    year.on(2, 14, Gift);
    let easter = year.easter();
    // Mothering Sunday is three weeks before Easter.
    year.mark(LocalDay(easter.0 - 21), Gift);
    year.mark(year.nth(3, 6, 6), Gift);
    bank_holidays(year, easter);
    year.christmas();
    // Boxing Day and the January sales.
    year.christmas_sales(7);
    year.turn();
}

fn bank_holidays(year: &mut Year, easter: LocalDay) {
    let number = year.number;
    year.mark(LocalDay(easter.0 - 3), Eve);
    year.mark(LocalDay(easter.0 - 2), Holiday);
    year.mark(LocalDay(easter.0 - 1), Eve);
    // Large shops may not open on Easter Sunday.
    year.mark(easter, Closed);
    year.mark(easter.next(), Holiday);
    if number >= 1978 {
        // The 75th anniversary of the war's end moved it in 2020, the 50th in 1995.
        year.mark(if matches!(number, 1995 | 2020) { year.date(5, 8) } else { year.nth(1, 0, 5) }, Holiday);
    }
    year.mark(spring(year), Holiday);
    year.mark(year.last(0, 8), Holiday);
    ONCE.iter().filter(|once| once.0 == number).for_each(|(_, month, day)| year.on(*month, *day, Holiday));
    if number >= 1974 {
        year.mark(monday_if_weekend(year.date(1, 1)), Holiday);
    }
    year.on(12, 26, Holiday);
    match year.date(12, 25).weekday() {
        // If two holidays fall on a weekend, or one on its Sunday, the days after are kept.
        4 => year.on(12, 28, Holiday),
        5 => year.span((12, 27), (12, 28), Holiday),
        6 => year.on(12, 27, Holiday),
        _ => {}
    }
}

/// Returns the spring bank holiday, moved by three jubilees.
fn spring(year: &Year) -> LocalDay {
    match year.number {
        2002 => year.date(6, 4),
        2012 => year.date(6, 4),
        2022 => year.date(6, 2),
        _ => year.last(0, 5),
    }
}

fn monday_if_weekend(day: LocalDay) -> LocalDay {
    match day.weekday() {
        5 => LocalDay(day.0 + 2),
        6 => day.next(),
        _ => day,
    }
}

fn schools(year: &mut Year) {
    let easter = year.easter();
    let half_term = year.nth(3, 0, 2);
    let spring = year.last(0, 5);
    let autumn = year.last(0, 10);
    year.span((1, 1), (1, 4), SchoolBreak);
    for monday in [half_term, spring, autumn] {
        year.days(monday..=LocalDay(monday.0 + 4), SchoolBreak);
    }
    year.days(LocalDay(easter.0 - 7)..=LocalDay(easter.0 + 7), SchoolBreak);
    year.span((7, 23), (9, 1), SchoolBreak);
    year.span((12, 20), (12, 31), SchoolBreak);
}
