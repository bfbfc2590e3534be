//! Rides: people request rides, and drivers take them. Must not depend on: the behaviour of the bank and of the shop,
//! and fraud.
//!
//! ```text
//!            request                  a free driver is near
//! rider  ────────────▶ request made ─────────────────────────▶ riding ──▶ pays the fare
//!                        │      ▲                               (the driver is Busy; see `driver_states`)
//!       no free driver   ▼      │ after 150 to 300 seconds
//!                      open request ──▶ lost, after MAX_REQUEST_ATTEMPTS
//! ```
//!
//! **Requests.** A person of rate 1 makes `requests_per_day` requests (a key of the scenario) in the mean of a year:
//! a share of [`VENUE_RIDE_SHARE`] to and from venues, the others by the rhythm of the persona. A share of
//! [`P_REQUEST_SERVED`] ends with a fare.
//!
//! **Times and fares.** time = free-flow time × traffic × weather × driver + incidents; the law of the driver's factor
//! is in `model::driving_skill`, those of times and fares in `model::trip_times`.
//!
//! **Rating.** A driver's rating is an exponential average over 150 ratings, with the stationary mean 5 − 4/3 (5 − q)
//! at service quality q (`model::rating`).
//!
//! [`VENUE_RIDE_SHARE`]: model::parameters::evenings::VENUE_RIDE_SHARE

mod driver_states;
mod drivers;
pub(crate) mod model;
mod repositioning;
mod requests;
mod trips;

pub(crate) use drivers::act_driver;
pub use model::completion::Completion;
pub(crate) use model::destinations::Destinations;
pub(crate) use model::driver::DRIVER_PROCESSES;
pub use model::driver::{Driver, Status};
pub(crate) use model::errands::RideRhythms;
pub use model::event::Trip;
pub(crate) use model::fleet::Fleet;
pub(crate) use model::parameters::requests::P_REQUEST_SERVED;
pub use model::rider::RiderState;
pub use model::shifts::Shifts;
pub(crate) use requests::{RequestOutcome, adopt_rides, plan_ride, request};
pub(crate) use trips::Conditions;

#[cfg(test)]
mod tests;
