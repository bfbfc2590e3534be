//! Amounts of money as topics emit them. Must not depend on: formats, single topics.

use crate::value::Decimal;
use populace_sim::Money;

/// Returns the amount in units of its currency, with the currency's decimals.
#[inline]
pub fn amount(money: Money) -> Decimal {
    Decimal { scaled: money.minor, decimals: money.currency.decimals() }
}
