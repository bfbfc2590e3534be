//! The instants of the first and the last row of a file whose rows are not decoded. Must not depend on: single file
//! formats.

use populace_sim::VirtualTime;
use populace_wire::{DecodeError, RecordDecoder, TimeReader, time_column};

use crate::table::Table;

/// The instants of the first and the last row.
#[derive(Debug)]
pub struct Instants {
    reader: Option<TimeReader>,
    first: Option<VirtualTime>,
    /// The last row, whose instant is read at the end.
    last: Vec<u8>,
}

impl Instants {
    /// Returns the instants of a file without rows.
    pub fn new(table: &Table<'_>) -> Self {
        let decoder = || RecordDecoder::new(table.record_format, table.columns);
        let reader = time_column(table.stream, table.columns).map(|column| TimeReader::new(decoder(), column));
        Instants { reader, first: None, last: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If it is the first one and holds no instant.
    #[inline]
    pub fn add(&mut self, record: &[u8]) -> Result<(), DecodeError> {
        let Some(reader) = &self.reader else { return Ok(()) };
        if self.first.is_none() {
            self.first = Some(reader.time_of(record)?);
        }
        self.last.clear();
        self.last.extend_from_slice(record);
        Ok(())
    }

    /// Returns the instants of the first and the last row.
    ///
    /// # Errors
    /// If the last row holds no instant.
    pub fn range(&self) -> Result<Option<[VirtualTime; 2]>, DecodeError> {
        let (Some(reader), Some(first)) = (&self.reader, self.first) else { return Ok(None) };
        Ok(Some([first, reader.time_of(&self.last)?]))
    }
}
