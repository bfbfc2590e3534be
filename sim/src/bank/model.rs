//! The lower half of the bank: the state that a person carries, the tables of a town, and the events. Must not depend on:
//! persons, scenes, outlets, fraud, or the behaviour of any domain.

pub(super) mod account_protection;
pub(super) mod amounts;
pub(super) mod days;
pub(super) mod event;
pub(super) mod label;
pub(super) mod loyalty;
pub(super) mod merchants;
