//! Tests of the tables against published dates, and of properties that hold in every year.

use super::*;
use proptest::prelude::*;

fn day(year: i32, month: u32, day: u32) -> LocalDay {
    LocalDay::of(year, month, day).unwrap()
}

fn kind(country: Country, (year, month, date): (i32, u32, u32)) -> DayKind {
    HolidayTable::numbered(table_of(Some(country))).kind(day(year, month, date))
}

/// Checks that all these dates are of one kind.
fn all(country: Country, wanted: DayKind, dates: &[(i32, u32, u32)]) {
    for date in dates {
        assert_eq!(kind(country, *date), wanted, "{country:?} {date:?}");
    }
}

#[test]
fn the_states_keep_thanksgiving_and_shop_on_the_friday() {
    let us = Country::UnitedStates;
    all(us, DayKind::FamilyHoliday, &[(2024, 11, 28), (2025, 11, 27), (2026, 11, 26), (1970, 11, 26), (2099, 11, 26)]);
    all(us, DayKind::Eve, &[(2025, 11, 26), (2025, 12, 23)]);
    all(us, DayKind::EarlyEve, &[(2025, 11, 25), (2025, 12, 22)]);
    all(us, DayKind::Sale, &[(2024, 11, 29), (2025, 11, 28)]);
    all(us, DayKind::OnlineSale, &[(2024, 12, 2), (2025, 12, 1)]);
    all(us, DayKind::Gift, &[(2025, 5, 11), (2025, 6, 15), (2025, 2, 14)]);
    // Martin Luther King Day, Presidents' Day, Memorial Day, Independence Day and its substitute, Labor Day.
    all(us, DayKind::Holiday, &[(2025, 1, 20), (2025, 2, 17), (2025, 5, 26), (2026, 7, 3), (2026, 7, 4), (2025, 9, 1)]);
    all(us, DayKind::Usual, &[(1985, 1, 21), (2025, 11, 12), (2025, 9, 2), (2025, 10, 8)]);
}

#[test]
fn brazil_keeps_carnival_and_gives_presents_in_june() {
    let br = Country::Brazil;
    all(br, DayKind::Carnival, &[(2024, 2, 13), (2025, 3, 3), (2025, 3, 4), (2026, 2, 17)]);
    all(
        br,
        DayKind::Holiday,
        &[(2025, 4, 18), (2025, 6, 19), (2025, 1, 25), (2025, 7, 9), (2025, 9, 7), (2025, 11, 20)],
    );
    all(br, DayKind::Gift, &[(2025, 6, 12), (2025, 5, 11), (2025, 8, 10)]);
    all(br, DayKind::Sale, &[(2025, 11, 28)]);
    all(br, DayKind::OnlineSale, &[(2025, 11, 11)]);
    all(br, DayKind::Usual, &[(2000, 11, 20), (2025, 8, 1)]);
}

#[test]
fn england_moves_its_bank_holidays() {
    let gb = Country::England;
    let spring = [(2025, 4, 18), (2025, 4, 21), (2025, 5, 5), (2025, 5, 26), (2025, 8, 25)];
    all(gb, DayKind::Holiday, &spring);
    all(gb, DayKind::Holiday, &[(2020, 5, 8), (2022, 6, 2), (2022, 6, 3), (2022, 9, 19), (2023, 5, 8), (2012, 6, 4)]);
    all(gb, DayKind::Holiday, &[(2021, 12, 27), (2021, 12, 28), (2022, 12, 27), (2020, 12, 28), (2022, 1, 3)]);
    all(gb, DayKind::Closed, &[(2025, 12, 25), (2025, 4, 20)]);
    all(gb, DayKind::HalfDay, &[(2025, 12, 24)]);
    assert_ne!(kind(gb, (2020, 5, 4)), DayKind::Holiday, "moved to Friday");
    assert_eq!(kind(gb, (2025, 11, 27)), DayKind::SaleSeason, "no Thanksgiving");
}

#[test]
fn india_follows_the_moon() {
    let india = Country::India;
    all(
        india,
        DayKind::FamilyHoliday,
        &[(2019, 10, 27), (2020, 11, 14), (2021, 11, 4), (2022, 10, 24), (2023, 11, 12)],
    );
    // Maharashtra's banks closed for Lakshmi Puja on these days.
    all(india, DayKind::FamilyHoliday, &[(2024, 11, 1), (2025, 10, 21)]);
    all(
        india,
        DayKind::Holiday,
        &[(2024, 3, 25), (2025, 3, 14), (2024, 9, 7), (2025, 8, 27), (2024, 10, 12), (2025, 10, 2)],
    );
    all(india, DayKind::Holiday, &[(2025, 1, 26), (2025, 8, 15), (2025, 3, 31), (2023, 4, 22), (2023, 6, 29)]);
    all(india, DayKind::Eve, &[(2025, 10, 20), (2024, 10, 31)]);
    all(india, DayKind::FamilyHoliday, &[(2099, 11, 11), (2100, 11, 1), (2150, 10, 20), (2199, 11, 17)]);
    for table in [&lunar::HOLI, &lunar::GANESH_CHATURTHI, &lunar::DUSSEHRA, &lunar::DIWALI] {
        let dates: Vec<i32> = (1970..2200).map(|year| lunar::date(table, year).0).collect();
        let lunar = |pair: &[i32]| matches!(pair[1] - pair[0], 353..=356 | 382..=386);
        assert!(dates.windows(2).all(lunar), "twelve or thirteen moons from one to the next");
    }
}

#[test]
fn japan_has_golden_week_substitutes_and_equinoxes() {
    let jp = Country::Japan;
    all(jp, DayKind::Holiday, &[(2025, 4, 29), (2025, 5, 3), (2025, 5, 4), (2025, 5, 5), (2025, 5, 6)]);
    // The week of ten days of 2019, the silver weeks of 2009 and 2026, the moved days of 2020 and 2021.
    for date in 29..=30 {
        all(jp, DayKind::Holiday, &[(2019, 4, date)]);
    }
    (1..=6).for_each(|date| all(jp, DayKind::Holiday, &[(2019, 5, date)]));
    all(
        jp,
        DayKind::Holiday,
        &[(2009, 9, 21), (2009, 9, 22), (2009, 9, 23), (2026, 9, 21), (2026, 9, 22), (2026, 9, 23)],
    );
    all(
        jp,
        DayKind::Holiday,
        &[(2020, 7, 24), (2020, 8, 10), (2021, 7, 23), (2021, 8, 9), (2000, 1, 10), (1999, 1, 15)],
    );
    for (year, spring, autumn) in [(1970, 21, 23), (1979, 21, 24), (2000, 20, 23), (2024, 20, 22), (2025, 20, 23)] {
        all(jp, DayKind::Holiday, &[(year, 3, spring), (year, 9, autumn)]);
    }
    for (year, spring, autumn) in [(2099, 20, 23), (2100, 20, 23), (2134, 21, 23), (2150, 21, 23), (2199, 20, 23)] {
        all(jp, DayKind::Holiday, &[(year, 3, spring), (year, 9, autumn)]);
    }
    all(jp, DayKind::FamilyHoliday, &[(2025, 1, 2), (2025, 1, 3)]);
    assert_eq!(kind(jp, (2025, 12, 25)), DayKind::SchoolBreak, "no holiday");
}

#[test]
fn easter_moves_as_published() {
    for (year, month, date) in [
        (1970, 3, 29),
        (1981, 4, 19),
        (2008, 3, 23),
        (2011, 4, 24),
        (2038, 4, 25),
        (2099, 4, 12),
        (2100, 3, 28),
        (2199, 4, 14),
    ] {
        assert_eq!(moving::easter(year), day(year, month, date));
    }
}

#[test]
fn years_outside_the_table_and_no_country_have_usual_days() {
    all(Country::UnitedStates, DayKind::Usual, &[(1969, 12, 25), (2200, 12, 25), (2500, 1, 1)]);
    let none = HolidayTable::numbered(table_of(None));
    assert_eq!((none.kind(day(2025, 12, 25)), none.kind(LocalDay(i32::MAX))), (DayKind::Usual, DayKind::Usual));
    assert_eq!(HolidayTable::numbered(1).kind(LocalDay(i32::MIN)), DayKind::Usual);
}

#[test]
fn the_numbers_and_codes_are_those_of_the_lists() {
    assert!(DayKind::ALL.iter().enumerate().all(|(at, kind)| *kind as usize == at));
    for (country, code) in Country::ALL.into_iter().zip(Country::CODES) {
        assert_eq!((Country::from_code(code), table_of(Some(country))), (Some(country), 1 + country as usize));
    }
    assert_eq!(Country::from_code("us"), None);
}

#[test]
fn a_census_counts_every_day_of_28_years() {
    for table in 0..TABLES {
        let census = HolidayTable::numbered(table).census();
        assert_eq!(census.iter().map(|counted| counted.days).sum::<u32>(), 28 * 365 + 7);
        let mondays: u32 = census.iter().filter(|counted| counted.weekday == 0).map(|counted| counted.days).sum();
        assert_eq!(mondays, (28 * 365 + 7) / 7);
    }
}

proptest! {
    #[test]
    fn every_year_has_its_holidays_and_mostly_other_days(year in 1970i32..2200, at in 0usize..5) {
        let country = Country::ALL[at];
        let holidays = HolidayTable::numbered(table_of(Some(country)));
        let first = day(year, 1, 1).0;
        let kinds: Vec<DayKind> = (first..day(year, 12, 31).0 + 1).map(|d| holidays.kind(LocalDay(d))).collect();
        prop_assert_eq!((kinds[0], kinds[kinds.len() - 1]), (DayKind::NewYear, DayKind::NewYearsEve));
        let resting = kinds.iter().filter(|kind| kind.rests()).count();
        prop_assert!((8..=27).contains(&resting), "{} days of rest", resting);
        let plain = kinds.iter().filter(|kind| **kind <= DayKind::SaleSeason).count();
        prop_assert!(plain > 300, "{} plain days", plain);
        let holiday = kinds.iter().filter(|kind| **kind >= DayKind::FamilyHoliday).count();
        prop_assert!((1..=6).contains(&holiday), "{} holidays", holiday);
    }

    #[test]
    fn easter_is_a_sunday_of_spring(year in 1583i32..4000) {
        let easter = moving::easter(year);
        let (_, month, date) = easter.year_month_day();
        prop_assert!(easter.weekday() == 6 && (322..=425).contains(&(month * 100 + date)));
    }

    #[test]
    fn weekdays_of_a_month_are_found(year in 1900i32..2200, month in 1u32..=12, weekday in 0u8..7, n in 1i32..=4) {
        let found = moving::nth_weekday(year, month, n, weekday);
        let (y, m, d) = found.year_month_day();
        prop_assert_eq!((y, m, found.weekday(), (d as i32 - 1) / 7 + 1), (year, month, weekday, n));
        let last = moving::last_weekday(year, month, weekday);
        prop_assert!(last.weekday() == weekday && last.year_month_day().1 == month);
        prop_assert!(LocalDay(last.0 + 7).year_month_day().1 != month);
    }

    #[test]
    fn islamic_dates_come_each_354_or_355_days(year in 1970i32..2199) {
        let days: Vec<i32> = (year..year + 3).flat_map(|y| moving::islamic(y, 10, 1)).map(|d| d.0).collect();
        prop_assert!(days.len() >= 3 && days.windows(2).all(|w| (354..=355).contains(&(w[1] - w[0]))), "{:?}", days);
    }
}

#[test]
fn each_country_has_sales_of_its_own() {
    let sales = |country, (year, month, date)| {
        HolidayTable::numbered(table_of(Some(country))).has_sales(day(year, month, date))
    };
    let days =
        [(2025, 11, 28), (2025, 12, 27), (2026, 1, 6), (2026, 1, 22), (2026, 1, 3), (2025, 11, 11), (2026, 3, 3)];
    let kept = |country| days.map(|day| sales(country, day));
    assert_eq!(kept(Country::UnitedStates), [true, true, false, false, false, false, false]);
    assert_eq!(kept(Country::England), [true, true, true, false, true, false, false]);
    assert_eq!(kept(Country::Brazil), [true, true, true, false, true, true, false]);
    assert_eq!(kept(Country::India), [false, false, false, true, false, false, false]);
    assert_eq!(kept(Country::Japan), [true, false, false, false, true, true, false]);
    let none = HolidayTable::numbered(table_of(None));
    assert!(days.iter().all(|(year, month, date)| !none.has_sales(day(*year, *month, *date))));
}
