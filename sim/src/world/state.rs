//! The state of a world: its town, its shards, and the instant up to which they have run.
//! Must not depend on: the other files of this room.

use crate::base::{DriverId, PersonId};
use crate::engine::{OrderKey, VirtualTime};
use crate::error::SimError;
use crate::outlet::Event;
use crate::scenario::Scenario;
use crate::shard::Shard;
use crate::town::Town;
use crate::views::{DriverView, PersonView};
use std::collections::VecDeque;

/// A world, which runs as far as requested.
///
/// ```
/// use populace_sim::prelude::*;
///
/// let mut world = World::builder().people(100).seed(7).build()?;
/// let until = world.now() + Span::from_days(2);
/// let mut spent = 0;
/// for event in world.events_until(until) {
///     if let Event::Transaction(transaction) = event {
///         spent += transaction.amount.minor;
///     }
/// }
/// assert!(spent > 0);
/// assert_eq!(world.now(), until);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct World {
    pub(super) town: Town,
    pub(super) shards: Vec<Shard>,
    pub(super) now: VirtualTime,
    pub(super) commands: u64,
    /// Events before `now` that an iterator has not delivered.
    pub(super) undelivered: VecDeque<Event>,
}

impl World {
    /// Returns the world of a scenario at its start, which must not be relative to now (`-90d`).
    ///
    /// # Errors
    /// If the scenario names a region or time that does not exist. The other rules are not checked: see
    /// [`Scenario::check`].
    pub fn new(scenario: &Scenario) -> Result<Self, SimError> {
        let town = Town::build(scenario)?;
        let shards = (0..town.shard_count()).map(|index| Shard::newborn(&town, index)).collect();
        Ok(World { now: town.start(), town, shards, commands: 0, undelivered: VecDeque::new() })
    }

    /// Returns the fixed part of the world: the scenario, the regions, the merchants.
    pub fn town(&self) -> &Town {
        &self.town
    }

    /// Returns the instant up to which the world has run.
    pub fn now(&self) -> VirtualTime {
        self.now
    }

    /// Returns the profile, state and history of a person; `None` if the world has no such person.
    pub fn person(&self, id: PersonId) -> Option<PersonView> {
        let is_here = id.0 < self.town.scenario().world.people;
        is_here.then(|| self.shards[self.town.shard_of_person(id) as usize].person_view(&self.town, id))
    }

    /// Returns the profile, state and history of a driver; `None` if the world has no such driver.
    pub fn driver(&self, id: DriverId) -> Option<DriverView> {
        let is_here = id.0 < self.town.driver_count();
        is_here.then(|| self.shards[self.town.shard_of_driver(id) as usize].driver_view(&self.town, id))
    }

    /// Runs all shards to `until` and keeps the events.
    pub(super) fn step(&mut self, until: VirtualTime) {
        let mut events: Vec<(OrderKey, Event)> = Vec::new();
        for shard in &mut self.shards {
            shard.run_until(&self.town, until, &mut |order, event| events.push((order, event)));
        }
        // The events of each shard are in order: the stable sort merges them.
        events.sort_by_key(|(order, _)| *order);
        self.undelivered.extend(events.into_iter().map(|(_, event)| event));
        self.now = until;
    }
}
