//! Expected volumes of a town: events per day, and the rates of fraud campaigns while rules drift.
//! Must not depend on: the state of people.

use super::definition::Town;
use super::locality::Locality;
use super::volume::{campaign_rates, genuine_per_day};
use crate::base::FraudKind;
use crate::drift::Rule;
use crate::engine::{Stream, VirtualTime};
use crate::fraud::CampaignRates;
use crate::shop::EVENTS_PER_VISIT;
use std::borrow::Cow;

/// The rules that determine the volume of genuine transactions.
const VOLUME_RULES: [Rule; 6] =
    [Rule::Purchases, Rule::Withdrawals, Rule::Transfers, Rule::Visits, Rule::Conversion, Rule::Requests];

impl Town {
    /// Returns the number of events to expect on an average day, of the streams that the world has.
    pub fn events_per_day(&self) -> f64 {
        let [bank, trips, shop] = self.acts_per_day();
        let of = |stream, acts: f64| if self.has(stream) { acts } else { 0.0 };
        of(Stream::Transactions, bank)
            + of(Stream::Trips, trips)
            + of(Stream::Completions, trips)
            + of(Stream::Interactions, shop)
    }

    /// Returns the number of transactions, trips and shop interactions to expect on an average day, whether they are
    /// emitted or not.
    pub fn acts_per_day(&self) -> [f64; 3] {
        let rules = self.scenario();
        let people = rules.world.people as f64;
        let bank: f64 = self
            .localities()
            .iter()
            .map(|l| genuine_per_day(rules, self.habits().per_day, l.people.len() as f64))
            .sum();
        let visits = rules.shop.visits_per_day / (1.0 - rules.shop.bot_share);
        [bank, people * rules.rides.requests_per_day, people * EVENTS_PER_VISIT * visits]
    }

    /// Returns the rates of the campaigns whose waves begin in a region on a UTC day: those of the start unless a rule that
    /// they follow from drifts. A change within the day counts from the next day on.
    pub(crate) fn campaigns_on<'a>(&'a self, local: &'a Locality, day: i32) -> Cow<'a, CampaignRates> {
        let at = VirtualTime::from_seconds(i64::from(day) * 86_400);
        let mean = |rule: Rule| self.drifts().mean(rule, rule.value(self.scenario()), at, local.region.id);
        let moved = |rule: Rule| mean(rule) != rule.value(self.scenario());
        let mut all = VOLUME_RULES.into_iter().chain([Rule::FraudRate]).chain(FraudKind::ALL.map(Rule::Kind));
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
