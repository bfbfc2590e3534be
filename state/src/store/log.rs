//! The command log and the named settings: small records, on disk before the call returns.
//! Must not depend on: the meaning of commands and settings, which belongs to the caller.

use crate::error::StateError;
use crate::format::{self, Kind};
use crate::keys;
use crate::keyspace::{Batch, Keyspace};
use crate::presence::Marker;
use crate::record;
use crate::store::Store;

impl Store {
    /// Appends a command to the log and returns its sequence number: 1, 2, 3 without gaps. The command is on disk when
    /// this returns.
    ///
    /// # Errors
    /// [`StateError::DiskFull`], with the log as it was, or another failure, after which the store is poisoned and the
    /// command may or may not be in the log.
    pub fn append_command(&self, bytes: &[u8]) -> Result<u64, StateError> {
        // Held to the end, so that sequence numbers reach the disk in order.
        let mut marker = self.marker();
        let sequence = marker.commands + 1;
        let mut batch = Batch::default();
        record::insert(&mut batch, (Kind::Command, &keys::command(sequence)), bytes)?;
        let now = Marker { commands: sequence, ..*marker };
        self.stage(&now)?;
        self.apply(&batch)?;
        // The command is applied, so a later refusal must not let the number be used again.
        self.flush().inspect_err(|error| self.poison(&error.to_string()))?;
        self.probe("command.appended");
        self.put(&mut marker, now)?;
        Ok(sequence)
    }

    /// Returns all commands in the order of the log.
    ///
    /// # Errors
    /// [`StateError::Damaged`] if a command differs from the bytes that were written.
    pub fn commands(&self) -> Result<Vec<(u64, Vec<u8>)>, StateError> {
        let count = self.marker().commands;
        let (from, _) = keys::commands();
        let mut sealed = Vec::<(u64, Vec<u8>)>::new();
        self.keyspace().scan(&from, &keys::command(count + 1), &mut |key, value| {
            let sequence = keys::command_sequence(key).unwrap_or_default();
            match sealed.last_mut() {
                Some((last, bytes)) if *last == sequence => bytes.extend_from_slice(value),
                _ => sealed.push((sequence, value.to_vec())),
            }
            Ok(())
        })?;
        sealed.into_iter().map(|(sequence, bytes)| Ok((sequence, self.unseal_command(&bytes)?))).collect()
    }

    fn unseal_command(&self, bytes: &[u8]) -> Result<Vec<u8>, StateError> {
        let payload = format::unseal(Kind::Command, bytes);
        payload.map(<[u8]>::to_vec).map_err(|flaw| record::refuse(&self.inner.dir, Kind::Command, flaw))
    }

    /// Sets a small named value, in place of the previous one. The value is on disk when this returns.
    ///
    /// # Errors
    /// As [`Store::append_command`].
    pub fn set_setting(&self, name: &str, bytes: &[u8]) -> Result<(), StateError> {
        self.change_settings(|keyspace, batch| {
            record::replace(keyspace, batch, (Kind::Setting, &keys::setting(name)), bytes)
        })
    }

    /// Removes a setting; the removal is on disk when this returns. Removing a setting that does not exist is no error.
    ///
    /// # Errors
    /// As [`Store::append_command`].
    pub fn clear_setting(&self, name: &str) -> Result<(), StateError> {
        self.change_settings(|keyspace, batch| record::remove(keyspace, batch, &keys::setting(name)))
    }

    /// Counts the change in store and marker, so that a later loss is detected.
    fn change_settings(
        &self,
        change: impl FnOnce(&dyn Keyspace, &mut Batch) -> Result<(), StateError>,
    ) -> Result<(), StateError> {
        let mut marker = self.marker();
        let settings = marker.settings + 1;
        let mut batch = Batch::default();
        let keyspace = self.keyspace();
        change(&**keyspace, &mut batch)?;
        record::replace(&**keyspace, &mut batch, (Kind::Setting, &keys::settings_count()), &settings.to_le_bytes())?;
        drop(keyspace);
        let now = Marker { settings, ..*marker };
        self.stage(&now)?;
        self.apply(&batch)?;
        self.flush().inspect_err(|error| self.poison(&error.to_string()))?;
        self.put(&mut marker, now)
    }

    /// Returns the value of a setting, or `None` if it is not set.
    ///
    /// # Errors
    /// [`StateError::Damaged`] if it differs from the bytes that were written.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StateError> {
        record::read(&**self.keyspace(), &self.inner.dir, (Kind::Setting, &keys::setting(name)))
    }
}
