//! The kinds of fraud, with the literature that describes them.
//! Must not depend on: victims, stages and amounts.

use serde::{Deserialize, Serialize};

/// A kind of fraud. The numbers are part of the saved format, the names of logs, scenarios and records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum FraudKind {
    /// Card testing, then cash-out. A list of stolen numbers is tried with small sums at one merchant, card after card
    /// within seconds (some lists over days); about half of what works is cashed out after a pause of hours, first as
    /// the victim would buy, then dearer. A long list makes a wave of thirty cards and more within ten minutes. (Two
    /// humps of amounts: ULB data; about three frauds per card and day: Fraud Detection Handbook, chapter 3.)
    CardTesting = 0,
    /// Account takeover. The operator enters from another device and network, looks around with a small payment, then
    /// transfers and buys in a burst; accounts that hardly move are preferred. The bank freezes the account. (Europol,
    /// Internet Organised Crime Threat Assessment; stages as in phishing cases of the ECB's fraud reports.)
    AccountTakeover = 1,
    /// Stolen card. The card itself is used at tills, small and near at first, then as fast as it goes until it is
    /// blocked. (Lost and stolen cards: ECB card fraud reports.)
    StolenCard = 2,
    /// Velocity burst: many transactions of one card within minutes, by a script, as tests of velocity rules ask for.
    Velocity = 3,
    /// Skimmed merchant. The cards of many customers of one merchant are copied over days; they sleep for weeks and are
    /// then used elsewhere, online or at tills. (Merchant breaches: Fraud Detection Handbook, scenario of compromised
    /// terminals; common points of purchase.)
    SkimmedMerchant = 4,
    /// Mule ring. Some accounts receive a transfer each and pass it on in parts, one layer after another, from shared
    /// devices and addresses. (Layering: FATF typologies; mule accounts: Europol EMMA.)
    MuleRing = 5,
    /// Synthetic identity bust-out. A young account that behaved well for months spends all its credit within days.
    /// (Federal Reserve, Synthetic Identity Fraud in the U.S. Payment System, 2019.)
    BustOut = 6,
    /// Friendly and refund fraud. Customers buy with their own card, on their own device, and dispute it afterwards.
    /// (First-party misuse: Merchant Risk Council's global fraud surveys.)
    FriendlyFraud = 7,
    /// Authorised push payment. The victim is talked into transfers to a stranger, from their own device, each larger
    /// than the last. (UK Finance annual fraud reports.)
    PushPayment = 8,
}

/// How many kinds there are.
pub const KINDS: usize = 9;

impl FraudKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [FraudKind; KINDS] = [
        FraudKind::CardTesting,
        FraudKind::AccountTakeover,
        FraudKind::StolenCard,
        FraudKind::Velocity,
        FraudKind::SkimmedMerchant,
        FraudKind::MuleRing,
        FraudKind::BustOut,
        FraudKind::FriendlyFraud,
        FraudKind::PushPayment,
    ];
    /// The names of all kinds, in the order of their numbers.
    pub const NAMES: [&'static str; KINDS] = [
        "card-testing",
        "account-takeover",
        "stolen-card",
        "velocity",
        "skimmed-merchant",
        "mule-ring",
        "bust-out",
        "friendly-fraud",
        "push-payment",
    ];

    /// Returns the name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Returns the kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_log_and_say_one_kind_each() {
        for kind in FraudKind::ALL {
            assert_eq!(FraudKind::parse(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).expect("a name"), kind.name());
        }
        assert_eq!(FraudKind::parse("salary"), None);
    }
}
