//! The figures of a city's roads and traffic.
//! Must not depend on: the network.

/// The figures of a city's roads and traffic, as a preset states them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoadFigures {
    /// The free-flow speed of freeways in km/h.
    pub freeway_kmh: f64,
    /// The free-flow speed of streets in km/h, signals included.
    pub street_kmh: f64,
    /// The seconds of every trip besides driving: getting in and out, the first and last corner.
    pub fixed_seconds: f64,
    /// The addition to the time on a freeway at the peak of a usual weekday, as a share.
    pub rush_freeway: f64,
    /// The addition to the time on a street at that peak, as a share.
    pub rush_street: f64,
    /// The traffic at midday as a share of the peak, on weekdays.
    pub midday: f64,
    /// The traffic of a weekend's afternoon as a share of the peak.
    pub weekend: f64,
    /// The usual mean great-circle distance of a trip, in metres.
    pub trip_metres: f64,
}
