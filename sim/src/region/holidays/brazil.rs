//! The days of Brazil: national holidays, those of the State and city of São Paulo, Carnival, the days of presents.

use super::kind::DayKind::*;
use super::year::Year;
use crate::region::local_time::LocalDay;

pub(super) fn mark(year: &mut Year) {
    schools(year);
    national(year);
    easter(year);
    gifts(year);
    if year.number >= 2010 {
        year.black_friday();
    }
    let season = year.nth(4, 3, 11).0 + 2;
    year.days(LocalDay(season)..=year.date(12, 23), SaleSeason);
    year.christmas();
    year.christmas_sales(7);
    year.turn();
}

fn national(year: &mut Year) {
    for (month, day) in [(1, 25), (4, 21), (5, 1), (9, 7), (11, 2), (11, 15)] {
        year.on(month, day, Holiday);
    }
    for (since, month, day) in [(1980, 10, 12), (1997, 7, 9), (2004, 11, 20)] {
        if year.number >= since {
            year.on(month, day, Holiday);
        }
    }
}

/// Carnival from Saturday to Tuesday, Ash Wednesday's morning, Good Friday, Easter with its chocolate, Corpus Christi.
fn easter(year: &mut Year) {
    let easter = year.easter();
    let day = |after: i32| LocalDay(easter.0 + after);
    year.mark(day(-51), Eve);
    year.days(day(-50)..=day(-47), Carnival);
    year.mark(day(-46), DayAfter);
    year.mark(day(-3), EarlyEve);
    year.mark(day(-2), Holiday);
    year.mark(day(-1), Eve);
    year.mark(day(0), FamilyHoliday);
    year.mark(day(60), Holiday);
}

/// Marks the days of gifts (Mother's Day, Dia dos Namorados, Father's Day and Dia das Crianças) and the shopping days
/// before them.
fn gifts(year: &mut Year) {
    for day in [year.nth(2, 6, 5), year.date(6, 12), year.nth(2, 6, 8), year.date(10, 12)] {
        year.days(LocalDay(day.0 - 6)..=LocalDay(day.0 - 1), SaleSeason);
        year.mark(day, Gift);
    }
    if year.number >= 2015 {
        year.on(11, 11, OnlineSale);
    }
}

fn schools(year: &mut Year) {
    year.span((1, 1), (1, 31), SchoolBreak);
    year.span((7, 1), (7, 31), SchoolBreak);
    year.span((12, 16), (12, 31), SchoolBreak);
}
