//! Campaigns: which begin when, of what kind, against whom. A pure function of (seed, region, day), so that every
//! shard knows all of them and lets each act on its own people only. Knows no people, only their numbers.

use crate::engine::{Draws, Id, IdKind, Purpose, Span, VirtualTime, sample};
use crate::entity::{EntityId, PersonId};
use crate::scenario::FraudRules;
use crate::town::{Locality, Town};
use serde::{Deserialize, Serialize};

/// A kind of fraud. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum FraudKind {
    /// Stolen card numbers are tried with small sums at one merchant, then what works is cashed out.
    CardTesting = 0,
    /// An account is entered from a new device and network, and emptied in a burst.
    AccountTakeover = 1,
    /// A card is stolen and used as fast as possible until it is blocked.
    StolenCard = 2,
    /// Many transactions of one account within minutes, as tests of velocity rules ask for.
    Velocity = 3,
}

impl FraudKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [FraudKind; 4] =
        [FraudKind::CardTesting, FraudKind::AccountTakeover, FraudKind::StolenCard, FraudKind::Velocity];
    /// Their names.
    pub const NAMES: [&'static str; 4] = ["card-testing", "account-takeover", "stolen-card", "velocity"];

    /// The name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// What a fraudulent transaction carries of its campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FraudMark {
    /// Its kind.
    pub kind: FraudKind,
    /// Its campaign.
    pub campaign: Id,
}

/// Names a campaign in the whole world: region, day and number within the day; or a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignId(u64);

impl CampaignId {
    fn planned(region: u16, day: i32, number: u32) -> Self {
        CampaignId((region as u64) << 48 | ((day + 0x40_0000) as u64) << 24 | number as u64)
    }

    /// The campaign that is the command with this sequence number.
    pub fn injected(command: u64) -> Self {
        CampaignId(0xffff << 48 | command)
    }

    /// As the key of random numbers.
    pub fn code(self) -> u64 {
        self.0
    }

    /// As a UUID.
    pub fn uuid(self, town: &Town) -> Id {
        town.ids().make(IdKind::Campaign, 0, self.0 & ((1 << 60) - 1))
    }
}

/// A campaign as planned.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// Its name.
    pub id: CampaignId,
    /// Its kind.
    pub kind: FraudKind,
    /// When it begins.
    pub start: VirtualTime,
    /// How many victims it goes for.
    pub victims: u32,
}

/// One victim of a campaign: who, and when the first act against them comes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The victim.
    pub person: PersonId,
    /// The first act.
    pub start: VirtualTime,
}

/// How likely a further act of each stage is, and at most how many further ones: the sizes of episodes.
pub(crate) const TESTS: (f64, u32) = (0.50, 4);
pub(crate) const CASH_OUTS: (f64, u32) = (0.68, 9);
pub(crate) const TAKEOVER_ACTS: (f64, u32) = (0.70, 10);
pub(crate) const STOLEN_ACTS: (f64, u32) = (0.72, 12);
/// Share of tested cards that are cashed out.
pub(crate) const CASHED_OUT: f64 = 0.55;
const CARDS: (f64, u32) = (0.75, 16);
const LEAST_CARDS: u32 = 4;

/// Expected transactions of one campaign of `kind`.
pub fn expected_size(kind: FraudKind) -> f64 {
    match kind {
        FraudKind::CardTesting => {
            (LEAST_CARDS as f64 + expected(CARDS)) * (1.0 + expected(TESTS) + CASHED_OUT * (1.0 + expected(CASH_OUTS)))
        }
        FraudKind::AccountTakeover => 2.0 + expected(TAKEOVER_ACTS),
        FraudKind::StolenCard => 2.0 + expected(STOLEN_ACTS),
        FraudKind::Velocity => 0.0,
    }
}

fn expected((again, most): (f64, u32)) -> f64 {
    let mut power = 1.0;
    (0..most).fold(0.0, |sum, _| {
        power *= again;
        sum + power
    })
}

/// How many campaigns begin in a region on a day, and of which kinds, so that fraud has the share asked for.
#[derive(Debug)]
pub struct CampaignRates {
    per_day: f64,
    /// Factors by month, January first.
    months: [f64; 12],
    kinds: Vec<f64>,
}

impl CampaignRates {
    /// The rates at which `genuine_per_day` expected genuine transactions, times `months` by month, leave room for
    /// the share that `rules` ask.
    pub fn new(rules: &FraudRules, genuine_per_day: f64, months: [f64; 12]) -> Self {
        let weights = [rules.card_testing, rules.account_takeover, rules.stolen_card];
        let total: f64 = weights.iter().sum();
        let size: f64 = FraudKind::ALL.iter().zip(weights).map(|(k, w)| expected_size(*k) * w / total).sum();
        let frauds_per_day = genuine_per_day * rules.rate / (1.0 - rules.rate);
        CampaignRates { per_day: frauds_per_day / size, months, kinds: sample::cumulate(&weights) }
    }

    /// Campaigns to expect on a UTC day.
    pub fn on(&self, day: i32) -> f64 {
        let (_, month, _) = crate::record::text::civil(day);
        self.per_day * self.months[month as usize - 1]
    }
}

/// The campaigns that begin in a region on a UTC day, in no particular order.
pub fn campaigns_of(town: &Town, local: &Locality, day: i32) -> Vec<Campaign> {
    let rates = &local.campaigns;
    let region = EntityId::region(local.region.id);
    let mut draws = town.draws(region, Purpose::CampaignArrival, day as u64);
    let count = sample::poisson(&mut draws, rates.on(day)) as u32;
    (0..count).map(|n| campaign(town, local, rates, CampaignId::planned(local.region.id.0, day, n), day)).collect()
}

fn campaign(town: &Town, local: &Locality, rates: &CampaignRates, id: CampaignId, day: i32) -> Campaign {
    let mut draws = town.key().draws(id.code(), Purpose::CampaignPlan, 0);
    let kind = FraudKind::ALL[sample::pick(&rates.kinds, draws.unit())];
    let start = VirtualTime::from_seconds(day as i64 * 86_400) + Span::from_seconds_f64(draws.unit() * 86_400.0);
    let people = local.people.len() as u32;
    let victims = match kind {
        FraudKind::CardTesting => LEAST_CARDS + sample::geometric(&mut draws, CARDS.0, CARDS.1),
        _ => 1,
    };
    Campaign { id, kind, start, victims: victims.min(people) }
}

/// The victim number `n` of a campaign.
pub fn target(town: &Town, local: &Locality, campaign: &Campaign, n: u32) -> Target {
    let mut draws = town.key().draws(campaign.id.code(), Purpose::Victim, n as u64);
    let person = PersonId(local.people.start + draws.below(local.people.len() as u64) as u32);
    Target { person, start: campaign.start + delay(campaign.kind, n, &mut draws) }
}

/// Tests come card after card within seconds; other kinds have one victim, who is hit at once.
fn delay(kind: FraudKind, n: u32, draws: &mut Draws) -> Span {
    match kind {
        FraudKind::CardTesting => Span::from_seconds_f64(n as f64 * 11.0 + draws.between(0.5, 9.0)),
        _ => Span::from_micros(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn the_plan_of_a_day_is_common_knowledge_and_has_the_expected_size() {
        let town = testing::town("[world]\npeople = 400000\n[bank.fraud]\nrate = 0.01");
        let local = &town.localities()[0];
        let days = 20_454..20_484;
        let count: usize = days.clone().map(|d| campaigns_of(&town, local, d).len()).sum();
        let expected: f64 = days.map(|d| local.campaigns.on(d)).sum();
        assert!((count as f64 / expected - 1.0).abs() < 0.05, "{count} campaigns, {expected} expected");
        let again = campaigns_of(&town, local, 20_454);
        assert!(again.iter().zip(campaigns_of(&town, local, 20_454)).all(|(a, b)| a.id == b.id && a.start == b.start));
    }

    #[test]
    fn campaigns_have_names_of_their_own() {
        let town = testing::town("[world]\npeople = 400000");
        let days = 20_454..20_470;
        let mut names: Vec<_> =
            days.flat_map(|d| campaigns_of(&town, &town.localities()[0], d)).map(|c| c.id.uuid(&town)).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        assert_ne!(CampaignId::injected(1).uuid(&town), CampaignId::injected(2).uuid(&town));
    }

    #[test]
    fn expected_sizes_are_those_of_the_stages() {
        let near =
            |kind, size: f64| assert!((expected_size(kind) - size).abs() < 0.01, "{kind:?}: {}", expected_size(kind));
        near(FraudKind::AccountTakeover, 4.267);
        near(FraudKind::StolenCard, 4.521);
        assert_eq!(FraudKind::parse("stolen-card"), Some(FraudKind::StolenCard));
    }
}
