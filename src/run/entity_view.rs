//! The views of people and drivers, from their shards at rest. Must not depend on: the senders of requests.

use crate::status::Watched;
use populace_sim::{DriverView, PersonId, PersonView, Shard, Town};
use serde::Serialize;
use std::cmp::Ordering;

/// The view of a person or driver. It serializes to the view alone.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum EntityView {
    /// The view of a person.
    Person(Box<PersonView>),
    /// The view of a driver.
    Driver(Box<DriverView>),
}

/// The reason why there is no view of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAccount {
    /// The account was closed.
    Closed(PersonId, u16),
    /// The account is not open yet.
    NotYet(PersonId, u16),
}

/// Returns the shard of an entity.
pub fn shard_of(town: &Town, entity: Watched) -> u32 {
    match entity {
        Watched::Person(person) | Watched::Account(person, _) => town.shard_of_person(person),
        Watched::Driver(driver) => town.shard_of_driver(driver),
    }
}

/// Returns the view of an entity of this shard.
///
/// # Errors
/// If the account is closed or not open yet.
pub fn view_of(town: &Town, shard: &Shard, entity: Watched) -> Result<EntityView, NoAccount> {
    match entity {
        Watched::Person(person) => Ok(person_view(town, shard, person)),
        Watched::Driver(driver) => Ok(EntityView::Driver(Box::new(shard.driver_view(town, driver)))),
        Watched::Account(person, generation) => match generation.cmp(&shard.generation_of(person)) {
            Ordering::Less => Err(NoAccount::Closed(person, generation)),
            Ordering::Equal => Ok(person_view(town, shard, person)),
            Ordering::Greater => Err(NoAccount::NotYet(person, generation)),
        },
    }
}

fn person_view(town: &Town, shard: &Shard, person: PersonId) -> EntityView {
    EntityView::Person(Box::new(shard.person_view(town, person)))
}
