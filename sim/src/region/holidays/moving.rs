//! Holidays whose dates move: weekdays of a month, Easter, equinoxes, the tabular Islamic year.
//! Must not depend on: countries.

use crate::region::local_time::LocalDay;

/// Returns the `n`th (from 1) `weekday` (0 = Monday) of a month.
pub(super) fn nth_weekday(year: i32, month: u32, n: i32, weekday: u8) -> LocalDay {
    on_or_after(first_of(year, month), weekday, n - 1)
}

/// Returns the last `weekday` of a month.
pub(super) fn last_weekday(year: i32, month: u32, weekday: u8) -> LocalDay {
    let next = if month == 12 { first_of(year + 1, 1) } else { first_of(year, month + 1) };
    on_or_after(next, weekday, -1)
}

/// Returns the first `weekday` on `day` or after it, moved by `weeks`.
pub(super) fn on_or_after(day: LocalDay, weekday: u8, weeks: i32) -> LocalDay {
    let ahead = (i32::from(weekday) - i32::from(day.weekday())).rem_euclid(7);
    LocalDay(day.0 + ahead + 7 * weeks)
}

fn first_of(year: i32, month: u32) -> LocalDay {
    LocalDay::of(year, month, 1).expect("every month has a first day")
}

/// Returns Easter Sunday of the Western churches: the anonymous Gregorian computus (Meeus, Jones, Butcher).
pub(super) fn easter(year: i32) -> LocalDay {
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    LocalDay::of(year, (days / 31) as u32, (days % 31 + 1) as u32).expect("the computus gives dates")
}

/// Returns the day of March of Japan's vernal equinox: the usual approximations of 1851 to 1979, to 2099 and to 2150,
/// the last for the years after it, too: by an ephemeris four of all dates to 2199 are a day off.
pub(super) fn vernal_equinox(year: i32) -> u32 {
    equinox(year, [20.8357, 20.8431, 21.8510])
}

/// Returns the day of September of Japan's autumnal equinox.
pub(super) fn autumnal_equinox(year: i32) -> u32 {
    equinox(year, [23.2588, 23.2488, 24.2488])
}

fn equinox(year: i32, [before, since, later]: [f64; 3]) -> u32 {
    let (base, leaps) = match year {
        ..1980 => (before, (year - 1983) / 4),
        1980..2100 => (since, (year - 1980) / 4),
        _ => (later, (year - 1980) / 4),
    };
    (base + 0.242_194 * f64::from(year - 1980) - f64::from(leaps)) as u32
}

/// Returns the days of Gregorian `year` on which a month and day of the tabular Islamic calendar falls: one, two or
/// none. The sighted moon may be a day earlier or later.
pub(super) fn islamic(year: i32, month: i32, day: i32) -> impl Iterator<Item = LocalDay> {
    // Days from the Hijra's epoch, 16 July 622 (Julian), to 1970-01-01.
    const EPOCH: i32 = 492_148;
    let near = (year - 622) * 33 / 32;
    let falls = move |hijri: i32| {
        let months = 29 * (month - 1) + month / 2;
        LocalDay(day - 1 + months + (hijri - 1) * 354 + (3 + 11 * hijri) / 30 - EPOCH)
    };
    (near - 1..=near + 2).map(falls).filter(move |day| day.year_month_day().0 == year)
}
