//! The acts of an episode against one victim, and the bank's response at its end.
//! Must not depend on: other victims, the appearance of an act.

use super::acts::ActBuilder;
use super::kinds::spec::{Response, Stage};
use super::model::campaign::{CampaignId, SharedMerchant};
use super::model::controls::Controls;
use super::model::episode::{Burst, CampaignRef, Episode, Means};
use super::model::operator::Operator;
use super::model::parameters::USUAL_AMOUNT_DOLLARS;
use crate::bank::transact;
use crate::base::{Category, FraudKind};
use crate::engine::{Purpose, RngStream, VirtualTime};
use crate::outlet::Outlet;
use crate::person::{Person, Process};
use crate::scene::LiveScene;
use crate::town::{Locality, Town};

impl Means {
    /// Returns the means of an episode that a command requests at an instant.
    pub(crate) fn injected(town: &Town, local: &Locality, campaign: CampaignId, at: VirtualTime) -> Self {
        let rng = &mut town.key().rng(campaign.code(), Purpose::CampaignPlan, 0);
        let adapts = town.scenario().bank.fraud.adaptation;
        let operator = Operator::picked(local.region.id, at.utc_day(), adapts, rng.next_u64());
        let category = Category::DigitalGoods;
        let merchant = SharedMerchant { category, merchant: local.merchants.member(category, rng.next_u64()) };
        Means { operator, merchant, intensity: 1.0 }
    }
}

impl Episode {
    /// Returns the episode of a planned campaign that begins now.
    pub(super) fn of_plan(
        town: &Town,
        local: &Locality,
        campaign: CampaignRef,
        means: &Means,
        now: VirtualTime,
        rng: &mut RngStream,
    ) -> Self {
        let pace = means.operator.tactics(town.key(), local.region.id, now).pace;
        Episode::planned(campaign, means, pace, rng)
    }

    /// Returns the episode of a burst from `now` on, as a command requests.
    pub(crate) fn of_command(
        town: &Town,
        local: &Locality,
        campaign: CampaignRef,
        burst: Burst,
        now: VirtualTime,
    ) -> Self {
        Episode::injected(campaign, &Means::injected(town, local, campaign.id, now), burst)
    }
}

/// Performs the next act of the episode against `person`.
///
/// # Panics
/// If there is no episode.
pub(crate) fn act<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Fraud);
    let mut episode = person.fraud.take().expect("an act of fraud is planned only in an episode");
    person.rest(Process::Fraud);
    if episode.stage == Stage::Noticed {
        return respond(scene.now, person, episode.kind);
    }
    scene.look_up_season(person);
    let rng = &mut scene.rng(Purpose::Episode, act);
    let (key, region) = (scene.town.key(), scene.local.region.id);
    let tactics = episode.operator.tactics(key, region, scene.now);
    let mut draft = ActBuilder::new(scene, person, &episode, &tactics).draft(rng);
    let usual = USUAL_AMOUNT_DOLLARS * libm::exp(f64::from(person.profile.level));
    let noticed = episode.observe(&Controls::at(key, region, scene.now), scene.now, draft.amount.dollars(), usual);
    draft.fraud.iter_mut().for_each(|mark| mark.noticed = noticed);
    transact(scene, person, Process::Fraud, draft);
    if let Some(gap) = episode.advance(tactics.min_gap, rng) {
        person.plan(Process::Fraud, (scene.now + gap).max(scene.now.next()));
        person.fraud = Some(episode);
    }
}

/// Applies the bank's response once the bank knows of the fraud.
fn respond(now: VirtualTime, person: &mut Person, kind: FraudKind) {
    match super::kinds::fraud_kind(kind).response {
        Response::BlockCard => replace_cards(now, person),
        Response::Freeze(span) => {
            replace_cards(now, person);
            person.bank.protection.freeze(now, span);
        }
        Response::Nothing => {}
    }
}

fn replace_cards(now: VirtualTime, person: &mut Person) {
    person.changes.cards_replaced = person.changes.cards_replaced.saturating_add(1);
    person.bank.protection.block_card(now);
}
