//! Times and fares of trips.

/// Standard deviation of the logarithm of the part of a trip's time that no factor explains. It is small, because the
/// wire contract lets the factors explain the time of each single trip.
pub(crate) const UNEXPLAINED_LOG_DEVIATION: f64 = 0.01;
/// Least seconds of a trip.
pub(crate) const TRIP_SECONDS_MIN: f64 = 60.0;

/// Metres of street to one metre as the crow flies.
pub(crate) const DETOUR: f64 = 1.3;
/// Speed of a driver on the way to a rider around the corner, in metres per second.
pub(crate) const PICKUP_SPEED_BASE: f64 = 6.0;
/// Increase of that speed per kilometre to the rider, in metres per second: larger roads.
pub(crate) const PICKUP_SPEED_PER_KM: f64 = 0.7;
/// Limit of that speed, in metres per second.
pub(crate) const PICKUP_SPEED_MAX: f64 = 14.0;

/// Seconds to get in and out.
pub(crate) const DOORS_SECONDS: i64 = 30;
/// Mean seconds that a driver waits for the rider: exponential.
pub(crate) const MEAN_RIDER_WAIT_SECONDS: f64 = 60.0;
/// The most seconds that a driver waits for the rider.
pub(crate) const RIDER_WAIT_SECONDS_MAX: f64 = 300.0;

/// Base fare in US dollars.
pub(crate) const FARE_BASE_DOLLARS: f64 = 2.5;
/// Fare per kilometre of route in US dollars.
pub(crate) const FARE_DOLLARS_PER_KM: f64 = 0.95;
/// Fare per minute of travel in US dollars.
pub(crate) const FARE_DOLLARS_PER_MINUTE: f64 = 0.22;

/// Microseconds from the end of a trip, when the driver is free, to the payment.
pub(crate) const FARE_DELAY_MICROS: i64 = 700_000;
