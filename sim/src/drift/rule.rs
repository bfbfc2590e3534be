//! The rules that can drift: their keys and values in a scenario, their scope, and the part of the joint distribution of
//! features and labels that they change. A rule that may drift has a line in each table of this file.
//! Must not depend on: instants.

use crate::base::{Category, DriftClass, FraudKind};
use crate::scenario::Scenario;

/// A rule that can drift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Purchases,
    Withdrawals,
    Transfers,
    OnlineShare,
    AmountScale,
    CvvMissing,
    BillingMismatch,
    FraudRate,
    HighValue,
    FraudAmounts,
    Requests,
    PickupLimit,
    FareScale,
    HeavyTraffic,
    Incidents,
    BadWeather,
    Warmer,
    Visits,
    Reviews,
    Conversion,
    MobileScale,
    DirectScale,
    PriceScale,
    /// The weight of a category among purchases.
    Mix(Category),
    /// The weight of a kind among fraud.
    Kind(FraudKind),
}

/// All rules but those of categories and kinds.
const SINGLE: [Rule; 23] = [
    Rule::Purchases,
    Rule::Withdrawals,
    Rule::Transfers,
    Rule::OnlineShare,
    Rule::AmountScale,
    Rule::CvvMissing,
    Rule::BillingMismatch,
    Rule::FraudRate,
    Rule::HighValue,
    Rule::FraudAmounts,
    Rule::Requests,
    Rule::PickupLimit,
    Rule::FareScale,
    Rule::HeavyTraffic,
    Rule::Incidents,
    Rule::BadWeather,
    Rule::Warmer,
    Rule::Visits,
    Rule::Reviews,
    Rule::Conversion,
    Rule::MobileScale,
    Rule::DirectScale,
    Rule::PriceScale,
];

impl Rule {
    /// The rules that decide the rate and the mix of habitual acts.
    pub const HABITS: [Rule; 4] = [Rule::Purchases, Rule::Withdrawals, Rule::Transfers, Rule::OnlineShare];
    /// The number of rules.
    pub const COUNT: usize = SINGLE.len() + Category::ALL.len() + FraudKind::ALL.len();

    /// Returns all rules.
    pub fn all() -> impl Iterator<Item = Rule> {
        let mix = Category::ALL.into_iter().map(Rule::Mix);
        SINGLE.into_iter().chain(mix).chain(FraudKind::ALL.into_iter().map(Rule::Kind))
    }

    /// Returns the place among all rules.
    pub fn number(self) -> usize {
        match self {
            Rule::Mix(category) => SINGLE.len() + category as usize,
            Rule::Kind(kind) => SINGLE.len() + Category::ALL.len() + kind as usize,
            single => SINGLE.iter().position(|one| *one == single).expect("all that are single are listed"),
        }
    }

    /// Returns the rule with this key.
    pub fn of_key(key: &str) -> Option<Rule> {
        Rule::all().find(|rule| rule.key() == key)
    }

    /// Returns the dotted key in a scenario.
    pub fn key(self) -> String {
        match self {
            Rule::Mix(category) => format!("bank.mix.{}", Category::NAMES[category as usize]),
            Rule::Kind(kind) => format!("bank.fraud.{}", kind.key()),
            single => single.single_key().to_owned(),
        }
    }

    fn single_key(self) -> &'static str {
        match self {
            Rule::Purchases => "bank.purchases_per_day",
            Rule::Withdrawals => "bank.withdrawals_per_day",
            Rule::Transfers => "bank.transfers_per_day",
            Rule::OnlineShare => "bank.online_share",
            Rule::AmountScale => "bank.amount_scale",
            Rule::CvvMissing => "bank.cvv_missing_probability",
            Rule::BillingMismatch => "bank.billing_mismatch_probability",
            Rule::FraudRate => "bank.fraud.rate",
            Rule::HighValue => "bank.fraud.high_value_probability",
            Rule::FraudAmounts => "bank.fraud.amount_scale",
            Rule::Requests => "rides.requests_per_day",
            Rule::PickupLimit => "rides.pickup_limit_km",
            Rule::FareScale => "rides.fare_scale",
            Rule::HeavyTraffic => "rides.traffic.heavy_multiplier",
            Rule::Incidents => "rides.traffic.incident_scale",
            Rule::BadWeather => "rides.weather.bad_scale",
            Rule::Warmer => "rides.weather.warmer_by",
            Rule::Visits => "shop.visits_per_day",
            Rule::Reviews => "shop.review_probability",
            Rule::Conversion => "shop.conversion",
            Rule::MobileScale => "shop.mobile_scale",
            Rule::DirectScale => "shop.direct_scale",
            Rule::PriceScale => "shop.price_scale",
            Rule::Mix(_) | Rule::Kind(_) => unreachable!("they have keys by name"),
        }
    }

    /// Returns the value in a scenario.
    #[inline(always)]
    pub fn value(self, rules: &Scenario) -> f64 {
        let (bank, rides, shop) = (&rules.bank, &rules.rides, &rules.shop);
        match self {
            Rule::Purchases => bank.purchases_per_day,
            Rule::Withdrawals => bank.withdrawals_per_day,
            Rule::Transfers => bank.transfers_per_day,
            Rule::OnlineShare => bank.online_share,
            Rule::AmountScale => bank.amount_scale,
            Rule::CvvMissing => bank.cvv_missing_probability,
            Rule::BillingMismatch => bank.billing_mismatch_probability,
            Rule::FraudRate => bank.fraud.rate,
            Rule::HighValue => bank.fraud.high_value_probability,
            Rule::FraudAmounts => bank.fraud.amount_scale,
            Rule::Requests => rides.requests_per_day,
            Rule::PickupLimit => rides.pickup_limit_km,
            Rule::FareScale => rides.fare_scale,
            Rule::HeavyTraffic => rides.traffic.heavy_multiplier,
            Rule::Incidents => rides.traffic.incident_scale,
            Rule::BadWeather => rides.weather.bad_scale,
            Rule::Warmer => rides.weather.warmer_by,
            Rule::Visits => shop.visits_per_day,
            Rule::Reviews => shop.review_probability,
            Rule::Conversion => shop.conversion,
            Rule::MobileScale => shop.mobile_scale,
            Rule::DirectScale => shop.direct_scale,
            Rule::PriceScale => shop.price_scale,
            Rule::Mix(category) => bank.mix.weight(category),
            Rule::Kind(kind) => bank.fraud.share(kind),
        }
    }

    /// Returns whether the rule has one value for a whole region.
    pub fn is_common(self) -> bool {
        matches!(
            self,
            Rule::FraudRate
                | Rule::Kind(_)
                | Rule::HeavyTraffic
                | Rule::Incidents
                | Rule::BadWeather
                | Rule::Warmer
                | Rule::PriceScale
        )
    }

    /// Returns whether a drift scales the value at birth, so that a value of 0 cannot drift.
    pub fn is_scaled(self) -> bool {
        matches!(self, Rule::Purchases | Rule::Withdrawals | Rule::Transfers | Rule::OnlineShare | Rule::Mix(_))
    }

    /// Returns the part of the joint distribution that changes. Labels are fraud, the duration of a trip, and whether a
    /// visit becomes an order.
    pub fn class(self) -> DriftClass {
        match self {
            Rule::FraudRate | Rule::Conversion => DriftClass::Prior,
            Rule::Kind(_) | Rule::HighValue | Rule::FraudAmounts | Rule::HeavyTraffic | Rule::Incidents => {
                DriftClass::Real
            }
            _ => DriftClass::Virtual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{DEFAULT_TOML, KeyKind, KeyTree, bounds_of};
    use crate::testing;

    #[test]
    fn every_rule_has_a_key_of_the_reference_and_a_place_of_its_own() {
        let (tree, town) = (KeyTree::of(DEFAULT_TOML), testing::town("[world]\npeople = 1"));
        for (place, rule) in Rule::all().enumerate() {
            let key = rule.key();
            assert_eq!((rule.number(), tree.kind(&key)), (place, Some(KeyKind::Real)), "{key}");
            let (least, most) = bounds_of(&key).expect("numbers have bounds");
            assert!((least..=most).contains(&rule.value(town.scenario())), "{key}");
            assert_eq!(Rule::of_key(&key), Some(rule));
        }
        assert_eq!(Rule::all().count(), Rule::COUNT);
    }
}
