//! The current card of a person: cards expire, and are replaced after fraud. Computed from the person's key and
//! history. Must not depend on: transactions.

use super::parameters::accounts::{CARD_VALIDITY_YEARS, DAYS_PER_YEAR};
use crate::engine::{EntityKey, Purpose, Span};

/// The kinds of card. The numbers are part of the identifiers of cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum CardKind {
    /// The debit card, which every person has.
    Debit = 0,
    /// The credit card.
    Credit = 1,
}

/// Returns the number of the card of `kind` that the owner of an account of this age has: another one after each
/// expiry, and after each replacement.
pub(crate) fn card_number(key: EntityKey, kind: CardKind, account_age: Span, replaced: u16) -> u64 {
    kind as u64 | u64::from(replaced) << 4 | (expiries(key, kind, account_age) & 0xfff) << 20
}

/// Returns the number of cards of `kind` that have expired in an account of this age.
#[inline]
pub(crate) fn expiries(key: EntityKey, kind: CardKind, account_age: Span) -> u64 {
    expired(account_age, validity_days(key, kind))
}

#[inline]
fn validity_days(key: EntityKey, kind: CardKind) -> f64 {
    let rng = &mut key.rng(Purpose::Cards, kind as u64);
    let (least, most) = CARD_VALIDITY_YEARS;
    DAYS_PER_YEAR * rng.between(least, most)
}

#[inline]
fn expired(account_age: Span, validity_days: f64) -> u64 {
    let age = account_age.as_seconds_f64() / 86_400.0;
    (age / validity_days).max(0.0) as u64
}

/// The error that the time of an expiry may have by its rounded figures.
const ROUNDING: Span = Span::from_micros(1_000);

/// Returns the first age of the account after `account_age` at which a card of `kind` has expired, to the microsecond.
pub(crate) fn next_expiry(key: EntityKey, kind: CardKind, account_age: Span) -> Span {
    let days = validity_days(key, kind);
    let next = expired(account_age, days) + 1;
    let near = Span::from_seconds_f64(next as f64 * days * 86_400.0);
    let (mut before, mut after) = (near.micros() - ROUNDING.micros(), near.micros() + ROUNDING.micros());
    let is_after = |micros: i64| expired(Span::from_micros(micros), days) >= next;
    assert!(!is_after(before) && is_after(after), "an expiry is within the error of its figures");
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        if is_after(middle) { after = middle } else { before = middle }
    }
    Span::from_micros(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::WorldKey;

    #[test]
    fn another_card_is_valid_from_the_very_instant_of_an_expiry() {
        for entity in 0..200 {
            let key = WorldKey::new(3).of_entity(entity);
            for kind in [CardKind::Debit, CardKind::Credit] {
                let mut age = Span::from_micros(0);
                for number in 1..=12 {
                    age = next_expiry(key, kind, age);
                    let at = |micros: i64| card_number(key, kind, Span::from_micros(age.micros() + micros), 0);
                    assert_eq!((expiries(key, kind, age), at(0)), (number, at(1)));
                    assert_ne!(at(-1), at(0));
                }
            }
        }
    }
}
