//! A visit to the shop: its intent, its steps, the way to the checkout. The state machine of the wire contract.
//! Knows one customer and the catalogue; the payment is the bank's.

use super::behaviour::{Comeback, Left, customer_device, perhaps_come_back, plan_visit, shop_location};
use super::cart::{self, CartItem};
use super::catalogue::{Among, Wish};
use super::category::ShopCategory;
use super::customer::{Buyer, Customer, READY, READY_AGAIN, STILL_WANTS};
use super::event::{Interaction, InteractionType, ProductSeen};
use super::intent::{self, Intent, MOST_EVENTS};
use super::query::Query;
use super::referrers;
use crate::bank::{OrderDue, plan_checkout};
use crate::drift::Rule;
use crate::engine::{Draws, IdKind, Purpose, Span, sample};
use crate::money::Money;
use crate::outlet::Outlet;
use crate::person::{ActKind, Device, Person, Process};
use crate::scene::{LiveScene, Scene};
use serde::{Deserialize, Serialize};

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
    /// Whether it is to finish what an earlier visit left.
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

/// What the visitor does next.
enum Step {
    View(u32),
    Search,
    AddToCart,
    Purchase,
    Review(u32),
}

/// The probability of putting a product that is looked at into the cart: by those who want to buy, and by the others.
const ADDS: f64 = 0.30;
const ADDS_CASUALLY: f64 = 0.013;
/// The probability of going to the checkout at a step, for those who have decided to.
const CHECKS_OUT: f64 = 0.34;
/// How much likelier that is on promotion, and how likely a look after a search is at what it found.
const PROMOTION: f64 = 1.5;
const FOLLOWS_SEARCH: f64 = 0.8;
/// Who wants to buy looks for it during so many events at least.
const LOOKS_AROUND: u32 = 14;

impl Session {
    /// A visit by habit that begins now.
    pub(super) fn begin(scene: &Scene<'_>, person: &Person, tastes: [ShopCategory; 3], draws: &mut Draws) -> Self {
        let device = customer_device(scene, person, draws);
        let ease = intent::ease(device) * scene.rule(Rule::Conversion, person);
        let wants = buyer(person).map_or(0.0, |b| b.intent(ease));
        let intent = if draws.chance(wants) { Intent::Buy } else { Intent::idle(device, draws) };
        let taste = tastes[sample::pick(&[0.55, 0.85, 1.0], draws.unit())];
        let patience = intent.patience(draws);
        let referrer = referrers::of_habit(scene.now, scene.rule(Rule::DirectScale, person), draws);
        Session { patience, referrer, ..Session::of(intent, device, taste) }
    }

    /// A visit to finish what an earlier one left.
    pub(super) fn back(scene: &Scene<'_>, person: &Person, comeback: Comeback, draws: &mut Draws) -> Self {
        let device = customer_device(scene, person, draws);
        let lapsed = buyer(person).is_none_or(|b| b.lapsed);
        let wants = !lapsed && draws.chance(STILL_WANTS);
        let intent = if wants { Intent::Buy } else { Intent::Browse };
        let referrer = if comeback.reminded { referrers::EMAIL } else { referrers::of_return(draws) };
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

    /// What the visit leaves unfinished.
    fn left(&self, person: &Person) -> Left {
        match self.intent {
            Intent::Buy => Left::Intent,
            Intent::Browse | Intent::Search if self.carted && !person.shop.cart.is_empty() => Left::Cart,
            _ => Left::Nothing,
        }
    }
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
    let left = session.left(person);
    if left != Left::Nothing && person.shop.comeback.is_none() && session.looking_at > 0 {
        perhaps_come_back(scene, person, session.looking_at, left, draws);
    }
    plan_visit(scene, person);
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

fn choose(scene: &Scene<'_>, person: &Person, session: &Session, draws: &mut Draws) -> Step {
    let cart = &person.shop.cart;
    match session.intent {
        Intent::Crawl => return Step::View(crawled(scene, person)),
        Intent::Review if session.events > 0 => return Step::Review(session.looking_at),
        Intent::Review => return Step::View(session.looking_at),
        _ if session.events == 0 && session.back => return Step::View(session.looking_at),
        Intent::Search if session.events == 0 && draws.chance(0.6) => return Step::Search,
        _ if session.events == 0 => {}
        _ if session.resolve == Resolve::Pays && !cart.is_empty() && draws.chance(CHECKS_OUT) => {
            return Step::Purchase;
        }
        _ if session.on_product_page && cart::has_room(cart) && adds(scene, session, draws) => return Step::AddToCart,
        Intent::Search if draws.chance(0.2) => return Step::Search,
        _ => {}
    }
    Step::View(scene.local.catalogue.pick(wish(person, session, draws), scene.now, draws))
}

/// What the visitor looks for now: what was searched for, or else mostly something to today's taste; at prices that go
/// with what they spend elsewhere.
fn wish(person: &Person, session: &Session, draws: &mut Draws) -> Wish {
    let among = match session.sought.filter(|_| draws.chance(FOLLOWS_SEARCH)) {
        Some(kind) => Among::Kind(session.taste, kind),
        None if draws.chance(0.7) => Among::Category(session.taste),
        None => Among::All,
    };
    Wish { among, standing: 1.2 * person.profile.level }
}

fn adds(scene: &Scene<'_>, session: &Session, draws: &mut Draws) -> bool {
    let (catalogue, product) = (&scene.local.catalogue, session.looking_at);
    let chance = if session.intent == Intent::Buy { ADDS } else { ADDS_CASUALLY };
    let coin = draws.unit() / chance;
    coin < PROMOTION
        && catalogue.is_sold(product, scene.now)
        && (coin < 1.0 || catalogue.is_promoted(product, scene.now))
}

fn crawled(scene: &Scene<'_>, person: &Person) -> u32 {
    let Some(Customer::Bot(bot)) = person.shop.customer else { return scene.local.catalogue.nth(0) };
    bot.product(&scene.local.catalogue, person.shop.sequence)
}

/// Emits what `step` leaves on the wire; true when the visit is over with it.
fn perform<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    session: &mut Session,
    step: &Step,
    dwell: f64,
    draws: &mut Draws,
) -> bool {
    session.on_product_page = matches!(step, Step::View(_));
    match step {
        Step::View(product) => {
            session.looking_at = *product;
            emit(scene, person, session, InteractionType::PageView, Some((*product, None)), None, dwell);
        }
        Step::Search => {
            let catalogue = &scene.local.catalogue;
            let kind = catalogue.some_kind(session.taste, draws);
            session.sought = Some(kind);
            let query = catalogue.query(session.taste, kind, draws);
            emit(scene, person, session, InteractionType::Search, None, Some(query), dwell);
        }
        Step::AddToCart => add_to_cart(scene, person, session, dwell, draws),
        Step::Purchase => purchase(scene, person, session, dwell, draws),
        Step::Review(product) => {
            emit(scene, person, session, InteractionType::LeaveReview, Some((*product, None)), None, dwell);
            scene.remember(person, ActKind::Review, 0, *product);
        }
    }
    matches!(step, Step::Purchase | Step::Review(_))
}

fn add_to_cart<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    session: &mut Session,
    dwell: f64,
    draws: &mut Draws,
) {
    let product = session.looking_at;
    let quantity = 1 + sample::geometric(draws, 0.14, 4);
    if person.shop.cart.is_empty() {
        person.shop.carts += 1;
    }
    cart::put(&mut person.shop.cart, CartItem { product, quantity: quantity as u8 });
    session.carted = true;
    session.decide(draws);
    emit(scene, person, session, InteractionType::AddToCart, Some((product, Some(quantity))), None, dwell);
}

/// What is still wanted of the cart is bought: a row for each product at one instant, one payment, perhaps reviews; and
/// perhaps it was the last order for long.
fn purchase<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    session: &mut Session,
    dwell: f64,
    draws: &mut Draws,
) {
    let paid = cart::pay(&mut person.shop.cart, draws);
    person.shop.orders += 1;
    let mut total = 0;
    let mut dearest = (0, crate::bank::Category::Other);
    for item in &paid {
        let price = price(scene, item.product).minor * item.quantity as i64;
        total += price;
        if price > dearest.0 {
            dearest = (price, scene.local.catalogue.category(item.product).bank());
        }
        let quantity = Some(item.quantity as u32);
        emit(scene, person, session, InteractionType::Purchase, Some((item.product, quantity)), None, dwell);
        person.shop.perhaps_review(scene.rule(Rule::Reviews, person), item.product, scene.now, draws);
    }
    scene.remember(person, ActKind::Order, total, person.shop.orders);
    plan_checkout(scene, person, OrderDue { minor: total, category: dearest.1, device: session.device }, draws);
    person.shop.comeback = None;
    session.intent = Intent::Browse;
    if let Some(Customer::Human(buyer)) = &mut person.shop.customer {
        buyer.ordered(draws);
    }
}

/// What a product costs now.
fn price(scene: &Scene<'_>, product: u32) -> Money {
    let usual = scene.local.catalogue.price(product, scene.now);
    usual.times(scene.common_rule(Rule::PriceScale))
}

fn emit<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    session: &mut Session,
    kind: InteractionType,
    product: Option<(u32, Option<u32>)>,
    query: Option<Query>,
    dwell: f64,
) {
    session.events += 1;
    person.shop.sequence += 1;
    let seen = |(number, _): (u32, Option<u32>)| ProductSeen {
        number,
        category: scene.local.catalogue.category(number),
        price: price(scene, number),
    };
    let ordered = kind == InteractionType::Purchase;
    let in_cart = ordered || kind == InteractionType::AddToCart;
    let event = Interaction {
        event_id: scene.own_uuid(IdKind::Interaction, person.shop.sequence as u64),
        customer_id: scene.person_uuid(),
        session_id: scene.own_uuid(IdKind::Session, person.shop.visits as u64),
        timestamp: scene.now,
        kind,
        product: product.map(seen),
        quantity: product.and_then(|p| p.1),
        referrer: (session.events == 1).then_some(session.referrer),
        device: session.device,
        location: shop_location(person, session.device),
        seconds_on_page: (dwell as u32).max(1),
        query,
        session_event_sequence: session.events,
        is_bot: session.intent == Intent::Crawl,
        cart_id: in_cart.then(|| scene.own_uuid(IdKind::Cart, person.shop.carts as u64)),
        order_id: ordered.then(|| scene.own_uuid(IdKind::Order, person.shop.orders as u64)),
        concepts: scene.concepts(person),
        entity_sequence: person.shop.sequence,
    };
    scene.emit_interaction(Process::Step, &event);
}

#[cfg(test)]
mod tests;
