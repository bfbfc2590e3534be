//! The memory that limits allow, and the memory that a world needs. Must not depend on: the sources of the figures.

/// The memory of the whole process per person, in bytes. Measured with two threads and the null sink, as the peak: 1,150 for
/// a million people after 20 virtual days (920 after three), 622 for ten million after an hour. Histories that are full add
/// some 24 bytes.
pub(super) const BYTES_PER_PERSON: u64 = 1_200;

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
