//! Rides: people request rides, and drivers take them.

mod driver_states;
mod drivers;
pub(crate) mod model;
mod repositioning;
mod requests;
mod trips;

pub use crate::base::VehicleType;
pub(crate) use drivers::act_driver;
pub use model::completion::{Completion, CompletionField};
pub(crate) use model::destinations::Destinations;
pub use model::driver::{Driver, Status};
pub(crate) use model::errands::RideRhythms;
pub use model::event::{Trip, TripField};
pub(crate) use model::fleet::Fleet;
pub(crate) use model::parameters::requests::P_REQUEST_SERVED;
pub use model::rider::RiderState;
pub use model::shifts::Shifts;
pub(crate) use requests::{RequestOutcome, adopt_rides, plan_ride, request};
pub(crate) use trips::Conditions;

#[cfg(test)]
mod tests;
