//! Money in whole minor units, and amounts that end as prices do.
//! Must not depend on: payers.

use super::currency::Currency;
use crate::engine::RngStream;

/// The ending of a merchant's amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// A sum of prices, taxes and tips: anything.
    Sum,
    /// Just below a whole number: .99; yen end in 80 or 98.
    Charm,
    /// Whole units; yen in hundreds.
    Whole,
    /// Halves; yen in fifties.
    Half,
}

impl Ending {
    /// All endings.
    pub const ALL: [Ending; 4] = [Ending::Sum, Ending::Charm, Ending::Whole, Ending::Half];
}

/// An amount of money in minor units (cents; whole yen).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// Its currency.
    pub currency: Currency,
}

impl Money {
    /// Returns the amount nearest to the worth of `dollars` US dollars, at least one minor unit.
    pub fn worth(dollars: f64, currency: Currency) -> Self {
        Money { minor: (libm::round(minor_of(dollars, currency)) as i64).max(1), currency }
    }

    /// Returns a price worth about `dollars` that ends as prices do: most in .99, .95, .49 or whole units.
    pub fn price(dollars: f64, currency: Currency, rng: &mut RngStream) -> Self {
        let raw = Money::worth(dollars, currency);
        let at = rng.unit();
        let minor = match currency.decimals() {
            0 => round_to(raw.minor, if at < 0.6 { 10 } else { 100 }, 0),
            _ if at < 0.40 => round_to(raw.minor, 100, -1),
            _ if at < 0.52 => round_to(raw.minor, 100, -5),
            _ if at < 0.64 => round_to(raw.minor, 100, 0),
            _ if at < 0.74 => round_to(raw.minor, 50, -1),
            _ => raw.minor,
        };
        Money { minor: minor.max(1), currency }
    }

    /// Returns an amount worth about `dollars` with this ending.
    #[inline]
    pub fn ending(dollars: f64, currency: Currency, ending: Ending) -> Self {
        let raw = Money::worth(dollars, currency).minor;
        let minor = match (currency.decimals(), ending) {
            (_, Ending::Sum) => raw,
            (0, Ending::Charm) if raw < 1_000 => round_to(raw, 100, -20),
            (_, Ending::Charm) => round_to(raw, 100, if currency.decimals() == 0 { -2 } else { -1 }),
            (_, Ending::Whole) => round_to(raw, 100, 0),
            (_, Ending::Half) => round_to(raw, 50, 0),
        };
        Money { minor: minor.max(1), currency }
    }

    /// Returns `factor` times the amount, at least one minor unit.
    pub fn times(self, factor: f64) -> Self {
        if factor == 1.0 {
            return self;
        }
        Money { minor: (libm::round(self.minor as f64 * factor) as i64).max(1), ..self }
    }

    /// Returns the approximate worth in US dollars.
    pub fn dollars(self) -> f64 {
        self.minor as f64 / minor_of(1.0, self.currency)
    }
}

fn minor_of(dollars: f64, currency: Currency) -> f64 {
    let unit = if currency.decimals() == 0 { 1.0 } else { 100.0 };
    dollars * currency.units_per_dollar() * unit
}

fn round_to(minor: i64, unit: i64, ending: i64) -> i64 {
    let whole = (minor + unit / 2) / unit * unit;
    if whole == 0 { minor } else { whole + ending }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    #[test]
    fn prices_are_positive_and_near_their_worth() {
        let mut rng = WorldKey::new(1).rng(0, Purpose::Habit, 0);
        for currency in [Currency::Usd, Currency::Jpy, Currency::Brl] {
            for dollars in [0.004, 0.3, 1.0, 17.3, 900.0] {
                let price = Money::price(dollars, currency, &mut rng);
                let worth = Money::worth(dollars, currency);
                assert!(price.minor > 0 && (price.minor - worth.minor).abs() <= 55, "{price:?} for {worth:?}");
                for ending in Ending::ALL {
                    let ended = Money::ending(dollars, currency, ending);
                    assert!(ended.minor > 0 && (ended.minor - worth.minor).abs() <= 70, "{ended:?} for {worth:?}");
                }
            }
        }
    }
}
