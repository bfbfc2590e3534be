//! The ground of all domains: identities of entities, places, money and closed vocabularies.
//! Must not depend on: anything but `engine`.

mod currency;
mod entity;
mod money;
mod place;

pub use currency::Currency;
pub use entity::{DriverId, EntityId, PersonId, RegionId};
pub use money::{Ending, Money};
pub use place::{EARTH_RADIUS_METRES, Place};
