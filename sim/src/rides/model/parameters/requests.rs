//! The numbers of riders' requests and their outcomes.

/// Attempts to find a driver before a rider gives up.
pub(crate) const MAX_REQUEST_ATTEMPTS: u8 = 4;
/// Seconds between the attempts: uniform.
pub(crate) const REQUEST_RETRY_SECONDS: (f64, f64) = (150.0, 300.0);

/// Probability that a request ends with a fare: the others find no driver, or come during a ride. Measured at one
/// driver for 50 people: 0.918 with 20,000 people, 0.950 with 5,000.
pub(crate) const P_REQUEST_SERVED: f64 = 0.92;

/// Least metres between a rider's home and a venue that they ride to.
pub(crate) const VENUE_RIDE_METRES_MIN: f64 = 300.0;
