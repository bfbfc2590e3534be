//! The acts of an episode as transactions: card, device, address, merchant and amount.
//! Must not depend on: when acts come, other victims.

use super::kinds::spec::{ActPattern, Layering, OnlineChoice};
use super::model::campaign::SharedMerchant;
use super::model::episode::Episode;
use super::model::operator::Tactics;
use super::model::parameters::*;
use crate::bank::FraudMark;
use crate::bank::{Draft, amount_at, card, main_law, own_purchase, purchase_elsewhere, usual};
use crate::base::{Category, Channel, Money, PaymentMethod, Place, TransactionType};
use crate::device::Device;
use crate::drift::Rule;
use crate::engine::{Purpose, RngStream, sample};
use crate::person::Person;
use crate::scene::Scene;

/// Builds the acts of one episode.
pub(super) struct ActBuilder<'a> {
    scene: &'a Scene<'a>,
    person: &'a Person,
    episode: &'a Episode,
    tactics: &'a Tactics,
}

/// The means of an operator against one victim, the same for the whole episode.
struct Tools {
    device: Device,
    ip: u32,
    place: Place,
}

impl<'a> ActBuilder<'a> {
    /// Returns the builder of the acts of `episode` against `person`, in a scene of theirs.
    pub(super) fn new(scene: &'a Scene<'a>, person: &'a Person, episode: &'a Episode, tactics: &'a Tactics) -> Self {
        ActBuilder { scene, person, episode, tactics }
    }

    /// Draws the next act, as a transaction.
    pub(super) fn draft(&self, rng: &mut RngStream) -> Draft {
        let (scene, episode) = (self.scene, self.episode);
        let base = self.by_pattern(episode.stage_spec().pattern, rng);
        let campaign = episode.campaign.uuid(scene.town.ids());
        let amount = base.amount.times(scene.rule(Rule::FraudAmounts, self.person));
        Draft { amount, fraud: Some(FraudMark { kind: episode.kind, campaign, noticed: false }), ..base }
    }

    fn by_pattern(&self, pattern: ActPattern, rng: &mut RngStream) -> Draft {
        match pattern {
            ActPattern::CardTest { log_mean, log_deviation, range } => {
                let dollars = libm::exp(log_mean + log_deviation * sample::normal(rng)).clamp(range.0, range.1);
                self.card_test(dollars, rng)
            }
            ActPattern::Purchase { online } => self.purchase(online, rng),
            ActPattern::TransferOrPurchase { p_transfer, log_amount } => {
                self.transfer_or_purchase(p_transfer, log_amount, rng)
            }
            ActPattern::ScriptedPurchase { log_base, log_greed } => {
                let dearer = log_base + log_greed * self.tactics.greed;
                let draft = purchase_elsewhere(self.scene, self.person, Channel::Online, dearer, rng);
                self.as_operator(draft, rng)
            }
            ActPattern::Layering(law) => self.layered_transfer(law, rng),
            ActPattern::OwnCredit { p_online, p_usual } => {
                let channel = if rng.chance(p_online) { Channel::Online } else { Channel::Pos };
                let own = own_purchase(self.scene, self.person, channel, rng);
                let base = Draft { method: card(self.scene, self.person), ..own };
                if rng.chance(p_usual) { base } else { self.resale_goods(base, rng) }
            }
            ActPattern::DisputedPurchase { log_dearer } => {
                let base = own_purchase(self.scene, self.person, Channel::Online, rng);
                let amount = amount_at(self.scene, self.person, base.category, base.merchant, log_dearer, rng);
                Draft { method: card(self.scene, self.person), amount, ..base }
            }
            ActPattern::PushPayment { log_amount, log_step, rising } => {
                let more = log_step * f64::from(self.episode.done.min(rising));
                self.transfer(log_amount + more - self.tactics.greed, rng)
            }
        }
    }

    /// Draws the means of the operator against this victim.
    fn tools(&self) -> Tools {
        let (scene, operator) = (self.scene, self.episode.operator);
        let (key, region) = (scene.town.key(), &scene.local.region);
        let rng = &mut scene.town.rng(scene.entity(), Purpose::Tools, self.episode.campaign.code());
        let clone = rng.chance(self.tactics.p_cloned_device);
        let device =
            if clone { self.person.profile.some_device(rng) } else { operator.device(key, region, rng.next_u64()) };
        let at = rng.unit();
        if at < self.tactics.p_near_address {
            return Tools { device, ip: self.neighbour_address(rng), place: self.nearby(rng) };
        }
        let regional = at < self.tactics.p_near_address + self.tactics.p_regional_address;
        let ip = match regional {
            true if rng.chance(P_HOME_LINE_GIVEN_REGIONAL) => region.home_ip(rng),
            true => region.gateway(region.mobile_ip(rng), rng.next_u64()),
            false => operator.address(key, region, rng.next_u64()),
        };
        Tools { device, ip, place: region.home(rng) }
    }

    /// Draws the address of a rented home line of the victim's provider.
    fn neighbour_address(&self, rng: &mut RngStream) -> u32 {
        self.scene.local.region.renumbered(self.person.profile.home_ip, rng.next_u64())
    }

    fn nearby(&self, rng: &mut RngStream) -> Place {
        let per_metre = 9.0 * NEAR_METRES;
        let home = self.person.profile.home;
        let step = |rng: &mut RngStream| (per_metre * rng.between(-1.0, 1.0)) as i32;
        let place = Place { lat_e6: home.lat_e6 + step(rng), lon_e6: home.lon_e6 + step(rng) };
        self.scene.local.region.bounds.clamp(place)
    }

    /// Returns `draft` from the operator's device and address, with the card data that the operator knows.
    fn as_operator(&self, draft: Draft, rng: &mut RngStream) -> Draft {
        let tools = self.tools();
        let known = |share: f64, usual: bool, rng: &mut RngStream| usual && rng.chance(share);
        Draft {
            device: tools.device,
            ip: tools.ip,
            place: tools.place,
            cvv_provided: known(self.tactics.p_knows_cvv, draft.cvv_provided, rng),
            billing_match: known(self.tactics.p_knows_address, draft.billing_match, rng),
            ..draft
        }
    }

    /// Draws a test of the card with `dollars` at the campaign's merchant.
    fn card_test(&self, dollars: f64, rng: &mut RngStream) -> Draft {
        let (scene, SharedMerchant { category, merchant }) = (self.scene, self.episode.merchant);
        let base = usual(scene, self.person, Channel::Online, rng);
        let draft = Draft {
            category,
            method: card(scene, self.person),
            merchant,
            amount: Money::price(dollars, scene.local.region.currency, rng),
            ..base
        };
        self.as_operator(draft, rng)
    }

    /// Draws a purchase with the card: online as the operator, or at a till with the card itself.
    fn purchase(&self, online: OnlineChoice, rng: &mut RngStream) -> Draft {
        let online = match online {
            OnlineChoice::Always => true,
            OnlineChoice::EachAct(probability) => rng.chance(probability),
            OnlineChoice::EachVictim(probability) => self.victim_draws().chance(probability),
        };
        let channel = if online { Channel::Online } else { Channel::Pos };
        let draft = self.operator_purchase(channel, rng);
        if online { self.as_operator(draft, rng) } else { draft }
    }

    /// Returns random numbers that are the same for all acts against this victim.
    fn victim_draws(&self) -> RngStream {
        let (scene, code) = (self.scene, self.episode.campaign.code());
        scene.town.rng(scene.entity(), Purpose::Tools, code ^ 1 << 63)
    }

    /// Draws a purchase by the operator: at first and often one that the victim could make, otherwise goods for resale.
    fn operator_purchase(&self, channel: Channel, rng: &mut RngStream) -> Draft {
        let first = self.episode.done == 0;
        if first || rng.chance(self.tactics.p_look_alike) {
            // A careful operator begins with small amounts.
            let dearer = if first { LOG_DEARER_FIRST } else { LOG_DEARER_LATER };
            return self.capped(purchase_elsewhere(self.scene, self.person, channel, dearer, rng), rng);
        }
        let base = purchase_elsewhere(self.scene, self.person, channel, 0.0, rng);
        self.capped(self.resale_goods(base, rng), rng)
    }

    /// Returns `draft` with goods that can be resold, more expensive than the victim's purchases.
    fn resale_goods(&self, draft: Draft, rng: &mut RngStream) -> Draft {
        let (scene, level) = (self.scene, f64::from(self.person.profile.level));
        let operator = self.episode.operator;
        let category = operator.resale_category(scene.town.key(), rng.unit());
        let high = rng.chance(scene.rule(Rule::HighValue, self.person));
        let law = main_law(category);
        let raised = self.tactics.greed + if high { RESALE_LOG_RAISE.0 } else { RESALE_LOG_RAISE.1 };
        let log = law.mean
            + RESALE_LEVEL_WEIGHT * level
            + raised
            + RESALE_DEVIATION_FACTOR * law.deviation * sample::normal(rng);
        let from = (draft.channel == Channel::Pos).then_some(self.person.profile.home);
        let merchants = &scene.local.merchants;
        let merchant = match draft.channel {
            Channel::Online if rng.chance(P_KNOWN_MERCHANT) => {
                let bits = operator.merchant_bits(scene.town.key(), category, rng.next_u64());
                merchants.member(category, bits)
            }
            _ => merchants.candidate(category, from, rng),
        };
        let place = if draft.channel == Channel::Pos { scene.local.merchants.place(merchant) } else { draft.place };
        let amount = Money::price(libm::exp(log), scene.local.region.currency, rng);
        Draft { category, merchant, place, amount, ..draft }
    }

    /// Returns `draft` with an amount within the operator's limit.
    fn capped(&self, draft: Draft, rng: &mut RngStream) -> Draft {
        if draft.amount.dollars() <= self.tactics.max_dollars {
            return draft;
        }
        let dollars = self.tactics.max_dollars * rng.between(CAPPED_SHARE.0, CAPPED_SHARE.1);
        Draft { amount: Money::price(dollars, draft.amount.currency, rng), ..draft }
    }

    /// Draws a purchase first, then transfers and purchases by debit card.
    fn transfer_or_purchase(&self, p_transfer: f64, log_amount: f64, rng: &mut RngStream) -> Draft {
        let transfers = self.episode.done > 0 && rng.chance(p_transfer);
        let draft = match transfers {
            true => self.transfer(log_amount, rng),
            false => Draft { method: PaymentMethod::DebitCard, ..self.operator_purchase(Channel::Online, rng) },
        };
        self.as_operator(draft, rng)
    }

    /// Draws a transfer to a stranger of about exp(`log_amount`) dollars.
    fn transfer(&self, log_amount: f64, rng: &mut RngStream) -> Draft {
        let scene = self.scene;
        let level = f64::from(self.person.profile.level);
        let dollars = libm::exp(
            log_amount
                + TRANSFER_LEVEL_WEIGHT * level
                + self.tactics.greed
                + TRANSFER_LOG_DEVIATION * sample::normal(rng),
        );
        let is_round = rng.chance(P_ROUND_TRANSFER);
        let rounded = if is_round { libm::round(dollars / 10.0).max(1.0) * 10.0 } else { dollars };
        let draft = Draft {
            kind: TransactionType::Transfer,
            method: PaymentMethod::BankTransfer,
            merchant: scene.local.merchants.candidate(Category::Other, None, rng),
            amount: Money::worth(rounded, scene.local.region.currency),
            ..usual(scene, self.person, Channel::Transfer, rng)
        };
        self.capped(draft, rng)
    }

    /// Draws the deposit to a mule, or a transfer of a part of it, with the tools that the ring shares.
    fn layered_transfer(&self, law: Layering, rng: &mut RngStream) -> Draft {
        let Layering { log_mean, log_deviation, part, spread, tools } = law;
        let scene = self.scene;
        let (key, region) = (scene.town.key(), &scene.local.region);
        let ring = &mut key.rng(self.episode.campaign.code(), Purpose::Tools, 0);
        let sum = libm::exp(log_mean + log_deviation * sample::normal(ring));
        let flat = region.home(ring);
        let some = rng.below(tools);
        let part = if self.episode.done == 0 { 1.0 } else { rng.between(part.0, part.1) };
        let draft = self.transfer(0.0, rng);
        let (kind, merchant) = match self.episode.done {
            0 => (TransactionType::Deposit, self.episode.merchant.merchant),
            _ => (TransactionType::Transfer, draft.merchant),
        };
        Draft {
            kind,
            merchant,
            amount: Money::worth(libm::round(sum * part * rng.between(spread.0, spread.1)), region.currency),
            device: self.episode.operator.device(key, region, some),
            ip: self.episode.operator.address(key, region, some),
            place: flat,
            ..draft
        }
    }
}
