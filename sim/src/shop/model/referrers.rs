//! Where visits come from, and how that changes over the years. Knows no customers.

use super::event::REFERRERS;
use crate::engine::{Draws, VirtualTime};

/// Index of those who typed the address or have it among their favourites.
pub(in crate::shop) const DIRECT: u8 = 0;
/// Index of e-mails.
pub(in crate::shop) const EMAIL: u8 = 13;
const GOOGLE: u8 = 1;

/// Shares of the referrers in 2020, in the order of their names in the contract, and how much of it each loses or gains
/// in a year: short videos and pictures gain on the older networks.
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

/// The referrer of a visit by habit at `now`, where so many times as many as usual come directly.
pub(in crate::shop) fn of_habit(now: VirtualTime, direct: f64, draws: &mut Draws) -> u8 {
    let years = (now.utc_day() as f64 / 365.25 - 50.0).clamp(0.0, 10.0);
    let share = |(n, (then, yearly)): (usize, (f64, f64))| {
        let known = then * (1.0 + yearly * years).max(0.1);
        if n == usize::from(DIRECT) { known * direct } else { known }
    };
    let mut at = draws.unit() * MIX.into_iter().enumerate().map(share).sum::<f64>();
    let found = MIX.into_iter().enumerate().position(|entry| {
        at -= share(entry);
        at < 0.0
    });
    found.unwrap_or(0) as u8
}

/// The referrer of somebody who comes back to finish something: they know the way.
pub(in crate::shop) fn of_return(draws: &mut Draws) -> u8 {
    if draws.chance(0.7) { DIRECT } else { GOOGLE }
}

const _: () = assert!(MIX.len() == REFERRERS.len());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    fn share_of(name: &str, year: i64) -> f64 {
        let now = VirtualTime::from_seconds((year - 1970) * 31_557_600);
        let mut draws = WorldKey::new(1).draws(0, Purpose::Visit, year as u64);
        let hits = (0..20_000).filter(|_| REFERRERS[of_habit(now, 1.0, &mut draws) as usize] == name).count();
        hits as f64 / 20_000.0
    }

    #[test]
    fn the_mix_moves_with_the_years() {
        assert!(share_of("tiktok.com", 2028) > 1.5 * share_of("tiktok.com", 2020));
        assert!(share_of("twitter.com", 2028) < 0.7 * share_of("twitter.com", 2020));
        assert!((share_of("direct", 2026) - 0.30).abs() < 0.04);
    }

    #[test]
    fn the_names_are_where_they_are_expected() {
        assert_eq!([DIRECT, GOOGLE, EMAIL].map(|r| REFERRERS[r as usize]), ["direct", "google.com", "email_campaign"]);
    }
}
