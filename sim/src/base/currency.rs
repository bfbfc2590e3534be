//! The currencies of the wire contract. Knows no regions and no prices.

use serde::{Deserialize, Serialize};

/// A currency that amounts are told in.
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
    /// All of the contract, in its order.
    pub const ALL: [Currency; 7] =
        [Currency::Usd, Currency::Eur, Currency::Gbp, Currency::Jpy, Currency::Cad, Currency::Aud, Currency::Brl];

    /// The ISO 4217 code.
    pub const fn code(self) -> &'static str {
        match self {
            Currency::Usd => "USD",
            Currency::Eur => "EUR",
            Currency::Gbp => "GBP",
            Currency::Jpy => "JPY",
            Currency::Cad => "CAD",
            Currency::Aud => "AUD",
            Currency::Brl => "BRL",
        }
    }

    /// The currency with the ISO 4217 code `code` (upper case).
    pub fn from_code(code: &str) -> Option<Self> {
        Currency::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// Decimals of an amount: 2, for yen 0.
    pub const fn decimals(self) -> u32 {
        match self {
            Currency::Jpy => 0,
            _ => 2,
        }
    }

    /// What one US dollar's worth is in it, rounded: it only gives amounts their size.
    pub const fn scale(self) -> f64 {
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
