//! Spells: visits that belong to one wish. Somebody looks, compares, sleeps on it and comes back, hours or days later, readier
//! to decide (`customer::READY_AGAIN`); so visits gather. Laws only; knows neither customers nor steps.

use crate::engine::{Draws, sample};

/// The probability that a visit in which something was looked at has another one of the same spell behind it.
pub(in crate::shop) const GOES_ON: f64 = 0.44;
/// Share of the visits of a faithful customer that can go on: bounces have no wish, and who means to buy or to review
/// comes back for that.
const HAS_WISH: f64 = 0.81;
/// Visits of a spell by habit and by wish together, for each by habit.
pub(in crate::shop) const VISITS_A_SPELL: f64 = 1.0 / (1.0 - GOES_ON * HAS_WISH);

/// The mean time until the next visit of a spell, as a share of the mean time between visits by habit, and its bounds in
/// days: who comes often comes back within hours, who comes seldom within days.
const PART_OF_GAP: f64 = 0.06;
const LEAST_DAYS: f64 = 0.02;
const MOST_DAYS: f64 = 1.5;

/// A customer who goes on takes the first hour at which they are about: so many arrivals a day are on offer.
pub(in crate::shop) const OFFERED: f64 = 24.0;

/// Days until the next visit of a spell, for somebody with so many visits by habit a day.
pub(in crate::shop) fn days_until_next(per_day: f64, draws: &mut Draws) -> f64 {
    let mean = (PART_OF_GAP / per_day.max(1e-6)).clamp(LEAST_DAYS, MOST_DAYS);
    mean * sample::exponential(draws)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    #[test]
    fn who_comes_often_is_back_within_hours_and_who_comes_seldom_within_days() {
        let mut draws = WorldKey::new(1).draws(0, Purpose::VisitStep, 0);
        let mut mean = |per_day: f64| (0..4_000).map(|_| days_until_next(per_day, &mut draws)).sum::<f64>() / 4_000.0;
        let (often, seldom) = (mean(1.0), mean(0.01));
        assert!((often - PART_OF_GAP).abs() < 0.01 && (seldom - MOST_DAYS).abs() < 0.1, "{often} {seldom}");
        assert!(mean(0.0).is_finite());
    }
}
