//! The expected number of genuine transactions of a region, and the rates of fraud campaigns that follow from it.
//! Must not depend on: the other files of this room.

use crate::bank::{Habits, RECURRING_PAYMENTS_PER_MONTH};
use crate::fraud::{CampaignRates, Genuine};
use crate::rides::P_REQUEST_SERVED;
use crate::scenario::Scenario;
use crate::shop::ORDERS_PER_VISIT;

/// Returns the genuine transactions of `people` people on an average day, `habits_per_day` of them habitual per person.
pub(crate) fn genuine_per_day(rules: &Scenario, habits_per_day: f64, people: f64) -> f64 {
    let standing = RECURRING_PAYMENTS_PER_MONTH * 12.0 / 365.25;
    let orders = rules.shop.visits_per_day * ORDERS_PER_VISIT * rules.shop.conversion;
    people * (habits_per_day + standing + orders + rules.rides.requests_per_day * P_REQUEST_SERVED)
}

/// Returns the rates of campaigns against `people` people, which follow the expected volume of each month.
pub(super) fn campaign_rates(rules: &Scenario, habits: &Habits, habits_per_day: f64, people: f64) -> CampaignRates {
    let per_day = genuine_per_day(rules, habits_per_day, people);
    let habitual = habits_per_day * people / per_day;
    let months = habits.months().map(|m| 1.0 - habitual + habitual * m);
    CampaignRates::new(&rules.bank.fraud, &Genuine { people, per_day, habitual, months })
}
