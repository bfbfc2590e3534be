//! The times of campaigns: waves of an operator's campaigns, each of which leads to the next, as many as the share of
//! fraud requires; and those that the scenario or a command names. Pure functions of (seed, region, day).
//! Must not depend on: victims.

use super::kinds::fraud_kind;
use super::kinds::spec::{MAX_SLEEP_DAYS, StartHours};
use super::model::campaign::{Campaign, CampaignId};
use super::model::episode::CampaignRef;
use super::model::operator::{Hours, Operator};
use super::model::parameters::{WAVE_CAMPAIGNS, WAVE_GAP_DAYS, WAVE_MAX_DAYS};
use super::model::rates::CampaignRates;
use super::model::scheduled::ScheduledCampaign;
use super::model::upcoming::{PlannedVictim, UpcomingVictims};
use super::targets::{Target, time_on};
use crate::base::{EntityId, FraudKind};
use crate::engine::{Purpose, RngStream, Span, VirtualTime, sample};
use crate::town::{Locality, Town};
use std::ops::{Range, RangeInclusive};

/// Days before an instant on which a wave can have started that still acts after it.
pub(super) const LOOK_BACK_DAYS: i32 = WAVE_MAX_DAYS as i32 + MAX_SLEEP_DAYS + 1;

/// Returns the campaigns of the waves that start in a region on a UTC day; some of them start on later days.
pub(super) fn waves_of(town: &Town, local: &Locality, day: i32) -> Vec<Campaign> {
    let mut rng = town.rng(EntityId::region(local.region.id), Purpose::CampaignArrival, day as u64);
    let rates = town.campaigns_on(local, day);
    let count = rates.waves_on(day, &mut rng);
    (0..count).flat_map(|number| wave_at(&rates, town, local, day, number)).collect()
}

/// Returns the victims among `people` of a campaign whose episodes begin at `now` or later.
pub(super) fn victims_of(
    town: &Town,
    local: &Locality,
    campaign: &Campaign,
    people: &Range<u32>,
    now: VirtualTime,
) -> impl Iterator<Item = PlannedVictim> {
    let acts = campaign.start >= now || !campaign.acts_from_start();
    let victim = move |number: u32| {
        let Target { person, start } = campaign.target_among(town, local, number, people)?;
        (start >= now).then_some(PlannedVictim { person, start, campaign: 0, number })
    };
    (0..if acts { campaign.victims } else { 0 }).filter_map(victim)
}

/// Returns all such victims among `people` of the waves that start in a region on these UTC days.
pub(super) fn victims_of_waves(
    town: &Town,
    local: &Locality,
    days: RangeInclusive<i32>,
    people: &Range<u32>,
    now: VirtualTime,
) -> UpcomingVictims {
    let mut upcoming = UpcomingVictims::default();
    for campaign in days.flat_map(|day| waves_of(town, local, day)) {
        let victims = victims_of(town, local, &campaign, people, now);
        upcoming.add(campaign, || campaign.merchant(town, local), victims);
    }
    upcoming.sorted()
}

/// Returns the campaigns of wave number `number` of a day.
pub(crate) fn wave<'a>(
    town: &'a Town,
    local: &'a Locality,
    day: i32,
    number: u32,
) -> impl Iterator<Item = Campaign> + use<'a> {
    wave_at(&town.campaigns_on(local, day), town, local, day, number)
}

fn wave_at<'a>(
    rates: &CampaignRates,
    town: &'a Town,
    local: &'a Locality,
    day: i32,
    number: u32,
) -> impl Iterator<Item = Campaign> + use<'a> {
    let id = move |member| CampaignId::planned(local.region.id.0, day, number, member);
    let mut rng = town.key().rng(id(0).code(), Purpose::Wave, 0);
    let kind = rates.kind(&mut rng);
    let adapts = town.scenario().bank.fraud.adaptation;
    let operator = Operator::picked(local.region.id, day, adapts, rng.next_u64());
    let (mut later, length) = (0.0, WAVE_CAMPAIGNS.draw(&mut rng));
    (0..length).map(move |member| {
        let campaign = planned(town, local, CampaignRef { id: id(member), kind }, operator, day + later as i32);
        later = f64::min(later + WAVE_GAP_DAYS * sample::exponential(&mut rng), WAVE_MAX_DAYS);
        campaign
    })
}

/// Returns the campaign of a wave that starts on a UTC day.
fn planned(town: &Town, local: &Locality, campaign: CampaignRef, operator: Operator, day: i32) -> Campaign {
    let CampaignRef { id, kind } = campaign;
    let rng = &mut town.key().rng(id.code(), Purpose::CampaignPlan, 0);
    let start = time_on(local, day, start_hours(town, kind, operator), rng);
    let victims = fraud_kind(kind).victims.count.draw(rng);
    Campaign { id, kind, operator, start, victims, intensity: 1.0 }
}

/// Returns the hours at which campaigns of a kind start.
fn start_hours(town: &Town, kind: FraudKind, operator: Operator) -> Hours {
    const HOUR: f64 = 3_600.0;
    match fraud_kind(kind).start {
        StartHours::Local { from, to } => Hours { from: from * HOUR, length: (to - from) * HOUR },
        StartHours::Operator => operator.hours(town.key()),
    }
}

/// A campaign as stated by the scenario or a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestedCampaign {
    pub campaign: CampaignRef,
    /// The number of victims; 0 if the kind decides.
    pub victims: u32,
    pub start: VirtualTime,
    pub intensity: f64,
}

impl RequestedCampaign {
    /// Returns the campaign.
    pub(crate) fn plan(&self, town: &Town, local: &Locality) -> Campaign {
        let RequestedCampaign { campaign: CampaignRef { id, kind }, victims: requested, start, intensity } = *self;
        let rng: &mut RngStream = &mut town.key().rng(id.code(), Purpose::CampaignPlan, 0);
        let adapts = town.scenario().bank.fraud.adaptation;
        let operator = Operator::picked(local.region.id, start.utc_day(), adapts, rng.next_u64());
        let usual = fraud_kind(kind).victims.count.draw(rng);
        let victims = if requested == 0 { usual } else { requested };
        Campaign { id, kind, operator, start, victims, intensity }
    }

    /// Returns a campaign as stated by the scenario.
    fn scheduled(one: &ScheduledCampaign) -> Self {
        let campaign = CampaignRef { id: one.id, kind: one.kind };
        RequestedCampaign { campaign, victims: one.victims, start: one.at, intensity: one.intensity }
    }

    /// Returns a campaign as stated by command `number`, with this many victims, 0 for the usual number.
    pub(crate) fn injected(number: u64, kind: FraudKind, victims: u32, start: VirtualTime) -> Self {
        let campaign = CampaignRef { id: CampaignId::injected(number), kind };
        RequestedCampaign { campaign, victims, start, intensity: 1.0 }
    }
}

/// Returns the campaigns that the scenario names and that start in [from, until).
pub(super) fn scheduled_in(town: &Town, local: &Locality, from: VirtualTime, until: VirtualTime) -> Vec<Campaign> {
    let due = local.scheduled.iter().filter(|one| one.at >= from && one.at < until);
    due.map(|one| RequestedCampaign::scheduled(one).plan(town, local)).collect()
}

/// Returns the campaign with this identity that the scenario names for a region.
pub(crate) fn find_scheduled(town: &Town, local: &Locality, id: CampaignId) -> Option<Campaign> {
    let found = local.scheduled.iter().find(|one| one.id == id);
    found.map(|one| RequestedCampaign::scheduled(one).plan(town, local))
}

/// Returns all campaigns of a region that start in [from, until), by start.
pub fn campaigns_in(town: &Town, local: &Locality, from: VirtualTime, until: VirtualTime) -> Vec<Campaign> {
    let days = from.utc_day() - WAVE_MAX_DAYS as i32 - 1..=(until - Span::from_micros(1)).utc_day();
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
    fn the_plan_is_reproducible_and_has_the_expected_size() {
        let town = testing::town("[world]\npeople = 400000\n[bank.fraud]\nrate = 0.02");
        let local = &town.localities()[0];
        let all: Vec<Campaign> = DAYS.flat_map(|day| waves_of(&town, local, day)).collect();
        let expected: f64 = DAYS.map(|day| local.campaigns.on(day)).sum();
        assert!((all.len() as f64 / expected - 1.0).abs() < 0.05, "{} campaigns, {expected} expected", all.len());
        let again: Vec<Campaign> = DAYS.flat_map(|day| waves_of(&town, local, day)).collect();
        assert_eq!(all, again);
        let mut names: Vec<_> = all.iter().map(|c| c.id.uuid(town.ids())).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn planned_frauds_have_the_stated_share_with_any_mix_of_kinds() {
        let mixes = ["", "card_testing = 5.0\n", "mule_ring = 3.0\nstolen_card = 0.0\n", "friendly_fraud = 20.0\n"];
        for (rate, mix) in [0.0005, 0.004, 0.05, 0.15].into_iter().zip(mixes) {
            let people = if rate < 0.01 { 4_000_000 } else { 100_000 };
            let town = testing::town(&format!("[world]\npeople = {people}\n[bank.fraud]\nrate = {rate}\n{mix}"));
            let local = &town.localities()[0];
            let all: Vec<Campaign> = (20_454..20_484).flat_map(|day| waves_of(&town, local, day)).collect();
            assert!(all.len() > 2_000, "{} campaigns", all.len());
            let frauds: f64 = all.iter().map(|c| f64::from(c.victims) * fraud_kind(c.kind).mean_acts()).sum();
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
    fn campaigns_in_a_span_are_those_of_its_parts() {
        let town = testing::town("[world]\npeople = 50000\n[bank.fraud]\nrate = 0.02");
        let local = &town.localities()[0];
        let at = |day: i64| testing::day(&town, day);
        let whole = campaigns_in(&town, local, at(0), at(10));
        let parts: Vec<Campaign> = (0..10).flat_map(|d| campaigns_in(&town, local, at(d), at(d + 1))).collect();
        assert!(whole.len() > 50 && whole == parts, "{} and {}", whole.len(), parts.len());
    }
}
