//! The world of populace and its rules: pure functions of (seed, scenario, virtual time, commands).
//!
//! A [`Town`] is what is fixed about a world: rules, regions, merchants, products, and which [`Shard`] holds whom. A
//! shard is what moves: it runs to any instant of virtual time and hands its events to an [`Outlet`]. A [`World`] is a
//! town with its shards, which hands over all events in their one order. Nothing here reads a clock, a file or the
//! environment, and no length of a window, number of threads or way of saving changes an event. Records, topics and
//! their fields are those of the crate `populace-wire`.
//!
//! ```
//! use populace_sim::{Event, Scenario, Span, World};
//!
//! let rules = "[world]\npeople = 50\nseed = 7\nstart = \"2026-01-01T00:00:00+00:00\"";
//! let mut world = World::new(&Scenario::from_toml("example", rules)?)?;
//! let (until, mut trips) = (world.now() + Span::from_days(7), 0);
//! world.run_until(until, |event| trips += u32::from(matches!(event, Event::Trip(_))));
//! assert!(trips > 10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Start reading at [`Town`] and [`Shard`]; a domain (`bank`, `rides`, `shop`) has its values in `event` and its rules
//! in `behaviour`, and `fraud` acts beside the victims' own life.

pub mod prelude;

mod bank;
mod base;
mod command;
mod device;
mod drift;
mod engine;
mod error;
mod fraud;
mod history;
mod outlet;
mod person;
mod region;
mod rhythm;
mod rides;
mod scenario;
mod scene;
mod shard;
mod shop;
#[cfg(test)]
mod testing;
mod town;
mod validation;
mod views;
mod world;

pub use bank::*;
pub use base::{
    Category, Channel, Country, Currency, DriftClass, DriftKind, DriftPhase, DriftState, DriverId, EARTH_RADIUS_METRES,
    EntityId, FraudKind, LabelChannel, Language, Money, PaymentMethod, PersonId, Place, RegionId, TransactionType,
    VehicleType, Verdict, WeatherKind,
};
pub use command::{Command, Concerned};
pub use device::{BROWSER_NAMES, DEVICE_TYPES, Device, OS_NAMES};
pub use drift::{Begin, Concepts, DriftEntry, DriftError, DriftMagnitude, DriftNotice, DriftOrder};
pub use engine::*;
pub use error::SimError;
pub use fraud::{
    BurstSpec, BurstVictim, Campaign, CampaignId, CampaignRates, Genuine, KindSpec, Operator, OperatorId,
    ScheduledCampaign, campaign_of_command, campaigns_in, fraud_kind, fraud_kinds,
};
pub use history::{Act, ActKind, Totals};
pub use outlet::{Event, Outlet};
pub use person::{Persona, Profile, Tenancy};
pub use region::*;
pub use rides::{Completion, Driver, Status, Trip};
pub use scenario::*;
pub use shard::{Counters, Shard};
pub use shop::{Catalogue, Interaction, InteractionType, ProductSeen, Query, REFERRERS, ShopCategory};
pub use town::{Locality, RULES_VERSION, ShardSpec, Town};
pub use views::{
    ActView, CalendarCause, CalendarEffect, CalendarPeriod, CampaignExtent, CampaignView, DeviceView, DriftView,
    DriverBrief, DriverView, InProgress, OperatorView, PersonBrief, PersonView, RatesView, drift_ledger,
};
pub use world::{BuildError, EventsUntil, InjectError, RestoreError, SaveError, World, WorldBuilder};
