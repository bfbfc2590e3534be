//! The attachment of a world to its sink: the store remembers it before the sink is touched, and the sink names this
//! process as the one that writes it. Must not depend on: the run loop.

use super::kafka::Claimed;
use crate::config::SinkChoice;
use crate::run::attachment::{Attachment, Phase, SinkPlace, home_of};
use crate::run::decision::Decision;
use crate::run::error::RunError;
use crate::run::meta::Meta;
use crate::run::pool::Pool;
use crate::run::run_loop::Replay;
use crate::run::settings::{self, FolderClaim};
use crate::run::stored::StoredWorld;
use crate::sink::files::{FolderLock, Writer, read_writer, write_owner};
use populace_sim::{Digests, Town, VirtualTime};
use populace_state::Store;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A sink that is this process's to write, and not opened yet.
pub(super) enum OwnedSink {
    /// Topic files in a locked folder.
    Files(LockedFolder),
    /// Topics of a cluster.
    Kafka(Box<Claimed>),
    /// Standard output.
    Stdout,
    /// No sink.
    Null,
}

/// A folder of topic files, and its lock.
pub(super) struct LockedFolder {
    pub(super) out: PathBuf,
    pub(super) lock: FolderLock,
}

impl OwnedSink {
    /// Returns the sink of this choice, as far as it needs no cluster.
    pub(super) fn of(choice: &SinkChoice, lock: Option<FolderLock>) -> Self {
        match (choice, lock) {
            (SinkChoice::Files { out }, Some(lock)) => OwnedSink::Files(LockedFolder { out: out.clone(), lock }),
            (SinkChoice::Stdout, _) => OwnedSink::Stdout,
            (SinkChoice::Files { .. } | SinkChoice::Kafka | SinkChoice::Null, _) => OwnedSink::Null,
        }
    }
}

/// A world with its shards in memory.
pub(super) struct LoadedWorld {
    pub(super) town: Arc<Town>,
    pub(super) store: Store,
    pub(super) pool: Pool,
    pub(super) meta: Meta,
    /// The number of the last checkpoint.
    pub(super) number: u64,
    pub(super) attachment: Attachment,
}

/// A loaded world that is attached to its sink.
pub(super) struct Loaded {
    pub(super) world: LoadedWorld,
    pub(super) sink: OwnedSink,
    pub(super) replay: Replay,
}

/// Has the store know where the decision attaches the world.
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

/// Claims the sink for this process, and has the store know that the world is attached to it.
pub(super) fn finish_attaching(attachment: &mut Attachment, store: &Store, data_dir: &Path) -> Result<(), RunError> {
    claim_folder(attachment, store, data_dir)?;
    if attachment.phase == Phase::Attached {
        return Ok(());
    }
    crate::crash::point("birth.attached");
    attachment.phase = Phase::Attached;
    attachment.write(store)
}

/// Has the store, then the marker of the topic folder, name this process as the one that writes there.
fn claim_folder(attachment: &Attachment, store: &Store, data_dir: &Path) -> Result<(), RunError> {
    let Some(out) = attachment.place.folder(data_dir) else { return Ok(()) };
    let writer = Writer::of_process(data_dir, home_of(&attachment.place, data_dir));
    let last = read_writer(&out)?.map(|last| last.instance);
    let own = settings::folder_claim(store)?;
    if let Some(last) = last.as_ref().filter(|last| own.is_none_or(|own| !own.covers(&last.id))) {
        tracing::warn!(%last, "taking over topics that another copy of this world wrote last");
    }
    let claim = FolderClaim { instance: writer.instance.id.clone(), over: last.map(|last| last.id) };
    settings::set_folder_claim(store, &claim)?;
    crate::crash::point("files.claim");
    Ok(write_owner(&out, store.identity().world_id, attachment.number, &writer)?)
}
