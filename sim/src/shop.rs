//! The shop: a catalogue for each region, customers who come back, visits as sessions, carts that outlive them.
//! Knows the people; the payment of an order is the bank's.

mod behaviour;
mod bot;
mod cart;
mod catalogue;
mod customer;
mod days;
mod event;
mod referrers;
mod session;

pub use behaviour::ShopLife;
pub(crate) use behaviour::{VisitRhythms, begin_visit, plan_visit, plan_visit_again};
pub use catalogue::{Catalogue, ShopCategory};
pub(crate) use customer::ORDERS_PER_VISIT;
pub use event::{Interaction, InteractionField, InteractionType, ProductSeen, Query, REFERRERS};
pub(crate) use session::step;
