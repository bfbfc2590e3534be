//! When campaigns begin: waves of an operator's campaigns, each of which leads to the next, as many as the share of fraud
//! asks for; and those that the scenario names. Pure functions of (seed, region, day). Knows no victims.

use super::campaign::{Campaign, CampaignId, Hours, LONGEST_SLEEP, time_on};
use super::kind::{FraudKind, KINDS};
use super::model::controls::Answer;
use super::model::operator::Operator;
use super::sizes::{self, WAVE, expected_size};
use super::victims;
use crate::base::EntityId;
use crate::engine::{Draws, Purpose, Span, VirtualTime, sample};
use crate::scenario::{CampaignRules, FraudRules};
use crate::town::{Locality, Town};

/// Mean days from one campaign of a wave to the next, and the most from the first to the last.
const WAVE_DAYS: (f64, f64) = (3.0, 30.0);

/// Days before an instant on which a wave can have begun that still acts after it.
pub(super) const LOOK_BACK: i32 = WAVE_DAYS.1 as i32 + LONGEST_SLEEP + 1;

/// How many campaigns begin in a region on a day, and of which kinds, so that fraud has the share asked for.
#[derive(Clone, Debug)]
pub struct CampaignRates {
    per_day: f64,
    /// Factors by month, January first.
    months: [f64; 12],
    kinds: Vec<f64>,
}

/// What the genuine transactions of a region come to, if nobody's account were ever frozen.
#[derive(Clone, Copy, Debug)]
pub struct Genuine {
    /// People there.
    pub people: f64,
    /// Transactions on an average day.
    pub per_day: f64,
    /// The share of them that comes by habit: what a frozen account does without.
    pub habitual: f64,
    /// Factors by month, January first.
    pub months: [f64; 12],
}

impl CampaignRates {
    /// The rates at which expected genuine transactions leave room for the share that `rules` ask.
    pub fn new(rules: &FraudRules, genuine: &Genuine) -> Self {
        // The shares are of transactions; large campaigns are so much rarer.
        let campaigns: [f64; KINDS] = FraudKind::ALL.map(|kind| rules.share(kind) / expected_size(kind));
        let shares: f64 = FraudKind::ALL.iter().map(|kind| rules.share(*kind)).sum();
        let each_fraud = campaigns.iter().sum::<f64>() / shares;
        let frozen_days = |kind: FraudKind| {
            Answer::to(kind).frozen_days() * sizes::mean_victims(kind) * campaigns[kind as usize] / shares
        };
        let open = |frauds: f64| -> f64 {
            let open_to = |kind: FraudKind| {
                let (pool, days) = (victims::pool(kind), frauds * frozen_days(kind) / genuine.people.max(1.0));
                1.0 - pool * (1.0 - libm::exp(-days / pool))
            };
            FraudKind::ALL.into_iter().map(open_to).product()
        };
        // More fraud freezes more accounts, which leaves less to hide in: the two settle within a few rounds.
        const ROUNDS: u32 = 20;
        let mut frauds = 0.0;
        for _ in 0..ROUNDS {
            let left = genuine.per_day * (1.0 - genuine.habitual * (1.0 - open(frauds)));
            frauds = left * rules.rate / (1.0 - rules.rate);
        }
        let per_day = frauds * each_fraud;
        CampaignRates { per_day, months: genuine.months, kinds: sample::cumulate(&campaigns) }
    }

    /// Campaigns to expect of the waves that begin on a UTC day.
    pub fn on(&self, day: i32) -> f64 {
        let (_, month, _) = crate::record::text::civil(day);
        self.per_day * self.months[month as usize - 1]
    }
}

/// The campaigns of the waves that begin in a region on a UTC day; some start on later days.
pub(super) fn waves_of(town: &Town, local: &Locality, day: i32) -> Vec<Campaign> {
    let mut draws = town.draws(EntityId::region(local.region.id), Purpose::CampaignArrival, day as u64);
    let rates = town.campaigns_on(local, day);
    let count = sample::poisson(&mut draws, rates.on(day) / WAVE.mean()) as u32;
    (0..count).flat_map(|number| wave_by(&rates, town, local, day, number)).collect()
}

pub(super) fn wave<'a>(
    town: &'a Town,
    local: &'a Locality,
    day: i32,
    number: u32,
) -> impl Iterator<Item = Campaign> + use<'a> {
    wave_by(&town.campaigns_on(local, day), town, local, day, number)
}

fn wave_by<'a>(
    rates: &CampaignRates,
    town: &'a Town,
    local: &'a Locality,
    day: i32,
    number: u32,
) -> impl Iterator<Item = Campaign> + use<'a> {
    let id = move |member| CampaignId::planned(local.region.id.0, day, number, member);
    let mut draws = town.key().draws(id(0).code(), Purpose::Wave, 0);
    let kind = FraudKind::ALL[sample::pick(&rates.kinds, draws.unit())];
    let adapts = town.scenario().bank.fraud.adaptation;
    let operator = Operator::picked(local.region.id, day, adapts, draws.next_u64());
    let (mut later, length) = (0.0, WAVE.draw(&mut draws));
    (0..length).map(move |member| {
        let campaign = campaign(town, local, id(member), (kind, operator), day + later as i32);
        later = f64::min(later + WAVE_DAYS.0 * sample::exponential(&mut draws), WAVE_DAYS.1);
        campaign
    })
}

fn campaign(
    town: &Town,
    local: &Locality,
    id: CampaignId,
    (kind, operator): (FraudKind, Operator),
    day: i32,
) -> Campaign {
    let draws = &mut town.key().draws(id.code(), Purpose::CampaignPlan, 0);
    let start = time_on(local, day, hours(town, kind, operator), draws);
    Campaign { id, kind, operator, start, victims: sizes::victims(kind, draws), intensity: 1.0 }
}

/// The hours at which campaigns of a kind begin: tills are open by day, customers are awake, scripts run when their
/// operator is.
fn hours(town: &Town, kind: FraudKind, operator: Operator) -> Hours {
    const HOUR: f64 = 3_600.0;
    match kind {
        FraudKind::StolenCard | FraudKind::BustOut => (9.0 * HOUR, 10.0 * HOUR),
        FraudKind::FriendlyFraud | FraudKind::PushPayment => (9.0 * HOUR, 13.0 * HOUR),
        _ => operator.hours(town.key()),
    }
}

/// The campaigns that the scenario names for a region.
pub(crate) fn scheduled(
    rules: &[CampaignRules],
    start: VirtualTime,
    of_region: impl Fn(Option<&str>) -> bool,
) -> Vec<Scheduled> {
    let block = |(number, rules): (usize, &CampaignRules)| Scheduled {
        id: CampaignId::scheduled(number),
        kind: rules.kind,
        at: crate::scenario::resolve_time(&rules.at, start).unwrap_or(VirtualTime::NEVER),
        victims: rules.size,
        intensity: rules.intensity,
    };
    rules.iter().enumerate().filter(|(_, rules)| of_region(rules.region.as_deref())).map(block).collect()
}

/// A campaign that the scenario names.
#[derive(Clone, Copy, Debug)]
pub struct Scheduled {
    id: CampaignId,
    kind: FraudKind,
    at: VirtualTime,
    /// 0 where the kind decides.
    victims: u32,
    intensity: f64,
}

impl Scheduled {
    fn campaign(&self, town: &Town, local: &Locality) -> Campaign {
        asked_for(town, local, self.id, (self.kind, self.victims), (self.at, self.intensity))
    }
}

impl Campaign {
    /// The campaign that command `number` asks for: of so many victims, 0 for as many as usual, from an instant on.
    pub fn injected(
        town: &Town,
        local: &Locality,
        number: u64,
        kind: FraudKind,
        (victims, start): (u32, VirtualTime),
    ) -> Self {
        asked_for(town, local, CampaignId::injected(number), (kind, victims), (start, 1.0))
    }
}

/// A campaign that somebody asks for, in the scenario or by a command.
fn asked_for(
    town: &Town,
    local: &Locality,
    id: CampaignId,
    (kind, asked): (FraudKind, u32),
    (start, intensity): (VirtualTime, f64),
) -> Campaign {
    let draws: &mut Draws = &mut town.key().draws(id.code(), Purpose::CampaignPlan, 0);
    let adapts = town.scenario().bank.fraud.adaptation;
    let operator = Operator::picked(local.region.id, start.utc_day(), adapts, draws.next_u64());
    let usual = sizes::victims(kind, draws);
    let victims = if asked == 0 { usual } else { asked };
    Campaign { id, kind, operator, start, victims, intensity }
}

/// The campaigns that the scenario names and that start in [from, until).
pub(super) fn scheduled_in(town: &Town, local: &Locality, from: VirtualTime, until: VirtualTime) -> Vec<Campaign> {
    let due = local.scheduled.iter().filter(|one| one.at >= from && one.at < until);
    due.map(|one| one.campaign(town, local)).collect()
}

/// The campaign of this name that the scenario has for a region.
pub(super) fn find_scheduled(town: &Town, local: &Locality, id: CampaignId) -> Option<Campaign> {
    local.scheduled.iter().find(|one| one.id == id).map(|one| one.campaign(town, local))
}

/// All campaigns of a region that start in [from, until), by start.
pub fn campaigns_in(town: &Town, local: &Locality, from: VirtualTime, until: VirtualTime) -> Vec<Campaign> {
    let days = from.utc_day() - WAVE_DAYS.1 as i32 - 1..=(until - Span::from_micros(1)).utc_day();
    let planned = days.flat_map(|day| waves_of(town, local, day)).filter(|c| c.start >= from && c.start < until);
    let mut all: Vec<Campaign> = planned.chain(scheduled_in(town, local, from, until)).collect();
    all.sort_by_key(|campaign| (campaign.start, campaign.id));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const DAYS: std::ops::Range<i32> = 20_454..20_474;

    #[test]
    fn the_plan_is_common_knowledge_and_has_the_expected_size() {
        let town = testing::town("[world]\npeople = 400000\n[bank.fraud]\nrate = 0.02");
        let local = &town.localities()[0];
        let all: Vec<Campaign> = DAYS.flat_map(|day| waves_of(&town, local, day)).collect();
        let expected: f64 = DAYS.map(|day| local.campaigns.on(day)).sum();
        assert!((all.len() as f64 / expected - 1.0).abs() < 0.05, "{} campaigns, {expected} expected", all.len());
        let again: Vec<Campaign> = DAYS.flat_map(|day| waves_of(&town, local, day)).collect();
        assert_eq!(all, again);
        let mut names: Vec<_> = all.iter().map(|c| c.id.uuid(&town)).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn the_planned_frauds_have_the_share_asked_for_whatever_the_mix() {
        let mixes = ["", "card_testing = 5.0\n", "mule_ring = 3.0\nstolen_card = 0.0\n", "friendly_fraud = 20.0\n"];
        for (rate, mix) in [0.0005, 0.004, 0.05, 0.15].into_iter().zip(mixes) {
            let people = if rate < 0.01 { 4_000_000 } else { 100_000 };
            let town = testing::town(&format!("[world]\npeople = {people}\n[bank.fraud]\nrate = {rate}\n{mix}"));
            let local = &town.localities()[0];
            let all: Vec<Campaign> = (20_454..20_484).flat_map(|day| waves_of(&town, local, day)).collect();
            assert!(all.len() > 2_000, "{} campaigns", all.len());
            let frauds: f64 = all.iter().map(|c| f64::from(c.victims) * sizes::expected_acts(c.kind)).sum();
            // January is the leanest month of the year.
            let year: f64 = local.campaigns.months.iter().sum::<f64>() / 12.0;
            let genuine = 30.0 * local.campaigns.months[0] / year * town_genuine(&town);
            let share = frauds / (frauds + genuine);
            assert!((share / rate - 1.0).abs() < 0.10, "{share} instead of {rate} with {mix:?}");
        }
    }

    fn town_genuine(town: &Town) -> f64 {
        let people = f64::from(town.scenario().world.people);
        crate::town::genuine_per_day(town.scenario(), town.habits().per_day, people)
    }

    #[test]
    fn waves_are_of_one_operator_and_kind_and_come_in_order() {
        let town = testing::town("[world]\npeople = 300000\n[bank.fraud]\nrate = 0.02");
        let local = &town.localities()[0];
        let waves: Vec<Vec<Campaign>> = (0..400).map(|n| wave(&town, local, 20_460, n).collect()).collect();
        let long: Vec<_> = waves.iter().filter(|wave| wave.len() > 1).collect();
        assert!((100..220).contains(&long.len()), "{} of 400 go on", long.len());
        for wave in long {
            assert!(wave.iter().all(|c| (c.kind, c.operator) == (wave[0].kind, wave[0].operator)));
            let days: Vec<i32> = wave.iter().map(|c| c.start.utc_day()).collect();
            assert!(days.is_sorted() && days[0] == 20_460 && days[days.len() - 1] <= 20_490, "{days:?}");
        }
    }

    #[test]
    fn what_starts_in_a_span_is_found() {
        let town = testing::town("[world]\npeople = 50000\n[bank.fraud]\nrate = 0.02");
        let local = &town.localities()[0];
        let at = |day: i64| testing::day(&town, day);
        let whole = campaigns_in(&town, local, at(0), at(10));
        let parts: Vec<Campaign> = (0..10).flat_map(|d| campaigns_in(&town, local, at(d), at(d + 1))).collect();
        assert!(whole.len() > 50 && whole == parts, "{} and {}", whole.len(), parts.len());
    }
}
