//! Rides: people ask, drivers drive. Knows people's homes and hours and the region's roads; the fare is the bank's.

mod behaviour;
mod completion;
mod craft;
mod days;
mod destinations;
mod driver;
mod evenings;
mod event;
mod fleet;
mod purpose;
mod shifts;
mod waiting;

pub use behaviour::RiderLife;
pub(crate) use behaviour::{Conditions, Request, act_driver, adopt_rides, plan_ride, request};
pub use completion::{Completion, CompletionField};
pub(crate) use destinations::Destinations;
pub use driver::{Driver, Status};
pub use event::{Trip, TripField, VehicleType};
pub(crate) use fleet::Fleet;
pub(crate) use purpose::RideRhythms;

#[cfg(test)]
mod tests;
