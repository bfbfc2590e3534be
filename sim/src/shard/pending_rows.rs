//! The instants at which a shard emits rows of tables without an act. Must not depend on: shards, the contents of rows.

use crate::engine::VirtualTime;
use std::collections::BTreeSet;

/// The instants at which a shard emits rows without an act.
#[derive(Debug)]
pub(super) struct PendingRows {
    /// The start of the world, until its rows are emitted.
    pub(super) snapshot: VirtualTime,
    /// The next midnight, in the first shard of a region.
    pub(super) midnight: VirtualTime,
    /// The next expiry of a card of each person who has an account, by the person's index. An entry of an earlier person has no
    /// effect.
    pub(super) expiries: BTreeSet<(VirtualTime, u32)>,
}

impl PendingRows {
    /// Returns those of a world without tables.
    pub(super) fn none() -> Self {
        PendingRows { snapshot: VirtualTime::NEVER, midnight: VirtualTime::NEVER, expiries: BTreeSet::new() }
    }

    /// Returns the next instant.
    pub(super) fn earliest(&self) -> VirtualTime {
        let expiry = self.expiries.first().map_or(VirtualTime::NEVER, |(at, _)| *at);
        self.snapshot.min(self.midnight).min(expiry)
    }
}
