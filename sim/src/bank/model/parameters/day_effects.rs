//! The effects of kinds of days on payments, as factors on a usual day.

use crate::base::CATEGORIES;
use crate::region::DayKind;

/// Factors of a kind of day: against a Sunday on days of rest, else against the same weekday.
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

/// No effect.
pub(crate) const NO_EFFECT: [f64; CATEGORIES] = [1.0; CATEGORIES];

/// The effects in the order of the kinds. Groceries are those of published baskets against the 29 days around (Complete
/// Journey): 1.63 on the eve of Thanksgiving and 1.43 on 23 December, 1.28 on Mother's Day, 0.83 on the day after;
/// sales and presents keep the proportions of published retail calendars, at two to three times a usual day.
#[rustfmt::skip]
pub(crate) const DAY_EFFECTS: [DayEffect; DayKind::COUNT] = [
    //       electronics, clothing, groceries, travel, services, digital, luxury, gambling, other
    effect(NO_EFFECT, NO_EFFECT, 1.0, 1.0), // usual
    effect([1.0, 1.05, 1.0, 1.3, 1.05, 1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.15, 1.0, 1.1, 1.0, 1.0, 1.0], 1.0, 1.0), // school break
    effect([1.4, 1.3, 1.02, 1.0, 1.02, 1.0, 1.6, 1.0, 1.35], [1.4, 1.3, 1.05, 0.9, 1.0, 1.1, 1.5, 1.0, 1.35], 1.05, 1.0), // sale season
    effect([1.1, 1.15, 0.83, 1.1, 0.85, 1.0, 0.8, 1.0, 0.9], [1.1, 1.15, 0.9, 1.0, 0.9, 1.1, 0.8, 1.0, 1.0], 0.85, 0.85), // day after
    effect([1.1, 1.1, 1.3, 1.1, 1.05, 1.0, 1.2, 1.0, 1.15], [1.0, 1.0, 1.1, 1.0, 0.95, 1.0, 1.0, 1.0, 1.0], 1.15, 1.05), // early eve
    effect([1.0, 1.0, 0.98, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [2.6, 2.4, 1.1, 1.3, 1.0, 1.6, 1.8, 1.0, 1.8], 1.0, 1.0), // online sale
    effect([1.05, 1.15, 1.28, 1.0, 1.4, 1.0, 1.7, 1.0, 1.7], [1.0, 1.0, 1.0, 1.0, 1.1, 1.1, 1.0, 1.0, 1.1], 1.1, 0.9), // gift
    effect([1.15, 1.15, 0.95, 1.4, 0.95, 1.0, 1.0, 1.1, 1.05], [1.05, 1.05, 0.95, 1.1, 0.8, 1.1, 1.0, 1.1, 1.0], 0.85, 0.6), // holiday
    effect([1.1, 1.15, 1.72, 1.3, 1.1, 1.0, 1.4, 1.0, 1.4], [0.85, 0.85, 0.9, 1.0, 0.9, 1.0, 0.8, 1.0, 0.85], 1.3, 1.0), // eve
    effect([0.7, 0.8, 1.15, 1.0, 0.7, 1.0, 1.1, 0.8, 1.0], [0.5, 0.5, 0.5, 0.6, 0.6, 1.2, 0.6, 0.8, 0.6], 0.9, 0.6), // half day
    effect([3.2, 2.6, 0.85, 0.9, 0.95, 1.0, 2.2, 1.0, 1.9], [3.2, 2.8, 1.1, 1.4, 1.0, 1.8, 2.2, 1.0, 2.0], 1.1, 0.9), // sale
    effect([0.5, 0.7, 0.95, 1.6, 1.15, 1.0, 0.6, 0.9, 1.0], [0.7, 0.7, 0.8, 1.1, 0.9, 0.9, 0.7, 1.0, 0.8], 1.2, 0.4), // carnival
    effect([0.7, 0.8, 1.3, 1.2, 1.0, 1.0, 1.1, 1.0, 1.0], [0.7, 0.7, 0.7, 0.9, 0.8, 0.9, 0.7, 0.9, 0.7], 1.1, 0.9), // new year's eve
    effect([0.35, 0.35, 0.65, 0.9, 0.45, 1.0, 0.2, 0.8, 0.4], [0.8, 0.8, 0.7, 0.7, 0.6, 1.2, 0.6, 0.9, 0.7], 0.5, 0.4), // family holiday
    effect([0.3, 0.3, 0.45, 1.0, 0.55, 1.0, 0.2, 0.9, 0.4], [0.8, 0.8, 0.8, 0.9, 0.7, 1.1, 0.6, 0.9, 0.7], 0.6, 0.4), // new year
    effect([0.08, 0.08, 0.2, 0.7, 0.3, 1.0, 0.05, 0.6, 0.15], [0.6, 0.6, 0.5, 0.6, 0.5, 1.4, 0.4, 0.7, 0.5], 0.35, 0.3), // closed
];

/// Local hour from which on people shop less on the eve of a holiday, and the factor from then on: they leave work
/// early.
pub(crate) const EVE_TAPER: (f64, f64) = (17.0, 0.55);
/// Local hour from which on shops close on half days, and the factor from then on.
pub(crate) const HALF_DAY_TAPER: (f64, f64) = (16.0, 0.04);
/// Local hour from which on shops close on New Year's Eve, and the factor from then on.
pub(crate) const NEW_YEARS_EVE_TAPER: (f64, f64) = (18.0, 0.15);
/// Local hour after which the rush of a sale is over, and the factor from then on.
pub(crate) const SALE_TAPER: (f64, f64) = (12.0, 0.7);
/// Local hour from which on people buy less online on half days and New Year's Eve, and the factor from then on.
pub(crate) const ONLINE_EVE_TAPER: (f64, f64) = (18.0, 0.5);
/// Scale in hours of the logistic curve of each taper.
pub(crate) const TAPER_HOURS: f64 = 0.5;
