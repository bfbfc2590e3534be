//! Rides: people ask, drivers drive. Knows people's homes and hours and the region's roads; the fare is the bank's.

mod behaviour;
mod days;
mod driver;
mod event;
mod fleet;
mod purpose;

pub use behaviour::RiderLife;
pub(crate) use behaviour::{Conditions, Request, act_driver, plan_ride, request};
pub use driver::{Driver, Status};
pub use event::{Trip, TripField, VehicleType};
pub(crate) use fleet::Fleet;
pub(crate) use purpose::RideRhythms;
