//! The figures of a city's roads and traffic.
//! Must not depend on: the network.

/// The figures of a city's roads and traffic, as a preset states them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoadFigures {
    /// Free-flow speed of freeways in km/h.
    pub freeway_kmh: f64,
    /// Free-flow speed of streets in km/h, lights included.
    pub street_kmh: f64,
    /// Seconds that every trip takes besides driving: getting in and out, the first and last corner.
    pub fixed_seconds: f64,
    /// By how much the peak of a usual weekday lengthens a freeway's time.
    pub rush_freeway: f64,
    /// By how much it lengthens a street's.
    pub rush_street: f64,
    /// Traffic at midday as a share of the peak, on weekdays.
    pub midday: f64,
    /// Traffic of a weekend's afternoon as a share of the peak.
    pub weekend: f64,
    /// A usual mean length of a trip as the crow flies, in metres.
    pub trip_metres: f64,
}
