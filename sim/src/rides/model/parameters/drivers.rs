//! Drivers: service quality and rating, driving skill, vehicles, breaks.

/// Mean of the service quality of drivers, in stars.
pub(crate) const MEAN_SERVICE_QUALITY: f64 = 4.72;
/// Standard deviation of the service quality between drivers, in stars.
pub(crate) const SERVICE_QUALITY_DEVIATION: f64 = 0.16;
/// Limits of the service quality, in stars.
pub(crate) const SERVICE_QUALITY_LIMITS: (f64, f64) = (3.6, 5.0);

/// Standard deviation of a driver's first rating around their service quality, in stars.
pub(crate) const FIRST_RATING_DEVIATION: f64 = 0.05;
/// Limits of a driver's first rating, in stars.
pub(crate) const FIRST_RATING_LIMITS: (f64, f64) = (3.5, 5.0);
/// Limits of a rating, in stars.
pub(crate) const RATING_LIMITS: (f32, f32) = (1.0, 5.0);
/// Probability that a rider does not rate a trip.
pub(crate) const P_NO_RATING: f64 = 0.33;
/// Stars of service quality below five that would make each rider unhappy.
pub(crate) const UNHAPPY_SCALE_STARS: f64 = 1.5;
/// Stars that a happy rider gives.
pub(crate) const HAPPY_STARS: f32 = 5.0;
/// Stars that an unhappy rider gives, each as likely.
pub(crate) const UNHAPPY_STARS: [f32; 4] = [4.0, 4.0, 3.0, 1.0];
/// Trips over which a rating averages: the weight of a new one is its inverse.
pub(crate) const RATING_MEMORY_TRIPS: f32 = 150.0;

/// Mean trips of a driver before the world begins: exponential.
pub(crate) const MEAN_TRIPS_BEFORE: f64 = 1_200.0;

/// Probability that a shift begins with a new vehicle: about one in three years.
pub(crate) const P_NEW_VEHICLE_PER_SHIFT: f64 = 1.0 / 1_000.0;
/// Cumulative shares of the types of vehicle, in the order of their numbers.
pub(crate) const CUMULATIVE_VEHICLE_TYPES: [f64; 5] = [0.55, 0.78, 0.92, 0.95, 1.0];

/// Seconds of work before a break, for a rested driver: uniform.
pub(crate) const WORK_SECONDS: (f64, f64) = (9_000.0, 16_200.0);
/// Relative decrease of the work before a break per hour of work without rest.
pub(crate) const WORK_DECREASE_PER_HOUR: f64 = 0.06;
/// Least factor on the work before a break.
pub(crate) const WORK_FACTOR_MIN: f64 = 0.4;
/// Seconds of a break: uniform.
pub(crate) const BREAK_SECONDS: (f64, f64) = (900.0, 2_400.0);
/// Time by which the start of fatigue moves per time of rest: a minute of a break undoes four minutes of work.
pub(crate) const RECOVERY_PER_REST: i64 = 5;

/// Standard deviation of the factor on travel times between drivers.
pub(crate) const SKILL_DEVIATION: f64 = 0.045;
/// Limits of that factor.
pub(crate) const SKILL_LIMITS: (f64, f64) = (0.82, 1.22);
/// Standard deviation of the factor on travel times between shifts of a driver.
pub(crate) const SHIFT_DEVIATION: f64 = 0.015;

/// Relative increase of the time of a trip between zones that the driver never saw, against zones known by heart.
pub(crate) const UNKNOWN_ZONE_PENALTY: f64 = 0.07;
/// Trip ends in a zone after which the penalty has fallen to 1/e.
pub(crate) const ZONE_LEARNING_TRIPS: f64 = 60.0;
/// Mean share of the penalty over the ends of trips: the factor is 1 there.
pub(crate) const MEAN_ZONE_UNFAMILIARITY: f64 = 0.15;
/// Metres from home over which the trips before the world begins fall to 1/e.
pub(crate) const HOME_AREA_METRES: f64 = 9_000.0;

/// Hours without rest after which driving gets slower (EU 561/2006 requires a rest after 4.5 h; FMCSA 49 CFR 395 after
/// 8 h).
pub(crate) const FATIGUE_FREE_HOURS: f64 = 4.0;
/// Relative increase of travel times per hour after that.
pub(crate) const FATIGUE_PER_HOUR: f64 = 0.01;
/// Limit of the increase of travel times by fatigue.
pub(crate) const FATIGUE_MAX: f64 = 0.06;
