//! A visit in progress as a value: intent, decision at the cart, and unfinished plans.
//! Must not depend on: the start of a visit, its steps, and its events.

use super::intent::Intent;
use super::parameters::{LOOK_AROUND_EVENTS, P_CHECKOUT_GIVEN_CART, P_CHECKOUT_GIVEN_RETURN};
use super::referrers;
use crate::base::ShopCategory;
use crate::device::Device;
use crate::engine::RngStream;
use serde::{Deserialize, Serialize};

/// The decision to check out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(in crate::shop) enum Decision {
    /// Not taken yet.
    Open,
    /// To check out.
    CheckOut,
    /// Not to check out in this visit.
    Leave,
}

/// A visit in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub(in crate::shop) intent: Intent,
    pub(in crate::shop) decision: Decision,
    pub(in crate::shop) device: Device,
    /// The index of the referrer.
    pub(in crate::shop) referrer: u8,
    /// True if it finishes or continues an earlier visit.
    pub(in crate::shop) back: bool,
    /// True if a product was put into the cart.
    pub(in crate::shop) carted: bool,
    /// The probability of a further event after one.
    pub(in crate::shop) patience: f32,
    /// The number of events.
    pub(in crate::shop) events: u32,
    /// The product last viewed, by its number in the world; 0 for none.
    pub(in crate::shop) viewed: u32,
    /// The category that the visitor is interested in today.
    pub(in crate::shop) taste: ShopCategory,
    /// The kind of product last searched for, by number within the category.
    pub(in crate::shop) sought: Option<u8>,
    /// True if the last event was a view of `viewed`, so that it can go into the cart.
    pub(in crate::shop) on_product_page: bool,
}

/// The plans that a visit leaves unfinished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::shop) enum Unfinished {
    /// No unfinished plans.
    Nothing,
    /// A cart, without the intent to buy.
    Cart,
    /// The intent to buy.
    Intent,
}

impl Session {
    /// Returns a visit without events.
    pub(in crate::shop) fn new(intent: Intent, device: Device, taste: ShopCategory) -> Self {
        Session {
            intent,
            decision: Decision::Open,
            device,
            referrer: referrers::DIRECT,
            back: false,
            carted: false,
            patience: 0.0,
            events: 0,
            viewed: 0,
            taste,
            sought: None,
            on_product_page: false,
        }
    }

    /// Returns a visit by the program that uses an account.
    pub(in crate::shop) fn of_bot(device: Device) -> Self {
        Session { patience: 1.0, ..Session::new(Intent::Crawl, device, ShopCategory::Electronics) }
    }

    /// Replaces the device.
    pub(super) fn change_device(&mut self, old: Device, new: Device) {
        if self.device == old {
            self.device = new;
        }
    }

    /// Decides once whether to check out today, when there is something in the cart.
    pub(in crate::shop) fn decide(&mut self, rng: &mut RngStream) {
        if self.decision == Decision::Open && self.intent == Intent::Buy {
            let checkout = if self.back { P_CHECKOUT_GIVEN_RETURN } else { P_CHECKOUT_GIVEN_CART };
            self.decision = if rng.chance(checkout) { Decision::CheckOut } else { Decision::Leave };
        }
    }

    /// Returns whether the visitor stays until something is done.
    pub(in crate::shop) fn is_resolved_to_stay(&self) -> bool {
        let looks_around =
            self.intent == Intent::Buy && self.decision == Decision::Open && self.events < LOOK_AROUND_EVENTS;
        looks_around || self.decision == Decision::CheckOut || self.intent == Intent::Review
    }

    /// Returns whether the visitor looked for something and did not buy it, so that another visit can continue.
    pub(in crate::shop) fn has_wish(&self) -> bool {
        matches!(self.intent, Intent::Browse | Intent::Search | Intent::Buy) && self.decision != Decision::CheckOut
    }

    /// Returns the plans that the visit leaves unfinished.
    pub(in crate::shop) fn unfinished(&self, cart_is_empty: bool) -> Unfinished {
        match self.intent {
            Intent::Buy => Unfinished::Intent,
            Intent::Browse | Intent::Search if self.carted && !cart_is_empty => Unfinished::Cart,
            _ => Unfinished::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    #[test]
    fn only_visitors_with_the_intent_to_buy_decide_to_check_out() {
        let mut rng = WorldKey::new(1).rng(0, Purpose::VisitStep, 0);
        let device = Device { model: 1, update_lag_days: 0, releases_behind: 0 };
        let mut share = |intent: Intent, back: bool| {
            let decided = |_: &u32| {
                let mut session = Session { back, ..Session::new(intent, device, ShopCategory::Books) };
                session.decide(&mut rng);
                session.decision == Decision::CheckOut
            };
            (0..4_000).filter(decided).count() as f64 / 4_000.0
        };
        assert_eq!([share(Intent::Browse, false), share(Intent::Crawl, false)], [0.0; 2]);
        assert!((share(Intent::Buy, false) - P_CHECKOUT_GIVEN_CART).abs() < 0.03);
        assert!((share(Intent::Buy, true) - P_CHECKOUT_GIVEN_RETURN).abs() < 0.03);
    }
}
