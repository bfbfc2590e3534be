//! Answers on stdout. A reader that has had enough (`| head`) is no failure.

use std::io::{self, ErrorKind, Write};

use anyhow::Context;

/// Prints `text` to stdout and flushes it.
///
/// # Errors
/// When stdout cannot be written to, other than because its reader went away.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to stdout"),
    }
}
