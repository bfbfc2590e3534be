//! The choice among the file formats.

use crate::avro::AvroFile;
use crate::csv::CommaSeparated;
use crate::error::LakeError;
use crate::file_format::{Compression, FileFormat};
use crate::jsonl::JsonLines;
use crate::parquet::{Lengths, ParquetFile};
use crate::row_writer::RowWriter;
use crate::table::Table;
use std::io::Write;

/// Returns an empty file, whose bytes go to `to`.
///
/// # Errors
/// If the format has no place for the table's records, or the beginning of the file cannot be written.
pub fn writer(
    format: FileFormat,
    compression: Compression,
    table: &Table<'_>,
    to: impl Write + Send + 'static,
) -> Result<Box<dyn RowWriter>, LakeError> {
    let to = Box::new(to);
    Ok(match format {
        FileFormat::Jsonl => Box::new(JsonLines::new(compression, table, to)?),
        FileFormat::Csv => Box::new(CommaSeparated::new(compression, table, to)?),
        FileFormat::Parquet => Box::new(ParquetFile::new(compression, table, to, Lengths::default())?),
        FileFormat::Avro => Box::new(AvroFile::new(compression, table, to)?),
    })
}
