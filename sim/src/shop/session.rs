//! A visit to the shop: its intent, its steps, the cart. The state machine of the wire contract.
//! Knows one customer and the catalogue; the payment is the bank's.

use super::behaviour::{customer_device, plan_visit, shop_location};
use super::catalogue::ShopCategory;
use super::event::{Interaction, InteractionType, ProductSeen, Query};
use crate::bank::{OrderDue, plan_checkout};
use crate::engine::{Draws, IdKind, Purpose, Span, VirtualTime, sample};
use crate::outlet::Outlet;
use crate::person::{ActKind, Device, Person, Process};
use crate::scene::{LiveScene, Scene};
use serde::{Deserialize, Serialize};

/// What a visitor is up to. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum Intent {
    Bounce,
    Browse,
    Search,
    Buy,
    Review,
}

/// A visit in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    intent: Intent,
    device: Device,
    /// Events so far.
    events: u32,
    /// The product last looked at, by number in the world; 0 for none.
    looking_at: u32,
    /// What the visitor is interested in today.
    taste: ShopCategory,
    /// Whether the last event was a look at `looking_at`, so that it can go into the cart.
    on_product_page: bool,
}

/// One product in a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartItem {
    /// Number of the product in the world.
    pub product: u32,
    /// How many.
    pub quantity: u8,
}

/// At most so many different products are in a cart.
const CART_LIMIT: usize = 6;

/// What the visitor does next.
enum Step {
    View(u32),
    Search,
    AddToCart,
    Purchase,
    Review(u32),
}

/// Shares of the intents bounce, browse, search and buy among visits.
const INTENTS: [f64; 4] = [0.33, 0.41, 0.18, 0.08];

impl Session {
    /// A visit that begins now.
    pub(crate) fn begin(person: &Person, tastes: [ShopCategory; 3], draws: &mut Draws) -> Self {
        let [bounce, browse, search, _] = INTENTS;
        let intent = [Intent::Bounce, Intent::Browse, Intent::Search, Intent::Buy]
            [sample::pick(&[bounce, bounce + browse, bounce + browse + search, 1.0], draws.unit())];
        let taste = tastes[sample::pick(&[0.55, 0.85, 1.0], draws.unit())];
        Session {
            intent,
            device: customer_device(person, draws),
            events: 0,
            looking_at: 0,
            taste,
            on_product_page: false,
        }
    }

    /// A visit to review a product that was bought.
    pub(crate) fn to_review(person: &Person, product: u32, taste: ShopCategory, draws: &mut Draws) -> Self {
        let device = customer_device(person, draws);
        Session { intent: Intent::Review, device, events: 0, looking_at: product, taste, on_product_page: false }
    }

    /// Another device takes the place of one.
    pub(super) fn change_device(&mut self, old: Device, new: Device) {
        if self.device == old {
            self.device = new;
        }
    }

    /// The probability of a further event after one.
    fn continuation(&self) -> f64 {
        match self.intent {
            Intent::Bounce => 0.0,
            Intent::Browse => 0.80,
            Intent::Search => 0.82,
            Intent::Buy => 0.91,
            Intent::Review => 1.0,
        }
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
    let dwell = dwell_seconds(scene, draws);
    let over = perform(scene, person, &mut session, &step, dwell, draws);
    let timeout = scene.town.scenario().shop.session_timeout_minutes as f64 * 60.0;
    let goes_on = !over && draws.chance(session.continuation()) && dwell < timeout;
    if goes_on {
        person.plan(Process::Step, scene.now + Span::from_seconds_f64(dwell));
        person.shop.session = Some(session);
    } else {
        end(scene, person, &session);
    }
}

fn end<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person, session: &Session) {
    person.rest(Process::Step);
    person.shop.last_seen = scene.now;
    scene.remember(person, ActKind::Visit, session.events as i64, session.looking_at);
    plan_visit(scene, person);
}

/// Weibull with a shape below one: most pages are left soon, some are read for long.
fn dwell_seconds(scene: &Scene<'_>, draws: &mut Draws) -> f64 {
    let timeout = scene.town.scenario().shop.session_timeout_minutes as f64 * 60.0;
    sample::weibull(draws, 0.78, 38.0).clamp(1.0, timeout * 1.2)
}

fn choose(scene: &Scene<'_>, person: &Person, session: &Session, draws: &mut Draws) -> Step {
    let at = draws.unit();
    let cart = &person.shop.cart;
    let buys = session.intent == Intent::Buy;
    match session.intent {
        Intent::Review if session.events > 0 => return Step::Review(session.looking_at),
        Intent::Review => return Step::View(session.looking_at),
        Intent::Search if session.events == 0 && at < 0.6 => return Step::Search,
        _ if session.events == 0 => {}
        _ if !cart.is_empty() && at < if buys { 0.075 } else { 0.003 } => return Step::Purchase,
        _ if session.on_product_page && cart.len() < CART_LIMIT && draws.chance(if buys { 0.20 } else { 0.022 }) => {
            return Step::AddToCart;
        }
        Intent::Search if draws.chance(0.2) => return Step::Search,
        _ => {}
    }
    let taste = draws.chance(0.7).then_some(session.taste);
    Step::View(scene.local.catalogue.pick(taste, draws))
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
            emit(scene, person, session, InteractionType::PageView, Some((*product, None)), None, dwell, draws);
        }
        Step::Search => {
            let query = session.taste.query(draws);
            emit(scene, person, session, InteractionType::Search, None, Some(query), dwell, draws);
        }
        Step::AddToCart => add_to_cart(scene, person, session, dwell, draws),
        Step::Purchase => purchase(scene, person, session, dwell, draws),
        Step::Review(product) => {
            emit(scene, person, session, InteractionType::LeaveReview, Some((*product, None)), None, dwell, draws);
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
    let item = CartItem { product, quantity: quantity as u8 };
    if person.shop.cart.is_empty() {
        person.shop.carts += 1;
    }
    match person.shop.cart.iter_mut().find(|i| i.product == product) {
        Some(there) => there.quantity = there.quantity.saturating_add(item.quantity),
        None => person.shop.cart.push(item),
    }
    emit(scene, person, session, InteractionType::AddToCart, Some((product, Some(quantity))), None, dwell, draws);
}

/// Everything in the cart is bought: a row for each product at one instant, one payment, and perhaps reviews.
fn purchase<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    session: &mut Session,
    dwell: f64,
    draws: &mut Draws,
) {
    let cart = std::mem::take(&mut person.shop.cart);
    person.shop.orders += 1;
    let mut total = 0;
    let mut dearest = (0, crate::bank::Category::Other);
    for item in &cart {
        let price = scene.local.catalogue.price(item.product, scene.now).minor * item.quantity as i64;
        total += price;
        if price > dearest.0 {
            dearest = (price, scene.local.catalogue.category(item.product).bank());
        }
        let quantity = Some(item.quantity as u32);
        emit(scene, person, session, InteractionType::Purchase, Some((item.product, quantity)), None, dwell, draws);
        person.shop.perhaps_review(scene.town.scenario().shop.review_probability, item.product, scene.now, draws);
    }
    scene.remember(person, ActKind::Order, total, person.shop.orders);
    plan_checkout(scene, person, OrderDue { minor: total, category: dearest.1, device: session.device }, draws);
}

#[expect(clippy::too_many_arguments, reason = "a record of many parts, put together in one place")]
fn emit<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    session: &mut Session,
    kind: InteractionType,
    product: Option<(u32, Option<u32>)>,
    query: Option<Query>,
    dwell: f64,
    draws: &mut Draws,
) {
    session.events += 1;
    person.shop.sequence += 1;
    let seen = |(number, _): (u32, Option<u32>)| ProductSeen {
        number,
        category: scene.local.catalogue.category(number),
        price: scene.local.catalogue.price(number, scene.now),
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
        referrer: (session.events == 1).then(|| referrer(session.intent, draws)),
        device: session.device,
        location: shop_location(person, session.device),
        seconds_on_page: (dwell as u32).max(1),
        query,
        session_event_sequence: session.events,
        cart_id: in_cart.then(|| scene.own_uuid(IdKind::Cart, person.shop.carts as u64)),
        order_id: ordered.then(|| scene.own_uuid(IdKind::Order, person.shop.orders as u64)),
        entity_sequence: person.shop.sequence,
    };
    scene.emit_interaction(Process::Step, &event);
}

/// Shares of the referrers, in the order of their names in the contract.
const REFERRER_SHARES: [f64; 15] =
    [0.30, 0.28, 0.06, 0.03, 0.05, 0.02, 0.03, 0.04, 0.02, 0.02, 0.01, 0.03, 0.02, 0.06, 0.03];
const EMAIL: u8 = 13;

fn referrer(intent: Intent, draws: &mut Draws) -> u8 {
    if intent == Intent::Review {
        return EMAIL;
    }
    let mut at = draws.unit();
    let found = REFERRER_SHARES.iter().position(|share| {
        at -= share;
        at < 0.0
    });
    found.unwrap_or(0) as u8
}

/// When a review of something bought at `bought` is written.
pub(super) fn review_time(bought: VirtualTime, draws: &mut Draws) -> VirtualTime {
    bought + Span::from_seconds_f64(86_400.0 * (2.5 + 6.0 * sample::exponential(draws)).min(60.0))
}
