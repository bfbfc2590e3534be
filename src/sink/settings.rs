//! Small values that a sink keeps in its world's store, outside checkpoints. Must not depend on: any sink.

use super::SinkError;
use populace_state::Store;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The name of the setting with the last address of a world's sink; for a cluster, its brokers.
const ADDRESS: &str = "kafka-brokers";

/// Reads a setting; None if it is unset, or if another release wrote it in another format.
pub(super) fn read<T: DeserializeOwned>(store: &Store, name: &str) -> Result<Option<T>, SinkError> {
    Ok(store.setting(name)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Writes a setting; durable when this returns.
pub(super) fn write<T: Serialize>(store: &Store, name: &str, value: &T) -> Result<(), SinkError> {
    Ok(store.set_setting(name, &serde_json::to_vec(value).expect("settings are plain data"))?)
}

/// Reads the last address at which the world's sink was reached; None if no address was saved.
///
/// # Errors
/// If the store cannot be read.
pub(crate) fn known_address(store: &Store) -> Result<Option<String>, SinkError> {
    read(store, ADDRESS)
}

/// Saves the address at which the world's sink was reached.
///
/// # Errors
/// If the store cannot be written.
pub(crate) fn set_known_address(store: &Store, address: &str) -> Result<(), SinkError> {
    if known_address(store)?.as_deref() == Some(address) {
        return Ok(());
    }
    write(store, ADDRESS, &address)
}
