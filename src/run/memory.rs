//! A check that there is memory for a world, before it is created or loaded: the kernel would kill the process in the
//! middle of its work, hours later. Must not depend on: worlds, sinks.

mod kernel;
mod room;
mod shortage;

use crate::config::LowMemory;
use room::{BYTES_PER_PERSON, MemoryRoom};
pub use shortage::{MemoryShortage, WorldAge};

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
    use super::room::Limit;
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
        assert!(check(u32::MAX, WorldAge::Existing, LowMemory::Refuse).is_err(), "7.7 TB");
        assert_eq!(check(1, WorldAge::New, LowMemory::Refuse), Ok(()));
    }
}
