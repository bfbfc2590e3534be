//! What visitors are up to, how often, and how long they go on. Laws only; knows neither carts nor steps.

use crate::engine::{Draws, sample};
use crate::person::Device;
use serde::{Deserialize, Serialize};

/// What a visitor is up to. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(in crate::shop) enum Intent {
    Bounce,
    Browse,
    Search,
    Buy,
    Review,
    /// Of a program: to look at pages.
    Crawl,
}

/// Shares of the intents bounce, browse and search among visits that are not to buy.
const INTENTS: [f64; 3] = [0.15, 0.62, 0.23];
/// How much likelier than the mean visit one with a phone, or with anything else, is to be one to buy, and to bounce:
/// conversions of 1.3 and 3.2 % (Adobe 2016), bounces of 37 and 26 % (Monetate 2015).
const EASE: [f64; 2] = [0.80, 1.43];
const BOUNCE: [f64; 2] = [1.1, 0.78];
/// At most so many events (YooChoose: 200 clicks).
pub(in crate::shop) const MOST_EVENTS: u32 = 200;

/// How much likelier than the mean visit one with this device is to be one to buy.
pub(in crate::shop) fn ease(device: Device) -> f64 {
    EASE[at(device)]
}

/// 0 for a phone, 1 for anything else.
fn at(device: Device) -> usize {
    usize::from(device.model().device_type != "Mobile")
}

impl Intent {
    /// What somebody is up to who does not mean to buy.
    pub(in crate::shop) fn idle(device: Device, draws: &mut Draws) -> Intent {
        let bounce = INTENTS[0] * BOUNCE[at(device)];
        let browse = bounce + (1.0 - bounce) * INTENTS[1] / (INTENTS[1] + INTENTS[2]);
        [Intent::Bounce, Intent::Browse, Intent::Search][sample::pick(&[bounce, browse, 1.0], draws.unit())]
    }

    /// The probability of a further event, drawn for each visit (Kumaraswamy's law with the second shape 2), so that the
    /// depth of visits has a tail that falls as n⁻², not exponentially: a few are very long.
    pub(in crate::shop) fn patience(self, draws: &mut Draws) -> f32 {
        let shape = match self {
            Intent::Bounce => return 0.0,
            Intent::Browse | Intent::Search => 2.6,
            Intent::Buy => 5.0,
            Intent::Review | Intent::Crawl => return 1.0,
        };
        libm::pow(1.0 - f64::sqrt(draws.unit_open()), 1.0 / shape) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    #[test]
    fn most_visits_are_short_and_a_few_are_very_long() {
        let mut draws = WorldKey::new(1).draws(0, Purpose::VisitStep, 0);
        let mut depth = || {
            let again = Intent::Browse.patience(&mut draws) as f64;
            1 + sample::geometric(&mut draws, again, MOST_EVENTS)
        };
        let depths: Vec<u32> = (0..40_000).map(|_| depth()).collect();
        let beyond = |n: u32| depths.iter().filter(|d| **d > n).count() as f64;
        assert!((0.25..0.55).contains(&(1.0 - beyond(1) / 40_000.0)), "bounces");
        // An exponential tail would fall by the square of the first step in the second.
        assert!(beyond(40) > 4.0 * beyond(20) * beyond(20) / 40_000.0, "{} {}", beyond(20), beyond(40));
    }
}
