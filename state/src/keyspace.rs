//! The few key-value calls that the store needs, behind a trait: sled in the field, a failing fake in tests.
//! An implementation knows keys and values, nothing of blocks or checkpoints.

use crate::error::StateError;

#[cfg(test)]
pub(crate) mod memory;
pub(crate) mod sled;

/// How a write or flush failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Refused before anything was touched: it may be tried again.
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

/// Changes that become visible together.
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

    /// Number of keys.
    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    /// Bytes of keys and values.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keys with their new value, or none where the key is removed.
    pub(crate) fn changes(&self) -> &[(Vec<u8>, Option<Vec<u8>>)] {
        &self.changes
    }
}

/// Told each key and value in turn; an error ends the scan.
pub(crate) type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> Result<(), StateError> + 'a;

/// An ordered map of bytes that survives a crash up to its last flush.
pub(crate) trait Keyspace: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError>;

    /// Visits all keys of [from, to) in order.
    fn scan(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> Result<(), StateError>;

    /// Makes sure that so many bytes can be written, as [`Keyspace::apply`] does for its own.
    fn check_room(&self, bytes: u64) -> Result<(), StateError>;

    /// Applies all changes or none.
    fn apply(&self, batch: &Batch) -> Result<(), Failure>;

    /// Returns once everything applied before is on disk.
    fn flush(&self) -> Result<(), Failure>;
}
