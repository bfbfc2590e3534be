//! The seam of several sinks: the instant at which one ends and the next goes on. It is saved before any record behind it
//! is sent, so every later run divides the records in the same way. Must not depend on: any one sink.

use super::{Attachment, SinkError, settings};
use populace_sim::VirtualTime;
use populace_state::Store;
use populace_wire::Digests;
use serde::{Deserialize, Serialize};

/// The name of the setting in the store.
const SETTING: &str = "seam";

/// A seam that was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seam {
    /// The number of the world's attachment.
    attachment: u32,
    /// The instant before which all records are in the first sink; the others are in the second.
    pub(crate) at: VirtualTime,
    /// The digests of all records of the world before that instant.
    pub(crate) digests: Digests,
}

impl Seam {
    /// Returns the seam of an attachment.
    pub(super) fn new(attachment: u32, at: VirtualTime, digests: Digests) -> Self {
        Seam { attachment, at, digests }
    }

    /// Reads the seam of an attachment; None if it was not passed.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(crate) fn read(store: &Store, attachment: u32) -> Result<Option<Self>, SinkError> {
        let Some(bytes) = store.setting(SETTING)? else { return Ok(None) };
        // Never taken for missing: another seam would send records twice.
        let seam = serde_json::from_slice::<Seam>(&bytes).map_err(|e| SinkError::BadToken { why: e.to_string() })?;
        Ok(Some(seam).filter(|seam| seam.attachment == attachment))
    }

    /// Returns the attachment of the sink that begins at the seam.
    pub(crate) fn beginning(&self, attachment: Attachment) -> Attachment {
        Attachment { base: self.digests, since: self.at, ..attachment }
    }

    /// Saves the seam; durable when this returns.
    pub(super) fn write(&self, store: &Store) -> Result<(), SinkError> {
        settings::write(store, SETTING, self)
    }
}
