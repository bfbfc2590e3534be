//! The few key-value calls that the store needs, as a trait: sled in production, a failing fake in tests.
//! Must not depend on: blocks, checkpoints.

use crate::error::StateError;

#[cfg(test)]
pub(crate) mod memory;
pub(crate) mod sled;

/// The failure of a write or flush.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Refused before any change: the call may be retried.
    Refused(StateError),
    /// The outcome is unknown: no more writes may follow.
    Broken(StateError),
}

impl Failure {
    pub(crate) fn error(self) -> StateError {
        match self {
            Self::Refused(error) | Self::Broken(error) => error,
        }
    }
}

/// A set of changes that become visible together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    changes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    bytes: u64,
}

impl Batch {
    pub(crate) fn insert(&mut self, key: Vec<u8>, value: &[u8]) {
        self.bytes += (key.len() + value.len()) as u64;
        self.changes.push((key, Some(value.to_vec())));
    }

    pub(crate) fn remove(&mut self, key: Vec<u8>) {
        self.bytes += key.len() as u64;
        self.changes.push((key, None));
    }

    /// Returns the number of keys.
    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    /// Returns the number of bytes of keys and values.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the keys with their new values; `None` removes the key.
    pub(crate) fn changes(&self) -> &[(Vec<u8>, Option<Vec<u8>>)] {
        &self.changes
    }
}

/// The callback of a scan: it gets each key and value in turn; an error ends the scan.
pub(crate) type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> Result<(), StateError> + 'a;

/// An ordered map of bytes that survives a crash up to its last flush.
pub(crate) trait Keyspace: Send + Sync {
    /// Returns the value of a key, or `None` if the key does not exist.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError>;

    /// Visits all keys of [from, to) in order.
    fn scan(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> Result<(), StateError>;

    /// Checks that `bytes` more bytes can be written, as [`Keyspace::apply`] does for its own.
    fn check_room(&self, bytes: u64) -> Result<(), StateError>;

    /// Applies all changes or none.
    fn apply(&self, batch: &Batch) -> Result<(), Failure>;

    /// Returns once all batches applied before are on disk.
    fn flush(&self) -> Result<(), Failure>;
}
