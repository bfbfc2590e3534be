//! The state of a person in the shop: cart, visit in progress, visits and reviews to come.
//! Must not depend on: the course of a visit.

use super::cart::CartItem;
use super::customer::{AccountUser, Buyer};
use super::parameters::{MAX_PENDING_REVIEWS, REVIEW_DAYS};
use super::session::Session;
use crate::device::Device;
use crate::engine::{RngStream, Span, VirtualTime, sample};
use serde::{Deserialize, Serialize};

/// The state of a person in the shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerState {
    /// The user of the account: a human with a buying life, or a program; None until the first plan.
    pub user: Option<AccountUser>,
    /// The number of interactions.
    pub sequence: u32,
    /// The number of visits, including the one in progress.
    pub visits: u32,
    /// The number of carts.
    pub carts: u32,
    /// The number of orders.
    pub orders: u32,
    /// The end of the last visit.
    pub last_seen: VirtualTime,
    /// The visit in progress.
    pub session: Option<Box<Session>>,
    /// The cart, kept from visit to visit.
    pub cart: Vec<CartItem>,
    /// The next visit by habit; the process can be due earlier for a review or a comeback.
    pub next_visit: VirtualTime,
    /// A visit to finish or to continue an earlier one.
    pub comeback: Option<Comeback>,
    /// Reviews that will be written: when, and of which product.
    pub reviews: Vec<(VirtualTime, u32)>,
}

/// A visit to finish or to continue an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comeback {
    /// The instant.
    pub at: VirtualTime,
    /// The reason.
    pub reason: ComebackReason,
    /// The product that the customer has in mind, by its number in the world.
    pub product: u32,
}

/// The reason of a comeback. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum ComebackReason {
    /// Unfinished intent to buy.
    Intent,
    /// An e-mail about the cart.
    Reminder,
    /// The wish of the earlier visit: another visit of the same spell.
    Wish,
}

impl CustomerState {
    /// Returns the state of a customer who was last seen at `start`, with an empty cart.
    pub(crate) fn new(start: VirtualTime) -> Self {
        CustomerState {
            user: None,
            sequence: 0,
            visits: 0,
            carts: 0,
            orders: 0,
            last_seen: start,
            session: None,
            cart: Vec::new(),
            next_visit: VirtualTime::NEVER,
            comeback: None,
            reviews: Vec::new(),
        }
    }

    /// Replaces a device, also in the visit in progress.
    pub(crate) fn change_device(&mut self, old: Device, new: Device) {
        if let Some(session) = &mut self.session {
            session.change_device(old, new);
        }
    }

    /// Returns the buying life of the human who uses the account, once it is drawn.
    pub(in crate::shop) fn buyer(&self) -> Option<Buyer> {
        self.user.and_then(AccountUser::human)
    }

    /// Decides with this probability whether a product that was just bought will be reviewed.
    pub(in crate::shop) fn add_review(
        &mut self,
        probability: f64,
        product: u32,
        now: VirtualTime,
        rng: &mut RngStream,
    ) {
        if self.reviews.len() < MAX_PENDING_REVIEWS && rng.chance(probability) {
            // Few people have more than one.
            self.reviews.reserve_exact(1);
            self.reviews.push((review_time(now, rng), product));
        }
    }

    /// Returns the place of the earliest pending review.
    pub(in crate::shop) fn first_review(&self) -> Option<usize> {
        (0..self.reviews.len()).min_by_key(|i| self.reviews[*i])
    }

    /// Returns the instant of the next visit of any reason, at `earliest` or later.
    pub(in crate::shop) fn next_visit_of_any_reason(&self, earliest: VirtualTime) -> VirtualTime {
        let review = self.first_review().map_or(VirtualTime::NEVER, |i| self.reviews[i].0);
        let comeback = self.comeback.map_or(VirtualTime::NEVER, |c| c.at);
        self.next_visit.min(review.min(comeback).max(earliest))
    }
}

/// Draws the instant of the review of a product bought at `bought`.
fn review_time(bought: VirtualTime, rng: &mut RngStream) -> VirtualTime {
    let (least, mean, limit) = REVIEW_DAYS;
    bought + Span::from_seconds_f64(86_400.0 * (least + mean * sample::exponential(rng)).min(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A comeback in blocks of format 4.
    #[derive(Serialize)]
    struct OfFormat4 {
        at: VirtualTime,
        reminded: bool,
        product: u32,
    }

    #[test]
    fn comebacks_of_format_4_are_read() {
        let at = VirtualTime::from_seconds(1_000);
        for (reminded, reason) in [(false, ComebackReason::Intent), (true, ComebackReason::Reminder)] {
            let saved = postcard::to_allocvec(&OfFormat4 { at, reminded, product: 300 }).expect("bytes");
            let read: Comeback = postcard::from_bytes(&saved).expect("a comeback");
            assert_eq!(read, Comeback { at, reason, product: 300 });
        }
    }
}
