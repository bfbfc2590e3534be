//! The refusal of a world that needs more memory than there is: the need, the room, and the remedies. Must not depend on:
//! the sources of the figures.

use super::room::{BYTES_PER_PERSON, Limit, MemoryRoom};
use std::fmt;

/// Whether a world is to be created or exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorldAge {
    /// It is to be created, so that its size can still be chosen.
    New,
    /// It exists.
    Existing,
}

/// A lack of memory for a world.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a world of {people} people needs about {} of memory; {room}: {}, or go on all the same with --allow-low-memory",
    Bytes(*needed),
    self.remedy()
)]
pub struct MemoryShortage {
    pub(super) people: u32,
    pub(super) age: WorldAge,
    /// The memory that the world needs, in bytes.
    pub(super) needed: u64,
    pub(super) room: MemoryRoom,
}

impl MemoryShortage {
    fn remedy(&self) -> String {
        let most = two_digits(self.room.free / BYTES_PER_PERSON);
        match (self.age, self.room.limit) {
            (WorldAge::New, _) if most > 0 => format!("choose at most --people {most}"),
            (_, Limit::Machine) => "free some of it, or use a larger machine".to_owned(),
            (_, Limit::ControlGroup) => "raise the memory limit of the container".to_owned(),
            (_, Limit::AddressSpace) => "raise `ulimit -v`".to_owned(),
        }
    }
}

impl fmt::Display for MemoryRoom {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (total, free) = (Bytes(self.total), Bytes(self.free));
        match self.limit {
            Limit::Machine => write!(out, "this machine has {total}, {free} free"),
            Limit::ControlGroup => write!(out, "the container (control group) may have {total}, {free} free"),
            Limit::AddressSpace => write!(out, "`ulimit -v` allows this process {total}, {free} free"),
        }
    }
}

/// Returns the number rounded down to its two leading digits.
fn two_digits(number: u64) -> u64 {
    let step = 10_u64.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(1));
    number / step * step
}

/// A number of bytes, shown in MiB or GiB.
struct Bytes(u64);

impl fmt::Display for Bytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mebibytes = self.0 as f64 / f64::from(1 << 20);
        let gibibytes = mebibytes / 1024.0;
        match gibibytes {
            ..1.0 => write!(out, "{mebibytes:.0} MiB"),
            ..100.0 => write!(out, "{gibibytes:.1} GiB"),
            _ => write!(out, "{gibibytes:.0} GiB"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    fn shortage(age: WorldAge, limit: Limit, free: u64) -> String {
        let room = MemoryRoom { limit, total: 23 * GIB + GIB / 2, free };
        MemoryShortage { people: 100_000_000, age, needed: 110 * GIB, room }.to_string()
    }

    #[test]
    fn a_new_world_may_be_made_smaller() {
        let text = shortage(WorldAge::New, Limit::Machine, 17 * GIB);
        let most = two_digits(17 * GIB / BYTES_PER_PERSON);
        let known =
            "a world of 100000000 people needs about 110 GiB of memory; this machine has 23.5 GiB, 17.0 GiB free: ";
        let remedy = format!("choose at most --people {most}, or go on all the same with --allow-low-memory");
        assert_eq!(text, format!("{known}{remedy}"));
    }

    #[test]
    fn an_existing_world_needs_more_room() {
        assert!(shortage(WorldAge::Existing, Limit::Machine, GIB / 2).contains("512 MiB free: free some of it"));
        assert!(shortage(WorldAge::Existing, Limit::ControlGroup, GIB).contains("memory limit of the container, or"));
        assert!(shortage(WorldAge::Existing, Limit::AddressSpace, GIB).contains("raise `ulimit -v`, or"));
        assert!(shortage(WorldAge::New, Limit::AddressSpace, 10).contains("raise `ulimit -v`, or"), "nobody fits");
    }

    #[test]
    fn figures_are_rounded_down() {
        assert_eq!([0, 7, 99, 1_234_567].map(two_digits), [0, 7, 99, 1_200_000]);
    }
}
