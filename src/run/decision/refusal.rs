//! The reasons why a run must not start. The text of each is one sentence with the fault, its place and the remedy.

use crate::run::memory::MemoryShortage;
use crate::sink::SinkRefusal;

/// Two versions of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The version of the world.
    pub world: u32,
    /// The version of this program.
    pub program: u32,
}

/// The reason why a run must not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The sink belongs to another world, or is not in the expected state.
    #[error(transparent)]
    Sink(#[from] SinkRefusal),
    /// The world needs more memory than there is.
    #[error(transparent)]
    Memory(#[from] MemoryShortage),
    /// The rules differ, and the sink has events to be replayed under the old ones.
    #[error("this world lives by rules {}, this program has rules {}, and the last run was cut off: start the release that \
             it ran under once and stop it, then this one", versions.world, versions.program)]
    OtherRules {
        /// Both versions.
        versions: Versions,
    },
}
