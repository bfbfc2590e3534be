//! What lies in a cart: it ages between visits, and some of it is set aside when paying.
//! Knows no customer and no session.

use super::catalogue::Catalogue;
use crate::engine::{Draws, Span, VirtualTime};
use serde::{Deserialize, Serialize};

/// One product in a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartItem {
    /// Number of the product in the world.
    pub product: u32,
    /// How many.
    pub quantity: u8,
}

/// At most so many different products are in a cart.
const LIMIT: usize = 6;
/// After so many days the customer has lost interest in half of what they left in the cart.
const HALF_LIFE_DAYS: f64 = 4.0;
/// The probability that a product is taken out of the cart when it comes to paying.
const SET_ASIDE: f64 = 0.10;

/// Whether something else can be put in.
pub(super) fn has_room(cart: &[CartItem]) -> bool {
    cart.len() < LIMIT
}

/// Puts a product in, or more of it.
pub(super) fn put(cart: &mut Vec<CartItem>, item: CartItem) {
    match cart.iter_mut().find(|i| i.product == item.product) {
        Some(there) => there.quantity = there.quantity.saturating_add(item.quantity),
        None => cart.push(item),
    }
}

/// The customer looks into the cart again after `away`: each product is still wanted or not, and what the shop no
/// longer sells is gone.
pub(super) fn age(cart: &mut Vec<CartItem>, away: Span, catalogue: &Catalogue, now: VirtualTime, draws: &mut Draws) {
    if !cart.is_empty() {
        let kept = libm::exp2(-away.as_seconds_f64() / (86_400.0 * HALF_LIFE_DAYS));
        cart.retain(|item| draws.chance(kept) && catalogue.is_sold(item.product, now));
    }
}

/// Takes out what is paid now, at least one product; the rest of the cart is given up.
pub(super) fn pay(cart: &mut Vec<CartItem>, draws: &mut Draws) -> Vec<CartItem> {
    let mut paid = std::mem::take(cart);
    let mut left = paid.len();
    paid.retain(|_| {
        let kept = left == 1 || !draws.chance(SET_ASIDE);
        left -= usize::from(!kept);
        kept
    });
    paid
}
