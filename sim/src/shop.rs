//! The shop: a catalogue for each region, customers who come back, visits as sessions, carts that outlive them.
//! Knows the people; the payment of an order is the bank's.

mod behaviour;
mod bot;
mod cart;
mod catalogue;
mod category;
mod customer;
mod days;
mod event;
mod intent;
mod product;
mod query;
mod referrers;
mod session;
mod spell;
mod words;

pub use behaviour::ShopLife;
pub(crate) use behaviour::{VisitRhythms, adopt_visits, begin_visit, plan_visit, plan_visit_again};
pub(crate) use bot::EVENTS_PER_VISIT;
pub use catalogue::Catalogue;
pub use category::ShopCategory;
pub(crate) use customer::ORDERS_PER_VISIT;
pub use event::{Interaction, InteractionField, InteractionType, ProductSeen, REFERRERS};
pub use query::Query;
pub(crate) use session::step;
