//! The habitual acts of a person at the bank: purchases, withdrawals and transfers. Must not depend on: campaigns (see
//! `fraud`) and monthly payments (see `recurring_payments`).

use super::model::habits::{Habit, HabitRates};
use super::model::parameters::payments::{
    BANKNOTE_DOLLARS, BUSY_DAY_GAP_MINUTES_MIN, BUSY_DAY_HOURS, BUSY_DAY_PURCHASES, BUSY_DAY_PURCHASES_PER_ACT,
    CUMULATIVE_BANKNOTES, MEAN_BUSY_DAY_GAP_MINUTES, OFF_PAYDAY_RATE_FACTOR, P_BUSY_DAY, P_ROUND_TRANSFER,
    PAYDAY_RATE_FACTOR, ROUND_TRANSFER_DOLLARS, TRANSFER_ELASTICITY, TRANSFER_LOG_DEVIATION, TRANSFER_LOG_MEAN,
};
use super::purchases::{Setting, fitting_category, merchant_for, own_hour, purchase, purchase_of};
use super::transactions::{Draft, transact, usual};
use crate::base::{Category, Channel, Domain, EntityId, Money, PaymentMethod, TransactionType};
use crate::drift::Rule;
use crate::engine::{Purpose, RngStream, Span, VirtualTime, sample};
use crate::outlet::Outlet;
use crate::person::{Person, Process, Routine};
use crate::rhythm::OwnHour;
use crate::scene::{LiveScene, Scene};
use crate::town::Town;
use std::ops::Range;

/// Plans the next habitual act after now.
pub(crate) fn plan_habit(scene: &Scene<'_>, person: &mut Person, rng: &mut RngStream) {
    let next = if person.bank.busy_day_purchases > 0 {
        person.bank.busy_day_purchases -= 1;
        let minutes = BUSY_DAY_GAP_MINUTES_MIN + MEAN_BUSY_DAY_GAP_MINUTES * sample::exponential(rng);
        scene.now + Span::from_seconds_f64(60.0 * minutes)
    } else {
        next_habit(scene, person, rng)
    };
    person.plan(Process::Habit, next);
}

/// Returns the next act at the rates of habits, redrawn where they change before it.
fn next_habit(scene: &Scene<'_>, person: &mut Person, rng: &mut RngStream) -> VirtualTime {
    let next = |person: &mut Person, from: VirtualTime, rng: &mut RngStream| (habit_from(scene, person, from, rng), ());
    scene.arrival(person, Process::Habit, &Rule::HABITS, scene.now, rng, next).0
}

/// Returns the rates of a person's habits at an instant.
#[inline]
fn habit_rates(scene: &Scene<'_>, person: &Person, at: VirtualTime) -> HabitRates {
    if scene.town.drifts().is_empty() { HabitRates::default() } else { drifting_rates(scene, person, at) }
}

/// Returns the same in a world with drifts.
#[cold]
fn drifting_rates(scene: &Scene<'_>, person: &Person, at: VirtualTime) -> HabitRates {
    if !scene.town.drifts().touch(&Rule::HABITS) {
        return HabitRates::default();
    }
    let values = Rule::HABITS.map(|rule| scene.rule_at(rule, person, at));
    if values == Rule::HABITS.map(|rule| rule.value(scene.town.scenario())) {
        return HabitRates::default();
    }
    let [purchases, withdrawals, transfers, online_share] = values;
    HabitRates::changed(purchases, withdrawals, transfers, online_share)
}

/// Returns the next act after `from` at the rates of that instant.
fn habit_from(scene: &Scene<'_>, person: &mut Person, from: VirtualTime, rng: &mut RngStream) -> VirtualTime {
    let (habits, payday) = (scene.town.habits(), person.bank.is_payday(scene.now));
    let acts_per_day = habits.acts_per_day(&habit_rates(scene, person, from));
    let routine = Routine {
        rhythm: habits.rhythm(person.profile.persona),
        domain: Domain::Bank,
        shift_minutes: person.profile.shift_minutes,
        per_day: acts_per_day * person.profile.rate(Domain::Bank) / (1.0 + BUSY_DAY_PURCHASES_PER_ACT)
            * if payday { PAYDAY_RATE_FACTOR } else { OFF_PAYDAY_RATE_FACTOR },
    };
    scene.next_act(person, &routine, from, rng)
}

/// Redraws the next habitual act where its rates change before it against those of the town until now, `old`. Returns
/// whether they do; a busy day is not changed.
pub(crate) fn adopt_habits(scene: &Scene<'_>, old: &Town, person: &mut Person, rng: &mut RngStream) -> bool {
    let (rules, pending) = (&Rule::HABITS, person.due(Process::Habit));
    let Some(from) = scene.differs_from(old, rules, person, pending).filter(|_| person.bank.busy_day_purchases == 0)
    else {
        return false;
    };
    let next = |person: &mut Person, from: VirtualTime, rng: &mut RngStream| (habit_from(scene, person, from, rng), ());
    let (at, ()) = scene.arrival_anew(person, rules, from, rng, next);
    person.plan(Process::Habit, at);
    true
}

/// Plans the next habitual act again at the rates of now; a busy day is not changed.
pub(super) fn replan_habit(scene: &Scene<'_>, person: &mut Person, rng: &mut RngStream) {
    if person.bank.busy_day_purchases == 0 {
        plan_habit(scene, person, rng);
    }
}

/// Makes a habitual act, whose kind depends on the hour, and plans the next one.
pub(crate) fn act_by_habit<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Habit);
    scene.look_up_season(person);
    let rng = &mut scene.rng(Purpose::Habit, act);
    let hour = own_hour(scene, person);
    let habit = habit_at(scene, person, hour, rng);
    let draft = match habit {
        Habit::PosPurchase | Habit::OnlinePurchase => purchase(scene, person, habit, hour.kind, rng),
        Habit::Withdrawal => withdrawal(scene, person, rng),
        Habit::Transfer => transfer(scene, person, rng),
    };
    let purchase = draft.kind == TransactionType::Purchase;
    // A frozen account refuses the transaction; the plans of its owner do not change.
    if !person.bank.protection.is_frozen(scene.now) {
        transact(scene, person, Process::Habit, draft);
    }
    if purchase && person.bank.busy_day_purchases == 0 && BUSY_DAY_HOURS.contains(&hour.hour) && rng.chance(P_BUSY_DAY)
    {
        let Range { start, end } = BUSY_DAY_PURCHASES;
        person.bank.busy_day_purchases = (start + rng.below(end - start)) as u8;
    }
    plan_habit(scene, person, rng);
}

/// Makes the purchase of `minor` minor units that command `number` requests: at a merchant and by a means that fit this
/// person, hour and amount. It uses the RNG stream of the command, so no other act changes.
pub(crate) fn purchase_on_command<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    number: u64,
    minor: u32,
) {
    let rng = &mut scene.town.rng(EntityId::command(number), Purpose::CommandPayment, 0);
    scene.look_up_season(person);
    scene.look_up_journey(person);
    let hour = own_hour(scene, person);
    let habit = match habit_at(scene, person, hour, rng) {
        Habit::PosPurchase | Habit::Withdrawal => Habit::PosPurchase,
        Habit::OnlinePurchase | Habit::Transfer => Habit::OnlinePurchase,
    };
    let amount = Money { minor: i64::from(minor), currency: scene.local.region.currency };
    let category = fitting_category(scene, person, habit, hour.kind, amount, rng);
    let draft = Draft { amount, ..purchase_of(scene, person, habit, category, rng) };
    transact(scene, person, Process::Habit, draft);
}

fn withdrawal(scene: &Scene<'_>, person: &Person, rng: &mut RngStream) -> Draft {
    let notes = 1 + sample::pick(&CUMULATIVE_BANKNOTES, rng.unit()) as i64;
    let currency = scene.local.region.currency;
    let note = Money::worth(BANKNOTE_DOLLARS, currency).minor;
    let unit = if currency.decimals() == 0 { 1_000 } else { 1_000.min(note) };
    let usual = usual(scene, person, Channel::Atm, rng);
    let merchant = merchant_for(scene, person, Category::Other, Setting::InPerson, rng);
    Draft {
        kind: TransactionType::Withdrawal,
        merchant,
        amount: Money { minor: (note / unit).max(1) * unit * notes, currency },
        ..usual
    }
}

fn transfer(scene: &Scene<'_>, person: &Person, rng: &mut RngStream) -> Draft {
    let level = TRANSFER_LOG_MEAN + TRANSFER_ELASTICITY * person.profile.level as f64;
    let usually = libm::exp(level + TRANSFER_LOG_DEVIATION * sample::normal(rng));
    let dollars = usually * scene.rule(Rule::AmountScale, person);
    let rounded = if rng.chance(P_ROUND_TRANSFER) {
        libm::round(dollars / ROUND_TRANSFER_DOLLARS).max(1.0) * ROUND_TRANSFER_DOLLARS
    } else {
        dollars
    };
    Draft {
        kind: TransactionType::Transfer,
        method: PaymentMethod::BankTransfer,
        merchant: merchant_for(scene, person, Category::Other, Setting::Remote, rng),
        amount: Money::worth(rounded, scene.local.region.currency),
        ..usual(scene, person, Channel::Transfer, rng)
    }
}

/// Returns the kind of a habitual act of this person at this hour.
fn habit_at(scene: &Scene<'_>, person: &Person, hour: OwnHour, rng: &mut RngStream) -> Habit {
    let rates = habit_rates(scene, person, scene.now);
    scene.town.habits().kind_at(person.profile.persona, hour, &rates, rng.unit())
}
