//! Amounts of money and factors as topics emit them. Must not depend on: formats, single topics.

use crate::value::Decimal;
use populace_sim::Money;

/// Returns the amount in units of its currency, with the currency's decimals.
#[inline]
pub fn amount(money: Money) -> Decimal {
    Decimal { scaled: money.minor, decimals: money.currency.decimals() }
}

/// Returns a factor with six decimals.
pub fn millionths(factor: f64) -> Decimal {
    Decimal { scaled: (factor * 1e6).round() as i64, decimals: 6 }
}
