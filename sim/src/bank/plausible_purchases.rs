//! Purchases that look like a person's own, for whoever makes them in this person's name. Knows habits; not who asks.

use super::behaviour::{Draft, usual};
use super::habits::Habit;
use super::model::event::{Category, Channel, PaymentMethod};
use super::purchases::{own_hour, price_level, purchase_of, some_category};
use crate::base::Money;
use crate::engine::Draws;
use crate::person::Person;
use crate::scene::Scene;

/// A purchase that this person could make now, where they would make it.
pub(crate) fn own_purchase(scene: &Scene<'_>, person: &Person, channel: Channel, draws: &mut Draws) -> Draft {
    let category = own_category(scene, person, channel, draws);
    purchase_of(scene, person, habit(channel), category, draws)
}

/// What this person could buy now, wherever anybody would buy it, exp(`dearer`) times dearer than they would.
pub(crate) fn purchase_elsewhere(
    scene: &Scene<'_>,
    person: &Person,
    channel: Channel,
    dearer: f64,
    draws: &mut Draws,
) -> Draft {
    let category = own_category(scene, person, channel, draws);
    let from = (channel == Channel::Pos).then_some(person.profile.home);
    let merchant = scene.local.merchants.candidate(category, from, draws);
    let usual = usual(scene, person, channel, draws);
    Draft {
        category,
        merchant,
        amount: amount_at(scene, person, (category, merchant), dearer, draws),
        place: if channel == Channel::Pos { scene.local.merchants.place(merchant) } else { usual.place },
        method: card(scene, person),
        ..usual
    }
}

/// What somebody of this person's level pays at a merchant for a category, exp(`dearer`) times dearer.
pub(crate) fn amount_at(
    scene: &Scene<'_>,
    person: &Person,
    (category, merchant): (Category, u32),
    dearer: f64,
    draws: &mut Draws,
) -> Money {
    let (profile, pricing) = (&person.profile, scene.local.merchants.pricing(merchant));
    let level = f64::from(profile.level) + dearer + price_level(scene, person);
    pricing.amount(category, level, profile.persona.small_errands(), scene.local.region.currency, draws)
}

/// The card that a thief would have of this person now.
pub(crate) fn card(scene: &Scene<'_>, person: &Person) -> PaymentMethod {
    let credit = person.profile.wallet.credit_card && !person.bank.guard.card_is_blocked(scene.now);
    if credit { PaymentMethod::CreditCard } else { PaymentMethod::DebitCard }
}

fn own_category(scene: &Scene<'_>, person: &Person, channel: Channel, draws: &mut Draws) -> Category {
    let kind = own_hour(scene, person).kind;
    some_category(scene, person, habit(channel), kind, draws)
}

fn habit(channel: Channel) -> Habit {
    if channel == Channel::Pos { Habit::PosPurchase } else { Habit::OnlinePurchase }
}
