//! The process against its expected numbers, by brute force and by counting.

use super::*;
use crate::base::Country;
use crate::engine::{Purpose, Span, WorldKey};
use proptest::prelude::*;

fn arrivals(calendar: &Calendar, from: &str, days: i64, per_day: f64, seed: u64) -> Vec<VirtualTime> {
    let day = hours(&[bump(13.0, 2.0, 0.8)], 0.2);
    let rhythm = Rhythm::new(&week(day, day, [1.0; 7]), &EVEN_MONTHS);
    let start = crate::scenario::resolve_time(from, VirtualTime::from_micros(0)).expect("a time");
    let (end, mut now, mut all) = (start + Span::from_days(days), start, Vec::new());
    for act in 0.. {
        let mut rng = WorldKey::new(seed).rng(1, Purpose::Habit, act);
        now = rhythm.next_arrival(calendar, now, 30, per_day, &mut rng);
        if now >= end {
            break;
        }
        all.push(now);
    }
    all
}

#[test]
fn the_rate_is_kept_and_the_curve_is_followed() {
    let calendar = Calendar::new("America/Chicago").expect("a zone");
    let all: Vec<_> = (0..25).flat_map(|seed| arrivals(&calendar, "2026-01-01", 400, 10.0, seed)).collect();
    assert!((99_000..101_000).contains(&all.len()), "{} arrivals where 100,000 are expected", all.len());
    let at = |h: u8| all.iter().filter(|t| calendar.local(**t).hour() == h).count();
    assert!(at(13) > 5 * at(2), "{} at 13 h, {} at 2 h", at(13), at(2));
}

#[test]
fn rare_things_happen_at_their_rate_too() {
    let calendar = Calendar::new("Asia/Tokyo").expect("a zone");
    let count: usize = (0..40).map(|seed| arrivals(&calendar, "2026-01-01", 1_000, 0.02, seed).len()).sum();
    assert!((720..880).contains(&count), "{count} arrivals where 800 are expected");
}

#[test]
fn a_skipped_hour_moves_on_and_a_repeated_one_counts_once() {
    let calendar = Calendar::new("America/Chicago").expect("a zone");
    let in_hour = |day: &str, utc_hour: i64, seeds: u64| -> usize {
        let midnight = crate::scenario::resolve_time(day, VirtualTime::from_micros(0)).expect("a date").seconds();
        let inside = |t: &VirtualTime| (t.seconds() - midnight).div_euclid(3_600) == utc_hour;
        (0..seeds).map(|s| arrivals(&calendar, day, 1, 40.0, s).iter().filter(|t| inside(t)).count()).sum()
    };
    // 1 November 2026: 1 h local is 6 h and again 7 h UTC; all of it falls into the first.
    let (first, again, after) =
        (in_hour("2026-11-01", 6, 300), in_hour("2026-11-01", 7, 300), in_hour("2026-11-01", 8, 300));
    assert!(again == 0 && first > 0 && after > 0, "{first} {again} {after}");
    // 8 March 2026: 2 h local does not exist; 8 h UTC is 3 h local and has both hours' arrivals.
    let (skipped, usual) = (in_hour("2026-03-08", 8, 300), in_hour("2026-03-09", 8, 300));
    assert!(skipped as f64 > 1.5 * usual as f64, "{skipped} and {usual}");
    assert_eq!(calendar.local(VirtualTime::from_seconds(1_772_953_200)).hour(), 1);
}

/// Returns a process that only buys on eves and before Christmas more, and in January less.
fn shopping() -> Rhythm {
    let day = hours(&[bump(13.0, 2.0, 0.8)], 0.2);
    let usual = week(day, day, [0.9, 1.0, 1.0, 1.0, 1.1, 1.2, 0.8]);
    let factor = |kind| match kind {
        DayKind::Eve => 1.7,
        DayKind::Closed => 0.0,
        DayKind::SaleSeason => 1.2,
        _ => 1.0,
    };
    let months = std::array::from_fn(|m| if m == 0 { 0.8 } else { 1.0 });
    Rhythm::by_kind(|kind| week_on(kind, &usual, factor(kind)), &months, &paydays())
}

fn calendar_of(country: Option<Country>) -> Calendar {
    let plain = Calendar::new("America/Chicago").expect("a zone");
    country.map_or(plain.clone(), |country| plain.with_holidays(country))
}

fn day(year: i32, month: u32, day: u32) -> LocalDay {
    LocalDay::of(year, month, day).expect("a date")
}

#[test]
fn the_mean_day_of_a_year_has_mass_one_in_every_country() {
    let rhythm = shopping();
    for country in std::iter::once(None).chain(Country::ALL.map(Some)) {
        let calendar = calendar_of(country);
        let year = |y: i32| -> f64 {
            let days = day(y, 1, 1).0..day(y + 1, 1, 1).0;
            days.clone().map(|d| rhythm.mass(&calendar, LocalDay(d))).sum::<f64>() / days.len() as f64
        };
        for y in 2001..2029 {
            assert!((year(y) - 1.0).abs() < 0.01, "{country:?} {y}: {}", year(y));
        }
        let mean = (2001..2029).map(year).sum::<f64>() / 28.0;
        assert!((mean - 1.0).abs() < 0.001, "{country:?}: {mean}");
    }
}

#[test]
fn an_eve_has_its_factor_and_a_closed_day_nothing() {
    let (rhythm, calendar) = (shopping(), calendar_of(Some(Country::UnitedStates)));
    let mass = |d: LocalDay| rhythm.mass(&calendar, d);
    let of_month = paydays()[25] / paydays()[18];
    let ratio = mass(day(2025, 11, 26)) / mass(day(2025, 11, 19));
    assert!((ratio - 1.7 * of_month).abs() < 1e-9, "{ratio}");
    assert_eq!(mass(day(2025, 12, 25)), 0.0);
    // A holiday on a Monday is like a Sunday.
    let ratio = mass(day(2025, 9, 1)) / mass(day(2025, 8, 31));
    assert!((ratio - paydays()[0] / paydays()[30]).abs() < 1e-9, "{ratio}");
}

#[test]
fn arrivals_of_a_year_come_as_often_as_expected_and_crowd_on_eves() {
    let (rhythm, calendar) = (shopping(), calendar_of(Some(Country::UnitedStates)));
    let (start, end) = (calendar.utc(day(2025, 1, 1), 0), calendar.utc(day(2026, 1, 1), 0));
    let (mut all, mut eve, mut week_before, mut closed) = (0, 0, 0, 0);
    for seed in 0..300 {
        let mut now = start;
        for act in 0.. {
            now = rhythm.next_arrival(&calendar, now, 0, 2.0, &mut WorldKey::new(seed).rng(1, Purpose::Habit, act));
            if now >= end {
                break;
            }
            all += 1;
            let local = calendar.local(now).day;
            eve += u32::from(local == day(2025, 11, 26));
            week_before += u32::from(local == day(2025, 11, 19));
            closed += u32::from(local == day(2025, 12, 25));
        }
    }
    assert!((217_000..221_000).contains(&all), "{all} where 219,000 are expected");
    let ratio = f64::from(eve) / f64::from(week_before);
    assert!((1.5..2.2).contains(&ratio) && closed == 0, "{ratio}, {closed} on a closed day");
}

#[test]
fn processes_rarer_than_the_search_have_no_arrivals() {
    let (rhythm, calendar) = (shopping(), calendar_of(None));
    let start = calendar.utc(day(2025, 1, 1), 0);
    let mut rng = WorldKey::new(1).rng(1, Purpose::Habit, 0);
    assert_eq!(rhythm.next_arrival(&calendar, start, 0, 0.0, &mut rng), VirtualTime::NEVER);
    let century = start + Span::from_days(36_525);
    let far = rhythm.next_arrival(&calendar, start, 0, 1e-30, &mut rng);
    assert!(far > start && (far < century || far == VirtualTime::NEVER), "{far:?}");
}

#[test]
fn money_is_spent_around_payday() {
    let days = paydays();
    let at = |wanted: f64| days.iter().position(|d| *d == wanted);
    let most = days.iter().copied().fold(0.0, f64::max);
    let least = days.iter().copied().fold(2.0, f64::min);
    assert_eq!((at(most), at(least)), (Some(28), Some(20)), "the 29th and the 21st");
}

proptest! {
    // Time that is rescaled by the expected mass has exponential gaps: nothing is lost at any border.
    #[test]
    fn the_mass_between_two_arrivals_is_the_number_that_was_drawn(
        seed: u64, from in 0i64..4_000_000_000, shift in -180i16..420, rate in 0.01f64..5.0, table in 0usize..6,
    ) {
        let country = table.checked_sub(1).map(|at| Country::ALL[at]);
        let (rhythm, calendar) = (shopping(), calendar_of(country).clone());
        let now = VirtualTime::from_seconds(from);
        let mut rng = WorldKey::new(seed).rng(3, Purpose::Habit, 9);
        let drawn = sample::exponential(&mut rng.clone()) / rate;
        let next = rhythm.next_arrival(&calendar, now, shift, rate, &mut rng);
        // A changed clock moves local time against it, so its days are left out.
        prop_assume!(calendar.offset_seconds(now) == calendar.offset_seconds(next));
        let own = |t: VirtualTime| Span::from_seconds(-60 * i64::from(shift)).micros() + calendar.local(t).day.0 as i64 * DAY_MICROS
            + calendar.local(t).micros_of_day;
        let until = |micros: i64| {
            let day = LocalDay(micros.div_euclid(DAY_MICROS) as i32);
            Day::of(&rhythm, &calendar, day).mass_until(micros.rem_euclid(DAY_MICROS) as f64 / HOUR_MICROS)
        };
        let days = own(now).div_euclid(DAY_MICROS)..own(next).div_euclid(DAY_MICROS);
        let whole: f64 = days.map(|d| rhythm.mass(&calendar, LocalDay(d as i32))).sum();
        let passed = whole + until(own(next)) - until(own(now));
        prop_assert!((passed - drawn).abs() < 1e-6, "{} and {}", passed, drawn);
    }
}

proptest! {
    #[test]
    fn an_arrival_before_a_limit_is_the_next_arrival(
        seed: u64,
        from_day in -400i64..60_000,
        limit_days in 0i64..90,
        shift_minutes in -3_000i16..3_000,
        per_day in 0.000_1..3.0,
    ) {
        let calendar = Calendar::new("America/Chicago").expect("a zone").with_holidays(Country::UnitedStates);
        let (rhythm, now) = (shopping(), VirtualTime::from_seconds(from_day * 86_400 + 12_345));
        let (limit, mut rng) = (now + Span::from_days(limit_days), WorldKey::new(seed).rng(1, Purpose::Habit, 1));
        let mut same = rng.clone();
        let next = rhythm.next_arrival(&calendar, now, shift_minutes, per_day, &mut rng);
        let found = rhythm.arrival_before(limit, &calendar, now, shift_minutes, per_day, &mut same);
        prop_assert!(if next < limit { found == next } else { found >= limit }, "{:?} for {:?}", found, next);
        prop_assert_eq!(found == VirtualTime::NEVER, next == VirtualTime::NEVER);
        prop_assert_eq!(rng.next_u64(), same.next_u64());
    }

    #[test]
    fn the_day_of_a_mass_is_found_from_any_guess(target in 0.0..50_000.0, guess in 0usize..60_000) {
        let before: Vec<f64> = (0..=SPAN_DAYS).map(|day| (day / 3 * 3) as f64).collect();
        let searched = before.partition_point(|mass| *mass <= target) - 1;
        prop_assert_eq!(day_of(&before, target, guess), searched);
    }
}
