//! The memory that limits allow, and the memory that a world needs. Must not depend on: the sources of the figures.

/// The memory of the whole process per inhabitant, in bytes, measured: the peak of a world of a million people that was
/// created and run for a virtual day into the null sink by two threads was 1,702 MiB.
pub(super) const BYTES_PER_PERSON: u64 = 1_800;

/// The origin of a limit of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// The memory of the machine.
    Machine,
    /// The limit of a control group, as of a container.
    ControlGroup,
    /// The limit of the address space, as `ulimit -v` sets it.
    AddressSpace,
}

/// The memory that one limit allows, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MemoryRoom {
    pub(super) limit: Limit,
    pub(super) total: u64,
    pub(super) free: u64,
}
