//! The magnitude of a drift, as a value: the quantities of Webb et al. 2016, "Characterizing concept drift".
//! Must not depend on: the measurement of a magnitude.

/// The change that a drift makes for the people of a world at its start: after its transition, against the instant
/// before it begins, with all other drifts as they are then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriftMagnitude {
    /// The number of people in the measurement: all, or 2,000 of them.
    pub asked: u32,
    /// The share of them whose rule has another value; a change of a rule that is common to a region counts for all its
    /// people.
    pub changed: f64,
    /// The mean of the rule's value over them before.
    pub before: f64,
    /// The mean of the rule's value over them after.
    pub after: f64,
    /// The total variation distance, 0 to 1, between the distributions before and after that the rule decides: of
    /// categories, of kinds of fraud, or of an event that has a probability. None for a rate or a scale.
    pub distance: Option<f64>,
}
