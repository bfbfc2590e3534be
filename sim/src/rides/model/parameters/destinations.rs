//! The places of a city that attract riders.

/// Venues for concerts and matches.
pub(crate) const VENUES: usize = 3;
/// Shopping centres.
pub(crate) const SHOPPING_CENTRES: usize = 9;
/// Streets of bars.
pub(crate) const NIGHTLIFE_STREETS: usize = 6;

/// Metres over which the attraction of a shopping centre falls to 1/e.
pub(crate) const SHOPPING_REACH_METRES: f64 = 6_000.0;
/// Metres over which the attraction of a street of bars falls to 1/e.
pub(crate) const NIGHTLIFE_REACH_METRES: f64 = 6_000.0;

/// Standard deviation of the doors around a place, in micro-degrees.
pub(crate) const DOOR_SPREAD_E6: f64 = 1_300.0;

/// Airports of the preset cities, in degrees, to 300 m.
pub(crate) const AIRPORTS: [(f64, f64); 6] =
    [(29.984, -95.341), (-23.432, -46.469), (40.641, -73.778), (51.470, -0.454), (19.090, 72.866), (35.549, 139.780)];
/// Candidate places for the airport of another city, of which the farthest from the centre is taken.
pub(crate) const AIRPORT_CANDIDATES: usize = 24;
/// Range of these candidates, as shares of the bounds.
pub(crate) const AIRPORT_CANDIDATE_RANGE: (f64, f64) = (0.1, 0.9);
