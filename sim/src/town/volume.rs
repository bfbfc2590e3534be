//! How many transactions to expect of a region's people, and the rates of fraud campaigns that follow. Knows means; no
//! person and no act.

use super::{Locality, Town};
use crate::bank::{Habits, RECURRING_PAYMENTS_PER_MONTH};
use crate::base::FraudKind;
use crate::drift::Rule;
use crate::engine::VirtualTime;
use crate::fraud::{CampaignRates, Genuine};
use crate::rides::P_REQUEST_SERVED;
use crate::scenario::Scenario;
use crate::shop::ORDERS_PER_VISIT;
use std::borrow::Cow;

/// Genuine transactions that `people` people with so many acts of habit a day make on an average day.
pub(crate) fn genuine_per_day(rules: &Scenario, habits_per_day: f64, people: f64) -> f64 {
    let standing = RECURRING_PAYMENTS_PER_MONTH * 12.0 / 365.25;
    let orders = rules.shop.visits_per_day * ORDERS_PER_VISIT * rules.shop.conversion;
    people * (habits_per_day + standing + orders + rules.rides.requests_per_day * P_REQUEST_SERVED)
}

/// The rates of campaigns against `people` people: they follow the volume to expect in each month.
pub(super) fn campaign_rates(rules: &Scenario, habits: &Habits, habits_per_day: f64, people: f64) -> CampaignRates {
    let per_day = genuine_per_day(rules, habits_per_day, people);
    let habitual = habits_per_day * people / per_day;
    let months = habits.months().map(|m| 1.0 - habitual + habitual * m);
    CampaignRates::new(&rules.bank.fraud, &Genuine { people, per_day, habitual, months })
}

/// What the volume of transactions follows from, beside the rules of fraud itself.
const VOLUME: [Rule; 6] =
    [Rule::Purchases, Rule::Withdrawals, Rule::Transfers, Rule::Visits, Rule::Conversion, Rule::Requests];

impl Town {
    /// The rates of the campaigns whose waves begin in a region on a UTC day: those of birth unless what they follow from
    /// drifts. Whatever changes within the day counts from the next one on.
    pub(crate) fn campaigns_on<'a>(&'a self, local: &'a Locality, day: i32) -> Cow<'a, CampaignRates> {
        let at = VirtualTime::from_seconds(i64::from(day) * 86_400);
        let mean = |rule: Rule| self.drifts().mean(rule, rule.value(self.scenario()), at, local.region.id);
        let moved = |rule: Rule| mean(rule) != rule.value(self.scenario());
        let mut all = VOLUME.into_iter().chain([Rule::FraudRate]).chain(FraudKind::ALL.map(Rule::Kind));
        if self.drifts().is_empty() || !all.any(moved) {
            return Cow::Borrowed(&local.campaigns);
        }
        let mut rules = self.scenario().clone();
        rules.shop.visits_per_day = mean(Rule::Visits);
        rules.shop.conversion = mean(Rule::Conversion);
        rules.rides.requests_per_day = mean(Rule::Requests);
        rules.bank.fraud.rate = mean(Rule::FraudRate);
        for kind in FraudKind::ALL {
            rules.bank.fraud.kinds[kind] = mean(Rule::Kind(kind));
        }
        let habits_per_day = mean(Rule::Purchases) + mean(Rule::Withdrawals) + mean(Rule::Transfers);
        Cow::Owned(campaign_rates(&rules, self.habits(), habits_per_day, local.people.len() as f64))
    }
}
