//! Checks that the system allows this process to start the threads that the store needs. sled waits forever for the
//! work of threads that could not be started, so they are started first as a test. Must not depend on: the store.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;

/// The number of threads that are tried: seven of sled, one of a flush, and a few that other code may start meanwhile.
const NEEDED: usize = 12;

/// The stack size of a thread that only waits, in bytes.
const STACK: usize = 64 * 1024;

/// Starts as many threads as the store needs, and ends them.
///
/// # Errors
/// If the system refuses a thread.
pub(crate) fn try_needed() -> io::Result<()> {
    let gate = Arc::new(Mutex::new(()));
    let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
    let mut started = Vec::new();
    let mut refused = Ok(());
    while started.len() < NEEDED && refused.is_ok() {
        let gate = gate.clone();
        let wait = move || drop(gate.lock());
        match Builder::new().name("state-try".into()).stack_size(STACK).spawn(wait) {
            Ok(thread) => started.push(thread),
            Err(error) => refused = Err(error),
        }
    }
    drop(closed);
    started.into_iter().for_each(|thread| drop(thread.join()));
    refused
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_process_without_a_limit_may_start_them() {
        super::try_needed().unwrap();
    }
}
