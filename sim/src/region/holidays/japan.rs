//! The days of Japan: national holidays under the law of their year with substitutes, Golden Week, Obon, New Year.

use super::kind::DayKind::*;
use super::moving;
use super::year::Year;
use crate::region::local_time::LocalDay;

pub(super) fn mark(year: &mut Year) {
    schools(year);
    let holidays = national(year);
    holidays.iter().chain(&substitutes(year.number, &holidays)).for_each(|day| year.mark(*day, Holiday));
    // Offices close for Obon and for the first days of the year by custom, not by law.
    year.span((8, 13), (8, 15), Holiday);
    year.on(8, 12, EarlyEve);
    gifts(year);
    if year.number >= 2014 {
        year.on(11, 11, OnlineSale);
        year.black_friday();
    }
    year.span((12, 1), (12, 23), SaleSeason);
    year.on(12, 24, Gift);
    year.on(12, 29, EarlyEve);
    year.on(12, 30, Eve);
    year.on(12, 31, NewYearsEve);
    year.on(1, 1, NewYear);
    year.span((1, 2), (1, 3), FamilyHoliday);
    // The first sales of the year, with their lucky bags.
    year.sales(year.date(1, 1)..=year.date(1, 5));
}

/// Returns the national holidays of a year, in no order.
fn national(year: &Year) -> Vec<LocalDay> {
    let number = year.number;
    let mut days = vec![year.date(1, 1), year.date(5, 3), year.date(5, 5), year.date(11, 3), year.date(11, 23)];
    days.push(year.date(3, moving::vernal_equinox(number)));
    days.push(year.date(9, moving::autumnal_equinox(number)));
    days.push(if number >= 2000 { year.nth(2, 0, 1) } else { year.date(1, 15) });
    // The emperors' birthdays, and the holidays that replaced the first.
    days.push(year.date(4, 29));
    match number {
        1989..=2018 => days.push(year.date(12, 23)),
        number if number >= 2020 => days.push(year.date(2, 23)),
        _ => {}
    }
    days.push(year.date(2, 11));
    if number >= 2007 {
        days.push(year.date(5, 4));
    }
    days.push(if number >= 2003 { year.nth(3, 0, 9) } else { year.date(9, 15) });
    summer(year, &mut days);
    once(year, &mut days);
    days
}

/// Adds Marine Day, Mountain Day and Sports Day, which the Olympic years moved.
fn summer(year: &Year, days: &mut Vec<LocalDay>) {
    match year.number {
        2020 => days.extend([year.date(7, 23), year.date(7, 24), year.date(8, 10)]),
        2021 => days.extend([year.date(7, 22), year.date(7, 23), year.date(8, 8)]),
        number => {
            let third = || year.nth(3, 0, 7);
            days.extend((number >= 1996).then(|| if number >= 2003 { third() } else { year.date(7, 20) }));
            days.extend((number >= 2016).then(|| year.date(8, 11)));
            days.push(if number >= 2000 { year.nth(2, 0, 10) } else { year.date(10, 10) });
        }
    }
}

/// Adds the weddings, a funeral and enthronements of the imperial house.
fn once(year: &Year, days: &mut Vec<LocalDay>) {
    let dates: &[(u32, u32)] = match year.number {
        1989 => &[(2, 24)],
        1990 => &[(11, 12)],
        1993 => &[(6, 9)],
        2019 => &[(4, 30), (5, 1), (5, 2), (10, 22)],
        _ => &[],
    };
    days.extend(dates.iter().map(|(month, day)| year.date(*month, *day)));
}

/// Returns the substitute of a holiday on a Sunday: the next day, since 2007 the next that is not a holiday (law of
/// 1973); and since 1986 a weekday between two holidays.
fn substitutes(number: i32, holidays: &[LocalDay]) -> Vec<LocalDay> {
    let mut days = Vec::new();
    for day in holidays {
        if number >= 1973 && day.weekday() == 6 {
            let mut free = day.next();
            while number >= 2007 && holidays.contains(&free) {
                free = free.next();
            }
            days.push(free);
        }
        let between = day.next();
        if number >= 1986 && holidays.contains(&between.next()) && between.weekday() != 6 {
            days.push(between);
        }
    }
    days
}

fn gifts(year: &mut Year) {
    year.on(2, 14, Gift);
    year.on(3, 14, Gift);
    year.mark(year.nth(2, 6, 5), Gift);
    year.mark(year.nth(3, 6, 6), Gift);
}

fn schools(year: &mut Year) {
    year.span((1, 1), (1, 7), SchoolBreak);
    year.span((3, 25), (4, 6), SchoolBreak);
    year.span((7, 21), (8, 31), SchoolBreak);
    year.span((12, 25), (12, 31), SchoolBreak);
}
