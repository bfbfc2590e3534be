//! The referrers of visits, and the changes of their shares over the years.
//! Must not depend on: customers.

use super::parameters::P_DIRECT_GIVEN_RETURN;
use crate::base::REFERRERS;
use crate::engine::{RngStream, VirtualTime};

/// The index of visits by address or bookmark.
pub(in crate::shop) const DIRECT: u8 = 0;
/// The index of e-mails.
pub(in crate::shop) const EMAIL: u8 = 13;
const GOOGLE: u8 = 1;

/// The share of each referrer in 2020, in the order of their names in the contract, and its relative change per year: short
/// videos and pictures gain on the older networks.
const MIX: [(f64, f64); 15] = [
    (0.30, 0.0),
    (0.28, -0.01),
    (0.08, -0.05),
    (0.03, 0.0),
    (0.04, 0.05),
    (0.025, -0.08),
    (0.03, 0.02),
    (0.015, 0.12),
    (0.02, 0.01),
    (0.015, 0.06),
    (0.01, 0.0),
    (0.03, 0.01),
    (0.025, -0.05),
    (0.06, 0.0),
    (0.03, 0.01),
];

/// Draws the referrer of a visit by habit at `now`, with a factor on the share of direct visits.
pub(in crate::shop) fn of_habit(now: VirtualTime, direct: f64, rng: &mut RngStream) -> u8 {
    let years = (now.utc_day() as f64 / 365.25 - 50.0).clamp(0.0, 10.0);
    let mut shares = MIX.map(|(then, yearly)| then * (1.0 + yearly * years).max(0.1));
    shares[usize::from(DIRECT)] *= direct;
    let mut at = rng.unit() * shares.iter().sum::<f64>();
    let found = shares.iter().position(|share| {
        at -= share;
        at < 0.0
    });
    found.unwrap_or(0) as u8
}

/// Draws the referrer of a customer who comes back to finish something.
pub(in crate::shop) fn of_return(rng: &mut RngStream) -> u8 {
    if rng.chance(P_DIRECT_GIVEN_RETURN) { DIRECT } else { GOOGLE }
}

const _: () = assert!(MIX.len() == REFERRERS.len());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    fn share_of(name: &str, year: i64) -> f64 {
        let now = VirtualTime::from_seconds((year - 1970) * 31_557_600);
        let mut rng = WorldKey::new(1).rng(0, Purpose::Visit, year as u64);
        let hits = (0..20_000).filter(|_| REFERRERS[of_habit(now, 1.0, &mut rng) as usize] == name).count();
        hits as f64 / 20_000.0
    }

    #[test]
    fn shares_change_with_the_years() {
        assert!(share_of("tiktok.com", 2028) > 1.5 * share_of("tiktok.com", 2020));
        assert!(share_of("twitter.com", 2028) < 0.7 * share_of("twitter.com", 2020));
        assert!((share_of("direct", 2026) - 0.30).abs() < 0.04);
    }

    #[test]
    fn indices_match_the_names() {
        assert_eq!([DIRECT, GOOGLE, EMAIL].map(|r| REFERRERS[r as usize]), ["direct", "google.com", "email_campaign"]);
    }
}
