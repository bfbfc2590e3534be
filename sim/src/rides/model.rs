//! The lower half of rides: drivers, destinations, hours and events. Must not depend on: persons, scenes, outlets, fraud,
//! or the behaviour of any domain.

pub(super) mod completion;
pub(super) mod days;
pub(super) mod destinations;
pub(super) mod driver;
pub(super) mod driving_skill;
pub(super) mod errands;
pub(super) mod evenings;
pub(super) mod event;
pub(super) mod fleet;
pub(super) mod shifts;
