//! The fraud kinds by name. `fraud::kinds` defines the behaviour of each.
//! Must not depend on: victims, amounts, times.

use serde::{Deserialize, Serialize};

/// Defines the fraud kinds of a list: number, name and scenario key of each.
macro_rules! fraud_kinds {
    ($($(#[$doc:meta])* $kind:ident = $number:literal, $name:literal, $key:literal;)*) => {
        /// A fraud kind. The numbers are part of the saved format, the names of logs, scenarios and records.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum FraudKind {
            $($(#[$doc])* $kind = $number,)*
        }

        impl FraudKind {
            /// All kinds, in the order of their numbers.
            pub const ALL: [FraudKind; KINDS] = [$(FraudKind::$kind),*];
            /// The names, in the order of the numbers.
            pub const NAMES: [&'static str; KINDS] = [$($name),*];
            /// The keys of the scenario's section `bank.fraud`, in the order of the numbers.
            pub const KEYS: [&'static str; KINDS] = [$($key),*];
        }

        /// The number of kinds.
        const KINDS: usize = [$($name),*].len();
    };
}

fraud_kinds! {
    /// Stolen card numbers are tried with small amounts, and those that work are cashed out.
    CardTesting = 0, "card-testing", "card_testing";
    /// An operator gets into an account and empties it.
    AccountTakeover = 1, "account-takeover", "account_takeover";
    /// A stolen card is spent until it is blocked.
    StolenCard = 2, "stolen-card", "stolen_card";
    /// A script makes many transactions with one card within minutes.
    Velocity = 3, "velocity", "velocity";
    /// Cards that were copied at one merchant are used elsewhere.
    SkimmedMerchant = 4, "skimmed-merchant", "skimmed_merchant";
    /// Accounts receive money and pass it on in parts.
    MuleRing = 5, "mule-ring", "mule_ring";
    /// An account that behaved well spends all its credit.
    BustOut = 6, "bust-out", "bust_out";
    /// Customers dispute their own purchases.
    FriendlyFraud = 7, "friendly-fraud", "friendly_fraud";
    /// The victim is persuaded to make transfers to a stranger.
    PushPayment = 8, "push-payment", "push_payment";
}

impl FraudKind {
    /// Returns the name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Returns the key of its share in the scenario's section `bank.fraud`.
    pub fn key(self) -> &'static str {
        Self::KEYS[self as usize]
    }

    /// Returns the kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// Returns the kind with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_those_of_the_log() {
        for kind in FraudKind::ALL {
            assert_eq!(FraudKind::parse(kind.name()), Some(kind));
            assert_eq!(FraudKind::from_key(kind.key()), Some(kind));
            assert_eq!(kind.key(), kind.name().replace('-', "_"));
            assert_eq!(serde_json::to_value(kind).expect("a name"), kind.name());
        }
        assert_eq!(FraudKind::parse("salary"), None);
    }
}
