//! The days of Mumbai: national holidays, lunar holidays, the sales before Diwali, school holidays.

use super::kind::DayKind::*;
use super::lunar;
use super::moving;
use super::year::Year;
use crate::region::local_time::LocalDay;

pub(super) fn mark(year: &mut Year) {
    schools(year);
    national(year);
    muslim(year);
    hindu(year);
    year.on(2, 14, Gift);
    let easter = year.easter();
    year.mark(LocalDay(easter.0 - 2), Holiday);
    year.on(12, 25, Holiday);
    year.on(12, 31, NewYearsEve);
    year.on(1, 1, NewYear);
}

/// Republic Day, Ambedkar Jayanti, Maharashtra Day, Independence Day, Gandhi Jayanti; Shivaji Jayanti since 2000.
fn national(year: &mut Year) {
    for (month, day) in [(1, 26), (4, 14), (5, 1), (8, 15), (10, 2)] {
        year.on(month, day, Holiday);
    }
    if year.number >= 2000 {
        year.on(2, 19, Holiday);
    }
}

/// Marks Eid al-Fitr and Eid al-Adha by the tabular calendar: the day is right in four years of seven, else a day
/// early.
fn muslim(year: &mut Year) {
    for (month, day) in [(10, 1), (12, 10)] {
        for holiday in moving::islamic(year.number, month, day) {
            year.mark(LocalDay(holiday.0 - 1), Eve);
            year.mark(holiday, Holiday);
        }
    }
}

fn hindu(year: &mut Year) {
    let on = |table| lunar::date(table, year.number);
    let (holi, ganesh) = (on(&lunar::HOLI), on(&lunar::GANESH_CHATURTHI));
    let (dussehra, diwali) = (on(&lunar::DUSSEHRA), on(&lunar::DIWALI));
    let day = |of: LocalDay, after: i32| LocalDay(of.0 + after);
    for holiday in [holi, ganesh, dussehra] {
        year.mark(day(holiday, -1), Eve);
        year.mark(holiday, Holiday);
    }
    // Ganesha leaves for the sea on the eleventh day.
    year.mark(day(ganesh, 10), Holiday);
    // Gold is bought on Dhanteras, two days before Diwali; brothers are visited two days after.
    year.days(day(dussehra, -12)..=day(diwali, -1), SaleSeason);
    year.holiday(diwali, FamilyHoliday);
    year.days(day(diwali, 1)..=day(diwali, 2), Holiday);
    if year.number >= 2015 {
        // The sales around Republic Day.
        year.sales(year.date(1, 20)..=year.date(1, 26));
    }
    if year.number >= 2014 {
        // The shops' "big days" on the Web begin before Navaratri.
        year.days(day(dussehra, -12)..=day(dussehra, -9), OnlineSale);
    }
}

fn schools(year: &mut Year) {
    let diwali = lunar::date(&lunar::DIWALI, year.number);
    year.span((4, 21), (6, 12), SchoolBreak);
    year.days(LocalDay(diwali.0 - 3)..=LocalDay(diwali.0 + 16), SchoolBreak);
    year.span((12, 25), (12, 31), SchoolBreak);
}
