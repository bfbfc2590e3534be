//! The lower half of the shop: catalogue, events, and the state and rates of customers and sessions.
//! Must not depend on: `person`, `town`, `scene`, `outlet`.

pub(super) mod bot;
pub(super) mod cart;
pub(super) mod catalogue;
pub(super) mod category;
pub(super) mod days;
pub(super) mod event;
pub(super) mod intent;
pub(super) mod product;
pub(super) mod query;
pub(super) mod referrers;
pub(super) mod spell;
pub(super) mod words;
