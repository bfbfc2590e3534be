//! Views: the visible facts of a world, as typed values with public fields. A view serializes to the JSON object that
//! the daemon returns.
//! Must not depend on: commands, shards and worlds.

mod act;
mod campaign;
mod drifts;
mod driver;
mod person;
mod text;

pub use act::ActView;
pub use campaign::{CampaignExtent, CampaignView, OperatorView};
pub use drifts::{CalendarCause, CalendarEffect, CalendarPeriod, DriftView, drift_ledger};
pub use driver::{DriverBrief, DriverView};
pub(crate) use person::PersonSource;
pub use person::{DeviceView, InProgress, PersonBrief, PersonView, RatesView};
