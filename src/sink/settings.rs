//! Small facts that a sink keeps in its world's store, beside checkpoints. Must not depend on: any sink.

use super::SinkError;
use populace_state::Store;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Where the sink of a world was reached last; of a cluster, its brokers.
const ADDRESS: &str = "kafka-brokers";

/// Reads a setting; `None` if there is none, or if another release wrote it differently.
pub(super) fn read<T: DeserializeOwned>(store: &Store, name: &str) -> Result<Option<T>, SinkError> {
    Ok(store.setting(name)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Writes a setting; on disk when this returns.
pub(super) fn write<T: Serialize>(store: &Store, name: &str, value: &T) -> Result<(), SinkError> {
    Ok(store.set_setting(name, &serde_json::to_vec(value).expect("settings are plain data"))?)
}

/// The address at which the world's sink was reached last, for a sink that has one.
///
/// # Errors
/// If the store cannot be read.
pub(crate) fn known_address(store: &Store) -> Result<Option<String>, SinkError> {
    read(store, ADDRESS)
}

/// Remembers the address at which the world's sink was reached.
///
/// # Errors
/// If the store cannot be written.
pub(crate) fn set_known_address(store: &Store, address: &str) -> Result<(), SinkError> {
    if known_address(store)?.as_deref() == Some(address) {
        return Ok(());
    }
    write(store, ADDRESS, &address)
}
