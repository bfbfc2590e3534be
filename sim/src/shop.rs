//! The shop: a catalogue for each region, customers who come back, visits as sessions, carts that outlive them.
//! Knows the people; the payment of an order is the bank's.

mod behaviour;
mod catalogue;
mod days;
mod event;
mod session;

pub use behaviour::ShopLife;
pub(crate) use behaviour::{ORDERS_PER_VISIT, VisitRhythms, begin_visit, plan_visit, plan_visit_again};
pub use catalogue::{Catalogue, ShopCategory};
pub use event::{Interaction, InteractionField, InteractionType, ProductSeen, Query, REFERRERS};
pub(crate) use session::step;
