//! What can be told of a world: typed views that a caller serializes.
//! Must not depend on: commands, shards and worlds.

mod drifts;

pub use drifts::{CalendarCause, CalendarEffect, CalendarPeriod, DriftView, drift_ledger};
