//! The numbers of the rides domain: probabilities, rates, distances, durations and spreads, each with its unit and
//! source. A number that a scenario can set is a key of the scenario and not here. Must not depend on: anything but
//! vocabularies.

pub(crate) mod day_effects;
pub(crate) mod destinations;
pub(crate) mod drivers;
pub(crate) mod errands;
pub(crate) mod evenings;
pub(crate) mod repositioning;
pub(crate) mod requests;
pub(crate) mod shifts;
pub(crate) mod trips;
