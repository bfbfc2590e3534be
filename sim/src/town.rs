//! The fixed part of a world: its rules, its regions with their tables, and the layout in shards. All shards share it,
//! and none changes it.
//! Must not depend on: the state of people, the behaviour of the domains.

mod definition;
mod expected;
mod layout;
mod locality;
mod lookup;
mod volume;

pub use definition::{RULES_VERSION, Town};
pub(crate) use layout::people_of_regions;
pub use locality::{Locality, ShardSpec};
#[cfg(test)]
pub(crate) use volume::genuine_per_day;

#[cfg(test)]
mod tests {
    use crate::base::{DriverId, PersonId};
    use crate::testing;

    #[test]
    fn each_person_and_driver_is_in_one_shard() {
        let town = testing::town(
            "[world]\npeople = 23456\n[[region]]\npreset = \"houston\"\nshare = 2.0\n[[region]]\npreset = \"tokyo\"",
        );
        assert_eq!(town.shard_count(), 3 + 1);
        let people: u32 = (0..town.shard_count()).map(|s| town.shard_spec(s).people.len() as u32).sum();
        let drivers: u32 = (0..town.shard_count()).map(|s| town.shard_spec(s).drivers.len() as u32).sum();
        assert_eq!((people, drivers), (23_456, town.driver_count()));
        for id in [0, 15_636, 15_637, 23_455].map(PersonId) {
            assert!(town.shard_spec(town.shard_of_person(id)).people.contains(&id.0));
            for generation in [0, 7] {
                let uuid = town.tenant_uuid(id, generation).to_string();
                assert_eq!(town.find_person(&uuid), Some((id, generation)));
            }
        }
    }

    #[test]
    fn identifiers_of_other_worlds_are_not_found() {
        let town = testing::town("[world]\npeople = 100");
        let other = testing::town("[world]\npeople = 100\nseed = 2");
        assert_eq!(town.find_person(&other.person_uuid(PersonId(3)).to_string()), None);
        assert_eq!([town.find_driver("driver_0"), town.find_driver("driver_3"), town.find_driver("7")], [None; 3]);
        assert_eq!(town.find_driver("driver_2"), Some(DriverId(1)));
    }
}
