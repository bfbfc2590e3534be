//! What the acts of an episode look like: with whose card, device and address, where, and for how much. Knows one victim
//! and the operator's tactics; not when acts come.

use super::campaign::{FraudMark, Market};
use super::episode::{Episode, Stage};
use super::kind::FraudKind;
use super::model::operator::Tactics;
use crate::bank::{
    Category, Channel, Draft, PaymentMethod, TransactionType, amount_at, card, main_law, own_purchase,
    purchase_elsewhere, usual,
};
use crate::base::Money;
use crate::base::Place;
use crate::drift::Rule;
use crate::engine::{Draws, Purpose, sample};
use crate::person::{Device, Person};
use crate::scene::Scene;

/// All that an act depends on.
struct Hand<'a> {
    scene: &'a Scene<'a>,
    person: &'a Person,
    episode: &'a Episode,
    tactics: &'a Tactics,
}

/// The next act of an episode, as a transaction.
pub(super) fn draft(
    scene: &Scene<'_>,
    person: &Person,
    episode: &Episode,
    tactics: &Tactics,
    draws: &mut Draws,
) -> Draft {
    let hand = Hand { scene, person, episode, tactics };
    let base = match (episode.kind, episode.stage) {
        (_, Stage::Testing) => hand.test(draws),
        (FraudKind::CardTesting, _) => hand.online(draws),
        (FraudKind::AccountTakeover, _) => hand.takeover(draws),
        (FraudKind::StolenCard, _) => hand.stolen(draws),
        (FraudKind::Velocity, _) => hand.scripted(draws),
        (FraudKind::SkimmedMerchant, _) => hand.skimmed(draws),
        (FraudKind::MuleRing, _) => hand.layered(draws),
        (FraudKind::BustOut, _) => hand.bust_out(draws),
        (FraudKind::FriendlyFraud, _) => hand.disputed(draws),
        (FraudKind::PushPayment, _) => hand.pushed(draws),
    };
    let campaign = episode.campaign.uuid(scene.town);
    let amount = base.amount.times(scene.rule(Rule::FraudAmounts, person));
    Draft { amount, fraud: Some(FraudMark { kind: episode.kind, campaign, noticed: false }), ..base }
}

/// What an operator uses against one victim, the same for the whole episode.
struct Tools {
    device: Device,
    ip: u32,
    place: Place,
}

/// Metres that an address is off from where its user is, at most, as services place it.
const NEAR_METRES: f64 = 4_000.0;

/// Share of what operators buy online that they buy where they have bought before.
const WELL_KNOWN: f64 = 0.65;

impl Hand<'_> {
    fn tools(&self) -> Tools {
        let (scene, operator) = (self.scene, self.episode.operator);
        let (key, region) = (scene.town.key(), &scene.local.region);
        let draws = &mut scene.town.draws(scene.entity(), Purpose::Tools, self.episode.campaign.code());
        let clone = draws.chance(self.tactics.clones);
        let device =
            if clone { self.person.profile.some_device(draws) } else { operator.device(key, region, draws.next_u64()) };
        let at = draws.unit();
        if at < self.tactics.near {
            return Tools { device, ip: self.neighbour(draws), place: self.nearby(draws) };
        }
        let regional = at < self.tactics.near + self.tactics.regional;
        let ip = match regional {
            true if draws.chance(0.7) => region.home_ip(draws),
            true => region.gateway(region.mobile_ip(draws), draws.next_u64()),
            false => operator.address(key, region, draws.next_u64()),
        };
        Tools { device, ip, place: region.home(draws) }
    }

    /// An address of a home line of the victim's provider: somebody's router, rented out.
    fn neighbour(&self, draws: &mut Draws) -> u32 {
        self.scene.local.region.renumbered(self.person.profile.home_ip, draws.next_u64())
    }

    fn nearby(&self, draws: &mut Draws) -> Place {
        let per_metre = 9.0 * NEAR_METRES;
        let home = self.person.profile.home;
        let step = |draws: &mut Draws| (per_metre * draws.between(-1.0, 1.0)) as i32;
        let place = Place { lat_e6: home.lat_e6 + step(draws), lon_e6: home.lon_e6 + step(draws) };
        self.scene.local.region.bounds.clamp(place)
    }

    /// `draft` as it looks from the operator's side.
    fn afar(&self, draft: Draft, draws: &mut Draws) -> Draft {
        let tools = self.tools();
        let known = |share: f64, usual: bool, draws: &mut Draws| usual && draws.chance(share);
        Draft {
            device: tools.device,
            ip: tools.ip,
            place: tools.place,
            cvv_provided: known(self.tactics.knows_cvv, draft.cvv_provided, draws),
            billing_match: known(self.tactics.knows_address, draft.billing_match, draws),
            ..draft
        }
    }

    /// A small sum at the merchant that the whole campaign uses.
    fn test(&self, draws: &mut Draws) -> Draft {
        let (scene, Market { category, merchant }) = (self.scene, self.episode.market);
        let dollars = libm::exp(0.6 + 0.75 * sample::normal(draws)).clamp(0.4, 12.0);
        let base = usual(scene, self.person, Channel::Online, draws);
        let draft = Draft {
            category,
            method: card(scene, self.person),
            merchant,
            amount: Money::price(dollars, scene.local.region.currency, draws),
            ..base
        };
        self.afar(draft, draws)
    }

    /// A purchase online with somebody else's card: at first and often what the victim could buy, else goods that sell.
    fn online(&self, draws: &mut Draws) -> Draft {
        let draft = self.wanted(Channel::Online, draws);
        self.afar(draft, draws)
    }

    /// What an operator buys: like the victim, or what sells.
    fn wanted(&self, channel: Channel, draws: &mut Draws) -> Draft {
        let first = self.episode.done == 0;
        if first || draws.chance(self.tactics.look_alike) {
            // Whoever is careful begins with little.
            let dearer = if first { -0.8 } else { -0.3 };
            return self.capped(purchase_elsewhere(self.scene, self.person, channel, dearer, draws), draws);
        }
        let base = purchase_elsewhere(self.scene, self.person, channel, 0.0, draws);
        self.capped(self.loot(base, draws), draws)
    }

    /// Goods that keep their worth, dearer than what the victim buys.
    fn loot(&self, draft: Draft, draws: &mut Draws) -> Draft {
        let (scene, level) = (self.scene, f64::from(self.person.profile.level));
        let operator = self.episode.operator;
        let category = operator.goods(scene.town.key(), draws.unit());
        let high = draws.chance(scene.rule(Rule::HighValue, self.person));
        let law = main_law(category);
        let raised = self.tactics.greed + if high { 1.1 } else { -0.3 };
        let log = law.mean + 0.7 * level + raised + 0.8 * law.deviation * sample::normal(draws);
        let from = (draft.channel == Channel::Pos).then_some(self.person.profile.home);
        let merchants = &scene.local.merchants;
        let merchant = match draft.channel {
            Channel::Online if draws.chance(WELL_KNOWN) => {
                merchants.member(category, operator.shop(scene.town.key(), category, draws.next_u64()))
            }
            _ => merchants.candidate(category, from, draws),
        };
        let place = if draft.channel == Channel::Pos { scene.local.merchants.place(merchant) } else { draft.place };
        let amount = Money::price(libm::exp(log), scene.local.region.currency, draws);
        Draft { category, merchant, place, amount, ..draft }
    }

    /// `draft` with an amount that the operator dares.
    fn capped(&self, draft: Draft, draws: &mut Draws) -> Draft {
        if draft.amount.dollars() <= self.tactics.most_dollars {
            return draft;
        }
        let dollars = self.tactics.most_dollars * draws.between(0.6, 1.0);
        Draft { amount: Money::price(dollars, draft.amount.currency, draws), ..draft }
    }

    /// The look around, then transfers and purchases.
    fn takeover(&self, draws: &mut Draws) -> Draft {
        let transfers = self.episode.done > 0 && draws.chance(0.6);
        let draft = match transfers {
            true => self.transfer(4.9, draws),
            false => Draft { method: PaymentMethod::DebitCard, ..self.wanted(Channel::Online, draws) },
        };
        self.afar(draft, draws)
    }

    /// A transfer to a stranger of about exp(`log`) dollars.
    fn transfer(&self, log: f64, draws: &mut Draws) -> Draft {
        let scene = self.scene;
        let level = f64::from(self.person.profile.level);
        let dollars = libm::exp(log + 0.8 * level + self.tactics.greed + 0.7 * sample::normal(draws));
        let rounded = if draws.chance(0.6) { libm::round(dollars / 10.0).max(1.0) * 10.0 } else { dollars };
        let draft = Draft {
            kind: TransactionType::Transfer,
            method: PaymentMethod::BankTransfer,
            merchant: scene.local.merchants.candidate(Category::Other, None, draws),
            amount: Money::worth(rounded, scene.local.region.currency),
            ..usual(scene, self.person, Channel::Transfer, draws)
        };
        self.capped(draft, draws)
    }

    /// Mostly at tills: the card itself is at hand, its number is on it.
    fn stolen(&self, draws: &mut Draws) -> Draft {
        let online = draws.chance(0.12);
        let channel = if online { Channel::Online } else { Channel::Pos };
        let draft = self.wanted(channel, draws);
        if online { self.afar(draft, draws) } else { draft }
    }

    /// A script's purchases: one merchant after another, small and middling sums.
    fn scripted(&self, draws: &mut Draws) -> Draft {
        let dearer = -0.3 + 0.5 * self.tactics.greed;
        let draft = purchase_elsewhere(self.scene, self.person, Channel::Online, dearer, draws);
        self.afar(draft, draws)
    }

    /// Copied cards are used online, or as white plastic at tills: each copy one way.
    fn skimmed(&self, draws: &mut Draws) -> Draft {
        let own =
            &mut self.scene.town.draws(self.scene.entity(), Purpose::Tools, self.episode.campaign.code() ^ 1 << 63);
        if own.chance(0.75) { self.online(draws) } else { self.wanted(Channel::Pos, draws) }
    }

    /// Money comes in once and goes on in parts, from what the ring shares.
    fn layered(&self, draws: &mut Draws) -> Draft {
        let scene = self.scene;
        let (key, region) = (scene.town.key(), &scene.local.region);
        let ring = &mut key.draws(self.episode.campaign.code(), Purpose::Tools, 0);
        let sum = libm::exp(6.3 + 0.5 * sample::normal(ring));
        let flat = region.home(ring);
        let some = draws.below(3);
        let part = if self.episode.done == 0 { 1.0 } else { draws.between(0.15, 0.45) };
        let draft = self.transfer(0.0, draws);
        let (kind, merchant) = match self.episode.done {
            0 => (TransactionType::Deposit, self.episode.market.merchant),
            _ => (TransactionType::Transfer, draft.merchant),
        };
        Draft {
            kind,
            merchant,
            amount: Money::worth(libm::round(sum * part * draws.between(0.85, 1.1)), region.currency),
            device: self.episode.operator.device(key, region, some),
            ip: self.episode.operator.address(key, region, some),
            place: flat,
            ..draft
        }
    }

    /// All the credit there is, with one's own card.
    fn bust_out(&self, draws: &mut Draws) -> Draft {
        let channel = if draws.chance(0.5) { Channel::Online } else { Channel::Pos };
        let base =
            Draft { method: card(self.scene, self.person), ..own_purchase(self.scene, self.person, channel, draws) };
        if draws.chance(0.25) { base } else { self.loot(base, draws) }
    }

    /// What one would have bought anyway, or a little dearer; the dispute comes later.
    fn disputed(&self, draws: &mut Draws) -> Draft {
        let base = own_purchase(self.scene, self.person, Channel::Online, draws);
        let amount = amount_at(self.scene, self.person, (base.category, base.merchant), 0.3, draws);
        Draft { method: card(self.scene, self.person), amount, ..base }
    }

    /// Each transfer larger than the last.
    fn pushed(&self, draws: &mut Draws) -> Draft {
        let more = 0.35 * f64::from(self.episode.done.min(4));
        Draft { ..self.transfer(5.6 + more - self.tactics.greed, draws) }
    }
}
