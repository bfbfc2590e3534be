//! The files of one piece of time: rows in their order, continued in another file where one reaches the largest size. The
//! rows alone decide where. Must not depend on: staging, where files lie.

use super::format::{RowFormat, Rows};
use super::piece::Piece;
use crate::sink::SinkError;
use populace_lake::FileSummary;
use populace_sim::Stream;
use std::hash::Hasher;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use twox_hash::XxHash3_64;

/// A finished file of a piece.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    /// The number of the file, from 1.
    pub(crate) number: u32,
    /// The number of rows.
    pub(crate) rows: u64,
    /// The size in bytes.
    pub(crate) bytes: u64,
    /// The hash of the bytes.
    pub(crate) hash: u64,
    /// What is known of the rows.
    pub(crate) summary: FileSummary,
}

/// The size and the hash of written bytes.
#[derive(Clone, Default)]
pub(crate) struct Tally(Arc<Mutex<(u64, XxHash3_64)>>);

impl Tally {
    fn add(&self, bytes: &[u8]) {
        let mut tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tally.0 += bytes.len() as u64;
        tally.1.write(bytes);
    }

    /// Returns the number of bytes, and their hash.
    pub(crate) fn total(&self) -> (u64, u64) {
        let tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (tally.0, tally.1.finish())
    }

    /// Returns the total of a file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn of_file(path: &Path) -> io::Result<(u64, u64)> {
        let tally = Tally::default();
        io::copy(&mut std::fs::File::open(path)?, &mut Tallied { to: io::sink(), tally: tally.clone() })?;
        Ok(tally.total())
    }
}

/// A writer whose bytes are counted and hashed.
struct Tallied<W> {
    to: W,
    tally: Tally,
}

impl<W: Write> Write for Tallied<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.tally.add(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// The writer of the files of one piece. `open` returns the destination of the file with a number.
pub(crate) struct PartWriter<'a, O> {
    format: &'a RowFormat,
    stream: Stream,
    piece: Piece,
    open: O,
    current: Option<(Rows, Tally)>,
    done: Vec<Part>,
    rows: u64,
}

impl<'a, O, W> PartWriter<'a, O>
where
    O: FnMut(u32) -> Result<W, SinkError>,
    W: Write + Send + 'static,
{
    /// Returns the writer of no files yet.
    pub(crate) fn new(format: &'a RowFormat, stream: Stream, piece: Piece, open: O) -> Self {
        PartWriter { format, stream, piece, open, current: None, done: Vec::new(), rows: 0 }
    }

    fn number(&self) -> u32 {
        self.done.len() as u32 + 1
    }

    /// Adds a record as it is in its topic.
    ///
    /// # Errors
    /// If a file cannot be opened or written.
    pub(crate) fn row(&mut self, value: &[u8]) -> Result<(), SinkError> {
        if self.current.is_none() {
            let tally = Tally::default();
            let number = self.number();
            let to = Tallied { to: (self.open)(number)?, tally: tally.clone() };
            self.current = Some((self.format.rows(self.stream, (self.piece, number), Box::new(to))?, tally));
        }
        let (rows, _) = self.current.as_mut().expect("it was just opened");
        rows.row(value)?;
        self.rows += 1;
        if self.format.is_full(rows.written()) { self.close() } else { Ok(()) }
    }

    fn close(&mut self) -> Result<(), SinkError> {
        let Some((rows, tally)) = self.current.take() else { return Ok(()) };
        let summary = rows.finish()?;
        let (bytes, hash) = tally.total();
        let number = self.number();
        self.done.push(Part { number, rows: std::mem::take(&mut self.rows), bytes, hash, summary });
        Ok(())
    }

    /// Returns the files, all finished; none if there were no rows.
    ///
    /// # Errors
    /// If the last one cannot be written.
    pub(crate) fn finish(mut self) -> Result<Vec<Part>, SinkError> {
        self.close()?;
        Ok(self.done)
    }
}
