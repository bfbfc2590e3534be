//! A visit to the shop: its start, the transition from step to step, and its end.
//! Must not depend on: the effect of a step.

use super::model::cart;
use super::model::customer::AccountUser;
use super::model::dwell;
use super::model::intent::{self, Intent};
use super::model::parameters::*;
use super::model::referrers;
use super::model::session::{Session, Unfinished};
use super::model::state::{Comeback, ComebackReason};
use super::steps::{choose, perform};
use super::visits::{account_user, decide_continuation, decide_return, plan_visit};
use crate::base::ShopCategory;
use crate::device::Device;
use crate::drift::Rule;
use crate::engine::{Purpose, RngStream, Span, sample};
use crate::history::ActKind;
use crate::outlet::Outlet;
use crate::person::{Person, Process};
use crate::scene::{LiveScene, Scene};

/// Begins a visit: by habit, to finish or to continue an earlier one, or because a review is due.
pub(crate) fn begin_visit<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Visit);
    let rng = &mut scene.rng(Purpose::Review, act);
    let away = scene.now.since(person.shop.last_seen);
    cart::age(&mut person.shop.cart, away, &scene.local.catalogue, scene.now, rng);
    let session = match account_user(scene, person) {
        AccountUser::Bot(_) => Session::of_bot(bot_device(person)),
        AccountUser::Human(_) => session_of_human(scene, person, rng),
    };
    person.shop.visits += 1;
    person.shop.session = Some(Box::new(session));
    person.rest(Process::Visit);
    step(scene, person);
}

fn session_of_human(scene: &Scene<'_>, person: &mut Person, rng: &mut RngStream) -> Session {
    if let Some(AccountUser::Human(buyer)) = &mut person.shop.user {
        buyer.begin_visit(rng);
    }
    if let Some(comeback) = person.shop.comeback.filter(|c| c.at <= scene.now) {
        person.shop.comeback = None;
        return session_of_comeback(scene, person, comeback, rng);
    }
    match person.shop.first_review().filter(|i| person.shop.reviews[*i].0 <= scene.now) {
        Some(i) if scene.now < person.shop.next_visit => {
            let (_, product) = person.shop.reviews.swap_remove(i);
            session_to_review(scene, person, product, rng)
        }
        _ => session_by_habit(scene, person, rng),
    }
}

/// Returns a visit by habit.
fn session_by_habit(scene: &Scene<'_>, person: &Person, rng: &mut RngStream) -> Session {
    let device = customer_device(scene, person, rng);
    let to_buy = rng.chance(p_intent_to_buy(scene, person, device));
    let intent = if to_buy { Intent::Buy } else { Intent::idle(device, rng) };
    let taste = favourite(scene, sample::pick(&TASTE_CUMULATIVE, rng.unit()));
    let patience = intent.patience(rng);
    let referrer = habitual_referrer(scene, person, rng);
    Session { patience, referrer, ..Session::new(intent, device, taste) }
}

/// Returns a visit to finish or to continue an earlier one.
fn session_of_comeback(scene: &Scene<'_>, person: &Person, comeback: Comeback, rng: &mut RngStream) -> Session {
    let device = customer_device(scene, person, rng);
    let wants = rng.chance(match comeback.reason {
        ComebackReason::Wish => p_intent_to_buy(scene, person, device),
        _ if person.shop.buyer().is_none_or(|b| b.lapsed) => 0.0,
        _ => P_STILL_WANTS,
    });
    let intent = if wants { Intent::Buy } else { Intent::Browse };
    let referrer = match comeback.reason {
        ComebackReason::Intent => referrers::of_return(rng),
        ComebackReason::Reminder => referrers::EMAIL,
        ComebackReason::Wish => habitual_referrer(scene, person, rng),
    };
    let mut session = Session {
        patience: intent.patience(rng),
        referrer,
        back: true,
        viewed: comeback.product,
        ..Session::new(intent, device, scene.local.catalogue.category(comeback.product))
    };
    if !person.shop.cart.is_empty() {
        session.decide(rng);
    }
    session
}

/// Returns a visit to review a product that was bought.
fn session_to_review(scene: &Scene<'_>, person: &Person, product: u32, rng: &mut RngStream) -> Session {
    let device = customer_device(scene, person, rng);
    let taste = scene.local.catalogue.category(product);
    let (referrer, patience) = (referrers::EMAIL, 1.0);
    Session { referrer, patience, viewed: product, ..Session::new(Intent::Review, device, taste) }
}

/// Returns the device of a program: always the same.
fn bot_device(person: &Person) -> Device {
    *person.profile.own_devices().last().expect("everybody has a device")
}

fn habitual_referrer(scene: &Scene<'_>, person: &Person, rng: &mut RngStream) -> u8 {
    referrers::of_habit(scene.now, scene.rule(Rule::DirectScale, person), rng)
}

/// Returns the probability that a visit with this device, by habit or for a wish, has the intent to buy.
fn p_intent_to_buy(scene: &Scene<'_>, person: &Person, device: Device) -> f64 {
    let factor = intent::device_factor(device) * scene.rule(Rule::Conversion, person);
    person.shop.buyer().map_or(0.0, |buyer| buyer.p_intent(factor))
}

/// Returns the favourite category number `nth`, from 0, of a person, computed from the person's identity.
fn favourite(scene: &Scene<'_>, nth: usize) -> ShopCategory {
    let rng = &mut scene.town.rng(scene.entity(), Purpose::BirthFavourites, 2 << 32);
    let catalogue = &scene.local.catalogue;
    (0..nth).for_each(|_| _ = catalogue.some_category(rng));
    catalogue.some_category(rng)
}

/// Draws the device of a visit: one of the person's own, with the years more often the phone.
fn customer_device(scene: &Scene<'_>, person: &Person, rng: &mut RngStream) -> Device {
    let own = person.profile.own_devices();
    let year = 1970.0 + scene.now.utc_day() as f64 / 365.25;
    let phone = (P_PHONE_IN_2020 + P_PHONE_PER_YEAR * (year - 2020.0)).clamp(P_PHONE_BOUNDS.0, P_PHONE_BOUNDS.1)
        * scene.rule(Rule::MobileScale, person);
    if own.len() == 1 || rng.chance(phone) { own[0] } else { own[1 + rng.below(own.len() as u64 - 1) as usize] }
}

/// Performs the next step of the visit in progress: emits its events, and plans the next step or the end.
///
/// # Panics
/// If no visit is in progress.
pub(crate) fn step<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Step);
    let mut session = person.shop.session.take().expect("a step is planned only in a visit");
    let rng = &mut scene.rng(Purpose::VisitStep, act);
    let step = choose(scene, person, &session, rng);
    let dwell = dwell_seconds(scene, person, &session, rng);
    let over = perform(scene, person, &mut session, &step, dwell, rng);
    if !over && goes_on(scene, person, &session, dwell, rng) {
        person.plan(Process::Step, scene.now + Span::from_seconds_f64(dwell));
        person.shop.session = Some(session);
    } else {
        end(scene, person, &session, rng);
    }
}

fn goes_on(scene: &Scene<'_>, person: &Person, session: &Session, dwell: f64, rng: &mut RngStream) -> bool {
    let more = match person.shop.user {
        Some(AccountUser::Bot(bot)) => !bot.is_done(session.events),
        _ => session.events < MAX_EVENTS && (session.is_resolved_to_stay() || rng.chance(session.patience as f64)),
    };
    more && dwell < timeout_seconds(scene)
}

fn end<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person, session: &Session, rng: &mut RngStream) {
    person.rest(Process::Step);
    person.shop.last_seen = scene.now;
    scene.remember(person, ActKind::Visit, session.events as i64, session.viewed);
    if session.viewed > 0 {
        decide_comeback(scene, person, session, rng);
    }
    plan_visit(scene, person);
}

/// Decides whether the customer comes back: for the plans that the visit leaves unfinished, or for another visit of the
/// spell.
fn decide_comeback(scene: &Scene<'_>, person: &mut Person, session: &Session, rng: &mut RngStream) {
    let unfinished = session.unfinished(person.shop.cart.is_empty());
    let is_free = person.shop.comeback.is_none_or(|pending| pending.reason == ComebackReason::Wish);
    if unfinished != Unfinished::Nothing && is_free {
        decide_return(scene, person, session.viewed, unfinished, rng);
    }
    if session.has_wish() && person.shop.comeback.is_none() {
        decide_continuation(scene, person, session.viewed, rng);
    }
}

fn timeout_seconds(scene: &Scene<'_>) -> f64 {
    scene.town.scenario().shop.session_timeout_minutes as f64 * 60.0
}

/// Draws the seconds on a page. A visitor who is resolved to stay does not stay away for longer than the session timeout.
fn dwell_seconds(scene: &Scene<'_>, person: &Person, session: &Session, rng: &mut RngStream) -> f64 {
    let timeout = timeout_seconds(scene);
    match person.shop.user {
        Some(AccountUser::Bot(bot)) => bot.dwell_seconds(rng).min(DWELL_MAX_RESOLVED * timeout),
        _ => {
            let most = if session.is_resolved_to_stay() { DWELL_MAX_RESOLVED } else { DWELL_MAX_IDLE };
            dwell::seconds(rng).clamp(1.0, timeout * most)
        }
    }
}
