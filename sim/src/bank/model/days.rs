//! What kinds of days do to spending: how much of each category is bought, how much cash and money moves, and in which
//! hours. Knows factors against a usual day; neither habits nor persons.

use super::event::CATEGORIES;
use crate::region::DayKind;
use crate::rhythm::{Week, reshaped, week_on};

/// What a kind of day multiplies by; on days of rest against a Sunday, else against the same weekday.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DayEffect {
    /// Purchases at the till, in the order of the categories.
    pub till: [f64; CATEGORIES],
    /// Purchases online.
    pub online: [f64; CATEGORIES],
    /// Withdrawals.
    pub cash: f64,
    /// Transfers.
    pub transfers: f64,
}

const fn effect(till: [f64; CATEGORIES], online: [f64; CATEGORIES], cash: f64, transfers: f64) -> DayEffect {
    DayEffect { till, online, cash, transfers }
}

const EVEN: [f64; CATEGORIES] = [1.0; CATEGORIES];

/// The effects in the order of the kinds. Groceries are those of published baskets against the 29 days around (Complete
/// Journey): 1.63 on the eve of Thanksgiving and 1.43 on 23 December, 1.28 on Mother's Day, 0.83 on the day after; what is
/// said of sales and presents keeps the proportions of published retail calendars, at two to three times a usual day.
#[rustfmt::skip]
const EFFECTS: [DayEffect; DayKind::COUNT] = [
    //       electronics, clothing, groceries, travel, services, digital, luxury, gambling, other
    effect(EVEN, EVEN, 1.0, 1.0), // usual
    effect([1.0, 1.05, 1.0, 1.3, 1.05, 1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.15, 1.0, 1.1, 1.0, 1.0, 1.0], 1.0, 1.0), // break
    effect([1.4, 1.3, 1.02, 1.0, 1.02, 1.0, 1.6, 1.0, 1.35], [1.4, 1.3, 1.05, 0.9, 1.0, 1.1, 1.5, 1.0, 1.35], 1.05, 1.0), // season
    effect([1.1, 1.15, 0.83, 1.1, 0.85, 1.0, 0.8, 1.0, 0.9], [1.1, 1.15, 0.9, 1.0, 0.9, 1.1, 0.8, 1.0, 1.0], 0.85, 0.85), // after
    effect([1.1, 1.1, 1.3, 1.1, 1.05, 1.0, 1.2, 1.0, 1.15], [1.0, 1.0, 1.1, 1.0, 0.95, 1.0, 1.0, 1.0, 1.0], 1.15, 1.05), // early eve
    effect([1.0, 1.0, 0.98, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [2.6, 2.4, 1.1, 1.3, 1.0, 1.6, 1.8, 1.0, 1.8], 1.0, 1.0), // online sale
    effect([1.05, 1.15, 1.28, 1.0, 1.4, 1.0, 1.7, 1.0, 1.7], [1.0, 1.0, 1.0, 1.0, 1.1, 1.1, 1.0, 1.0, 1.1], 1.1, 0.9), // gift
    effect([1.15, 1.15, 0.95, 1.4, 0.95, 1.0, 1.0, 1.1, 1.05], [1.05, 1.05, 0.95, 1.1, 0.8, 1.1, 1.0, 1.1, 1.0], 0.85, 0.6), // holiday
    effect([1.1, 1.15, 1.72, 1.3, 1.1, 1.0, 1.4, 1.0, 1.4], [0.85, 0.85, 0.9, 1.0, 0.9, 1.0, 0.8, 1.0, 0.85], 1.3, 1.0), // eve
    effect([0.7, 0.8, 1.15, 1.0, 0.7, 1.0, 1.1, 0.8, 1.0], [0.5, 0.5, 0.5, 0.6, 0.6, 1.2, 0.6, 0.8, 0.6], 0.9, 0.6), // half day
    effect([3.2, 2.6, 0.85, 0.9, 0.95, 1.0, 2.2, 1.0, 1.9], [3.2, 2.8, 1.1, 1.4, 1.0, 1.8, 2.2, 1.0, 2.0], 1.1, 0.9), // sale
    effect([0.5, 0.7, 0.95, 1.6, 1.15, 1.0, 0.6, 0.9, 1.0], [0.7, 0.7, 0.8, 1.1, 0.9, 0.9, 0.7, 1.0, 0.8], 1.2, 0.4), // carnival
    effect([0.7, 0.8, 1.3, 1.2, 1.0, 1.0, 1.1, 1.0, 1.0], [0.7, 0.7, 0.7, 0.9, 0.8, 0.9, 0.7, 0.9, 0.7], 1.1, 0.9), // new year's eve
    effect([0.35, 0.35, 0.65, 0.9, 0.45, 1.0, 0.2, 0.8, 0.4], [0.8, 0.8, 0.7, 0.7, 0.6, 1.2, 0.6, 0.9, 0.7], 0.5, 0.4), // feast
    effect([0.3, 0.3, 0.45, 1.0, 0.55, 1.0, 0.2, 0.9, 0.4], [0.8, 0.8, 0.8, 0.9, 0.7, 1.1, 0.6, 0.9, 0.7], 0.6, 0.4), // new year
    effect([0.08, 0.08, 0.2, 0.7, 0.3, 1.0, 0.05, 0.6, 0.15], [0.6, 0.6, 0.5, 0.6, 0.5, 1.4, 0.4, 0.7, 0.5], 0.35, 0.3), // closed
];

/// The effect of a kind of day.
pub(crate) fn effect_of(kind: DayKind) -> DayEffect {
    EFFECTS[kind as usize]
}

/// The mix of categories under these factors, and what they make of all purchases together.
pub(crate) fn mixed(mix: &[f64; CATEGORIES], factors: &[f64; CATEGORIES]) -> ([f64; CATEGORIES], f64) {
    let bought: [f64; CATEGORIES] = std::array::from_fn(|c| mix[c] * factors[c]);
    (bought, bought.iter().sum::<f64>() / mix.iter().sum::<f64>())
}

/// The hours at the till on a kind of day, `factor` times as busy as usual. `at_school` has the hours of a Saturday when
/// schools are closed.
pub(crate) fn till_week(kind: DayKind, usual: &Week, factor: f64, lives: Lives) -> Week {
    let mut week = week_on(kind, usual, factor);
    match kind {
        DayKind::SchoolBreak if lives == Lives::BySchool => {
            (0..5).for_each(|d| week[d] = like(&usual[5], &usual[d], factor))
        }
        // People leave work early to shop before the feast.
        DayKind::Eve | DayKind::EarlyEve => before_feast(&mut week, usual, factor),
        DayKind::HalfDay => week.iter_mut().for_each(|day| *day = reshaped(day, before(16.0, 0.04))),
        DayKind::NewYearsEve => week.iter_mut().for_each(|day| *day = reshaped(day, before(18.0, 0.15))),
        DayKind::Sale => week.iter_mut().for_each(|day| *day = reshaped(day, before(12.0, 0.7))),
        _ => {}
    }
    week
}

/// The shopping before a feast: by daylight, and on a weekend instead of the weekend's own, not on top of it.
fn before_feast(week: &mut Week, usual: &Week, factor: f64) {
    (5..7).for_each(|d| week[d] = like(&usual[d], &usual[3], factor));
    week.iter_mut().for_each(|day| *day = reshaped(day, before(17.0, 0.55)));
}

/// The hours online on a kind of day.
pub(crate) fn online_week(kind: DayKind, usual: &Week, factor: f64) -> Week {
    let mut week = week_on(kind, usual, factor);
    if matches!(kind, DayKind::HalfDay | DayKind::NewYearsEve) {
        week.iter_mut().for_each(|day| *day = reshaped(day, before(18.0, 0.5)));
    }
    week
}

/// Whose hours follow the school's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lives {
    /// Students, and parents who bring children.
    BySchool,
    /// All others.
    Otherwise,
}

/// The hours of `shape` with the mass of `usual` times `factor`.
fn like(shape: &[f64; 24], usual: &[f64; 24], factor: f64) -> [f64; 24] {
    let (shaped, mass): (f64, f64) = (shape.iter().sum(), usual.iter().sum());
    shape.map(|m| m * mass * factor / shaped)
}

/// A weight of 1 until about an hour of the day and of `rest` from then on.
fn before(hour: f64, rest: f64) -> impl Fn(f64) -> f64 {
    move |at| rest + (1.0 - rest) / (1.0 + libm::exp((at - hour) / 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::Category;

    const GROCERIES: usize = Category::Groceries as usize;

    #[test]
    fn groceries_have_the_published_ratios() {
        let till = |kind| effect_of(kind).till[GROCERIES];
        assert!(
            (1.5..1.9).contains(&till(DayKind::Eve)) && till(DayKind::Gift) == 1.28 && till(DayKind::DayAfter) == 0.83
        );
        assert!([DayKind::FamilyHoliday, DayKind::NewYear, DayKind::Closed].iter().all(|kind| till(*kind) < 0.9));
        assert_eq!(effect_of(DayKind::Usual).till, EVEN);
    }

    #[test]
    fn a_mix_counts_what_is_bought_more() {
        let (mix, factor) = mixed(&[0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], &effect_of(DayKind::Sale).till);
        assert!((factor - (3.2 + 2.6) / 2.0).abs() < 1e-12 && mix[GROCERIES] == 0.0);
    }

    #[test]
    fn weeks_keep_the_factor_and_shops_close_early_on_half_days() {
        let day: [f64; 24] = std::array::from_fn(|h| h as f64);
        let usual: Week = std::array::from_fn(|d| day.map(|mass| mass * (1.0 + d as f64)));
        let mass = |week: &Week, d: usize| week[d].iter().sum::<f64>() / usual[d].iter().sum::<f64>();
        for kind in DayKind::ALL {
            let week = till_week(kind, &usual, 0.7, Lives::BySchool);
            let like = |d: usize| match kind {
                _ if kind.rests() => mass(&week, d) * (1.0 + d as f64) / 7.0,
                DayKind::Eve | DayKind::EarlyEve if d >= 5 => mass(&week, d) * (1.0 + d as f64) / 4.0,
                _ => mass(&week, d),
            };
            assert!((0..7).all(|d| (like(d) - 0.7).abs() < 1e-9), "{kind:?}");
        }
        let eve = till_week(DayKind::HalfDay, &usual, 1.0, Lives::Otherwise);
        assert!(eve[2][18] < 0.2 * usual[2][18] && eve[2][10] > usual[2][10]);
    }
}
