//! Spells: visits that belong to one wish. A customer looks, compares and comes back, hours or days later, readier to decide
//! (`P_CHECKOUT_GIVEN_RETURN`); so visits cluster.
//! Must not depend on: customers and steps.

use super::parameters::*;
use crate::engine::{RngStream, sample};

/// The mean number of visits of a spell: one by habit, and those that continue it.
pub(in crate::shop) const VISITS_PER_SPELL: f64 = 1.0 / (1.0 - P_CONTINUE_SPELL * WISH_SHARE);

/// Draws the days until the next visit of a spell, for a customer with `per_day` visits by habit a day.
pub(in crate::shop) fn days_until_next(per_day: f64, rng: &mut RngStream) -> f64 {
    let mean = (SPELL_GAP_SHARE / per_day.max(1e-6)).clamp(SPELL_GAP_MIN_DAYS, SPELL_GAP_MAX_DAYS);
    mean * sample::exponential(rng)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    #[test]
    fn frequent_customers_return_within_hours_and_rare_ones_within_days() {
        let mut rng = WorldKey::new(1).rng(0, Purpose::VisitStep, 0);
        let mut mean = |per_day: f64| (0..4_000).map(|_| days_until_next(per_day, &mut rng)).sum::<f64>() / 4_000.0;
        let (frequent, rare) = (mean(1.0), mean(0.01));
        assert!(
            (frequent - SPELL_GAP_SHARE).abs() < 0.01 && (rare - SPELL_GAP_MAX_DAYS).abs() < 0.1,
            "{frequent} {rare}"
        );
        assert!(mean(0.0).is_finite());
    }
}
