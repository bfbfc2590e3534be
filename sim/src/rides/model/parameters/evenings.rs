//! Concerts and matches at venues.

/// Weekdays (Monday is 0) on which a venue can have an evening, and its probability.
pub(crate) const P_EVENING: [(i32, f64); 4] = [(2, 0.5), (4, 0.8), (5, 0.9), (6, 0.6)];

/// Share of rides to and from venues among all rides.
pub(crate) const VENUE_RIDE_SHARE: f64 = 0.03;
/// Mean evenings per week: the sum of [`P_EVENING`].
const MEAN_EVENINGS_PER_WEEK: f64 = 2.8;
/// Mean rides of a visitor per evening.
const MEAN_RIDES_PER_EVENING: f64 = 1.55;
/// Probability per evening that a person with one request per day attends, which gives [`VENUE_RIDE_SHARE`].
pub(crate) const P_ATTEND_PER_DAILY_REQUEST: f64 =
    VENUE_RIDE_SHARE * 7.0 / (MEAN_EVENINGS_PER_WEEK * MEAN_RIDES_PER_EVENING);
/// Limit of the probability that a person attends an evening.
pub(crate) const P_ATTEND_MAX: f64 = 0.5;
/// The most evenings ahead that are searched.
pub(crate) const EVENINGS_AHEAD_MAX: f64 = 100_000.0;

/// Probability that a visitor rides to the venue; the others come by other means.
pub(crate) const P_RIDE_THERE: f64 = 0.65;
/// Probability that a visitor who rode to the venue rides home.
pub(crate) const P_RIDE_HOME: f64 = 0.85;

/// Scale of the seconds by which visitors arrive before an evening begins.
pub(crate) const ARRIVAL_SECONDS: f64 = 2_700.0;
/// Scale of the seconds after which visitors leave when an evening has ended.
pub(crate) const DEPARTURE_SECONDS: f64 = 700.0;
/// Least factor on these scales, and the weight of an exponential variable that is added.
pub(crate) const CROWD_SPREAD: (f64, f64) = (0.5, 0.5);
/// Limit of the factor on these scales.
pub(crate) const CROWD_SPREAD_MAX: f64 = 4.0;

/// Local hour at which evenings begin.
pub(crate) const EVENING_HOUR: f64 = 19.5;
/// Local hour at which they begin on Sundays.
pub(crate) const SUNDAY_HOUR: f64 = 15.5;
/// Hours by which the beginning differs: uniform.
pub(crate) const BEGIN_OFFSET_HOURS: (f64, f64) = (-0.5, 1.0);
/// Seconds that an evening lasts: uniform.
pub(crate) const EVENING_SECONDS: (f64, f64) = (7_200.0, 11_400.0);
