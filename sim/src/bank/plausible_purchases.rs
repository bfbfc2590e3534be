//! Purchases that look like a person's own, for a fraudster who makes them in the person's name. Must not depend on:
//! fraud.

use super::model::habits::Habit;
use super::purchases::{own_hour, price_level, purchase_of, some_category};
use super::transactions::{Draft, usual};
use crate::base::{Category, Channel, Money, PaymentMethod};
use crate::engine::RngStream;
use crate::person::Person;
use crate::scene::Scene;

/// Draws a purchase that this person could make now, at a merchant that they would choose.
pub(crate) fn own_purchase(scene: &Scene<'_>, person: &Person, channel: Channel, rng: &mut RngStream) -> Draft {
    let category = own_category(scene, person, channel, rng);
    purchase_of(scene, person, habit(channel), category, rng)
}

/// Draws a purchase that this person could make now, at any merchant, for exp(`log_factor`) times their usual amount.
pub(crate) fn purchase_elsewhere(
    scene: &Scene<'_>,
    person: &Person,
    channel: Channel,
    log_factor: f64,
    rng: &mut RngStream,
) -> Draft {
    let category = own_category(scene, person, channel, rng);
    let from = (channel == Channel::Pos).then_some(person.profile.home);
    let merchant = scene.local.merchants.candidate(category, from, rng);
    let usual = usual(scene, person, channel, rng);
    Draft {
        category,
        merchant,
        amount: amount_at(scene, person, category, merchant, log_factor, rng),
        place: if channel == Channel::Pos { scene.local.merchants.place(merchant) } else { usual.place },
        method: card(scene, person),
        ..usual
    }
}

/// Draws the amount of a purchase at a merchant for a category: exp(`log_factor`) times the usual one at this person's
/// level.
pub(crate) fn amount_at(
    scene: &Scene<'_>,
    person: &Person,
    category: Category,
    merchant: u32,
    log_factor: f64,
    rng: &mut RngStream,
) -> Money {
    let (profile, pricing) = (&person.profile, scene.local.merchants.pricing(merchant));
    let level = f64::from(profile.level) + log_factor + price_level(scene, person);
    pricing.amount(category, level, profile.persona.small_errands(), scene.local.region.currency, rng)
}

/// Returns the card of this person that a thief would have now.
pub(crate) fn card(scene: &Scene<'_>, person: &Person) -> PaymentMethod {
    let credit = person.profile.wallet.credit_card && !person.bank.protection.card_is_blocked(scene.now);
    if credit { PaymentMethod::CreditCard } else { PaymentMethod::DebitCard }
}

fn own_category(scene: &Scene<'_>, person: &Person, channel: Channel, rng: &mut RngStream) -> Category {
    let kind = own_hour(scene, person).kind;
    some_category(scene, person, habit(channel), kind, rng)
}

fn habit(channel: Channel) -> Habit {
    if channel == Channel::Pos { Habit::PosPurchase } else { Habit::OnlinePurchase }
}
