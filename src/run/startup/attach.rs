//! The attachment of a world to its sink: the store records it before the sink is changed, and the sink names this
//! process as its writer. Must not depend on: any one sink.

use crate::run::decision::Decision;
use crate::run::error::RunError;
use crate::run::meta::Meta;
use crate::run::pool::Pool;
use crate::run::run_loop::Replay;
use crate::run::stored::StoredWorld;
use crate::sink::{Attachment, Claim, Phase, SinkPlace, SinkStart};
use populace_sim::{Town, VirtualTime};
use populace_state::Store;
use populace_wire::Digests;
use std::sync::Arc;
use std::time::Duration;

/// A world with its shards in memory.
pub(super) struct LoadedWorld {
    pub(super) town: Arc<Town>,
    pub(super) store: Store,
    pub(super) pool: Pool,
    pub(super) meta: Meta,
    /// The number of the last checkpoint.
    pub(super) number: u64,
    /// The time that the simulating threads spent on it; zero if another process made it.
    pub(super) packed_in: Duration,
    pub(super) attachment: Attachment,
}

/// A loaded world that is attached to its sink.
pub(super) struct Loaded {
    pub(super) world: LoadedWorld,
    /// The sink, claimed and not opened yet.
    pub(super) sink: Box<dyn SinkStart>,
    pub(super) replay: Replay,
}

/// Writes the attachment that results from the decision to the store.
pub(super) fn announce(world: &StoredWorld, place: SinkPlace, decision: &Decision) -> Result<Attachment, RunError> {
    let attachment = match (&world.attachment, decision) {
        (Some(old), Decision::Attach) => next_attachment(world, place, old.number + 1),
        (None, _) => next_attachment(world, place, 1),
        (Some(old), _) => Attachment { place, ..old.clone() },
    };
    if world.attachment.as_ref() != Some(&attachment) {
        tracing::info!(sink = ?attachment.place, from = "last checkpoint", "attaching sink");
        attachment.write(&world.store)?;
    }
    Ok(attachment)
}

fn next_attachment(world: &StoredWorld, place: SinkPlace, number: u32) -> Attachment {
    Attachment { number, place, phase: Phase::Announced, base: world.meta.digests, since: world.meta.time }
}

/// Returns the first attachment of a new world.
pub(super) fn first_attachment(place: SinkPlace, since: VirtualTime) -> Attachment {
    Attachment { number: 1, place, phase: Phase::Announced, base: Digests::default(), since }
}

/// Claims the sink for this process, and records in the store that the world is attached to it.
pub(super) fn finish_attaching(sink: &mut dyn SinkStart, claim: &Claim<'_>) -> Result<Attachment, RunError> {
    sink.claim(claim)?;
    let mut attachment = claim.attachment.clone();
    if attachment.phase == Phase::Announced {
        crate::crash::point("birth.attached");
        attachment.phase = Phase::Attached;
        attachment.write(claim.store)?;
    }
    Ok(attachment)
}
