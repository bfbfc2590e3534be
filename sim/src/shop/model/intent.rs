//! The intent of a visit, and the law of its length.
//! Must not depend on: carts and steps.

use super::parameters::*;
use crate::device::Device;
use crate::engine::{Curve, RngStream, sample};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The intent of a visit. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(in crate::shop) enum Intent {
    Bounce,
    Browse,
    Search,
    Buy,
    Review,
    /// A program views pages.
    Crawl,
}

/// Returns the factor of this device on the probability of the intent to buy.
pub(in crate::shop) fn device_factor(device: Device) -> f64 {
    INTENT_BY_DEVICE[column(device)]
}

/// Returns 0 for a phone, 1 for any other device.
fn column(device: Device) -> usize {
    usize::from(!device.is_phone())
}

impl Intent {
    /// Draws the intent of a visit without the intent to buy.
    pub(in crate::shop) fn idle(device: Device, rng: &mut RngStream) -> Intent {
        let bounce = IDLE_INTENT_SHARES[0] * BOUNCE_BY_DEVICE[column(device)];
        let browse = bounce + (1.0 - bounce) * IDLE_INTENT_SHARES[1] / (IDLE_INTENT_SHARES[1] + IDLE_INTENT_SHARES[2]);
        [Intent::Bounce, Intent::Browse, Intent::Search][sample::pick(&[bounce, browse, 1.0], rng.unit())]
    }

    /// Draws the probability of a further event of one visit (Kumaraswamy's law with second shape 2), so that the number of
    /// events has a tail that falls as n⁻², not exponentially: a few visits are very long.
    pub(in crate::shop) fn patience(self, rng: &mut RngStream) -> f32 {
        match self {
            Intent::Bounce => 0.0,
            Intent::Browse | Intent::Search => single(&PATIENCE_IDLE, patience_idle, rng.unit_open()),
            Intent::Buy => single(&PATIENCE_BUY, patience_buy, rng.unit_open()),
            Intent::Review | Intent::Crawl => 1.0,
        }
    }
}

/// The laws of patience as tables.
static PATIENCE_IDLE: LazyLock<Curve> = LazyLock::new(|| Curve::new(patience_idle));
static PATIENCE_BUY: LazyLock<Curve> = LazyLock::new(|| Curve::new(patience_buy));

fn patience_idle(unit: f64) -> f64 {
    patience(unit, PATIENCE_SHAPE_IDLE)
}

fn patience_buy(unit: f64) -> f64 {
    patience(unit, PATIENCE_SHAPE_BUY)
}

fn patience(unit: f64, shape: f64) -> f64 {
    libm::pow(1.0 - f64::sqrt(unit), 1.0 / shape)
}

/// Returns the value of `function`, which is below 1, at `unit` in single precision, from its table where that is certain.
fn single(table: &Curve, function: fn(f64) -> f64, unit: f64) -> f32 {
    // The numbers from 1/64 to 1 at which the rounding to single precision changes are multiples of 2⁻³⁰.
    let near = table.between_steps(unit, (1u64 << 30) as f64).filter(|near| *near > 1.0 / 64.0);
    near.unwrap_or_else(|| function(unit)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    #[test]
    fn most_visits_are_short_and_a_few_are_very_long() {
        let mut rng = WorldKey::new(1).rng(0, Purpose::VisitStep, 0);
        let mut depth = || {
            let again = Intent::Browse.patience(&mut rng) as f64;
            1 + sample::geometric(&mut rng, again, MAX_EVENTS)
        };
        let depths: Vec<u32> = (0..40_000).map(|_| depth()).collect();
        let beyond = |n: u32| depths.iter().filter(|d| **d > n).count() as f64;
        assert!((0.25..0.55).contains(&(1.0 - beyond(1) / 40_000.0)), "bounces");
        // An exponential tail would fall by the square of the first step in the second.
        assert!(beyond(40) > 4.0 * beyond(20) * beyond(20) / 40_000.0, "{} {}", beyond(20), beyond(40));
    }

    #[test]
    fn patience_from_the_tables_is_exact() {
        let mut rng = WorldKey::new(1).rng(0, Purpose::VisitStep, 1);
        for intent in [Intent::Browse, Intent::Buy] {
            let function = if intent == Intent::Buy { patience_buy } else { patience_idle };
            for _ in 0..100_000 {
                let exact = function(rng.clone().unit_open()) as f32;
                assert_eq!(intent.patience(&mut rng).to_bits(), exact.to_bits());
            }
        }
    }
}
