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
    let rng = &mut key.rng(Purpose::Cards, kind as u64);
    let (least, most) = CARD_VALIDITY_YEARS;
    let days = DAYS_PER_YEAR * rng.between(least, most);
    let age = account_age.as_seconds_f64() / 86_400.0;
    let expiries = (age / days).max(0.0) as u64;
    kind as u64 | u64::from(replaced) << 4 | (expiries & 0xfff) << 20
}
