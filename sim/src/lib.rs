//! The world of populace and its rules: pure functions of (seed, scenario, virtual time, commands).

mod bank;
mod command;
mod engine;
mod error;
mod fraud;
mod money;
mod person;
mod place;
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

pub use bank::*;
pub use command::Command;
pub use engine::*;
pub use error::SimError;
pub use fraud::{CampaignId, CampaignRates, FraudKind, FraudMark, expected_size};
pub use money::Money;
pub use person::{Act, ActKind, Device, Persona, Profile, Totals};
pub use place::{EARTH_RADIUS_METRES, Place};
pub use record::{Emit, FieldSpec, Plan, PlanError, Shape, Standing, avro_schema, json_schema};
pub use region::*;
pub use rides::{Driver, Status, Trip, TripField, VehicleType};
pub use scenario::*;
pub use shard::{Counters, Shard};
pub use shop::{
    Catalogue, Interaction, InteractionField, InteractionType, ProductSeen, Query, REFERRERS, ShopCategory,
};
pub use town::{DriverId, EntityId, Locality, PersonId, Plans, RULES_VERSION, ShardSpec, Town};
