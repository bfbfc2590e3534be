//! Why and when people ride.

use crate::base::Persona;
use crate::rhythm::{bump, hours};

/// The kinds of errand.
pub(crate) const ERRANDS: usize = 10;

/// Requests over the hours of a workday, without nightlife.
pub(crate) fn workday_hours(persona: Persona) -> [f64; 24] {
    match persona {
        Persona::Worker => hours(&[bump(7.9, 20.0, 0.29), bump(17.9, 11.0, 0.42), bump(21.0, 5.0, 0.17)], 0.08),
        Persona::Student => hours(&[bump(9.5, 10.0, 0.28), bump(16.5, 5.0, 0.38), bump(21.0, 6.0, 0.18)], 0.08),
        Persona::Parent => hours(&[bump(8.2, 16.0, 0.33), bump(15.5, 8.0, 0.41), bump(19.0, 6.0, 0.18)], 0.06),
        Persona::Retired => hours(&[bump(10.5, 5.0, 0.62), bump(15.5, 4.0, 0.34)], 0.04),
        Persona::NightOwl => hours(&[bump(11.0, 4.0, 0.25), bump(18.5, 5.0, 0.40)], 0.10),
    }
}

/// Requests over the hours of a weekend day, without nightlife.
pub(crate) fn weekend_hours() -> [f64; 24] {
    hours(&[bump(13.5, 3.0, 0.55), bump(18.5, 5.0, 0.27)], 0.06)
}

/// Requests of a night out over the hours, from noon to noon: to the bars at nine, and home when they close.
pub(crate) fn night_hours() -> [f64; 24] {
    hours(&[bump(21.0, 7.0, 0.40), bump(1.0, 7.0, 0.60)], 0.0)
}

/// Requests of a weekend day relative to a workday, without nightlife.
pub(crate) const WEEKEND_FACTOR: f64 = 0.85;

/// Share of a week's nightlife in the night after each day, from Monday.
pub(crate) const NIGHT_SHARES: [f64; 7] = [0.04, 0.05, 0.07, 0.13, 0.33, 0.32, 0.06];

/// Requests of a week's nightlife, as a multiple of the requests of a workday.
pub(crate) const fn nightlife(persona: Persona) -> f64 {
    match persona {
        Persona::Worker => 0.75,
        Persona::Student => 1.3,
        Persona::Parent => 0.4,
        Persona::Retired => 0.1,
        Persona::NightOwl => 2.2,
    }
}

/// Least metres of a trip as the crow flies: people walk shorter ways.
pub(crate) const TRIP_METRES_MIN: f64 = 600.0;

/// Metres over which the probability to ride to work falls to 1/e. Rides to work are 8.3 to 8.7 miles of road on
/// average in sprawling cities (Lyft 2022), 10 to 12 km as the crow flies.
pub(crate) const COMMUTE_RIDE_METRES: f64 = 11_000.0;

/// Returns the relative shares of the errands at a weekday and hour, in the order of their numbers.
pub(crate) fn errand_shares(day: usize, hour: usize) -> [f64; ERRANDS] {
    let workday = day < 5;
    let late = if matches!((day, hour), (4, 18..) | (5, 18..) | (5 | 6, 0..=4)) { 1.0 } else { 0.5 };
    let [to_work, from_work, out, back, to_shops, from_shops, into_night, from_night] = match hour {
        0..=4 => [0.02, 0.02, 0.05, 0.25, 0.0, 0.0, 0.02, 0.9 * late],
        5..=9 if workday => [0.66, 0.02, 0.20, 0.08, 0.02, 0.0, 0.0, 0.0],
        5..=9 => [0.06, 0.02, 0.55, 0.15, 0.10, 0.02, 0.0, 0.03],
        10..=14 if workday => [0.10, 0.05, 0.38, 0.22, 0.14, 0.11, 0.0, 0.0],
        10..=17 if !workday => [0.02, 0.03, 0.30, 0.21, 0.23, 0.21, 0.0, 0.0],
        15..=19 if workday => [0.01, 0.52, 0.13, 0.14, 0.08, 0.10, 0.08 * late, 0.0],
        18..=19 => [0.01, 0.03, 0.24, 0.28, 0.10, 0.20, 0.25 * late, 0.02],
        _ => [0.01, 0.06, 0.08, 0.30, 0.0, 0.06, 0.45 * late, 0.24 * late],
    };
    // Flights leave from early on and arrive until midnight.
    let [to_airport, from_airport] = match hour {
        0..=2 => [0.0, 0.05],
        3..=4 => [0.20, 0.0],
        5..=8 => [0.06, 0.01],
        9..=20 => [0.03, 0.03],
        _ => [0.01, 0.07],
    };
    [to_work, from_work, out, back, to_shops, from_shops, into_night, from_night, to_airport, from_airport]
}
