//! A visit to the shop: its intent, how it begins, goes on and ends. The state machine of the wire contract.
//! Knows one customer and the catalogue; what a step does is in `steps`, the payment is the bank's.

mod steps;

use super::behaviour::{Comeback, Left, Reason, customer_device, perhaps_come_back, perhaps_go_on, plan_visit};
use super::customer::{Buyer, Customer, READY, READY_AGAIN, STILL_WANTS};
use super::model::category::ShopCategory;
use super::model::intent::{self, Intent, MOST_EVENTS};
use super::model::referrers;
use crate::drift::Rule;
use crate::engine::{Draws, Purpose, Span, sample};
use crate::outlet::Outlet;
use crate::person::{ActKind, Device, Person, Process};
use crate::scene::{LiveScene, Scene};
use serde::{Deserialize, Serialize};
use steps::{choose, perform};

/// How far somebody is on the way to the checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
enum Resolve {
    /// Has not thought of it.
    Open,
    /// Will check out.
    Pays,
    /// Will not in this visit.
    Leaves,
}

/// A visit in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    intent: Intent,
    resolve: Resolve,
    device: Device,
    /// Index of the referrer.
    referrer: u8,
    /// Whether it is to finish what an earlier visit left, or to go on with it.
    back: bool,
    /// Whether something was put into the cart.
    carted: bool,
    /// The probability of a further event after one.
    patience: f32,
    /// Events so far.
    events: u32,
    /// The product last looked at, by number in the world; 0 for none.
    looking_at: u32,
    /// What the visitor is interested in today.
    taste: ShopCategory,
    /// The kind of product last searched for, by number within the taste.
    sought: Option<u8>,
    /// Whether the last event was a look at `looking_at`, so that it can go into the cart.
    on_product_page: bool,
}

/// Who wants to buy looks for it during so many events at least.
const LOOKS_AROUND: u32 = 14;

impl Session {
    /// A visit by habit that begins now.
    pub(super) fn begin(scene: &Scene<'_>, person: &Person, tastes: [ShopCategory; 3], draws: &mut Draws) -> Self {
        let device = customer_device(scene, person, draws);
        let intent =
            if draws.chance(intent_to_buy(scene, person, device)) { Intent::Buy } else { Intent::idle(device, draws) };
        let taste = tastes[sample::pick(&[0.55, 0.85, 1.0], draws.unit())];
        let patience = intent.patience(draws);
        let referrer = referrers::of_habit(scene.now, scene.rule(Rule::DirectScale, person), draws);
        Session { patience, referrer, ..Session::of(intent, device, taste) }
    }

    /// A visit to finish what an earlier one left, or to go on with it.
    pub(super) fn back(scene: &Scene<'_>, person: &Person, comeback: Comeback, draws: &mut Draws) -> Self {
        let device = customer_device(scene, person, draws);
        let wants = draws.chance(match comeback.reason {
            Reason::Wish => intent_to_buy(scene, person, device),
            _ if buyer(person).is_none_or(|b| b.lapsed) => 0.0,
            _ => STILL_WANTS,
        });
        let intent = if wants { Intent::Buy } else { Intent::Browse };
        let referrer = match comeback.reason {
            Reason::Intent => referrers::of_return(draws),
            Reason::Reminder => referrers::EMAIL,
            Reason::Wish => referrers::of_habit(scene.now, scene.rule(Rule::DirectScale, person), draws),
        };
        let mut session = Session {
            patience: intent.patience(draws),
            referrer,
            back: true,
            looking_at: comeback.product,
            ..Session::of(intent, device, scene.local.catalogue.category(comeback.product))
        };
        if !person.shop.cart.is_empty() {
            session.decide(draws);
        }
        session
    }

    /// A visit to review a product that was bought.
    pub(super) fn to_review(scene: &Scene<'_>, person: &Person, product: u32, draws: &mut Draws) -> Self {
        let device = customer_device(scene, person, draws);
        let taste = scene.local.catalogue.category(product);
        let (referrer, patience) = (referrers::EMAIL, 1.0);
        Session { referrer, patience, looking_at: product, ..Session::of(Intent::Review, device, taste) }
    }

    /// A visit by the program that uses this account: always with the same device.
    pub(super) fn of_bot(person: &Person) -> Self {
        let device = *person.profile.own_devices().last().expect("everybody has a device");
        Session { patience: 1.0, ..Session::of(Intent::Crawl, device, ShopCategory::Electronics) }
    }

    fn of(intent: Intent, device: Device, taste: ShopCategory) -> Self {
        Session {
            intent,
            resolve: Resolve::Open,
            device,
            referrer: referrers::DIRECT,
            back: false,
            carted: false,
            patience: 0.0,
            events: 0,
            looking_at: 0,
            taste,
            sought: None,
            on_product_page: false,
        }
    }

    /// Another device takes the place of one.
    pub(super) fn change_device(&mut self, old: Device, new: Device) {
        if self.device == old {
            self.device = new;
        }
    }

    /// Whether to check out today, asked once, when there is something in the cart.
    fn decide(&mut self, draws: &mut Draws) {
        if self.resolve == Resolve::Open && self.intent == Intent::Buy {
            let ready = if self.back { READY_AGAIN } else { READY };
            self.resolve = if draws.chance(ready) { Resolve::Pays } else { Resolve::Leaves };
        }
    }

    /// Whether the visitor does not leave before something is done.
    fn is_resolved_to_stay(&self) -> bool {
        let looks = self.intent == Intent::Buy && self.resolve == Resolve::Open && self.events < LOOKS_AROUND;
        looks || self.resolve == Resolve::Pays || self.intent == Intent::Review
    }

    /// Whether the visitor looked for something that they may go on with, and did not buy.
    fn has_wish(&self) -> bool {
        matches!(self.intent, Intent::Browse | Intent::Search | Intent::Buy) && self.resolve != Resolve::Pays
    }

    /// What the visit leaves unfinished.
    fn left(&self, person: &Person) -> Left {
        match self.intent {
            Intent::Buy => Left::Intent,
            Intent::Browse | Intent::Search if self.carted && !person.shop.cart.is_empty() => Left::Cart,
            _ => Left::Nothing,
        }
    }
}

/// The probability that a visit with this device, by habit or for a wish, is one to buy.
fn intent_to_buy(scene: &Scene<'_>, person: &Person, device: Device) -> f64 {
    let ease = intent::ease(device) * scene.rule(Rule::Conversion, person);
    buyer(person).map_or(0.0, |buyer| buyer.intent(ease))
}

fn buyer(person: &Person) -> Option<Buyer> {
    match person.shop.customer {
        Some(Customer::Human(buyer)) => Some(buyer),
        _ => None,
    }
}

/// The next step of the visit in progress: emits its events, and plans the next step or the end.
///
/// # Panics
/// When no visit is in progress.
pub(crate) fn step<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Step);
    let mut session = person.shop.session.take().expect("a step is planned only in a visit");
    let draws = &mut scene.draws(Purpose::VisitStep, act);
    let step = choose(scene, person, &session, draws);
    let dwell = dwell_seconds(scene, person, &session, draws);
    let over = perform(scene, person, &mut session, &step, dwell, draws);
    if !over && goes_on(scene, person, &session, dwell, draws) {
        person.plan(Process::Step, scene.now + Span::from_seconds_f64(dwell));
        person.shop.session = Some(session);
    } else {
        end(scene, person, &session, draws);
    }
}

fn goes_on(scene: &Scene<'_>, person: &Person, session: &Session, dwell: f64, draws: &mut Draws) -> bool {
    let more = match person.shop.customer {
        Some(Customer::Bot(bot)) => !bot.is_done(session.events),
        _ => session.events < MOST_EVENTS && (session.is_resolved_to_stay() || draws.chance(session.patience as f64)),
    };
    more && dwell < timeout_seconds(scene)
}

fn end<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person, session: &Session, draws: &mut Draws) {
    person.rest(Process::Step);
    person.shop.last_seen = scene.now;
    scene.remember(person, ActKind::Visit, session.events as i64, session.looking_at);
    if session.looking_at > 0 {
        plan_return(scene, person, session, draws);
    }
    plan_visit(scene, person);
}

/// Whether the customer comes back: for what the visit leaves unfinished or else, as one more visit of the same spell.
fn plan_return(scene: &Scene<'_>, person: &mut Person, session: &Session, draws: &mut Draws) {
    let left = session.left(person);
    if left != Left::Nothing && person.shop.comeback.is_none_or(|pending| pending.reason == Reason::Wish) {
        perhaps_come_back(scene, person, session.looking_at, left, draws);
    }
    if session.has_wish() && person.shop.comeback.is_none() {
        perhaps_go_on(scene, person, session.looking_at, draws);
    }
}

fn timeout_seconds(scene: &Scene<'_>) -> f64 {
    scene.town.scenario().shop.session_timeout_minutes as f64 * 60.0
}

/// Weibull with a shape below one: most pages are left soon, some are read for long (Liu et al. 2010). Who is resolved to
/// stay does not stay away for longer than the time-out.
fn dwell_seconds(scene: &Scene<'_>, person: &Person, session: &Session, draws: &mut Draws) -> f64 {
    let timeout = timeout_seconds(scene);
    match person.shop.customer {
        Some(Customer::Bot(bot)) => bot.dwell_seconds(draws).min(0.9 * timeout),
        _ => {
            let most = if session.is_resolved_to_stay() { 0.9 } else { 1.2 };
            sample::weibull(draws, 0.78, 38.0).clamp(1.0, timeout * most)
        }
    }
}

#[cfg(test)]
mod tests;
