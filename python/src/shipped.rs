//! The shipped scenarios: the daemon's own list, so that there is one. Must not depend on: the daemon.

#[path = "../../src/config/shipped.rs"]
mod list;

pub use list::{SHIPPED, ShippedScenario};
