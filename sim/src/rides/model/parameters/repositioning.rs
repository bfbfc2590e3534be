//! The waiting times and the destinations of free drivers.

/// Seconds that a free driver waits before they consider another place: uniform.
pub(crate) const IDLE_WAIT_SECONDS: (f64, f64) = (1_500.0, 2_400.0);

/// Expected riders that a driver compares.
pub(crate) const CANDIDATE_RIDERS: usize = 4;
/// Seconds ahead at which riders are expected: about the time to get there.
pub(crate) const LOOKAHEAD_SECONDS: i64 = 1_200;
/// Least metres by which a driver must be nearer than every other free driver to go there.
pub(crate) const REPOSITIONING_GAIN_METRES_MIN: f64 = 2_500.0;
/// The most metres that a driver moves without a rider.
pub(crate) const REPOSITIONING_METRES_MAX: f64 = 18_000.0;
/// Speed of a driver without a rider, in metres of street per second.
pub(crate) const REPOSITIONING_SPEED: f64 = 11.0;
/// Least seconds of a way without a rider.
pub(crate) const REPOSITIONING_SECONDS_MIN: f64 = 300.0;

/// Probability that a driver considers the visitors of a venue who are about to leave.
pub(crate) const P_CONSIDER_VENUE: f64 = 0.4;
/// Seconds around the end of an evening in which drivers expect its visitors.
pub(crate) const VENUE_END_SECONDS: i64 = 2_400;
