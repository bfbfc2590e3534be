//! The days of the United States: federal holidays, the days of sales and presents, Houston's school holidays.

use super::kind::DayKind::*;
use super::year::Year;
use crate::region::local_time::LocalDay;

pub(super) fn mark(year: &mut Year) {
    federal(year);
    gifts(year);
    schools(year);
    year.black_friday();
    let season = year.nth(4, 3, 11).0 + 2;
    year.days(LocalDay(season)..=year.date(12, 23), SaleSeason);
    let thanksgiving = year.nth(4, 3, 11);
    year.holiday(thanksgiving, FamilyHoliday);
    year.christmas();
    year.christmas_sales(1);
    year.turn();
    // Food for the grill is bought the day before.
    for day in [year.last(0, 5), year.date(7, 4), year.nth(1, 0, 9)] {
        year.mark(LocalDay(day.0 - 1), EarlyEve);
    }
}

/// Marks the federal holidays. On Juneteenth, Columbus and Veterans Day mostly public offices and schools are closed.
fn federal(year: &mut Year) {
    let number = year.number;
    if number >= 1986 {
        year.mark(year.nth(3, 0, 1), Holiday);
    }
    year.mark(if number >= 1971 { year.nth(3, 0, 2) } else { year.date(2, 22) }, Holiday);
    year.mark(if number >= 1971 { year.last(0, 5) } else { year.date(5, 30) }, Holiday);
    year.mark(observed(year.date(7, 4)), Holiday);
    year.on(7, 4, Holiday);
    year.mark(year.nth(1, 0, 9), Holiday);
    if number >= 2021 {
        year.mark(observed(year.date(6, 19)), SchoolBreak);
    }
    year.mark(if number >= 1971 { year.nth(2, 0, 10) } else { year.date(10, 12) }, SchoolBreak);
    year.mark(
        if (1971..1978).contains(&number) { year.nth(4, 0, 10) } else { observed(year.date(11, 11)) },
        SchoolBreak,
    );
    year.mark(observed(year.date(12, 25)), Holiday);
    year.mark(observed(year.date(1, 1)), Holiday);
    let next = LocalDay(year.date(12, 31).0 + 1);
    year.mark(observed(next), Holiday);
}

/// Returns the observed day: a holiday on a Saturday is kept on Friday, one on a Sunday on Monday.
fn observed(day: LocalDay) -> LocalDay {
    match day.weekday() {
        5 => LocalDay(day.0 - 1),
        6 => day.next(),
        _ => day,
    }
}

fn gifts(year: &mut Year) {
    year.on(2, 14, Gift);
    year.mark(year.nth(2, 6, 5), Gift);
    year.mark(year.nth(3, 6, 6), Gift);
    let easter = year.easter();
    year.mark(LocalDay(easter.0 - 1), Eve);
    year.mark(easter, FamilyHoliday);
    year.on(10, 31, Gift);
}

fn schools(year: &mut Year) {
    year.span((1, 1), (1, 5), SchoolBreak);
    let spring = year.nth(2, 0, 3);
    year.days(spring..=LocalDay(spring.0 + 4), SchoolBreak);
    year.span((6, 6), (8, 12), SchoolBreak);
    let thanksgiving = year.nth(4, 3, 11);
    year.days(LocalDay(thanksgiving.0 - 3)..=LocalDay(thanksgiving.0 + 1), SchoolBreak);
    year.span((12, 21), (12, 31), SchoolBreak);
}
