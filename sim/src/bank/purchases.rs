//! What a person buys by habit, as rules are for them now: the category, the merchant, the amount and the way to pay. Knows
//! neither when they act nor how a transaction leaves the world.

use super::behaviour::{Draft, PAYDAY_LEVEL, usual};
use super::habits::{Habit, HabitRates};
use super::model::amounts::unusual;
use super::model::event::{Category, Channel, PaymentMethod};
use super::model::merchants::Customer;
use crate::base::Money;
use crate::drift::Rule;
use crate::engine::{Draws, Purpose};
use crate::person::Person;
use crate::region::DayKind;
use crate::rhythm::{OwnHour, Rhythm};
use crate::scene::Scene;

/// Of some categories that this person might buy now, the one in which `amount` is least unusual for them.
pub(super) fn fitting_category(
    scene: &Scene<'_>,
    person: &Person,
    (habit, kind): (Habit, DayKind),
    amount: Money,
    draws: &mut Draws,
) -> Category {
    let log = libm::log(amount.dollars()) - person.profile.level as f64;
    let some: [Category; 4] = std::array::from_fn(|_| some_category(scene, person, habit, kind, draws));
    some.into_iter().min_by(|a, b| unusual(*a, log).total_cmp(&unusual(*b, log))).expect("there are some")
}

/// Which habit an act at this hour is.
pub(super) fn which_habit(scene: &Scene<'_>, person: &Person, hour: OwnHour, draws: &mut Draws) -> Habit {
    let rates = HabitRates::at(scene, person, scene.now);
    scene.town.habits().which(person.profile.persona, hour, &rates, draws.unit())
}

/// A category that this person may buy now, by habit.
pub(super) fn some_category(
    scene: &Scene<'_>,
    person: &Person,
    habit: Habit,
    kind: DayKind,
    draws: &mut Draws,
) -> Category {
    let drawn = |draws: &mut Draws| scene.town.habits().category(habit, person.profile.persona, kind, draws.next_u64());
    if !scene.town.drifts().touch(&Category::ALL.map(Rule::Mix)) {
        return drawn(draws);
    }
    // The tables hold the mix of birth: what is bought less now is passed over as often as that takes.
    let weight = |category: Category| {
        let rule = Rule::Mix(category);
        scene.rule(rule, person) / rule.value(scene.town.scenario()).max(1e-9)
    };
    let weights = Category::ALL.map(weight);
    let most = weights.iter().copied().fold(0.0, f64::max);
    if weights.iter().any(|weight| *weight != most) {
        for _ in 0..MOST_PASSED {
            let one = drawn(draws);
            if draws.unit() * most < weights[one as usize] {
                return one;
            }
        }
    }
    drawn(draws)
}

/// Logarithm of what purchases cost against usual.
pub(super) fn price_level(scene: &Scene<'_>, person: &Person) -> f64 {
    match scene.rule(Rule::AmountScale, person) {
        1.0 => 0.0,
        scale => libm::log(scale),
    }
}

/// So often a category is passed over at most.
const MOST_PASSED: usize = 1_000;

/// Share of purchases away from home that are fares, rooms and the like.
const AWAY_TRAVEL: f64 = 0.15;

pub(super) fn own_hour(scene: &Scene<'_>, person: &Person) -> OwnHour {
    Rhythm::own_hour(&scene.local.region.calendar, scene.now, person.profile.shift_minutes)
}

pub(super) fn purchase(scene: &Scene<'_>, person: &Person, habit: Habit, kind: DayKind, draws: &mut Draws) -> Draft {
    let usual = some_category(scene, person, habit, kind, draws);
    let travels = person.away(scene.now).is_some() && draws.chance(AWAY_TRAVEL);
    let category = if travels { Category::Travel } else { usual };
    purchase_of(scene, person, habit, category, draws)
}

pub(super) fn purchase_of(
    scene: &Scene<'_>,
    person: &Person,
    habit: Habit,
    category: Category,
    draws: &mut Draws,
) -> Draft {
    let online = habit == Habit::OnlinePurchase;
    let merchants = &scene.local.merchants;
    let merchant = merchant_for(scene, person, category, !online, draws);
    let channel = if online { Channel::Online } else { Channel::Pos };
    let usual = usual(scene, person, channel, draws);
    Draft {
        category,
        merchant,
        amount: habitual_amount(scene, person, category, merchant, draws),
        place: if online { usual.place } else { merchants.place(merchant) },
        method: if online { online_method(scene, person, draws) } else { card_method(scene, person, draws) },
        ..usual
    }
}

/// Where a person goes for `category`: near by where they stay, unless it is bought from anywhere.
pub(super) fn merchant_for(
    scene: &Scene<'_>,
    person: &Person,
    category: Category,
    in_person: bool,
    draws: &mut Draws,
) -> u32 {
    let merchants = &scene.local.merchants;
    match person.away(scene.now).filter(|_| in_person) {
        Some(away) => merchants.candidate(category, Some(away), draws),
        None => {
            let from = in_person.then_some(person.profile.home);
            let moves = if in_person { person.changes.moves } else { 0 };
            let customer = Customer { entity: scene.entity(), from, moves };
            merchants.choose(scene.town.key(), &customer, category, scene.now, draws)
        }
    }
}

/// What a person pays for `category` at `merchant`: their own level, their way with this merchant, and the day.
fn habitual_amount(scene: &Scene<'_>, person: &Person, category: Category, merchant: u32, draws: &mut Draws) -> Money {
    let pair = scene.town.key().hash(scene.entity().code(), Purpose::BirthFavourites, 1 << 32 | merchant as u64);
    // A uniform number with the standard deviation 0.25.
    let habit = (pair >> 11) as f64 * (0.866 / (1u64 << 53) as f64) - 0.433;
    let (profile, pricing) = (&person.profile, scene.local.merchants.pricing(merchant));
    let payday = if person.bank.is_payday(scene.now) { PAYDAY_LEVEL } else { 0.0 };
    let level = f64::from(profile.level) + person.season.level() + habit + payday + price_level(scene, person);
    pricing.amount(category, level, profile.persona.small_errands(), scene.local.region.currency, draws)
}

pub(super) fn online_method(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> PaymentMethod {
    let wallet = person.profile.wallet;
    let at = draws.unit();
    match () {
        _ if wallet.crypto && at < 0.15 => PaymentMethod::Crypto,
        _ if wallet.paypal && at < 0.45 => PaymentMethod::Paypal,
        _ => card_method(scene, person, draws),
    }
}

fn card_method(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> PaymentMethod {
    let credit = person.profile.wallet.credit_card && draws.chance(0.58);
    if credit && !person.bank.guard.card_is_blocked(scene.now) {
        PaymentMethod::CreditCard
    } else {
        PaymentMethod::DebitCard
    }
}
