//! The steps of a visit: the choice of the next step, its effect on cart and customer, and the events that it emits.
//! Must not depend on: the start, continuation or end of a visit.

use super::model::cart::{self, CartItem};
use super::model::catalogue::{Among, Wish};
use super::model::customer::AccountUser;
use super::model::event::{Interaction, ProductSeen};
use super::model::intent::Intent;
use super::model::parameters::*;
use super::model::query::Query;
use super::model::session::{Decision, Session};
use crate::bank::{OrderDue, plan_checkout};
use crate::base::{Category, InteractionType, Money, Place};
use crate::device::Device;
use crate::drift::Rule;
use crate::engine::{IdKind, RngStream, Stream, sample};
use crate::history::ActKind;
use crate::outlet::Outlet;
use crate::person::{Person, Process};
use crate::scene::{LiveScene, Scene};

/// The next step of a visit.
pub(super) enum Step {
    View(u32),
    Search,
    AddToCart,
    Purchase,
    Review(u32),
}

/// Draws the next step.
pub(super) fn choose(scene: &Scene<'_>, person: &Person, session: &Session, rng: &mut RngStream) -> Step {
    let cart = &person.shop.cart;
    match session.intent {
        Intent::Crawl => return Step::View(crawled(scene, person)),
        Intent::Review if session.events > 0 => return Step::Review(session.viewed),
        Intent::Review => return Step::View(session.viewed),
        _ if session.events == 0 && session.back => return Step::View(session.viewed),
        Intent::Search if session.events == 0 && rng.chance(P_SEARCH_FIRST) => return Step::Search,
        _ if session.events == 0 => {}
        _ if session.decision == Decision::CheckOut && !cart.is_empty() && rng.chance(P_CHECKOUT_STEP) => {
            return Step::Purchase;
        }
        _ if session.on_product_page && cart::has_room(cart) && adds_to_cart(scene, session, rng) => {
            return Step::AddToCart;
        }
        Intent::Search if rng.chance(P_SEARCH_LATER) => return Step::Search,
        _ => {}
    }
    Step::View(scene.local.catalogue.pick(wish(person, session, rng), scene.now, rng))
}

/// Draws the visitor's present wish: the product that was searched for, or mostly one of today's category; at prices
/// that fit the spending level.
fn wish(person: &Person, session: &Session, rng: &mut RngStream) -> Wish {
    let among = match session.sought.filter(|_| rng.chance(P_VIEW_SEARCH_RESULT)) {
        Some(kind) => Among::Kind(session.taste, kind),
        None if rng.chance(P_VIEW_TASTE) => Among::Category(session.taste),
        None => Among::All,
    };
    Wish { among, standing: PRICE_BY_LEVEL * person.profile.level }
}

/// Draws whether the viewed product goes into the cart.
fn adds_to_cart(scene: &Scene<'_>, session: &Session, rng: &mut RngStream) -> bool {
    let (catalogue, product) = (&scene.local.catalogue, session.viewed);
    let chance = if session.intent == Intent::Buy { P_ADD_TO_CART } else { P_ADD_TO_CART_CASUAL };
    let coin = rng.unit() / chance;
    coin < PROMOTION_FACTOR
        && catalogue.is_sold(product, scene.now)
        && (coin < 1.0 || catalogue.is_promoted(product, scene.now))
}

/// Returns the next product of the program that uses the account.
fn crawled(scene: &Scene<'_>, person: &Person) -> u32 {
    let Some(AccountUser::Bot(bot)) = person.shop.user else { return scene.local.catalogue.nth(0) };
    bot.product(&scene.local.catalogue, person.shop.sequence)
}

/// Performs a step that is `dwell` seconds long and emits its events; returns whether the visit ends with it.
pub(super) fn perform<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    session: &mut Session,
    step: &Step,
    dwell: f64,
    rng: &mut RngStream,
) -> bool {
    session.on_product_page = matches!(step, Step::View(_));
    match step {
        Step::View(product) => {
            session.viewed = *product;
            emit(scene, person, session, Page::of(InteractionType::PageView, *product, dwell));
        }
        Step::Search => {
            let catalogue = &scene.local.catalogue;
            let kind = catalogue.some_kind(session.taste, rng);
            session.sought = Some(kind);
            let query = catalogue.query(session.taste, kind, rng);
            let kind = InteractionType::Search;
            emit(scene, person, session, Page { kind, product: None, quantity: None, query: Some(query), dwell });
        }
        Step::AddToCart => add_to_cart(scene, person, session, dwell, rng),
        Step::Purchase => purchase(scene, person, session, dwell, rng),
        Step::Review(product) => {
            emit(scene, person, session, Page::of(InteractionType::LeaveReview, *product, dwell));
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
    rng: &mut RngStream,
) {
    let product = session.viewed;
    let quantity = 1 + sample::geometric(rng, P_FURTHER_PIECE, MAX_FURTHER_PIECES);
    if person.shop.cart.is_empty() {
        person.shop.carts += 1;
    }
    cart::put(&mut person.shop.cart, CartItem { product, quantity: quantity as u8 });
    session.carted = true;
    session.decide(rng);
    let page = Page { quantity: Some(quantity), ..Page::of(InteractionType::AddToCart, product, dwell) };
    emit(scene, person, session, page);
}

/// Buys the products of the cart that are still wanted: an event for each product at one instant, one payment, perhaps
/// reviews; and the customer may lapse.
fn purchase<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    session: &mut Session,
    dwell: f64,
    rng: &mut RngStream,
) {
    let bought = cart::check_out(&mut person.shop.cart, rng);
    person.shop.orders += 1;
    let mut total = 0;
    let mut dearest = (0, Category::Other);
    for item in &bought {
        let price = price(scene, item.product).minor * item.quantity as i64;
        total += price;
        if price > dearest.0 {
            dearest = (price, scene.local.catalogue.category(item.product).bank());
        }
        let quantity = Some(item.quantity as u32);
        let page = Page { quantity, ..Page::of(InteractionType::Purchase, item.product, dwell) };
        emit(scene, person, session, page);
        person.shop.add_review(scene.rule(Rule::Reviews, person), item.product, scene.now, rng);
    }
    scene.remember(person, ActKind::Order, total, person.shop.orders);
    plan_checkout(scene, person, OrderDue { minor: total, category: dearest.1, device: session.device }, rng);
    person.shop.comeback = None;
    session.intent = Intent::Browse;
    if let Some(AccountUser::Human(buyer)) = &mut person.shop.user {
        buyer.place_order(rng);
    }
}

/// Returns the price of a product now.
fn price(scene: &Scene<'_>, product: u32) -> Money {
    let usual = scene.local.catalogue.price(product, scene.now);
    usual.times(scene.common_rule(Rule::PriceScale))
}

/// The page of one event.
struct Page {
    kind: InteractionType,
    /// The number of the product.
    product: Option<u32>,
    quantity: Option<u32>,
    query: Option<Query>,
    /// Seconds on the page.
    dwell: f64,
}

impl Page {
    fn of(kind: InteractionType, product: u32, dwell: f64) -> Page {
        Page { kind, product: Some(product), quantity: None, query: None, dwell }
    }
}

#[inline]
fn emit<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person, session: &mut Session, page: Page) {
    let Page { kind, product, quantity, query, dwell } = page;
    session.events += 1;
    person.shop.sequence += 1;
    if !scene.town.has(Stream::Interactions) {
        return;
    }
    let ids = scene.visit_ids(person.shop.visits);
    let seen = |number: u32| ProductSeen {
        number,
        category: scene.local.catalogue.category(number),
        price: price(scene, number),
    };
    let ordered = kind == InteractionType::Purchase;
    let in_cart = ordered || kind == InteractionType::AddToCart;
    let event = Interaction {
        event_id: scene.own_uuid(IdKind::Interaction, person.shop.sequence as u64),
        customer_id: ids.customer,
        session_id: ids.session,
        timestamp: scene.now,
        kind,
        product: product.map(seen),
        quantity,
        referrer: (session.events == 1).then_some(session.referrer),
        device: session.device,
        location: location(person, session.device),
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

/// Returns where a customer is: at home with a device that stands there, about town on a share of visits with a phone.
fn location(person: &Person, device: Device) -> Place {
    let about = person.shop.visits.is_multiple_of(VISITS_PER_VISIT_ABOUT_TOWN) && device.is_phone();
    if about { person.profile.work } else { person.profile.home }
}
