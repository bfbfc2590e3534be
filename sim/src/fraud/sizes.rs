//! How many victims a campaign has and how many acts each suffers: the laws, their draws and their exact means. What the
//! bank stops is not counted: the laws are those of what goes through. Knows no timing.

use super::kind::FraudKind;
use crate::engine::{Draws, sample};

/// So many at least, and further ones each with probability `again`, `most` at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    least: u32,
    again: f64,
    most: u32,
}

const fn count(least: u32, again: f64, most: u32) -> Count {
    Count { least, again, most }
}

impl Count {
    pub(crate) fn draw(self, draws: &mut Draws) -> u32 {
        self.least + sample::geometric(draws, self.again, self.most)
    }

    pub(crate) fn mean(self) -> f64 {
        let mut power = 1.0;
        f64::from(self.least)
            + (0..self.most).fold(0.0, |sum, _| {
                power *= self.again;
                sum + power
            })
    }
}

/// Campaigns of a wave: one leads to another, by the same operator, with the same means (Worldline: frauds of a type come
/// in runs of weeks).
pub(crate) const WAVE: Count = count(1, 0.38, 8);

/// Cards of a list that is tested; one list in so many is long.
const LIST: Count = count(4, 0.75, 16);
const LONG_LIST: Count = count(32, 0.94, 28);
const LONG_SHARE: f64 = 0.05;
/// The least list that is long.
pub(crate) const LONG: u32 = 30;

/// Acts against one tested card.
pub(crate) const TESTS: Count = count(1, 0.52, 4);
const CASH_OUTS: Count = count(1, 0.70, 9);
/// Share of tested cards that are cashed out.
const CASHED_OUT: f64 = 0.55;

/// Victims of the other kinds.
fn victims_law(kind: FraudKind) -> Count {
    match kind {
        FraudKind::SkimmedMerchant => count(6, 0.86, 60),
        FraudKind::MuleRing => count(5, 0.72, 20),
        _ => count(1, 0.0, 0),
    }
}

/// Acts against one victim, cash-outs of tested cards apart.
fn acts_law(kind: FraudKind) -> Count {
    match kind {
        FraudKind::CardTesting => TESTS,
        FraudKind::AccountTakeover => count(2, 0.70, 10),
        FraudKind::StolenCard => count(2, 0.70, 12),
        FraudKind::Velocity => count(6, 0.80, 20),
        FraudKind::SkimmedMerchant => count(1, 0.72, 10),
        FraudKind::MuleRing => count(3, 0.50, 6),
        FraudKind::BustOut => count(7, 0.80, 20),
        FraudKind::FriendlyFraud => count(1, 0.30, 3),
        FraudKind::PushPayment => count(1, 0.58, 6),
    }
}

/// How many victims a campaign goes for.
pub(crate) fn victims(kind: FraudKind, draws: &mut Draws) -> u32 {
    match kind {
        FraudKind::CardTesting if draws.chance(LONG_SHARE) => LONG_LIST.draw(draws),
        FraudKind::CardTesting => LIST.draw(draws),
        other => victims_law(other).draw(draws),
    }
}

/// How many acts a victim suffers, before any cash-out that follows tests.
pub(crate) fn acts(kind: FraudKind, draws: &mut Draws) -> u32 {
    acts_law(kind).draw(draws)
}

/// How many cash-outs follow the last test; none for a card that is left alone.
pub(crate) fn cash_outs(draws: &mut Draws) -> u32 {
    if draws.chance(CASHED_OUT) { CASH_OUTS.draw(draws) } else { 0 }
}

/// How many victims a campaign has on average.
pub(crate) fn mean_victims(kind: FraudKind) -> f64 {
    match kind {
        FraudKind::CardTesting => LONG_SHARE * LONG_LIST.mean() + (1.0 - LONG_SHARE) * LIST.mean(),
        other => victims_law(other).mean(),
    }
}

/// Expected transactions against one victim of `kind`.
pub(crate) fn expected_acts(kind: FraudKind) -> f64 {
    let cashed = if kind == FraudKind::CardTesting { CASHED_OUT * CASH_OUTS.mean() } else { 0.0 };
    acts_law(kind).mean() + cashed
}

/// Expected transactions of one campaign of `kind`.
pub fn expected_size(kind: FraudKind) -> f64 {
    mean_victims(kind) * expected_acts(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    #[test]
    fn expected_sizes_are_those_that_are_drawn() {
        for kind in FraudKind::ALL {
            let draws = &mut WorldKey::new(5).draws(kind as u64, Purpose::Expectation, 0);
            let one = |draws: &mut Draws| -> u32 {
                let count = victims(kind, draws);
                let cashed = |draws: &mut Draws| if kind == FraudKind::CardTesting { cash_outs(draws) } else { 0 };
                (0..count).map(|_| acts(kind, draws) + cashed(draws)).sum()
            };
            let mean = (0..40_000).map(|_| one(draws)).sum::<u32>() as f64 / 40_000.0;
            let off = mean / expected_size(kind) - 1.0;
            assert!(off.abs() < 0.02, "{kind:?}: {mean}, expected {}", expected_size(kind));
        }
    }

    #[test]
    fn the_mean_of_a_count_is_exact() {
        assert!((count(2, 0.70, 10).mean() - 4.267).abs() < 0.001);
        assert_eq!(count(3, 0.0, 0).mean(), 3.0);
    }
}
