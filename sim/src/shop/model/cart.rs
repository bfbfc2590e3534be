//! A cart: its products lose interest between visits, and some are removed at the checkout.
//! Must not depend on: customers and sessions.

use super::catalogue::Catalogue;
use super::parameters::{CART_HALF_LIFE_DAYS, MAX_CART_PRODUCTS, P_REMOVE_AT_CHECKOUT};
use crate::engine::{RngStream, Span, VirtualTime};
use serde::{Deserialize, Serialize};

/// A product in a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartItem {
    /// The number of the product in the world.
    pub product: u32,
    /// The number of pieces.
    pub quantity: u8,
}

/// Returns whether another product fits.
pub(in crate::shop) fn has_room(cart: &[CartItem]) -> bool {
    cart.len() < MAX_CART_PRODUCTS
}

/// Adds a product, or more pieces of it.
pub(in crate::shop) fn put(cart: &mut Vec<CartItem>, item: CartItem) {
    match cart.iter_mut().find(|i| i.product == item.product) {
        Some(there) => there.quantity = there.quantity.saturating_add(item.quantity),
        None => cart.push(item),
    }
}

/// Drops the products that the customer no longer wants after `away`, and those that are no longer sold.
pub(in crate::shop) fn age(
    cart: &mut Vec<CartItem>,
    away: Span,
    catalogue: &Catalogue,
    now: VirtualTime,
    rng: &mut RngStream,
) {
    if !cart.is_empty() {
        let kept = libm::exp2(-away.as_seconds_f64() / (86_400.0 * CART_HALF_LIFE_DAYS));
        cart.retain(|item| rng.chance(kept) && catalogue.is_sold(item.product, now));
    }
}

/// Takes the products that are bought now, at least one; the rest of the cart is dropped.
pub(in crate::shop) fn check_out(cart: &mut Vec<CartItem>, rng: &mut RngStream) -> Vec<CartItem> {
    let mut paid = std::mem::take(cart);
    let mut left = paid.len();
    paid.retain(|_| {
        let kept = left == 1 || !rng.chance(P_REMOVE_AT_CHECKOUT);
        left -= usize::from(!kept);
        kept
    });
    paid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};
    use crate::testing;
    use proptest::prelude::*;

    fn cart(products: u32) -> Vec<CartItem> {
        (1..=products).map(|product| CartItem { product, quantity: 1 }).collect()
    }

    #[test]
    fn half_of_a_cart_is_dropped_in_four_days_and_nothing_at_once() {
        // A shop of ten products sells all of them always.
        let town = testing::town("[world]\npeople = 1\n[shop]\nproducts = 10");
        let mut rng = WorldKey::new(1).rng(0, Purpose::Visit, 0);
        let mut kept = |days: i64| {
            let left = |_| {
                let mut cart = cart(5);
                let catalogue = &town.localities()[0].catalogue;
                age(&mut cart, Span::from_days(days), catalogue, testing::day(&town, days), &mut rng);
                cart.len()
            };
            (0..2_000).map(left).sum::<usize>() as f64 / 10_000.0
        };
        assert_eq!(kept(0), 1.0);
        assert!((kept(4) - 0.5).abs() < 0.03 && (kept(12) - 0.125).abs() < 0.02);
    }

    proptest! {
        #[test]
        fn a_checkout_takes_a_product_and_empties_the_cart(seed: u64, products in 1u32..7) {
            let mut there = cart(products);
            let paid = check_out(&mut there, &mut WorldKey::new(seed).rng(0, Purpose::VisitStep, 0));
            prop_assert!(there.is_empty() && !paid.is_empty());
            prop_assert!(paid.iter().all(|i| cart(products).contains(i)));
        }
    }
}
