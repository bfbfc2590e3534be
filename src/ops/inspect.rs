//! Views of people and drivers, by name or as a sample. Must not depend on: faces.

use super::OperationError;
use super::reason::Reason;
use crate::run::{
    EntityView, NoAccount, Past, PastError, PastShard, StoredWorld, WorldAtRest, load_shard, shard_of, view_of,
};
use crate::status::Watched;
use populace_sim::{DriverId, PersonId, Shard, TimeError, Town, VirtualTime, format_time, resolve_time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The maximum size of a sample.
pub const MAX_SAMPLE: u32 = 10_000;

/// A person or driver by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A person in the role of a bank user.
    User {
        /// The UUID.
        id: String,
    },
    /// A person in the role of a customer.
    Customer {
        /// The UUID.
        id: String,
    },
    /// A driver.
    Driver {
        /// `driver_N`.
        id: String,
    },
}

/// People or drivers, spread evenly over the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// This many people.
    People(u32),
    /// This many drivers.
    Drivers(u32),
}

/// The reason why there is no entity to inspect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum InspectError {
    /// The world does not have the user.
    #[error("this world has no user {id:?}")]
    User {
        /// The requested name.
        id: String,
    },
    /// The world does not have the customer.
    #[error("this world has no customer {id:?}")]
    Customer {
        /// The requested name.
        id: String,
    },
    /// The world does not have the driver.
    #[error("this world has no driver {id:?}")]
    Driver {
        /// The requested name.
        id: String,
    },
    /// The account was closed.
    #[error("the account of user {user} was closed at {}", format_time(*at))]
    Closed {
        /// The UUID.
        user: String,
        /// The instant at which it was closed.
        at: VirtualTime,
    },
    /// The account was not open yet at the requested instant.
    #[error("the account of user {user} is open from {}", format_time(*from))]
    NotOpen {
        /// The UUID.
        user: String,
        /// The instant at which it opens.
        from: VirtualTime,
    },
    /// The requested instant is not a time.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// The state of the requested instant cannot be computed.
    #[error(transparent)]
    Past(#[from] PastError),
}

impl InspectError {
    /// Returns the kind of the refusal.
    pub fn reason(&self) -> Reason {
        match self {
            InspectError::Closed { .. } => Reason::Gone,
            InspectError::Time(_) | InspectError::Past(_) => Reason::Unfit,
            InspectError::User { .. }
            | InspectError::Customer { .. }
            | InspectError::Driver { .. }
            | InspectError::NotOpen { .. } => Reason::Unknown,
        }
    }
}

/// Returns the error for a target that the world does not have.
pub(super) fn not_found(target: &Target) -> InspectError {
    match target.clone() {
        Target::User { id } => InspectError::User { id },
        Target::Customer { id } => InspectError::Customer { id },
        Target::Driver { id } => InspectError::Driver { id },
    }
}

/// Returns the error for a closed account.
pub(super) fn account_closed(town: &Town, person: PersonId, generation: u16) -> InspectError {
    let user = town.tenant_uuid(person, generation).to_string();
    InspectError::Closed { user, at: town.tenancy(person, generation).closes }
}

/// Returns the error for an account without a view.
pub(super) fn no_account(town: &Town, why: NoAccount) -> InspectError {
    match why {
        NoAccount::Closed(person, generation) => account_closed(town, person, generation),
        NoAccount::NotYet(person, generation) => {
            InspectError::User { id: town.tenant_uuid(person, generation).to_string() }
        }
    }
}

/// Finds a person or driver.
///
/// # Errors
/// If the world has no entity of that name.
pub fn find(town: &Town, target: &Target) -> Result<Watched, InspectError> {
    let found = match target {
        Target::User { id } | Target::Customer { id } => {
            town.find_person(id).map(|(person, generation)| Watched::Account(person, generation))
        }
        Target::Driver { id } => town.find_driver(id).map(Watched::Driver),
    };
    found.ok_or_else(|| not_found(target))
}

/// Returns the entities of a sample.
fn sampled(town: &Town, sample: Sample) -> Vec<Watched> {
    match sample {
        Sample::People(count) => {
            spread(count, town.scenario().world.people).map(|index| Watched::Person(PersonId(index))).collect()
        }
        Sample::Drivers(count) => {
            spread(count, town.driver_count()).map(|index| Watched::Driver(DriverId(index))).collect()
        }
    }
}

fn spread(count: u32, of: u32) -> impl Iterator<Item = u32> {
    let count = count.min(of).min(MAX_SAMPLE);
    (0..count).map(move |n| (u64::from(n) * u64::from(of) / u64::from(count)) as u32)
}

/// Returns the views of a sample of a running world.
///
/// # Errors
/// If an account has no view.
pub fn sample_at_rest(world: &mut WorldAtRest<'_>, sample: Sample) -> Result<Vec<EntityView>, InspectError> {
    let town = world.town;
    let view = |entity| {
        let view = view_of(town, world.shard(shard_of(town, entity)), entity);
        view.map_err(|why| no_account(town, why))
    };
    sampled(town, sample).into_iter().map(view).collect()
}

/// Returns the view of a person or driver of a stopped world.
///
/// # Errors
/// If the world has no entity of that name, or cannot be read.
pub fn stopped(world: &StoredWorld, target: &Target) -> Result<EntityView, OperationError<InspectError>> {
    let town = world.town()?;
    let entity = find(&town, target).map_err(OperationError::Refused)?;
    Ok(views_of(world, &town, vec![entity])?.remove(0))
}

/// Returns the view of a person or driver of a stopped world as it was at an instant; a relative one counts from the
/// world's present.
///
/// # Errors
/// If the world has no entity of that name, the instant is not in its past, or it cannot be read.
pub fn stopped_at(world: &StoredWorld, target: &Target, at: &str) -> Result<EntityView, OperationError<InspectError>> {
    let entity = find(&*world.town()?, target).map_err(OperationError::Refused)?;
    let past = Past::read(&world.store, &world.dir, world.meta.time)?;
    view_at(past, entity, instant(at, world.meta.time).map_err(OperationError::Refused)?)
}

/// Returns the instant of a text in a world that has reached `now`.
pub(super) fn instant(at: &str, now: VirtualTime) -> Result<VirtualTime, InspectError> {
    Ok(resolve_time(at, now)?)
}

/// Returns the view of an entity as it was at an instant. Takes as long as its shard lived until then.
pub(super) fn view_at(
    past: Past,
    entity: Watched,
    at: VirtualTime,
) -> Result<EntityView, OperationError<InspectError>> {
    past.check(at).map_err(|error| OperationError::Refused(error.into()))?;
    let index = past.shard_of(entity);
    let PastShard { town, shard } = past.shard_at(index, at)?;
    view_of(&town, &shard, entity).map_err(|why| OperationError::Refused(no_account_at(&town, why)))
}

/// Returns the error for an account without a view at a past instant.
fn no_account_at(town: &Town, why: NoAccount) -> InspectError {
    match why {
        NoAccount::NotYet(person, generation) => InspectError::NotOpen {
            user: town.tenant_uuid(person, generation).to_string(),
            from: town.tenancy(person, generation).opens,
        },
        closed @ NoAccount::Closed(..) => no_account(town, closed),
    }
}

/// Returns the views of a sample of a stopped world.
///
/// # Errors
/// If the world cannot be read.
pub fn sample_stopped(world: &StoredWorld, sample: Sample) -> Result<Vec<EntityView>, OperationError<InspectError>> {
    let town = world.town()?;
    let entities = sampled(&town, sample);
    views_of(world, &town, entities)
}

/// Returns the views of some entities; keeps one shard at a time in memory.
fn views_of(
    world: &StoredWorld,
    town: &Town,
    entities: Vec<Watched>,
) -> Result<Vec<EntityView>, OperationError<InspectError>> {
    let mut shards: BTreeMap<u32, Shard> = BTreeMap::new();
    let mut views = Vec::new();
    for entity in entities {
        let index = shard_of(town, entity);
        if !shards.contains_key(&index) {
            shards.clear();
            shards.insert(index, load_shard(town, index, &world.store, world.meta.time)?);
        }
        let view = view_of(town, &shards[&index], entity);
        views.push(view.map_err(|why| OperationError::Refused(no_account(town, why)))?);
    }
    Ok(views)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_spread_and_bounded() {
        assert_eq!(spread(3, 9).collect::<Vec<_>>(), [0, 3, 6]);
        assert_eq!(spread(10, 2).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(spread(5, 0).count(), 0);
    }
}
