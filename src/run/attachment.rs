//! The attachment of a world to its sink, in the store. Must not depend on: any one sink.

use super::error::RunError;
use crate::sink::Attachment;
use populace_state::Store;
use std::path::Path;

/// The name of the setting in the store.
const SETTING: &str = "attachment";

impl Attachment {
    /// Reads the attachment from the store.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn read(store: &Store, dir: &Path) -> Result<Option<Self>, RunError> {
        let Some(bytes) = store.setting(SETTING)? else { return Ok(None) };
        let saved =
            |e: serde_json::Error| RunError::Saved { what: "the sink", dir: dir.to_path_buf(), why: e.to_string() };
        serde_json::from_slice(&bytes).map(Some).map_err(saved)
    }

    /// Writes the attachment to the store; on disk when this returns.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) fn write(&self, store: &Store) -> Result<(), RunError> {
        let bytes = serde_json::to_vec(self).expect("an attachment is plain data");
        Ok(store.set_setting(SETTING, &bytes)?)
    }
}
