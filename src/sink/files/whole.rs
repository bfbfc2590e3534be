//! Whole files: formats that cannot grow record by record, or that a user wants whole. Records are staged beside the topics
//! and converted when their day or hour is over. After any crash the topic folders hold whole files only, and the same
//! records give the same files. Must not depend on: the start of a run.

mod converter;
mod delta;
mod format;
mod parts;
mod piece;
mod publish;
mod sink;
mod staging;
mod topic;

pub(super) use delta::DeltaTables;
pub(crate) use delta::{LOG_FOLDER, TableState, read_table};
pub(crate) use format::RowFormat;
pub(crate) use parts::{Part, PartWriter, Tally};
pub(crate) use piece::Piece;
pub(super) use sink::{OpenPieces, WholeFilesSink, WholeFolder};
pub(super) use staging::altered_file;
pub(crate) use staging::staging_in;

#[cfg(test)]
mod tests;
