//! Which card a person has: cards expire, and are replaced after fraud. Computed from who they are and what happened to
//! their cards; knows no transactions.

use crate::engine::Purpose;
use crate::person::Person;
use crate::scene::Scene;

/// Years between the expiries of a person's cards, at least and at most.
const CARD_YEARS: (f64, f64) = (2.0, 5.0);

/// Which card number `kind` is now: another one after each expiry, and after fraud that was noticed.
pub(super) fn act(scene: &Scene<'_>, person: &Person, kind: u64) -> u64 {
    let draws = &mut scene.town.draws(scene.entity(), Purpose::Cards, kind);
    let (least, most) = CARD_YEARS;
    let days = 365.25 * draws.between(least, most);
    let age = scene.now.since(person.profile.opened).as_seconds_f64() / 86_400.0;
    let expiries = (age / days).max(0.0) as u64;
    kind | u64::from(person.changes.cards_replaced) << 4 | (expiries & 0xfff) << 20
}
