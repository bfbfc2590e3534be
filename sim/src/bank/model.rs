//! The lower half of the bank: the state that a person carries, the tables of a town, and the events. Its functions
//! take the key of the world, an entity and an instant. Must not depend on: persons, scenes, outlets, fraud, or the
//! behaviour of any domain.

pub(super) mod account;
pub(super) mod account_protection;
pub(super) mod amounts;
pub(super) mod cards;
pub(super) mod day_effects;
pub(super) mod event;
pub(super) mod habits;
pub(super) mod label;
pub(super) mod loyalty;
pub(super) mod merchants;
pub(super) mod parameters;
pub(super) mod recurring_payments;
