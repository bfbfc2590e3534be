//! What is done to one victim: a small machine of stages with its own timing, beside the victim's own life, and the
//! bank's answer at the end. Knows the victim and the campaign; not the other victims, nor what an act looks like.

use super::acts;
use super::campaign::{CampaignId, Market};
use super::kind::FraudKind;
use super::model::controls::{Answer, Controls, Trace, USUAL_DOLLARS};
use super::model::operator::{Operator, Tactics};
use super::sizes;
use crate::bank::{Category, transact};
use crate::engine::{Draws, Purpose, Span, VirtualTime, sample};
use crate::outlet::Outlet;
use crate::person::{Person, Process};
use crate::scene::LiveScene;
use crate::town::{Locality, Town};
use serde::{Deserialize, Serialize};

/// Where an episode stands. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum Stage {
    /// Small sums, to see whether the card works.
    Testing,
    /// What was tested is turned into money.
    CashOut,
    /// The one stage of other kinds.
    Spree,
    /// All is done; the bank will act on it.
    Noticed,
}

/// What an episode is done with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means {
    pub operator: Operator,
    pub market: Market,
    pub intensity: f64,
}

impl Means {
    /// The means of an episode that a command asks for at an instant.
    pub(crate) fn injected(town: &Town, local: &Locality, campaign: CampaignId, at: VirtualTime) -> Self {
        let draws = &mut town.key().draws(campaign.code(), Purpose::CampaignPlan, 0);
        let adapts = town.scenario().bank.fraud.adaptation;
        let operator = Operator::picked(local.region.id, at.utc_day(), adapts, draws.next_u64());
        let category = Category::DigitalGoods;
        let market = Market { category, merchant: local.merchants.member(category, draws.next_u64()) };
        Means { operator, market, intensity: 1.0 }
    }
}

/// The fraud that is being done to a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    pub(super) campaign: CampaignId,
    pub(super) kind: FraudKind,
    pub(super) stage: Stage,
    pub(super) operator: Operator,
    pub(super) market: Market,
    /// Acts left in this stage, the next one included.
    left: u32,
    /// Acts done so far, over all stages.
    pub(super) done: u32,
    /// Factor on the time between acts.
    pace: f32,
    /// Seconds between acts of an injected burst; 0 where the kind has its own timing.
    every_seconds: f32,
    trace: Trace,
}

impl Episode {
    /// The episode of a planned campaign; its size and its pace are decided now.
    pub(super) fn planned(
        town: &Town,
        local: &Locality,
        (campaign, kind): (CampaignId, FraudKind),
        means: &Means,
        now: VirtualTime,
        draws: &mut Draws,
    ) -> Self {
        let left = sizes::acts(kind, draws);
        let slow = if draws.chance(slow_share(kind)) { 8.0 + 12.0 * draws.unit() } else { 1.0 };
        let own = means.operator.tactics(town, &local.region, now).pace;
        let pace = (own * slow / means.intensity) as f32;
        let stage = if kind == FraudKind::CardTesting { Stage::Testing } else { Stage::Spree };
        Episode {
            campaign,
            kind,
            stage,
            operator: means.operator,
            market: means.market,
            left,
            done: 0,
            pace,
            every_seconds: 0.0,
            trace: Trace::new(),
        }
    }

    /// An episode of `count` acts spread over `within` from `now` on, as a command asks for.
    pub(crate) fn injected(
        town: &Town,
        local: &Locality,
        (campaign, kind): (CampaignId, FraudKind),
        (count, within): (u32, Span),
        now: VirtualTime,
    ) -> Self {
        let Means { operator, market, .. } = Means::injected(town, local, campaign, now);
        let every = within.as_seconds_f64() / f64::from(count.max(1));
        Episode {
            campaign,
            kind,
            stage: Stage::Spree,
            operator,
            market,
            left: count.max(1),
            done: 0,
            pace: 1.0,
            every_seconds: every as f32,
            trace: Trace::new(),
        }
    }

    /// The time from the act just done to the next.
    fn gap(&self, tactics: &Tactics, draws: &mut Draws) -> Span {
        if self.every_seconds > 0.0 {
            return Span::from_seconds_f64(self.injected_gap(draws));
        }
        let own = Span::from_seconds_f64(seconds(self, draws) * f64::from(self.pace));
        // Scripts and tests live by haste; whoever else knows the rules keeps below them.
        let hasty = self.kind == FraudKind::Velocity || self.stage == Stage::Testing;
        let by_the_customer = matches!(self.kind, FraudKind::FriendlyFraud | FraudKind::PushPayment);
        let quiet = Span::from_micros(libm::round(tactics.least_gap.micros() as f64 * draws.between(1.0, 1.5)) as i64);
        if hasty || by_the_customer { own } else { own.max(quiet) }
    }

    /// Acts of an injected burst are spread evenly; those of a velocity burst come five at a time within a minute.
    fn injected_gap(&self, draws: &mut Draws) -> f64 {
        const AT_A_TIME: u32 = 5;
        const HASTE: (f64, f64) = (4.0, 9.0);
        let every = f64::from(self.every_seconds);
        match self.kind {
            FraudKind::Velocity if every > HASTE.1 && self.done.is_multiple_of(AT_A_TIME) => {
                f64::from(AT_A_TIME) * (every - HASTE.1) * draws.between(0.75, 1.0) + HASTE.0
            }
            FraudKind::Velocity if every > HASTE.1 => draws.between(HASTE.0, HASTE.1),
            _ => every * draws.between(0.75, 1.0),
        }
    }
}

/// Share of episodes that go slowly, over days: their acts tell nothing by their pace.
fn slow_share(kind: FraudKind) -> f64 {
    match kind {
        FraudKind::CardTesting => 0.12,
        FraudKind::AccountTakeover | FraudKind::StolenCard => 0.10,
        FraudKind::SkimmedMerchant => 0.20,
        _ => 0.0,
    }
}

/// Seconds to the next act at the kind's usual pace.
fn seconds(episode: &Episode, draws: &mut Draws) -> f64 {
    let (least, mean) = match (episode.kind, episode.stage) {
        // The last test is followed by a pause of hours before the cash-out.
        (_, Stage::Testing) if episode.left == 0 => (600.0, 21_600.0),
        (_, Stage::Testing) => (6.0, 40.0),
        (FraudKind::CardTesting, _) => (150.0, 1_800.0),
        // The look around, then the burst.
        (FraudKind::AccountTakeover, _) if episode.done == 1 => (600.0, 7_200.0),
        (FraudKind::AccountTakeover, _) => (60.0, 600.0),
        (FraudKind::StolenCard, _) => (240.0, 2_000.0),
        (FraudKind::Velocity, _) => (3.0, 5.0),
        (FraudKind::SkimmedMerchant, _) => (300.0, 3_500.0),
        (FraudKind::MuleRing, _) => (300.0, 2_400.0),
        (FraudKind::BustOut, _) => (1_200.0, 12_000.0),
        (FraudKind::FriendlyFraud, _) => (3_600.0, 40_000.0),
        (FraudKind::PushPayment, _) => (900.0, 15_000.0),
    };
    let limit = if episode.kind == FraudKind::Velocity { 2.0 } else { 7.0 };
    least + mean * sample::exponential(draws).min(limit)
}

/// The next act of the episode against `person`.
///
/// # Panics
/// When there is no episode.
pub(crate) fn act<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Fraud);
    let mut episode = person.fraud.take().expect("an act of fraud is planned only in an episode");
    person.rest(Process::Fraud);
    if episode.stage == Stage::Noticed {
        return answer(scene.now, person, episode.kind);
    }
    scene.season(person, scene.now);
    let draws = &mut scene.draws(Purpose::Episode, act);
    let tactics = episode.operator.tactics(scene.town, &scene.local.region, scene.now);
    let mut draft = acts::draft(scene, person, &episode, &tactics, draws);
    let noticed = episode.see(scene, person, draft.amount.dollars());
    draft.fraud.iter_mut().for_each(|mark| mark.noticed = noticed);
    transact(scene, person, Process::Fraud, draft);
    episode.left -= 1;
    episode.done += 1;
    let gap = episode.gap(&tactics, draws);
    if let Some(gap) = episode.next_stage(gap, draws) {
        person.plan(Process::Fraud, (scene.now + gap).max(scene.now.next()));
        person.fraud = Some(episode);
    }
}

impl Episode {
    /// Lets the bank's controls see an act; whether there has been an alarm.
    fn see(&mut self, scene: &LiveScene<'_, impl Outlet>, person: &Person, dollars: f64) -> bool {
        let rules = Controls::at(scene.town.key(), scene.local.region.id, scene.now);
        let usual = USUAL_DOLLARS * libm::exp(f64::from(person.profile.level));
        self.trace.add(&rules, scene.now, dollars, usual);
        self.trace.alarmed
    }

    /// Goes on to the next stage where this one is over; the time to what comes next, none where nothing does.
    fn next_stage(&mut self, gap: Span, draws: &mut Draws) -> Option<Span> {
        if self.left == 0 && self.stage == Stage::Testing {
            self.left = sizes::cash_outs(draws);
            self.stage = Stage::CashOut;
        }
        if self.left > 0 {
            return Some(gap);
        }
        self.stage = Stage::Noticed;
        (Answer::to(self.kind) != Answer::Nothing).then(|| Answer::delay(self.trace.alarmed, draws))
    }
}

/// The bank has learnt of it.
fn answer(now: VirtualTime, person: &mut Person, kind: FraudKind) {
    match Answer::to(kind) {
        Answer::Block => replace_cards(now, person),
        Answer::Freeze(time) => {
            replace_cards(now, person);
            person.bank.protection.freeze(now, time);
        }
        Answer::Nothing => {}
    }
}

fn replace_cards(now: VirtualTime, person: &mut Person) {
    person.changes.cards_replaced = person.changes.cards_replaced.saturating_add(1);
    person.bank.protection.block_card(now);
}
