//! The effects of kinds of days on payments: the mix of categories, the volume of cash and transfers, and the hours.
//! Must not depend on: habits and persons.

use super::parameters::day_effects::{
    DAY_EFFECTS, DayEffect, EVE_TAPER, HALF_DAY_TAPER, NEW_YEARS_EVE_TAPER, ONLINE_EVE_TAPER, SALE_TAPER, TAPER_HOURS,
};
use crate::base::CATEGORIES;
use crate::region::DayKind;
use crate::rhythm::{Week, reshaped, week_on};

/// Returns the effect of a kind of day.
pub(crate) fn effect_of(kind: DayKind) -> DayEffect {
    DAY_EFFECTS[kind as usize]
}

/// Returns the mix of categories under these factors, and the factor on all purchases together that follows.
pub(crate) fn adjusted_mix(mix: &[f64; CATEGORIES], factors: &[f64; CATEGORIES]) -> ([f64; CATEGORIES], f64) {
    let bought: [f64; CATEGORIES] = std::array::from_fn(|c| mix[c] * factors[c]);
    (bought, bought.iter().sum::<f64>() / mix.iter().sum::<f64>())
}

/// Returns the hours at the till on a kind of day, with `factor` times the usual mass. People whose hours follow the
/// school's have the hours of a Saturday when schools are closed.
pub(crate) fn pos_week_on(kind: DayKind, usual: &Week, factor: f64, hours: DailyHours) -> Week {
    let mut week = week_on(kind, usual, factor);
    match kind {
        DayKind::SchoolBreak if hours == DailyHours::School => {
            (0..5).for_each(|d| week[d] = shaped_like(&usual[5], &usual[d], factor))
        }
        // People leave work early to shop before the holiday.
        DayKind::Eve | DayKind::EarlyEve => before_holiday(&mut week, usual, factor),
        DayKind::HalfDay => week.iter_mut().for_each(|day| *day = reshaped(day, taper(HALF_DAY_TAPER))),
        DayKind::NewYearsEve => week.iter_mut().for_each(|day| *day = reshaped(day, taper(NEW_YEARS_EVE_TAPER))),
        DayKind::Sale => week.iter_mut().for_each(|day| *day = reshaped(day, taper(SALE_TAPER))),
        _ => {}
    }
    week
}

/// Sets the hours of the shopping before a holiday: by daylight; on a weekend it replaces the usual shopping of the
/// weekend.
fn before_holiday(week: &mut Week, usual: &Week, factor: f64) {
    (5..7).for_each(|d| week[d] = shaped_like(&usual[d], &usual[3], factor));
    week.iter_mut().for_each(|day| *day = reshaped(day, taper(EVE_TAPER)));
}

/// Returns the hours online on a kind of day, with `factor` times the usual mass.
pub(crate) fn online_week_on(kind: DayKind, usual: &Week, factor: f64) -> Week {
    let mut week = week_on(kind, usual, factor);
    if matches!(kind, DayKind::HalfDay | DayKind::NewYearsEve) {
        week.iter_mut().for_each(|day| *day = reshaped(day, taper(ONLINE_EVE_TAPER)));
    }
    week
}

/// The basis of the hours of a person's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DailyHours {
    /// The hours of schools: students, and parents who bring children.
    School,
    /// Anything else.
    Other,
}

/// Returns the hours of `shape` with the mass of `usual` times `factor`.
fn shaped_like(shape: &[f64; 24], usual: &[f64; 24], factor: f64) -> [f64; 24] {
    let (shaped, mass): (f64, f64) = (shape.iter().sum(), usual.iter().sum());
    shape.map(|m| m * mass * factor / shaped)
}

/// Returns a weight of 1 until about an hour of the day and of `rest` from then on.
fn taper((hour, rest): (f64, f64)) -> impl Fn(f64) -> f64 {
    move |at| rest + (1.0 - rest) / (1.0 + libm::exp((at - hour) / TAPER_HOURS))
}

#[cfg(test)]
mod tests {
    use super::super::parameters::day_effects::NO_EFFECT;
    use super::*;
    use crate::base::Category;

    const GROCERIES: usize = Category::Groceries as usize;

    #[test]
    fn groceries_have_the_published_ratios() {
        let till = |kind| effect_of(kind).till[GROCERIES];
        assert!(
            (1.5..1.9).contains(&till(DayKind::Eve)) && till(DayKind::Gift) == 1.28 && till(DayKind::DayAfter) == 0.83
        );
        assert!([DayKind::FamilyHoliday, DayKind::NewYear, DayKind::Closed].iter().all(|kind| till(*kind) < 0.9));
        assert_eq!(effect_of(DayKind::Usual).till, NO_EFFECT);
    }

    #[test]
    fn an_adjusted_mix_has_the_mean_of_its_factors() {
        let (mix, factor) =
            adjusted_mix(&[0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], &effect_of(DayKind::Sale).till);
        assert!((factor - (3.2 + 2.6) / 2.0).abs() < 1e-12 && mix[GROCERIES] == 0.0);
    }

    #[test]
    fn weeks_keep_the_factor_and_shops_close_early_on_half_days() {
        let day: [f64; 24] = std::array::from_fn(|h| h as f64);
        let usual: Week = std::array::from_fn(|d| day.map(|mass| mass * (1.0 + d as f64)));
        let mass = |week: &Week, d: usize| week[d].iter().sum::<f64>() / usual[d].iter().sum::<f64>();
        for kind in DayKind::ALL {
            let week = pos_week_on(kind, &usual, 0.7, DailyHours::School);
            let like = |d: usize| match kind {
                _ if kind.rests() => mass(&week, d) * (1.0 + d as f64) / 7.0,
                DayKind::Eve | DayKind::EarlyEve if d >= 5 => mass(&week, d) * (1.0 + d as f64) / 4.0,
                _ => mass(&week, d),
            };
            assert!((0..7).all(|d| (like(d) - 0.7).abs() < 1e-9), "{kind:?}");
        }
        let eve = pos_week_on(DayKind::HalfDay, &usual, 1.0, DailyHours::Other);
        assert!(eve[2][18] < 0.2 * usual[2][18] && eve[2][10] > usual[2][10]);
    }
}
