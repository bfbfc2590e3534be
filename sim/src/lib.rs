//! The world of populace and its rules: pure functions of (seed, scenario, virtual time, commands).
//!
//! A [`Town`] is what is fixed about a world: rules, regions, merchants, products, and which [`Shard`] holds whom. A
//! shard is what moves. It runs to any instant of virtual time and leaves encoded records in a [`Batch`]; [`Merged`]
//! brings the batches of all shards into their one order. Nothing here reads a clock, a file or the environment, and
//! no length of a window, number of threads or way of saving changes a byte.
//!
//! ```
//! use populace_sim::{Batch, Digests, Merged, Scenario, Shard, Span, Town};
//!
//! let rules = "[world]\npeople = 50\nseed = 7\nstart = \"2026-01-01T00:00:00+00:00\"";
//! let town = Town::build(&Scenario::from_toml("example", rules)?)?;
//! let mut shards: Vec<Shard> = (0..town.shard_count()).map(|n| Shard::newborn(&town, n)).collect();
//!
//! let mut digests = Digests::default();
//! for day in 1..=7 {
//!     let until = town.start() + Span::from_days(day);
//!     let batches = shards.iter_mut().map(|shard| {
//!         let mut batch = Batch::default();
//!         shard.run_until(&town, until, &mut batch);
//!         batch
//!     });
//!     for record in Merged::new(batches.collect()).iter() {
//!         digests.add(&record);
//!         assert!(record.time < until && record.value.starts_with(b"{\""));
//!     }
//! }
//! assert!(digests.total() > 100);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Whoever wants the events as values, a [`Transaction`], [`Trip`], [`Interaction`] and so on, takes a [`World`], or gives
//! [`Shard::run_until`] a closure in place of the batch.
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
mod record;
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
    Category, Channel, DriverId, EARTH_RADIUS_METRES, EntityId, FraudKind, LabelChannel, Money, PaymentMethod,
    PersonId, Place, TransactionType, VehicleType, Verdict,
};
pub use command::{Command, Concerned};
pub use device::Device;
pub use drift::{
    Begin, Concepts, DriftClass, DriftEntry, DriftError, DriftMagnitude, DriftNotice, DriftNoticeField, DriftOrder,
    DriftPhase, DriftState,
};
pub use engine::*;
pub use error::SimError;
pub use fraud::{
    BurstSpec, BurstVictim, Campaign, CampaignId, CampaignRates, Genuine, KindSpec, Operator, OperatorId,
    ScheduledCampaign, campaign_of_command, campaigns_in, fraud_kind, fraud_kinds,
};
pub use history::{Act, ActKind, Totals};
pub use outlet::{Event, Outlet};
pub use person::{Persona, Profile, Tenancy};
pub use record::{AvroError, Emit, FieldSpec, Plan, PlanError, Shape, Standing, avro_schema, json_schema};
pub use region::*;
pub use rides::{Completion, CompletionField, Driver, Status, Trip, TripField};
pub use scenario::*;
pub use shard::{Counters, Shard};
pub use shop::{
    Catalogue, Interaction, InteractionField, InteractionType, ProductSeen, Query, REFERRERS, ShopCategory,
};
pub use town::{Locality, Plans, RULES_VERSION, ShardSpec, Town};
pub use views::{
    ActView, CalendarCause, CalendarEffect, CalendarPeriod, CampaignExtent, CampaignView, DeviceView, DriftView,
    DriverBrief, DriverView, InProgress, OperatorView, PersonBrief, PersonView, RatesView, drift_ledger,
};
pub use world::{BuildError, EventsUntil, InjectError, RestoreError, SaveError, World, WorldBuilder};
