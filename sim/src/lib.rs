//! A synthetic town as a library: people with bank accounts who take rides and shop, fraud with ground truth, and concept
//! drift on schedule.
//!
//! A world is a pure function of its scenario, its seed and the commands that it gets. This crate does not read a
//! clock, a file or the environment, and neither the length of a step nor the number of threads changes an event.
//!
//! # Events
//!
//! A [`World`] is built from a few settings or a whole [`Scenario`], and gives its
//! [`Event`]s in the order of time:
//!
//! ```
//! use populace_sim::prelude::*;
//!
//! let mut world = World::builder().people(500).seed(7).build()?;
//! let until = world.now() + Span::from_days(7);
//! let trips = world.events_until(until).filter(|event| matches!(event, Event::Trip(_))).count();
//! assert!(trips > 10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Ground truth
//!
//! A fraudulent transaction carries its kind and campaign. [`fraud`] lists the campaigns of a region, [`views`] has typed
//! views of people, drivers, campaigns and drifts.
//!
//! # Commands, save and restore
//!
//! ```
//! use populace_sim::prelude::*;
//!
//! let mut world = World::builder().people(50).build()?;
//! let noon = world.now() + Span::from_seconds(43_200);
//! world.run_until(noon, |_| {});
//! world.inject(Command::Transaction { number: 0, person: PersonId(3), minor: 4_250, start: None })?;
//! let bytes = world.save()?;
//! let mut restored = World::restore(&bytes)?;
//! assert!(matches!(restored.events_until(noon.next()).next(), Some(Event::Transaction(_))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to start reading
//!
//! The modules of this crate form layers; a module uses only those below it. From the bottom: `engine`, `base`,
//! `scenario`, `drift`, `region`, the models of the bank, rides, the shop and fraud, `person`, `town`, `rows`, `scene`, the
//! behaviour of the domains, `tables`, `views`, `command`, `shard`, `world`. A [`Town`] is the fixed
//! part of a world, a [`Shard`] the moving part. Records, topics and fields are those of the crate `populace-wire`.

pub mod events;
pub mod prelude;

mod bank;
mod base;
pub mod command;
mod device;
pub mod drift;
pub mod engine;
mod error;
pub mod fraud;
mod history;
mod outlet;
mod person;
pub mod region;
mod rhythm;
mod rides;
mod rows;
pub mod scenario;
mod scene;
pub mod shard;
mod shop;
mod tables;
#[cfg(test)]
mod testing;
pub mod town;
mod validation;
pub mod views;
pub mod world;

// The flat names are those of the workspace's own crates; documentation and examples name the modules.
#[doc(hidden)]
pub use bank::*;
#[doc(hidden)]
pub use base::{
    Category, Channel, Country, Currency, DriftClass, DriftKind, DriftPhase, DriftState, DriverId, EARTH_RADIUS_METRES,
    EntityId, FraudKind, LabelChannel, Language, Money, PaymentMethod, PersonId, Persona, Place, RegionId,
    TransactionType, VehicleType, Verdict, WeatherKind,
};
#[doc(hidden)]
pub use command::{Command, Concerned};
#[doc(hidden)]
pub use device::{BROWSER_NAMES, DEVICE_TYPES, Device, OS_NAMES};
#[doc(hidden)]
pub use drift::{Begin, Concepts, DriftEntry, DriftError, DriftMagnitude, DriftNotice, DriftOrder};
#[doc(hidden)]
pub use engine::*;
#[doc(hidden)]
pub use error::SimError;
#[doc(hidden)]
pub use fraud::{
    BurstSpec, BurstVictim, Campaign, CampaignId, CampaignRates, Genuine, KindSpec, Operator, OperatorId,
    ScheduledCampaign, campaign_of_command, campaigns_in, fraud_kind, fraud_kinds,
};
#[doc(hidden)]
pub use history::{Act, ActKind, Totals};
#[doc(hidden)]
pub use outlet::{Discard, Event, Outlet};
#[doc(hidden)]
pub use person::{Profile, Tenancy};
#[doc(hidden)]
pub use region::*;
#[doc(hidden)]
pub use rides::{Completion, Driver, Status, Trip};
#[doc(hidden)]
pub use rows::{CustomerRow, DriverRow, MerchantRow, ProductRow, RowState, UserRow};
#[doc(hidden)]
pub use scenario::*;
#[doc(hidden)]
pub use shard::{Counters, Shard};
#[doc(hidden)]
pub use shop::{Catalogue, Interaction, InteractionType, ProductSeen, Query, REFERRERS, ShopCategory};
#[doc(hidden)]
pub use town::{Locality, RULES_VERSION, ShardSpec, Town};
#[doc(hidden)]
pub use views::{
    ActView, CalendarCause, CalendarEffect, CalendarPeriod, CampaignExtent, CampaignView, DeviceView, DriftView,
    DriverBrief, DriverView, InProgress, OperatorView, PersonBrief, PersonView, RatesView, drift_ledger,
};
#[doc(hidden)]
pub use world::{BuildError, EventsUntil, InjectError, RestoreError, SaveError, World, WorldBuilder};
