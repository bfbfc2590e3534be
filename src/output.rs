//! Output of the process on standard output and standard error. A closed pipe (`| head`) is not a failure, and text
//! that standard error does not accept is dropped. Must not depend on: commands.

mod closed;
mod screen;

use serde::Serialize;
use serde_json::Value;
use std::io::{self, ErrorKind, Write};

pub(crate) use closed::stdout_fault;
pub(crate) use screen::Screen;

/// A failure to write an answer to standard output, as on a full disk.
#[derive(Debug, thiserror::Error)]
#[error("standard output could not be written: {0}; all else that was asked is done")]
pub struct Unwritten(#[source] io::Error);

/// Returns a view of the world as the JSON value in answers.
pub(crate) fn to_json(view: &impl Serialize) -> Value {
    serde_json::to_value(view).expect("views are plain data")
}

/// Prints `text` to standard output and flushes it. A closed pipe counts as success.
///
/// # Errors
/// If standard output cannot be written for any other reason.
pub(crate) fn print(text: &str) -> Result<(), Unwritten> {
    print_bytes(text.as_bytes())
}

/// Writes `bytes` to standard output and flushes it. A closed pipe counts as success.
///
/// # Errors
/// If standard output cannot be written for any other reason.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Unwritten> {
    let mut stdout = io::stdout().lock();
    printed(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// Converts the result of a write to standard output. A closed pipe counts as success.
///
/// # Errors
/// Any other failure.
pub(crate) fn printed(outcome: io::Result<()>) -> Result<(), Unwritten> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(Unwritten),
    }
}

/// Prints the answer to an order. The order is in force whether or not the answer can be written, so a failure is only
/// reported on standard error: a script that saw an exit code other than 0 would give the order twice.
pub(crate) fn acknowledge(text: &str) {
    if let Err(error) = print(text) {
        tell(&format!("note: the order is in force; {error}\n"));
    }
}

/// Writes `text` to standard error, and ignores a failure: a log that cannot be written is no reason to stop.
pub(crate) fn tell(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Standard error as a writer that never fails.
pub(crate) struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = io::stderr().lock().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reader_that_went_away_is_no_failure() {
        assert!(printed(Err(ErrorKind::BrokenPipe.into())).is_ok());
        let full = printed(Err(ErrorKind::StorageFull.into())).unwrap_err().to_string();
        assert!(full.contains("standard output could not be written") && full.contains("is done"), "{full}");
    }
}
