//! The numbers of the bank domain: probabilities, rates, amounts, durations and spreads, each with its unit and source.
//! A number that a scenario can set is a key of the scenario and not here. Must not depend on: anything but
//! vocabularies.

pub(crate) mod accounts;
pub(crate) mod amounts;
pub(crate) mod day_effects;
pub(crate) mod habits;
pub(crate) mod merchants;
pub(crate) mod payments;
pub(crate) mod recurring;
pub(crate) mod week_profiles;
