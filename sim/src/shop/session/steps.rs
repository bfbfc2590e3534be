//! The steps of a visit: which one comes next, what it does to cart and customer, and what it leaves on the wire.
//! Knows a visit in progress; not how one begins, goes on or ends.

use super::super::behaviour::shop_location;
use super::super::customer::Customer;
use super::super::model::cart::{self, CartItem};
use super::super::model::catalogue::{Among, Wish};
use super::super::model::event::{Interaction, InteractionType, ProductSeen};
use super::super::model::intent::Intent;
use super::super::model::query::Query;
use super::{Resolve, Session};
use crate::bank::{Category, OrderDue, plan_checkout};
use crate::base::Money;
use crate::drift::Rule;
use crate::engine::{Draws, IdKind, sample};
use crate::outlet::Outlet;
use crate::person::{ActKind, Person, Process};
use crate::scene::{LiveScene, Scene};

/// What the visitor does next.
pub(super) enum Step {
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
/// The step that comes next.
pub(super) fn choose(scene: &Scene<'_>, person: &Person, session: &Session, draws: &mut Draws) -> Step {
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
pub(super) fn perform<O: Outlet>(
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
    let mut dearest = (0, Category::Other);
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
