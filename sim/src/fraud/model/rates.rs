//! The number of campaigns that start in a region on a day, by kind, so that fraud has the share that the scenario
//! states. The volume of genuine transactions is an argument.
//! Must not depend on: the models of the domains that the volume comes from.

use super::parameters::WAVE_CAMPAIGNS;
use crate::base::FraudKind;
use crate::engine::civil_date;
use crate::engine::{RngStream, sample};
use crate::fraud::kinds::spec::{KindSpec, VictimChoice};
use crate::fraud::kinds::{fraud_kind, fraud_kinds};
use crate::scenario::FraudRules;

/// The rates at which campaigns start in a region.
#[derive(Clone, Debug)]
pub struct CampaignRates {
    /// Campaigns on an average day.
    per_day: f64,
    /// Factors by month, January first.
    pub(in crate::fraud) months: [f64; 12],
    /// Cumulative shares of the kinds among campaigns.
    kinds: Vec<f64>,
}

/// The genuine transactions of a region, if no account were ever frozen.
#[derive(Clone, Copy, Debug)]
pub struct Genuine {
    /// The number of people.
    pub people: f64,
    /// Transactions on an average day.
    pub per_day: f64,
    /// The share of them that comes by habit, and stops while an account is frozen.
    pub habitual: f64,
    /// Factors by month, January first.
    pub months: [f64; 12],
}

impl CampaignRates {
    /// Returns the rates at which fraud has the share that `rules` state, next to these genuine transactions.
    pub fn new(rules: &FraudRules, genuine: &Genuine) -> Self {
        // The shares are of transactions; large campaigns are so much rarer.
        let campaigns = FraudKind::ALL.map(|kind| rules.share(kind) / fraud_kind(kind).mean_transactions());
        let shares: f64 = FraudKind::ALL.iter().map(|kind| rules.share(*kind)).sum();
        let each_fraud = campaigns.iter().sum::<f64>() / shares;
        let frozen_days = |spec: &KindSpec| {
            spec.response.frozen_days() * spec.mean_victims() * campaigns[spec.kind as usize] / shares
        };
        let open = |frauds: f64| -> f64 {
            let open_to = |spec: &&KindSpec| {
                let (pool, days) = (pool(spec), frauds * frozen_days(spec) / genuine.people.max(1.0));
                1.0 - pool * (1.0 - libm::exp(-days / pool))
            };
            fraud_kinds().iter().map(open_to).product()
        };
        // More fraud freezes more accounts, which leaves fewer genuine transactions: a fixed point within a few rounds.
        const ROUNDS: u32 = 20;
        let mut frauds = 0.0;
        for _ in 0..ROUNDS {
            let left = genuine.per_day * (1.0 - genuine.habitual * (1.0 - open(frauds)));
            frauds = left * rules.rate / (1.0 - rules.rate);
        }
        let per_day = frauds * each_fraud;
        CampaignRates { per_day, months: genuine.months, kinds: sample::cumulate(&campaigns) }
    }

    /// Returns the expected number of campaigns of the waves that start on a UTC day.
    pub fn on(&self, day: i32) -> f64 {
        let (_, month, _) = civil_date(day);
        self.per_day * self.months[month as usize - 1]
    }

    /// Draws the number of waves that start on a UTC day.
    pub(in crate::fraud) fn waves_on(&self, day: i32, rng: &mut RngStream) -> u32 {
        sample::poisson(rng, self.on(day) / WAVE_CAMPAIGNS.mean()) as u32
    }

    /// Draws the kind of a wave.
    pub(in crate::fraud) fn kind(&self, rng: &mut RngStream) -> FraudKind {
        FraudKind::ALL[sample::pick(&self.kinds, rng.unit())]
    }
}

/// Returns the share of people among whom the victims of a kind are: the most suitable of a few people is the same
/// person for many campaigns.
fn pool(spec: &KindSpec) -> f64 {
    let best_of = |count: usize| 2.0 / (count as f64 + 1.0);
    match spec.victims.choice {
        VictimChoice::Dormant { among }
        | VictimChoice::Youngest { among }
        | VictimChoice::YoungestBehaved { among, .. } => best_of(among),
        VictimChoice::Anyone | VictimChoice::Customer { .. } => 1.0,
    }
}
