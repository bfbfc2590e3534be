//! The types that most programs use: `use populace_sim::prelude::*;`.

pub use crate::base::{DriverId, FraudKind, Money, PersonId, Place, RegionId};
pub use crate::command::Command;
pub use crate::engine::{Span, Stream, VirtualTime};
pub use crate::outlet::Event;
pub use crate::scenario::Scenario;
pub use crate::world::{World, WorldBuilder};
