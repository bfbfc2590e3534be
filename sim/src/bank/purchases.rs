//! The habitual purchases of a person: category, merchant, amount and means of payment, under the rules in force for
//! the person. Must not depend on: the times of acts, and the emission of transactions.

use super::model::amounts::distance_from_usual;
use super::model::habits::Habit;
use super::model::merchants::Customer;
use super::model::parameters::amounts::MERCHANT_LEVEL_LOG_WIDTH;
use super::model::parameters::payments::{
    CATEGORIES_COMPARED, MAX_REJECTED_CATEGORIES, MIN_CATEGORY_WEIGHT, P_CREDIT_CARD_GIVEN_WALLET,
    P_CRYPTO_GIVEN_WALLET, P_PAYPAL_OR_CRYPTO_GIVEN_WALLET, P_TRAVEL_GIVEN_AWAY, PAYDAY_LOG_INCREASE,
};
use super::transactions::{Draft, usual};
use crate::base::{Category, Channel, Money, PaymentMethod};
use crate::drift::Rule;
use crate::engine::{Purpose, RngStream};
use crate::person::Person;
use crate::region::DayKind;
use crate::rhythm::{OwnHour, Rhythm};
use crate::scene::Scene;

/// Draws some categories that this person may buy now, and returns the one in which `amount` is most usual for them.
pub(super) fn fitting_category(
    scene: &Scene<'_>,
    person: &Person,
    habit: Habit,
    kind: DayKind,
    amount: Money,
    rng: &mut RngStream,
) -> Category {
    let log = libm::log(amount.dollars()) - person.profile.level as f64;
    let some: [Category; CATEGORIES_COMPARED] = std::array::from_fn(|_| some_category(scene, person, habit, kind, rng));
    some.into_iter()
        .min_by(|a, b| distance_from_usual(*a, log).total_cmp(&distance_from_usual(*b, log)))
        .expect("some were drawn")
}

/// Draws a category that this person may buy now.
pub(super) fn some_category(
    scene: &Scene<'_>,
    person: &Person,
    habit: Habit,
    kind: DayKind,
    rng: &mut RngStream,
) -> Category {
    let drawn = |rng: &mut RngStream| scene.town.habits().category(habit, person.profile.persona, kind, rng.next_u64());
    if !scene.town.drifts().touch(&Category::ALL.map(Rule::Mix)) {
        return drawn(rng);
    }
    // The tables hold the mix at birth: a category with a smaller weight now is rejected in proportion.
    let weight = |category: Category| {
        let rule = Rule::Mix(category);
        scene.rule(rule, person) / rule.value(scene.town.scenario()).max(MIN_CATEGORY_WEIGHT)
    };
    let weights = Category::ALL.map(weight);
    let most = weights.iter().copied().fold(0.0, f64::max);
    if weights.iter().any(|weight| *weight != most) {
        for _ in 0..MAX_REJECTED_CATEGORIES {
            let one = drawn(rng);
            if rng.unit() * most < weights[one as usize] {
                return one;
            }
        }
    }
    drawn(rng)
}

/// Returns the logarithm of the factor on amounts that is in force.
pub(super) fn price_level(scene: &Scene<'_>, person: &Person) -> f64 {
    match scene.rule(Rule::AmountScale, person) {
        1.0 => 0.0,
        scale => libm::log(scale),
    }
}

/// Returns the hour of the person's own day now.
pub(super) fn own_hour(scene: &Scene<'_>, person: &Person) -> OwnHour {
    Rhythm::own_hour(&scene.local.region.calendar, scene.now, person.profile.shift_minutes)
}

/// Draws a purchase of this person on a kind of day.
pub(super) fn purchase(scene: &Scene<'_>, person: &Person, habit: Habit, kind: DayKind, rng: &mut RngStream) -> Draft {
    let usual = some_category(scene, person, habit, kind, rng);
    let travels = person.away(scene.now).is_some() && rng.chance(P_TRAVEL_GIVEN_AWAY);
    let category = if travels { Category::Travel } else { usual };
    purchase_of(scene, person, habit, category, rng)
}

/// Draws a purchase of this person in a category.
pub(super) fn purchase_of(
    scene: &Scene<'_>,
    person: &Person,
    habit: Habit,
    category: Category,
    rng: &mut RngStream,
) -> Draft {
    let online = habit == Habit::OnlinePurchase;
    let merchants = &scene.local.merchants;
    let setting = if online { Setting::Remote } else { Setting::InPerson };
    let merchant = merchant_for(scene, person, category, setting, rng);
    let channel = if online { Channel::Online } else { Channel::Pos };
    let usual = usual(scene, person, channel, rng);
    Draft {
        category,
        merchant,
        amount: habitual_amount(scene, person, category, merchant, rng),
        place: if online { usual.place } else { merchants.place(merchant) },
        method: if online { online_method(scene, person, rng) } else { card_method(scene, person, rng) },
        ..usual
    }
}

/// The setting of a purchase: in person or remote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// The person goes there: distance counts.
    InPerson,
    /// The person orders or pays from anywhere.
    Remote,
}

/// Draws the merchant that a person chooses in `category`: near where they stay if they go there.
pub(super) fn merchant_for(
    scene: &Scene<'_>,
    person: &Person,
    category: Category,
    setting: Setting,
    rng: &mut RngStream,
) -> u32 {
    let merchants = &scene.local.merchants;
    let in_person = setting == Setting::InPerson;
    match person.away(scene.now).filter(|_| in_person) {
        Some(away) => merchants.candidate(category, Some(away), rng),
        None => {
            let from = in_person.then_some(person.profile.home);
            let moves = if in_person { person.changes.moves } else { 0 };
            let customer = Customer { key: scene.key, from, moves };
            merchants.choose(&customer, category, scene.now, rng)
        }
    }
}

/// Draws the amount that a person pays for `category` at `merchant`: it depends on their own level, their level at this
/// merchant, and the day.
fn habitual_amount(
    scene: &Scene<'_>,
    person: &Person,
    category: Category,
    merchant: u32,
    rng: &mut RngStream,
) -> Money {
    let pair = scene.key.hash(Purpose::BirthFavourites, 1 << 32 | merchant as u64);
    // Uniform around 0.
    let at_merchant =
        (pair >> 11) as f64 * (MERCHANT_LEVEL_LOG_WIDTH / (1u64 << 53) as f64) - 0.5 * MERCHANT_LEVEL_LOG_WIDTH;
    let (profile, pricing) = (&person.profile, scene.local.merchants.pricing(merchant));
    let payday = if person.bank.is_payday(scene.now) { PAYDAY_LOG_INCREASE } else { 0.0 };
    let level = f64::from(profile.level) + person.season.level() + at_merchant + payday + price_level(scene, person);
    pricing.amount(category, level, profile.persona.small_errands(), scene.local.region.currency, rng)
}

/// Draws the means of payment of an online payment.
pub(super) fn online_method(scene: &Scene<'_>, person: &Person, rng: &mut RngStream) -> PaymentMethod {
    let wallet = person.profile.wallet;
    let at = rng.unit();
    match () {
        _ if wallet.crypto && at < P_CRYPTO_GIVEN_WALLET => PaymentMethod::Crypto,
        _ if wallet.paypal && at < P_PAYPAL_OR_CRYPTO_GIVEN_WALLET => PaymentMethod::Paypal,
        _ => card_method(scene, person, rng),
    }
}

fn card_method(scene: &Scene<'_>, person: &Person, rng: &mut RngStream) -> PaymentMethod {
    let credit = person.profile.wallet.credit_card && rng.chance(P_CREDIT_CARD_GIVEN_WALLET);
    if credit && !person.bank.protection.card_is_blocked(scene.now) {
        PaymentMethod::CreditCard
    } else {
        PaymentMethod::DebitCard
    }
}
