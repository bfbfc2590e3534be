//! The times of a customer's visits: by habit, to finish or to continue an earlier visit, or to write a review.
//! Must not depend on: the steps of a visit.

use super::model::customer::{AccountUser, Buyer};
use super::model::parameters::*;
use super::model::session::Unfinished;
use super::model::spell;
use super::model::state::{Comeback, ComebackReason};
use crate::base::Domain;
use crate::drift::Rule;
use crate::engine::{Purpose, RngStream, Span, VirtualTime, sample};
use crate::person::{Person, Process, Routine};
use crate::scene::Scene;
use crate::town::Town;

/// Returns the user of this person's account; it is drawn when it is first needed.
pub(super) fn account_user(scene: &Scene<'_>, person: &mut Person) -> AccountUser {
    let rate = person.profile.rate(Domain::Shop);
    let (rules, key, entity) = (&scene.town.scenario().shop, scene.town.key(), scene.entity().code());
    *person.shop.user.get_or_insert_with(|| AccountUser::drawn(rules, key, entity, rate))
}

/// Returns the visits by habit of this human on an average day, by the rules at `at`.
fn visits_per_day(scene: &Scene<'_>, person: &Person, buyer: &Buyer, at: VirtualTime) -> f64 {
    scene.rule_at(Rule::Visits, person, at) * buyer.habit_rate(person.profile.rate(Domain::Shop))
}

/// Plans the next visit by habit after now, and the process for it or for an earlier visit of another reason.
pub(crate) fn plan_visit(scene: &Scene<'_>, person: &mut Person) {
    let rng = &mut scene.rng(Purpose::Visit, person.acts[Process::Visit as usize]);
    plan_visit_from(scene, person, earliest_visit(scene.town, scene.now), rng);
}

/// Plans the pending visit by habit once more, unless a visit is in progress, which plans it when it ends.
pub(crate) fn plan_visit_again(scene: &Scene<'_>, person: &mut Person, rng: &mut RngStream) {
    if person.shop.session.is_none() {
        let earliest = earliest_visit(scene.town, person.shop.last_seen);
        plan_visit_from(scene, person, earliest.max(scene.now), rng);
    }
}

/// Returns the earliest instant of a visit after one that ended at `end`; before it, both would be one session.
fn earliest_visit(town: &Town, end: VirtualTime) -> VirtualTime {
    let timeout = Span::from_seconds(i64::from(town.scenario().shop.session_timeout_minutes) * 60);
    end + timeout + Span::from_seconds(VISIT_GAP_SECONDS)
}

fn plan_visit_from(scene: &Scene<'_>, person: &mut Person, earliest: VirtualTime, rng: &mut RngStream) {
    person.shop.next_visit = match account_user(scene, person) {
        AccountUser::Bot(bot) => {
            let visits = scene.rule(Rule::Visits, person);
            bot.next_visit(visits, person.shop.last_seen, earliest, rng)
        }
        AccountUser::Human(buyer) => next_habitual(scene, person, &buyer, earliest, rng),
    };
    plan_process(person, earliest);
}

/// Draws the next visit by habit after `earliest`, at a rate that may change before it.
fn next_habitual(
    scene: &Scene<'_>,
    person: &mut Person,
    buyer: &Buyer,
    earliest: VirtualTime,
    rng: &mut RngStream,
) -> VirtualTime {
    let next = |person: &mut Person, from: VirtualTime, rng: &mut RngStream| {
        (habitual_from(scene, person, buyer, from, rng), ())
    };
    scene.arrival(person, Process::Visit, &[Rule::Visits], earliest, rng, next).0
}

/// Draws the next visit by habit after `from` at the rate of that instant.
fn habitual_from(
    scene: &Scene<'_>,
    person: &mut Person,
    buyer: &Buyer,
    from: VirtualTime,
    rng: &mut RngStream,
) -> VirtualTime {
    let routine = Routine {
        rhythm: scene.town.visit_rhythms().of(person.profile.persona),
        domain: Domain::Shop,
        shift_minutes: person.profile.shift_minutes,
        per_day: visits_per_day(scene, person, buyer, from),
    };
    scene.next_act(person, &routine, from, rng)
}

/// Draws the pending visit by habit again if its rate differs, before it, from the rate of `old`, the town until now;
/// returns whether it was. A visit in progress plans the next one itself, and a program keeps its interval until its
/// next visit, unless the rate differs already.
pub(crate) fn adopt_visits(scene: &Scene<'_>, old: &Town, person: &mut Person, rng: &mut RngStream) -> bool {
    let (rules, pending) = (&[Rule::Visits], person.shop.next_visit);
    let differs = scene.differs_from(old, rules, person, pending).filter(|_| person.shop.session.is_none());
    let Some(from) = differs else { return false };
    let earliest = earliest_visit(scene.town, person.shop.last_seen).max(scene.now);
    person.shop.next_visit = match account_user(scene, person) {
        AccountUser::Bot(_) if from > scene.now => return false,
        AccountUser::Bot(bot) => bot.next_visit(scene.rule(Rule::Visits, person), person.shop.last_seen, earliest, rng),
        AccountUser::Human(buyer) => {
            let next = |person: &mut Person, from: VirtualTime, rng: &mut RngStream| {
                (habitual_from(scene, person, &buyer, from, rng), ())
            };
            scene.arrival_anew(person, rules, from.max(earliest), rng, next).0
        }
    };
    plan_process(person, earliest);
    true
}

fn plan_process(person: &mut Person, earliest: VirtualTime) {
    let at = person.shop.next_visit_of_any_reason(earliest);
    person.plan(Process::Visit, at);
}

/// Decides whether the customer comes back in the next days for the unfinished plans of the visit that ends now.
pub(super) fn decide_return(
    scene: &Scene<'_>,
    person: &mut Person,
    product: u32,
    unfinished: Unfinished,
    rng: &mut RngStream,
) {
    let own = unfinished == Unfinished::Intent && rng.chance(P_RETURN_FOR_INTENT);
    let reminded = !own && !person.shop.cart.is_empty() && rng.chance(P_RETURN_FOR_REMINDER);
    let (days, reason) = match (own, reminded) {
        (true, _) => {
            (RETURN_HALF_LIFE_DAYS * std::f64::consts::LOG2_E * sample::exponential(rng), ComebackReason::Intent)
        }
        (_, true) => (rng.between(REMINDER_DAYS.0, REMINDER_DAYS.1), ComebackReason::Reminder),
        _ => return,
    };
    let plan = ComebackPlan { days, arrivals_per_day: RETURN_ARRIVALS_PER_DAY, reason, product };
    plan_comeback(scene, person, &plan, rng);
}

/// Decides whether the customer continues the spell of the visit that ends now, some hours or days later.
pub(super) fn decide_continuation(scene: &Scene<'_>, person: &mut Person, product: u32, rng: &mut RngStream) {
    let Some(buyer) = person.shop.buyer() else { return };
    if buyer.lapsed || !rng.chance(P_CONTINUE_SPELL) {
        return;
    }
    let days = spell::days_until_next(visits_per_day(scene, person, &buyer, scene.now), rng);
    let plan = ComebackPlan { days, arrivals_per_day: SPELL_ARRIVALS_PER_DAY, reason: ComebackReason::Wish, product };
    plan_comeback(scene, person, &plan, rng);
}

/// A comeback after `days`, at the first of `arrivals_per_day` in the customer's rhythm.
struct ComebackPlan {
    days: f64,
    arrivals_per_day: f64,
    reason: ComebackReason,
    product: u32,
}

fn plan_comeback(scene: &Scene<'_>, person: &mut Person, plan: &ComebackPlan, rng: &mut RngStream) {
    let earliest = earliest_visit(scene.town, scene.now) + Span::from_seconds_f64(86_400.0 * plan.days);
    let rhythm = scene.town.visit_rhythms().of(person.profile.persona);
    let (calendar, shift) = (&scene.local.region.calendar, person.profile.shift_minutes);
    let at = rhythm.next_arrival(calendar, earliest, shift, plan.arrivals_per_day, rng);
    person.shop.comeback = Some(Comeback { at, reason: plan.reason, product: plan.product });
}
