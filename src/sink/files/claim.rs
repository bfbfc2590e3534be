//! The claim of a data directory to the topic folder that it writes, kept in the store and in the folder's marker. Must not
//! depend on: topic files.

use super::marker::{Writer, read_writer, write_owner};
use super::place::home_of;
use crate::sink::{Attachment, SinkError, settings};
use populace_state::Store;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The name of the setting in the store.
const SETTING: &str = "files-claim";

/// The last start that wrote a folder, as far as this data directory knows. Each start makes a claim, first in the
/// store and then in the folder's marker, so that a copy of the data directory that did not write last is identified by
/// its older claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FolderClaim {
    /// The start that claimed the folder.
    pub(crate) instance: String,
    /// The start that wrote before it; the marker still names that one if the process died between the two steps.
    pub(crate) over: Option<String>,
}

impl FolderClaim {
    /// Returns whether a marker that names this start belongs to this data directory.
    pub(super) fn covers(&self, instance: &str) -> bool {
        self.instance == instance || self.over.as_deref() == Some(instance)
    }

    /// Reads the last claim; None if the world wrote files under an earlier release, or never.
    pub(super) fn read(store: &Store) -> Result<Option<Self>, SinkError> {
        settings::read(store, SETTING)
    }
}

/// Records in the store, then in the marker of the folder `out`, that this process writes to the folder.
pub(super) fn claim(out: &Path, attachment: &Attachment, store: &Store, data_dir: &Path) -> Result<(), SinkError> {
    let writer = Writer::of_process(data_dir, home_of(&attachment.place, data_dir));
    let last = read_writer(out)?.map(|last| last.instance);
    let own = FolderClaim::read(store)?;
    if let Some(last) = last.as_ref().filter(|last| own.is_none_or(|own| !own.covers(&last.id))) {
        tracing::warn!(%last, "topics taken over from another copy of this world");
    }
    let claim = FolderClaim { instance: writer.instance.id.clone(), over: last.map(|last| last.id) };
    settings::write(store, SETTING, &claim)?;
    crate::crash::point("files.claim");
    write_owner(out, store.identity().world_id, attachment.number, &writer)
}
