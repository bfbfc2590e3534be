//! The closed vocabularies of concept drift.
//! Must not depend on: rules, schedules and the ledger.

use serde::{Deserialize, Serialize};

/// The kind of a drift. The names are those of scenarios, records and the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftKind {
    /// All entities change at one instant.
    Sudden,
    /// Each entity changes at a separate instant and does not change back.
    Gradual,
    /// The value itself moves gradually.
    Incremental,
    /// Comes and goes periodically.
    Recurring,
    /// Comes and goes once.
    Blip,
}

impl DriftKind {
    /// All kinds.
    pub const ALL: [DriftKind; 5] =
        [DriftKind::Sudden, DriftKind::Gradual, DriftKind::Incremental, DriftKind::Recurring, DriftKind::Blip];
    /// The names, in the order of [`DriftKind::ALL`].
    pub const NAMES: [&'static str; 5] = ["sudden", "gradual", "incremental", "recurring", "blip"];

    /// Returns the name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The part of the joint distribution of features X and labels Y that a drift changes. Labels are fraud, the duration of
/// a trip, and whether a visit becomes an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftClass {
    /// P(X) alone: a model that was learnt before stays valid.
    Virtual,
    /// P(Y|X): a model that was learnt before becomes wrong.
    Real,
    /// P(Y): labels become more or less common.
    Prior,
}

impl DriftClass {
    /// The names, in the order of the variants.
    pub const NAMES: [&'static str; 3] = ["virtual", "real", "prior"];

    /// Returns the name that records and the ledger show.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The state of a drift at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftState {
    /// The drift has not begun.
    Scheduled,
    /// The drift has begun; a recurring one may be between two visits.
    InForce,
    /// The drift has ended.
    Over,
    /// The drift was stopped before its scheduled end.
    Stopped,
}

impl DriftState {
    /// The names, in the order of the variants.
    pub const NAMES: [&'static str; 4] = ["scheduled", "in-force", "over", "stopped"];

    /// Returns the name that the ledger shows.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// A phase of a drift that is announced when it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftPhase {
    /// The central span of its transition begins.
    Start,
    /// The drift is half-way.
    Centre,
    /// The central span is over; for a drift of limited length, the visit has ended.
    End,
    /// The drift was stopped: from here on it has no effect.
    Stop,
}

impl DriftPhase {
    /// The names on the wire, in the order of the variants.
    pub const NAMES: &'static [&'static str] = &["start", "centre", "end", "stop"];

    /// Returns the name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}
