//! The ground of all domains: identities of entities, places, money and closed vocabularies.
//! Must not depend on: anything but `engine`.

mod bank;
mod currency;
mod drift;
mod entity;
mod fraud;
mod money;
mod persona;
mod place;
mod region;
mod rides;
mod shop;

pub use bank::{CATEGORIES, Category, Channel, LabelChannel, PaymentMethod, TransactionType, Verdict};
pub use currency::Currency;
pub use drift::{DriftClass, DriftKind, DriftPhase, DriftState};
pub use entity::{DriverId, EntityId, PersonId, RegionId};
pub use fraud::FraudKind;
pub use money::{Ending, Money};
pub use persona::{Domain, Persona};
pub use place::{EARTH_RADIUS_METRES, Place};
pub use region::{Country, Language, WeatherKind};
pub use rides::VehicleType;
pub use shop::{InteractionType, REFERRERS, ShopCategory};
