//! Concept drift: the changes of rules, their times, courses and people, compiled from the scenario's `[[drift]]`
//! blocks. All of it is a pure function of (world key, scenario, virtual time, person).
//! Must not depend on: regions, domains and people; it knows rules by key and people by number.

mod blocks;
mod concepts;
mod course;
mod entry;
mod magnitude;
mod notice;
mod orders;
mod rule;
mod table;

pub(crate) use blocks::blocks;
pub use concepts::Concepts;
pub use entry::DriftEntry;
pub use magnitude::DriftMagnitude;
pub use notice::DriftNotice;
pub use orders::{Begin, DriftOrder};
pub(crate) use rule::Rule;
pub use table::DriftError;
pub(crate) use table::{Drifts, Progress, Who};

#[cfg(test)]
mod tests;
