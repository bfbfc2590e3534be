//! What can go wrong while a file is written. Must not depend on: single file formats.

use crate::file_format::FileFormat;
use populace_wire::{DecodeError, SchemaError, TopicFormat};
use std::io;

/// The reason why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LakeError {
    /// A record is not what the encoder of its topic writes.
    #[error("row {row} of {topic}: {fault}")]
    Record {
        /// The topic.
        topic: String,
        /// The number of the row in its file, from 1.
        row: u64,
        /// What is wrong.
        fault: DecodeError,
    },
    /// The records of the topic are no lines of text.
    #[error("{topic} is written as {}, and a file of lines takes records in JSON", .record_format.title())]
    NoLines {
        /// The topic.
        topic: String,
        /// The format of its records.
        record_format: TopicFormat,
    },
    /// Fields have names that the file format does not allow.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Two fields have the same name in a file without nested fields.
    #[error("{topic}: two columns of a {} file are named \"{name}\"; rename a field of the topic", .format.name())]
    SameColumn {
        /// The topic.
        topic: String,
        /// The file format.
        format: FileFormat,
        /// The name.
        name: String,
    },
    /// A column has a name that another column of a Delta table has.
    #[error(
        "{topic}: a Delta table has another column that is named \"{name}\" (the case of letters does not count, and dt and \
         hour are those of its folders); rename a field of the topic"
    )]
    DeltaColumn {
        /// The topic.
        topic: String,
        /// The name.
        name: String,
    },
    /// The bytes could not be written.
    #[error("failed to write a {} file of {topic}: {source}", .format.name())]
    Write {
        /// The topic.
        topic: String,
        /// The file format.
        format: FileFormat,
        /// The error of the operating system, or of the compression.
        source: io::Error,
    },
}
