//! Amounts of purchases, as texts and in minor units.

use super::InjectError;
use populace_sim::{Command, Currency};
use serde::{Deserialize, Serialize};

/// An amount above 0: `digits` / 10^`decimals`. The person determines the currency, and the currency the allowed number
/// of decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// All digits as one number, 1 to 10¹¹.
    pub digits: u64,
    /// The number of decimals among them, 0 to 2.
    pub decimals: u32,
}

impl Amount {
    /// Parses an amount: digits with at most two decimals, above 0 and at most 10,000,000, or without decimals
    /// 1,000,000,000. No currency here has more decimals.
    pub fn parse(text: &str) -> Option<Amount> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let well_formed = number(whole) && part.len() <= 2 && (number(part) || !text.contains('.'));
        let digits = format!("{whole}{part}").parse().ok().filter(|digits| (1..=100_000_000_000).contains(digits))?;
        well_formed.then_some(Amount { digits, decimals: part.len() as u32 })
    }

    /// Returns the minor units of the amount in a currency.
    ///
    /// # Errors
    /// If the currency has fewer decimals, or the amount is too large for one person.
    pub fn minor_units(self, currency: Currency) -> Result<u32, InjectError> {
        let (code, decimals) = (currency.code().to_owned(), currency.decimals());
        let Some(missing) = decimals.checked_sub(self.decimals) else {
            return Err(InjectError::Decimals { currency: code });
        };
        let minor = self.digits.saturating_mul(10u64.pow(missing));
        let minor = u32::try_from(minor).ok().filter(|minor| *minor <= Command::MOST_MINOR);
        let max = Command::MOST_MINOR / 10u32.pow(decimals);
        minor.ok_or(InjectError::AmountTooLarge { currency: code, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_minor_units_of_the_currency() {
        let amount = |digits, decimals| Amount { digits, decimals };
        let dollars = |digits, decimals| amount(digits, decimals).minor_units(Currency::Usd);
        assert_eq!([dollars(425, 1), dollars(4_250, 2), dollars(1, 2)], [Ok(4_250), Ok(4_250), Ok(1)]);
        assert_eq!(dollars(10_000_000, 0), amount(1_000_000_000, 0).minor_units(Currency::Jpy));
        assert_eq!(amount(4_250, 0).minor_units(Currency::Jpy), Ok(4_250));
        for too_large in [dollars(1_000_000_001, 2), dollars(100_000_000_000, 0)] {
            assert!(too_large.expect_err("too large").to_string().contains("at most 10000000 USD"));
        }
        let yen = amount(4_250, 2).minor_units(Currency::Jpy).expect_err("yen have no decimals").to_string();
        assert!(yen.contains("JPY") && yen.contains("whole number"), "{yen}");
    }
}
