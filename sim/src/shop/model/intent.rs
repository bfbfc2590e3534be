//! The intent of a visit, and the law of its length.
//! Must not depend on: carts and steps.

use super::parameters::*;
use crate::device::Device;
use crate::engine::{RngStream, sample};
use serde::{Deserialize, Serialize};

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
        let shape = match self {
            Intent::Bounce => return 0.0,
            Intent::Browse | Intent::Search => PATIENCE_SHAPE_IDLE,
            Intent::Buy => PATIENCE_SHAPE_BUY,
            Intent::Review | Intent::Crawl => return 1.0,
        };
        libm::pow(1.0 - f64::sqrt(rng.unit_open()), 1.0 / shape) as f32
    }
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
}
