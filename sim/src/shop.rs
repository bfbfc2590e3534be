//! The shop: a catalogue for each region, customers who come back, visits as sessions, carts that outlive them.
//! Knows the people; the payment of an order is the bank's.

mod behaviour;
mod customer;
mod model;
mod session;

pub use behaviour::ShopLife;
pub(crate) use behaviour::{VisitRhythms, adopt_visits, begin_visit, plan_visit, plan_visit_again};
pub(crate) use customer::ORDERS_PER_VISIT;
pub(crate) use model::bot::EVENTS_PER_VISIT;
pub use model::cart::CartItem;
pub use model::catalogue::Catalogue;
pub use model::category::ShopCategory;
pub use model::event::{Interaction, InteractionField, InteractionType, ProductSeen, REFERRERS};
pub use model::query::Query;
pub(crate) use session::step;
