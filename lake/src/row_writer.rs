//! The trait of a file that is written row by row. Must not depend on: single file formats.

use crate::error::LakeError;
use crate::summary::FileSummary;

/// A file that is written row by row. The same rows give the same bytes.
pub trait RowWriter: Send {
    /// Adds a record as a row.
    ///
    /// # Errors
    /// If the record is not what the encoder of its topic writes, or the bytes cannot be written. The file is of no use
    /// then.
    fn row(&mut self, record: &[u8]) -> Result<(), LakeError>;

    /// Returns the number of bytes of the file so far, and of rows that are still held back about as many as they will
    /// have.
    fn written(&self) -> u64;

    /// Writes what was held back and the end of the file, and flushes it.
    ///
    /// # Errors
    /// If the bytes cannot be written.
    fn finish(self: Box<Self>) -> Result<FileSummary, LakeError>;
}
