//! The risk of incidents on the roads of a region, as values.
//! Must not depend on: the source of the risk.

/// The risk of incidents on a region's roads.
#[derive(Clone, Debug)]
pub(super) struct Hazards {
    /// The cumulative probabilities of the links.
    pub links: Vec<f64>,
    /// The expected incidents of a usual weekday when `incident_scale` is 1.
    pub per_day: f64,
}
