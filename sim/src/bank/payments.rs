//! The payments that belong to orders of the shop and to rides. Must not depend on: the behaviour of the shop and of
//! rides.

use super::model::account::OrderDue;
use super::model::merchants::{RIDE_MERCHANT, SHOP_MERCHANT};
use super::model::parameters::payments::CHECKOUT_SECONDS;
use super::purchases::online_method;
use super::transactions::{Draft, transact, usual, usual_from};
use crate::base::{Category, Channel, Money, TransactionType};
use crate::engine::{Purpose, RngStream, Span};
use crate::outlet::Outlet;
use crate::person::{Person, Process};
use crate::scene::{LiveScene, Scene};

/// Pays the order of the shop that is due now.
///
/// # Panics
/// If no order is due.
pub(crate) fn pay_order<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Checkout);
    let order = person.bank.order.take().expect("a checkout is planned only by an order");
    let rng = &mut scene.rng(Purpose::Checkout, act);
    let draft = Draft {
        category: order.category,
        method: online_method(scene, person, rng),
        merchant: scene.local.merchants.number(SHOP_MERCHANT),
        amount: Money { minor: order.minor, currency: scene.local.region.currency },
        device: order.device,
        ..usual(scene, person, Channel::Online, rng)
    };
    person.rest(Process::Checkout);
    transact(scene, person, Process::Checkout, draft);
}

/// Plans the payment of an order that is placed now: some seconds later, always within a minute.
pub(crate) fn plan_checkout(scene: &Scene<'_>, person: &mut Person, order: OrderDue, rng: &mut RngStream) {
    person.bank.order = Some(order);
    person.plan(
        Process::Checkout,
        scene.now + Span::from_seconds_f64(rng.between(CHECKOUT_SECONDS.0, CHECKOUT_SECONDS.1)),
    );
}

/// Pays the fare of the ride that ends now.
///
/// # Panics
/// If no ride is in progress.
pub(crate) fn pay_fare<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Fare);
    let ride = person.rides.current.take().expect("a fare is planned only by a ride");
    let rng = &mut scene.rng(Purpose::Fare, act);
    let draft = Draft {
        kind: TransactionType::Payment,
        category: Category::Services,
        method: online_method(scene, person, rng),
        merchant: scene.local.merchants.number(RIDE_MERCHANT),
        amount: Money { minor: ride.fare_minor, currency: scene.local.region.currency },
        place: ride.destination,
        device: person.profile.devices[0],
        ..usual_from(scene, person, Channel::Online, Some(scene.mobile_address(person)), rng)
    };
    person.rest(Process::Fare);
    transact(scene, person, Process::Fare, draft);
}
