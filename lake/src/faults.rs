//! The errors of one file, with its topic and format. Must not depend on: single file formats.

use crate::error::LakeError;
use crate::file_format::FileFormat;
use crate::table::Table;
use populace_wire::DecodeError;
use std::io;

/// Makes the errors of one file.
#[derive(Clone, Debug)]
pub struct Faults {
    format: FileFormat,
    topic: String,
}

impl Faults {
    /// Returns the maker of errors for a file.
    pub fn new(format: FileFormat, table: &Table<'_>) -> Self {
        Faults { format, topic: table.topic.to_owned() }
    }

    /// Returns the error of a record.
    #[cold]
    pub fn record(&self, row: u64, fault: DecodeError) -> LakeError {
        LakeError::Record { topic: self.topic.clone(), row, fault }
    }

    /// Returns the error of the destination.
    #[cold]
    pub fn write(&self, source: io::Error) -> LakeError {
        LakeError::Write { topic: self.topic.clone(), format: self.format, source }
    }
}
