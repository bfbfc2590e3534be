//! The lower half of rides: the state that riders and drivers carry, the tables of a town, and the events. Its
//! functions take the key of the world, an entity and an instant. Must not depend on: persons, scenes, outlets, fraud,
//! or the behaviour of any domain.

pub(super) mod completion;
pub(super) mod day_effects;
pub(super) mod destinations;
pub(super) mod driver;
pub(super) mod driving_skill;
pub(super) mod errands;
pub(super) mod event;
pub(super) mod fleet;
pub(super) mod map;
pub(super) mod parameters;
pub(super) mod rating;
pub(super) mod rider;
pub(super) mod shifts;
pub(super) mod trip_times;
pub(super) mod venue_evenings;
