//! Concept drift: which rule changes when, how and for whom, compiled from the scenario's `[[drift]]` blocks. All of it is
//! a pure function of (world key, scenario, virtual time, who). Knows rules by name; not what any of them does.

mod concepts;
mod course;
mod ledger;
mod notice;
mod rule;
mod table;

pub use concepts::Concepts;
pub use ledger::{DriftClass, DriftEntry, DriftState};
pub use notice::{DriftNotice, DriftNoticeField, DriftPhase};
pub(crate) use rule::Rule;
pub use table::DriftError;
pub(crate) use table::{Drifts, Who, begins};

#[cfg(test)]
mod tests;
