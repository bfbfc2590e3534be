//! The times and the fare of a trip. Must not depend on: the origin of the conditions of the trip.
//!
//! time = free-flow time × traffic × weather × driver × e^(0.01 z) + incidents, where z is standard normal, and
//! fare = 2.50 $ + 0.95 $ per km + 0.22 $ per minute.

use super::parameters::trips::{
    DETOUR, DOORS_SECONDS, FARE_BASE_DOLLARS, FARE_DOLLARS_PER_KM, FARE_DOLLARS_PER_MINUTE, MEAN_RIDER_WAIT_SECONDS,
    PICKUP_SPEED_BASE, PICKUP_SPEED_MAX, PICKUP_SPEED_PER_KM, RIDER_WAIT_SECONDS_MAX, TRIP_SECONDS_MIN,
    UNEXPLAINED_LOG_DEVIATION,
};
use crate::base::Place;
use crate::engine::{RngStream, sample};
use crate::region::TripConditions;

/// The times of a trip, and the parts that explain them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TripTimes {
    /// The first estimate of the travel time, in seconds.
    pub initial: i64,
    /// The true travel time, in seconds.
    pub actual: i64,
    /// The factor of the driver.
    pub driver_factor: f64,
    /// The delay by incidents, in seconds.
    pub incident: i64,
}

impl TripTimes {
    /// Draws the times of a trip under these conditions.
    pub fn of(conditions: &TripConditions, driver_factor: f64, rng: &mut RngStream) -> Self {
        let initial = libm::round(conditions.free_flow_seconds).max(TRIP_SECONDS_MIN);
        let incident = libm::round(conditions.incident_seconds).max(0.0);
        let noise = libm::exp(UNEXPLAINED_LOG_DEVIATION * sample::normal_fast(rng));
        let actual = initial * conditions.traffic_factor * conditions.weather_factor * driver_factor * noise + incident;
        TripTimes {
            initial: initial as i64,
            actual: libm::round(actual).max(TRIP_SECONDS_MIN) as i64,
            driver_factor,
            incident: incident as i64,
        }
    }
}

/// Returns the seconds until the driver reaches the rider, under the conditions of the trip and at the driver's own
/// speed: faster from farther away, on larger roads.
pub(crate) fn pickup_seconds(from: Place, to: Place, conditions: &TripConditions, driver_factor: f64) -> i64 {
    let metres = from.metres_to(to);
    let speed = (PICKUP_SPEED_BASE + PICKUP_SPEED_PER_KM * metres / 1_000.0).min(PICKUP_SPEED_MAX);
    let delay_factor = conditions.traffic_factor * conditions.weather_factor * driver_factor;
    (metres * DETOUR / speed * delay_factor) as i64
}

/// Draws the seconds at both doors: to get in and out, and the wait for the rider.
pub(crate) fn doorstep_seconds(rng: &mut RngStream) -> i64 {
    DOORS_SECONDS + (MEAN_RIDER_WAIT_SECONDS * sample::exponential(rng)).min(RIDER_WAIT_SECONDS_MAX) as i64
}

/// Returns the fare of a trip in US dollars, before the scenario's factor.
pub(crate) fn fare_dollars(conditions: &TripConditions, times: &TripTimes) -> f64 {
    FARE_BASE_DOLLARS
        + FARE_DOLLARS_PER_KM * conditions.route_metres / 1_000.0
        + FARE_DOLLARS_PER_MINUTE * times.actual as f64 / 60.0
}
