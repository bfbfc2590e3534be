//! The currencies of the wire contract.
//! Must not depend on: regions and prices.

use serde::{Deserialize, Serialize};

/// A currency of amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "ISO 4217 names them")]
pub enum Currency {
    Usd,
    Eur,
    Gbp,
    Jpy,
    Cad,
    Aud,
    Brl,
}

impl Currency {
    /// All currencies, in the order of the contract.
    pub const ALL: [Currency; 7] =
        [Currency::Usd, Currency::Eur, Currency::Gbp, Currency::Jpy, Currency::Cad, Currency::Aud, Currency::Brl];

    /// The ISO 4217 codes, in the same order.
    pub const CODES: &'static [&'static str] = &["USD", "EUR", "GBP", "JPY", "CAD", "AUD", "BRL"];

    /// Returns the ISO 4217 code.
    pub const fn code(self) -> &'static str {
        Self::CODES[self as usize]
    }

    /// Returns the currency with the ISO 4217 code `code` (upper case).
    pub fn from_code(code: &str) -> Option<Self> {
        Currency::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// Returns the number of decimals of an amount: 2, for yen 0.
    pub const fn decimals(self) -> u32 {
        match self {
            Currency::Jpy => 0,
            _ => 2,
        }
    }

    /// Returns the units of this currency for one US dollar, rounded: it sets the size of amounts only.
    pub const fn units_per_dollar(self) -> f64 {
        match self {
            Currency::Usd => 1.0,
            Currency::Eur => 0.9,
            Currency::Gbp => 0.8,
            Currency::Jpy => 150.0,
            Currency::Cad => 1.35,
            Currency::Aud => 1.5,
            Currency::Brl => 5.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back_to_their_currencies() {
        for currency in Currency::ALL {
            assert_eq!(Currency::from_code(currency.code()), Some(currency));
        }
        assert_eq!(Currency::from_code("INR"), None);
    }
}
