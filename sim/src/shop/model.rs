//! The lower half of the shop: catalogue, events, the state of customers and sessions, the numbers and their closed form.
//! Must not depend on: `person`, `town`, `scene`, `outlet`.

pub(super) mod bot;
pub(super) mod cart;
pub(super) mod catalogue;
pub(super) mod category;
pub(super) mod customer;
pub(super) mod days;
pub(super) mod dwell;
pub(super) mod event;
pub(super) mod intent;
mod memo;
pub(super) mod parameters;
pub(super) mod product;
pub(super) mod query;
pub(super) mod referrers;
pub(super) mod rhythms;
pub(super) mod session;
pub(super) mod spell;
pub(super) mod state;
pub(super) mod visit_ids;
pub(super) mod words;
