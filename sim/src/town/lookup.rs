//! Finds people and drivers of a town by identifier, and the shard, currency and tenancies of a number.
//! Must not depend on: the state of people and drivers.

use super::definition::Town;
use crate::base::{Currency, DriverId, PersonId};
use crate::engine::{Id, IdKind, VirtualTime};
use crate::person::Tenancy;

impl Town {
    /// Returns the number of the person with a UUID, and the number of earlier tenancies of that number.
    pub fn find_person(&self, text: &str) -> Option<(PersonId, u16)> {
        let (kind, index, act) = self.ids().read(Id::parse(text)?)?;
        let known = kind == IdKind::Person && index < self.scenario().world.people as u64;
        Some((PersonId(index as u32), u16::try_from(act).ok()?)).filter(|_| known)
    }

    /// Returns the tenancy of a number after `generation` others. The cost is proportional to `generation`.
    pub fn tenancy(&self, id: PersonId, generation: u16) -> Tenancy {
        Tenancy::all(self.person_rules(), id)
            .nth(usize::from(generation))
            .expect("the tenancies of a number have no end")
    }

    /// Returns the tenancy of a number at `at`, or the next one if the number is free.
    pub fn tenancy_at(&self, id: PersonId, at: VirtualTime) -> Tenancy {
        Tenancy::all(self.person_rules(), id)
            .find(|tenancy| at < tenancy.closes)
            .expect("the tenancies of a number have no end")
    }

    /// Returns the driver with a name such as `driver_7`.
    pub fn find_driver(&self, text: &str) -> Option<DriverId> {
        let number: u32 = text.strip_prefix("driver_")?.parse().ok()?;
        (1..=self.driver_count()).contains(&number).then(|| DriverId(number - 1))
    }

    /// Returns the UUID of the person who has the number at the start of the world.
    pub fn person_uuid(&self, id: PersonId) -> Id {
        self.tenant_uuid(id, 0)
    }

    /// Returns the UUID of the person who has the number after `generation` others.
    pub fn tenant_uuid(&self, id: PersonId, generation: u16) -> Id {
        self.ids().make(IdKind::Person, id.0 as u64, u64::from(generation))
    }

    /// Returns the currency of a person's region.
    ///
    /// # Panics
    /// If the world has no such person.
    pub fn currency_of_person(&self, id: PersonId) -> Currency {
        let shard = self.shard_spec(self.shard_of_person(id));
        self.localities()[shard.locality].region.currency
    }

    /// Returns the shard that holds a person.
    ///
    /// # Panics
    /// If the world has no such person.
    pub fn shard_of_person(&self, id: PersonId) -> u32 {
        self.shards().partition_point(|s| s.people.end <= id.0) as u32
    }

    /// Returns the shard that holds a driver.
    ///
    /// # Panics
    /// If the world has no such driver.
    pub fn shard_of_driver(&self, id: DriverId) -> u32 {
        self.shards().iter().position(|s| s.drivers.contains(&id.0)).expect("every driver is in a shard") as u32
    }
}
