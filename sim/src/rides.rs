//! Rides: people ask, drivers drive. Knows people's homes and hours and the region's roads; the fare is the bank's.

mod behaviour;
pub(crate) mod model;
mod repositioning;

pub use crate::base::VehicleType;
pub use behaviour::RiderLife;
pub(crate) use behaviour::{Conditions, Request, act_driver, adopt_rides, plan_ride, request};
pub use model::completion::{Completion, CompletionField};
pub(crate) use model::destinations::Destinations;
pub use model::driver::{Driver, Status};
pub(crate) use model::errands::RideRhythms;
pub use model::event::{Trip, TripField};
pub(crate) use model::fleet::Fleet;
pub use model::shifts::Shifts;

#[cfg(test)]
mod tests;
