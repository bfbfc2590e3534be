//! A shop interaction. Must not depend on: the rules by which interactions are made.

use super::query::Query;
use crate::base::{InteractionType, Money, Place, ShopCategory};
use crate::device::Device;
use crate::drift::Concepts;
use crate::engine::{Id, VirtualTime};

/// The product that an interaction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductSeen {
    /// Number of the product, from 1, unique in the world.
    pub number: u32,
    /// Its category.
    pub category: ShopCategory,
    /// Its price now.
    pub price: Money,
}

/// An interaction of a customer.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub struct Interaction {
    pub event_id: Id,
    pub customer_id: Id,
    pub session_id: Id,
    pub timestamp: VirtualTime,
    pub kind: InteractionType,
    /// None for a search.
    pub product: Option<ProductSeen>,
    /// For add_to_cart and purchase.
    pub quantity: Option<u32>,
    /// On a session's first event: index into [`REFERRERS`](crate::base::REFERRERS).
    pub referrer: Option<u8>,
    pub device: Device,
    pub location: Place,
    pub seconds_on_page: u32,
    /// For a search.
    pub query: Option<Query>,
    pub session_event_sequence: u32,
    /// True if a program caused it.
    pub is_bot: bool,
    pub cart_id: Option<Id>,
    pub order_id: Option<Id>,
    /// The drifts in force for the customer.
    pub concepts: Concepts,
    /// 1, 2, 3 … over the customer's interactions.
    pub entity_sequence: u32,
}
