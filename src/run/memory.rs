//! A check that there is memory for a world, before it is created or loaded: the kernel would kill the process in the
//! middle of its work, hours later. Must not depend on: worlds, sinks.

mod kernel;
mod shortage;

use crate::config::LowMemory;
pub use shortage::{MemoryShortage, WorldAge};

/// The memory of the whole process per inhabitant, in bytes: the peak of a world of a million people that was created and
/// run for two virtual days into the null sink, by two threads, divided by its people.
const BYTES_PER_PERSON: u64 = 1_100;

/// The origin of a limit of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    /// The memory of the machine.
    Machine,
    /// The limit of a control group, as of a container.
    ControlGroup,
    /// The limit of the address space, as `ulimit -v` sets it.
    AddressSpace,
}

/// The memory that one limit allows, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MemoryRoom {
    limit: Limit,
    total: u64,
    free: u64,
}

/// Checks that this process may have the memory that a world of this many people needs.
///
/// # Errors
/// If there is too little, and the user has not allowed that.
pub(super) fn check(people: u32, age: WorldAge, policy: LowMemory) -> Result<(), MemoryShortage> {
    if policy == LowMemory::Allow {
        return Ok(());
    }
    kernel::rooms().into_iter().min_by_key(|room| room.free).map_or(Ok(()), |room| fits(people, age, room))
}

fn fits(people: u32, age: WorldAge, room: MemoryRoom) -> Result<(), MemoryShortage> {
    let needed = u64::from(people) * BYTES_PER_PERSON;
    if needed <= room.free { Ok(()) } else { Err(MemoryShortage { people, age, needed, room }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: MemoryRoom = MemoryRoom { limit: Limit::Machine, total: 25_125_558_681, free: 18_253_611_008 };

    #[test]
    fn a_world_that_fits_is_taken_and_a_larger_one_is_refused() {
        let most = (ROOM.free / BYTES_PER_PERSON) as u32;
        assert_eq!(fits(most, WorldAge::New, ROOM), Ok(()));
        let refused = fits(most + 1, WorldAge::New, ROOM).unwrap_err();
        assert_eq!(refused.needed, u64::from(most + 1) * BYTES_PER_PERSON);
    }

    #[test]
    fn a_user_who_is_sure_is_not_asked() {
        assert_eq!(check(u32::MAX, WorldAge::New, LowMemory::Allow), Ok(()));
        assert!(check(u32::MAX, WorldAge::Existing, LowMemory::Refuse).is_err(), "4.7 TB");
        assert_eq!(check(1, WorldAge::New, LowMemory::Refuse), Ok(()));
    }
}
