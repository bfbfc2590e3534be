//! The shop: a catalogue for each region, customers with buying lives, visits as sessions, carts that outlive them.
//!
//! # A session
//!
//! ```text
//!  by habit ------+                         +--> AddToCart --> decide once (intent to buy):
//!  comeback ------+--> View <--> Search     |       P_CHECKOUT_GIVEN_CART   check out --> Purchase --> end
//!  review due ----+      |                  |       otherwise               leave
//!  program -------+      +------------------+
//!                 after each event: on with the session's patience, while the time on a page is below the timeout
//!  end --> comeback for unfinished intent (P_RETURN_FOR_INTENT) or after an e-mail (P_RETURN_FOR_REMINDER),
//!          or another visit of the spell (P_CONTINUE_SPELL), or the next visit by habit
//! ```
//!
//! A session has one intent: bounce, browse, search, buy, review, or crawl for a program. Only a session with the
//! intent to buy decides to check out, and it views products until something is in the cart.
//!
//! # The purchase rate of a session
//!
//! Let i be the probability of the intent to buy (`P_INTENT_TO_BUY`, by keenness, device and time), c the probability of a
//! checkout (`P_CHECKOUT_GIVEN_CART` by habit, r = `P_CHECKOUT_GIVEN_RETURN` on a comeback). A session by habit ends in
//! a purchase with probability i · c. Otherwise it is followed by a session with the intent to buy with probability a =
//! (`P_RETURN_FOR_INTENT` + (1 − `P_RETURN_FOR_INTENT`) · `P_RETURN_FOR_REMINDER`) · `P_STILL_WANTS`, and so on, which
//! gives b = r / (1 − a · (1 − r)) orders for each comeback. With casual carts, a session has
//!
//! ```text
//! orders = i · (c + (1 − c) · a · b) + (1 − i) · CASUAL_CART_SHARE · P_RETURN_FOR_REMINDER · P_STILL_WANTS · b
//! ```
//!
//! orders in all. A spell has 1 / (1 − `P_CONTINUE_SPELL` · `WISH_SHARE`) sessions, of which all but the first decide
//! with r. The mean over customers is `ORDERS_PER_VISIT`; a test derives it.
//!
//! Must not depend on: rides, fraud, and the payment of an order, which belongs to the bank.

pub(crate) mod model;
mod sessions;
mod steps;
mod visits;

pub use crate::base::{InteractionType, REFERRERS, ShopCategory};
pub use model::cart::CartItem;
pub use model::catalogue::Catalogue;
pub use model::event::{Interaction, ProductSeen};
pub(crate) use model::parameters::{EVENTS_PER_VISIT, ORDERS_PER_VISIT};
pub use model::query::Query;
pub(crate) use model::rhythms::VisitRhythms;
pub use model::state::CustomerState;
pub(crate) use model::visit_ids::{RecentVisits, VisitIds, VisitKey};
pub(crate) use sessions::{begin_visit, step};
pub(crate) use visits::{adopt_visits, plan_visit, plan_visit_again};
