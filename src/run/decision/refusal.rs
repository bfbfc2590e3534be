//! Why a run must not start: each as one sentence that says what, where and what to do.

use crate::sink::SinkRefusal;

/// Two versions of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The world's.
    pub world: u32,
    /// This program's.
    pub program: u32,
}

/// Why not to start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The sink is not this world's, or not as it must be.
    #[error(transparent)]
    Sink(#[from] SinkRefusal),
    /// Other rules, and events to be repeated under the old ones.
    #[error("this world lives by rules {}, this program has rules {}, and the last run was cut off: start the release that \
             it ran under once and stop it, then this one", versions.world, versions.program)]
    OtherRules {
        /// Both versions.
        versions: Versions,
    },
}
