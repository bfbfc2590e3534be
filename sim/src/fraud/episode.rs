//! What is done to one victim: a small machine of stages with its own timing, beside the victim's own life.
//! Knows the victim and the campaign; not the other victims.

use super::campaign::{CASH_OUTS, CASHED_OUT, CampaignId, FraudKind, FraudMark, STOLEN_ACTS, TAKEOVER_ACTS, TESTS};
use crate::bank::{Category, Channel, Draft, PaymentMethod, TransactionType, main_law, transact, usual};
use crate::engine::{Draws, Purpose, Span, VirtualTime, sample};
use crate::money::Money;
use crate::outlet::Outlet;
use crate::person::{Device, Person, Process};
use crate::scene::{LiveScene, Scene};
use serde::{Deserialize, Serialize};

/// Where an episode stands. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
enum Stage {
    Testing,
    CashOut,
    Spree,
}

/// The fraud that is being done to a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    campaign: CampaignId,
    kind: FraudKind,
    stage: Stage,
    /// Acts left in this stage, the next one included.
    left: u32,
    /// Seconds between acts of an injected burst; 0 where the kind has its own timing.
    every_seconds: f32,
}

impl Episode {
    /// The episode of a planned campaign; its size is decided now.
    pub(crate) fn planned(campaign: CampaignId, kind: FraudKind, draws: &mut Draws) -> Self {
        let (stage, left) = match kind {
            FraudKind::CardTesting => (Stage::Testing, 1 + sample::geometric(draws, TESTS.0, TESTS.1)),
            FraudKind::AccountTakeover => {
                (Stage::Spree, 2 + sample::geometric(draws, TAKEOVER_ACTS.0, TAKEOVER_ACTS.1))
            }
            FraudKind::StolenCard | FraudKind::Velocity => {
                (Stage::Spree, 2 + sample::geometric(draws, STOLEN_ACTS.0, STOLEN_ACTS.1))
            }
        };
        Episode { campaign, kind, stage, left, every_seconds: 0.0 }
    }

    /// An episode of `count` acts spread over `within`, as a command asks for.
    pub(crate) fn injected(campaign: CampaignId, kind: FraudKind, count: u32, within: Span) -> Self {
        let every = within.as_seconds_f64() / count.max(1) as f64;
        Episode { campaign, kind, stage: Stage::Spree, left: count.max(1), every_seconds: every as f32 }
    }
}

/// Share of episodes after which the bank sends new cards.
const NOTICED: f64 = 0.9;

/// The next act of the episode against `person`.
///
/// # Panics
/// When there is no episode.
pub(crate) fn act<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Fraud);
    let mut episode = person.fraud.take().expect("an act of fraud is planned only in an episode");
    let draws = &mut scene.draws(Purpose::Episode, act);
    let draft = draft(scene, person, &episode, draws);
    transact(scene, person, Process::Fraud, draft);
    episode.left -= 1;
    let gap = gap(&episode, draws);
    let goes_on = episode.left > 0 || cashes_out(&mut episode, draws);
    let next = if goes_on { scene.now + gap } else { VirtualTime::NEVER };
    person.plan(Process::Fraud, next.max(scene.now.next()));
    person.fraud = goes_on.then_some(episode);
    if !goes_on && draws.chance(NOTICED) {
        person.changes.cards_replaced = person.changes.cards_replaced.saturating_add(1);
    }
}

/// After the last test: whether the card is cashed out.
fn cashes_out(episode: &mut Episode, draws: &mut Draws) -> bool {
    let cashed = episode.stage == Stage::Testing && draws.chance(CASHED_OUT);
    if cashed {
        episode.stage = Stage::CashOut;
        episode.left = 1 + sample::geometric(draws, CASH_OUTS.0, CASH_OUTS.1);
    }
    cashed
}

/// The time from this act to the next.
fn gap(episode: &Episode, draws: &mut Draws) -> Span {
    let seconds = match episode.stage {
        _ if episode.every_seconds > 0.0 => episode.every_seconds as f64 * draws.between(0.75, 1.0),
        // The last test is followed by a pause of hours before the cash-out.
        Stage::Testing if episode.left == 0 => 600.0 + 21_600.0 * sample::exponential(draws).min(7.0),
        Stage::Testing => 6.0 + 40.0 * sample::exponential(draws),
        Stage::CashOut => 120.0 + 2_400.0 * sample::exponential(draws),
        Stage::Spree if episode.kind == FraudKind::AccountTakeover => 40.0 + 420.0 * sample::exponential(draws),
        Stage::Spree => 180.0 + 1_500.0 * sample::exponential(draws),
    };
    Span::from_seconds_f64(seconds)
}

fn draft(scene: &Scene<'_>, person: &Person, episode: &Episode, draws: &mut Draws) -> Draft {
    let mark = FraudMark { kind: episode.kind, campaign: episode.campaign.uuid(scene.town) };
    // What the operator brings along is the same for the whole campaign.
    let operator = &mut scene.town.key().draws(episode.campaign.code(), Purpose::Episode, 0);
    let base = match (episode.kind, episode.stage) {
        (FraudKind::Velocity, _) => velocity(scene, person, draws),
        (_, Stage::Testing) => test(scene, person, operator, draws),
        (FraudKind::AccountTakeover, _) => takeover(scene, person, operator, draws),
        (FraudKind::StolenCard, _) => stolen(scene, person, draws),
        (FraudKind::CardTesting, _) => cash_out(scene, person, operator, draws),
    };
    Draft { fraud: Some(mark), ..base }
}

fn velocity(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> Draft {
    let base = usual(scene, person, Channel::Online, draws);
    loot(scene, person, Draft { method: PaymentMethod::CreditCard, ..base }, 0.3, draws)
}

/// A small sum at the merchant that the whole campaign uses.
fn test(scene: &Scene<'_>, person: &Person, operator: &mut Draws, draws: &mut Draws) -> Draft {
    let foreign = Foreign::of(scene, operator);
    let merchant = scene.local.merchants.member(Category::DigitalGoods, operator.next_u64());
    let dollars = 0.5 + 1.5 * draws.unit() * draws.unit() + if draws.chance(0.3) { 2.0 * draws.unit() } else { 0.0 };
    let base = usual(scene, person, Channel::Online, draws);
    Draft {
        category: Category::DigitalGoods,
        method: PaymentMethod::CreditCard,
        merchant,
        amount: Money::worth(dollars, scene.local.region.currency),
        place: foreign.place,
        ip: foreign.ip,
        device: foreign.device,
        cvv_provided: !draws.chance(0.25),
        billing_match: !draws.chance(0.35),
        ..base
    }
}

fn cash_out(scene: &Scene<'_>, person: &Person, operator: &mut Draws, draws: &mut Draws) -> Draft {
    let foreign = Foreign::of(scene, operator);
    let base = usual(scene, person, Channel::Online, draws);
    let masked = draws.chance(0.3);
    let draft = Draft {
        method: PaymentMethod::CreditCard,
        place: if masked { base.place } else { foreign.place },
        ip: if masked { base.ip } else { foreign.ip },
        device: foreign.device,
        cvv_provided: !draws.chance(0.15),
        billing_match: !draws.chance(0.25),
        ..base
    };
    loot(scene, person, draft, high_value(scene), draws)
}

fn takeover(scene: &Scene<'_>, person: &Person, operator: &mut Draws, draws: &mut Draws) -> Draft {
    let foreign = Foreign::of(scene, operator);
    let own_device = draws.chance(0.15);
    let transfers = draws.chance(0.5);
    let base = usual(scene, person, if transfers { Channel::Transfer } else { Channel::Online }, draws);
    let draft = Draft {
        kind: if transfers { TransactionType::Transfer } else { TransactionType::Purchase },
        method: if transfers { PaymentMethod::BankTransfer } else { PaymentMethod::DebitCard },
        place: foreign.place,
        ip: foreign.ip,
        device: if own_device { base.device } else { foreign.device },
        billing_match: !draws.chance(0.3),
        ..base
    };
    loot(scene, person, draft, high_value(scene), draws)
}

/// Share of what a thief does with a stolen card that is online; the card itself is at hand for the till.
const STOLEN_ONLINE: f64 = 0.12;

fn stolen(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> Draft {
    let online = draws.chance(STOLEN_ONLINE);
    let channel = if online { Channel::Online } else { Channel::Pos };
    let base = usual(scene, person, channel, draws);
    let draft = loot(scene, person, Draft { method: PaymentMethod::CreditCard, ..base }, high_value(scene), draws);
    let place = if online { draft.place } else { scene.local.merchants.place(draft.merchant) };
    Draft {
        place,
        cvv_provided: !draws.chance(0.1),
        billing_match: !draws.chance(if online { 0.3 } else { 0.05 }),
        ..draft
    }
}

fn high_value(scene: &Scene<'_>) -> f64 {
    scene.town.scenario().bank.fraud.high_value_probability
}

/// What fraudsters turn into money: goods that sell well, mostly dearer than what the victim buys.
fn loot(scene: &Scene<'_>, person: &Person, draft: Draft, high: f64, draws: &mut Draws) -> Draft {
    const LIKED: [Category; 5] =
        [Category::Electronics, Category::LuxuryItems, Category::DigitalGoods, Category::Clothing, Category::Travel];
    let category = LIKED[sample::pick(&[0.36, 0.52, 0.74, 0.90, 1.0], draws.unit())];
    let law = main_law(category);
    let raised = if draws.chance(high) { 0.8 } else { -0.15 };
    let log = law.mean + 0.5 * person.profile.level as f64 + raised + 0.8 * law.deviation * sample::normal(draws);
    let merchant = scene.local.merchants.candidate(category, None, draws);
    Draft { category, merchant, amount: Money::price(libm::exp(log), scene.local.region.currency, draws), ..draft }
}

/// The operator's own device, network and place.
struct Foreign {
    device: Device,
    ip: u32,
    place: crate::place::Place,
}

impl Foreign {
    fn of(scene: &Scene<'_>, operator: &mut Draws) -> Self {
        let region = &scene.local.region;
        let device = Device::drawn(region.systems(), operator);
        Foreign { device, ip: region.mobile_ip(operator), place: region.home(operator) }
    }
}
