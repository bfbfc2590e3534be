//! Files of JSON lines: each record as it is, and a newline behind it. Must not depend on: other file formats.

use crate::error::LakeError;
use crate::faults::Faults;
use crate::file_format::{Compression, FileFormat};
use crate::instants::Instants;
use crate::output::{Destination, TextFile};
use crate::row_writer::RowWriter;
use crate::summary::FileSummary;
use crate::table::Table;

/// A file of JSON lines.
pub struct JsonLines {
    file: TextFile,
    rows: u64,
    instants: Instants,
    faults: Faults,
}

impl JsonLines {
    /// Returns an empty file.
    pub fn new(compression: Compression, table: &Table<'_>, to: Destination) -> Result<Self, LakeError> {
        if !table.record_format.is_text() {
            return Err(LakeError::NoLines { topic: table.topic.to_owned(), record_format: table.record_format });
        }
        let faults = Faults::new(FileFormat::Jsonl, table);
        let file = TextFile::new(compression, to).map_err(|e| faults.write(e))?;
        Ok(JsonLines { file, rows: 0, instants: Instants::new(table), faults })
    }
}

impl RowWriter for JsonLines {
    fn row(&mut self, record: &[u8]) -> Result<(), LakeError> {
        self.rows += 1;
        self.instants.add(record).map_err(|fault| self.faults.record(self.rows, fault))?;
        let appended = self.file.append(record).and_then(|()| self.file.append(b"\n"));
        appended.map_err(|e| self.faults.write(e))
    }

    fn written(&self) -> u64 {
        self.file.bytes()
    }

    fn finish(self: Box<Self>) -> Result<FileSummary, LakeError> {
        let JsonLines { file, rows, instants, faults } = *self;
        let instants = instants.range().map_err(|fault| faults.record(rows, fault))?;
        let bytes = file.finish().map_err(|e| faults.write(e))?;
        Ok(FileSummary { rows, bytes, instants, statistics: Vec::new() })
    }
}
