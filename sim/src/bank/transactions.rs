//! Transactions of a person: the draft, the usual values of its fields, and its emission. Must not depend on: the
//! reason for the transaction.

use super::model::cards::{CardKind, card_number};
use super::model::event::{FraudMark, Transaction};
use super::model::parameters::payments::{P_AT_HOME_GIVEN_IN_PERSON, P_AT_HOME_GIVEN_ONLINE, P_NEAR_HOME_GIVEN_OUT};
use crate::base::{Category, Channel, Money, PaymentMethod, Place, TransactionType};
use crate::device::Device;
use crate::drift::Rule;
use crate::engine::{IdKind, MICROS_PER_SECOND, RngStream, Stream};
use crate::history::ActKind;
use crate::outlet::Outlet;
use crate::person::{Person, Process};
use crate::scene::{LiveScene, Scene};

/// A transaction without the values that [`transact`] adds: identifiers, time, account and card.
pub(crate) struct Draft {
    pub kind: TransactionType,
    pub category: Category,
    pub channel: Channel,
    pub method: PaymentMethod,
    pub merchant: u32,
    pub amount: Money,
    pub place: Place,
    pub ip: u32,
    pub device: Device,
    pub cvv_provided: bool,
    pub billing_match: bool,
    pub fraud: Option<FraudMark>,
}

/// Makes a draft the person's next transaction: emits it, and adds it to the history.
pub(crate) fn transact<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person, process: Process, draft: Draft) {
    person.bank.sequence += 1;
    if scene.town.has(Stream::Transactions) || scene.town.has(Stream::Labels) {
        emit(scene, person, process, &draft);
    }
    scene.remember(person, act_kind(&draft), draft.amount.minor, draft.merchant);
}

#[inline]
fn emit<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &Person, process: Process, draft: &Draft) {
    let sequence = person.bank.sequence;
    let age = scene.now.since(person.profile.opened);
    let event = Transaction {
        transaction_id: scene.own_uuid(IdKind::Transaction, sequence as u64),
        user_id: scene.person_uuid(),
        account: scene.account(),
        timestamp: scene.now,
        amount: draft.amount,
        merchant: draft.merchant,
        merchant_name: scene.local.merchants.name(draft.merchant),
        category: draft.category,
        kind: draft.kind,
        method: draft.method,
        location: draft.place,
        ip_address: draft.ip,
        device: draft.device,
        account_age_days: age.micros().max(0) / (86_400 * MICROS_PER_SECOND),
        cvv_provided: draft.cvv_provided,
        billing_address_match: draft.billing_match,
        fraud: draft.fraud,
        channel: draft.channel,
        concepts: scene.concepts(person),
        card_id: card_of(draft.method).map(|kind| {
            let replaced = person.changes.cards_replaced;
            let number = card_number(scene.key, kind, age, replaced);
            scene.own_uuid(IdKind::Card, number)
        }),
        entity_sequence: sequence,
    };
    scene.emit_transaction(process, &event);
}

fn card_of(method: PaymentMethod) -> Option<CardKind> {
    match method {
        PaymentMethod::CreditCard => Some(CardKind::Credit),
        PaymentMethod::DebitCard => Some(CardKind::Debit),
        PaymentMethod::Paypal | PaymentMethod::BankTransfer | PaymentMethod::Crypto => None,
    }
}

fn act_kind(draft: &Draft) -> ActKind {
    match draft.kind {
        _ if draft.fraud.is_some() => ActKind::Fraud,
        TransactionType::Purchase => ActKind::Purchase,
        TransactionType::Withdrawal => ActKind::Withdrawal,
        TransactionType::Transfer => ActKind::Transfer,
        TransactionType::Payment => ActKind::Payment,
        TransactionType::Deposit => ActKind::Deposit,
    }
}

/// Returns a draft of a usual purchase: the person's place, network and device, and checks passed at the usual rates.
pub(crate) fn usual(scene: &Scene<'_>, person: &Person, channel: Channel, rng: &mut RngStream) -> Draft {
    usual_from(scene, person, channel, None, rng)
}

/// Returns a draft of a usual purchase from the address `ip`, or from the person's network of now if there is none.
pub(super) fn usual_from(
    scene: &Scene<'_>,
    person: &Person,
    channel: Channel,
    ip: Option<u32>,
    rng: &mut RngStream,
) -> Draft {
    let profile = &person.profile;
    let online = channel == Channel::Online || channel == Channel::Transfer;
    let device = if online { profile.some_device(rng) } else { profile.devices[0] };
    let at_home = rng.chance(if online { P_AT_HOME_GIVEN_ONLINE } else { P_AT_HOME_GIVEN_IN_PERSON });
    let away = person.away(scene.now);
    let about = if at_home || rng.chance(P_NEAR_HOME_GIVEN_OUT) { profile.home } else { profile.work };
    Draft {
        kind: TransactionType::Purchase,
        category: Category::Other,
        channel,
        method: PaymentMethod::DebitCard,
        merchant: scene.local.merchants.number(0),
        amount: Money { minor: 1, currency: scene.local.region.currency },
        place: near(away.unwrap_or(about), rng),
        ip: match ip {
            Some(ip) => ip,
            None if at_home && away.is_none() => scene.home_address(person),
            None => scene.mobile_address(person),
        },
        device,
        cvv_provided: !rng.chance(scene.rule(Rule::CvvMissing, person)),
        billing_match: !rng.chance(scene.rule(Rule::BillingMismatch, person)),
        fraud: None,
    }
}

/// Returns a place within 1,024 micro-degrees, which are some hundred metres, in each direction.
fn near(place: Place, rng: &mut RngStream) -> Place {
    let bits = rng.next_u64();
    let step = |b: u64| (b & 0x7ff) as i32 - 1_024;
    Place { lat_e6: place.lat_e6 + step(bits), lon_e6: place.lon_e6 + step(bits >> 11) }
}
