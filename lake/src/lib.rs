//! The records of populace as whole files: JSON lines, CSV, Avro's object containers and Parquet, one file of this
//! crate for each format; and the log of a Delta table of Parquet files.
//!
//! [`writer`] returns a [`RowWriter`], which takes records in the format of their topic and writes rows. A file depends
//! on its rows and on its [`Table`] alone: the same rows give the same bytes. This crate does not open, name, sync or
//! move files; the one who does gives it anything that can be written to.
//!
//! ```
//! use populace_lake::{Compression, FileFormat, Table, writer};
//! use populace_sim::Stream;
//! use populace_wire::{Encoders, scenario_from_toml};
//!
//! let scenario = scenario_from_toml("example", "[topics.labels]\nfields = [\"reported_at\", \"label\"]")?;
//! let encoders = Encoders::new(&scenario.topics)?;
//! let table = Table {
//!     stream: Stream::Labels,
//!     topic: "reports",
//!     namespace: "populace",
//!     columns: encoders.columns(Stream::Labels),
//!     record_format: encoders.format(Stream::Labels),
//!     world: 7,
//!     seed: 42,
//!     rules: 1,
//!     file: "reports/2026-01-01",
//! };
//! let mut file = writer(FileFormat::Jsonl, Compression::Zstd, &table, std::io::sink())?;
//! file.row(br#"{"reported_at":"2026-01-01T08:15:42.000120+00:00","label":1}"#)?;
//! assert_eq!(file.finish()?.rows, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Start reading at [`RowWriter`], which each format implements. A table of Delta Lake is Parquet files and a log of them:
//! [`first_entry`], [`added_entry`] and [`removed_entry`] return the entries of the log.
//!
//! Must not depend on: paths, the clock, threads, the network, the daemon, the rules of the simulation.

mod avro;
mod codec;
mod csv;
mod delta;
mod error;
mod faults;
mod file_format;
mod instants;
mod jsonl;
mod leaf;
mod output;
mod parquet;
mod row_writer;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod writer;
mod zstandard;

pub use delta::{
    DeltaEntry, DeltaFile, DeltaPartition, DeltaTable, LiveFile, Stamp, added_entry, delta_statistics, first_entry,
    removed_entry,
};
pub use error::LakeError;
pub use file_format::{Compression, FileFormat};
pub use row_writer::RowWriter;
pub use summary::{FileSummary, LeafStatistics, LeafValue};
pub use table::Table;
pub use writer::writer;
