//! Views of the people and drivers of a shard.
//! Must not depend on: the display of views.

use super::Shard;
use crate::base::{DriverId, PersonId};
use crate::person::Person;
use crate::rides::Driver;
use crate::town::{Locality, Town};
use crate::views::{DriverBrief, DriverView, InProgress, PersonBrief, PersonSource, PersonView};

impl Shard {
    /// Returns the profile, state and history of the person who has the number, or will have it next.
    ///
    /// # Panics
    /// If the number belongs to another shard.
    pub fn person_view(&self, town: &Town, id: PersonId) -> PersonView {
        PersonView::new(&self.source(town, id), self.history.of(self.slot_of(id)))
    }

    /// Returns a short view of the same person.
    ///
    /// # Panics
    /// If the number belongs to another shard.
    pub fn person_brief(&self, town: &Town, id: PersonId) -> PersonBrief {
        PersonBrief::new(&self.source(town, id))
    }

    /// Returns the profile, state and history of a driver.
    ///
    /// # Panics
    /// If the driver belongs to another shard.
    pub fn driver_view(&self, town: &Town, id: DriverId) -> DriverView {
        let history = self.fleet.history.of(self.driver_slot(id));
        DriverView::new(town, self.local(town), id, self.driver(id), history)
    }

    /// Returns a short view of the same driver.
    ///
    /// # Panics
    /// If the driver belongs to another shard.
    pub fn driver_brief(&self, town: &Town, id: DriverId) -> DriverBrief {
        DriverBrief::new(town, self.local(town), id, self.driver(id))
    }

    /// Counts the visits and rides in progress. The cost is proportional to the number of people.
    pub fn in_progress(&self) -> InProgress {
        let count = |is: fn(&Person) -> bool| self.people.iter().filter(|person| is(person)).count() as u64;
        InProgress {
            visits: count(|person| person.shop.session.is_some()),
            trips: count(|person| person.rides.current.is_some()),
        }
    }

    /// Returns the number of earlier tenancies of a number.
    ///
    /// # Panics
    /// If the number belongs to another shard.
    pub fn generation_of(&self, id: PersonId) -> u16 {
        self.people[self.slot_of(id)].tenancy.generation
    }

    fn source<'a>(&'a self, town: &'a Town, id: PersonId) -> PersonSource<'a> {
        PersonSource { town, local: self.local(town), id, person: &self.people[self.slot_of(id)] }
    }

    fn local<'a>(&self, town: &'a Town) -> &'a Locality {
        &town.localities()[self.spec.locality]
    }

    fn driver_slot(&self, id: DriverId) -> usize {
        (id.0 - self.spec.drivers.start) as usize
    }

    fn driver(&self, id: DriverId) -> &Driver {
        &self.fleet.drivers[self.driver_slot(id)]
    }
}
