//! The entries of a Delta table's log, as they are written: one action on each line. Must not depend on: how entries are
//! read.

use super::DeltaPartition;
use super::entry::LiveFile;
use super::schema::Schema;
use crate::error::LakeError;
use populace_sim::VirtualTime;
use populace_wire::Column;
use serde_json::{Map, Value, json};

/// The writer as entries name it.
pub const ENGINE: &str = "populace";

/// The feature of a table with instants that have no time zone.
const NAIVE_FEATURE: &str = "timestampNtz";

/// The microseconds of a millisecond.
const MICROS: i64 = 1_000;

/// A table as the first entry of its log describes it.
#[derive(Clone, Copy, Debug)]
pub struct DeltaTable<'a> {
    /// The topic of its rows.
    pub topic: &'a str,
    /// The columns of its files.
    pub columns: &'a [Column],
    /// The columns that files are divided by.
    pub partition: DeltaPartition,
    /// The identity of the table, which each table of a world has of its own.
    pub id: u128,
}

/// The writer of an entry, and the instant that it is of.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// The writer of the table.
    pub application: &'a str,
    /// How far the writer is: never less than in an earlier entry.
    pub version: i64,
    /// The instant.
    pub at: VirtualTime,
}

/// A file that a table gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeltaFile {
    /// The path in the folder of the table.
    pub path: String,
    /// The size in bytes.
    pub bytes: u64,
    /// The day of its rows, as in `2026-01-31`.
    pub date: String,
    /// The hour of its rows; None if files are not divided by hours.
    pub hour: Option<u8>,
    /// The statistics.
    pub statistics: String,
}

/// Returns the first entry of a table, which has no files yet.
///
/// # Errors
/// If two columns have the same name in Delta.
pub fn first_entry(table: &DeltaTable<'_>, stamp: &Stamp<'_>) -> Result<String, LakeError> {
    let schema = Schema::new(table.topic, table.columns, table.partition)?;
    let partition = json!(table.partition.names());
    let meta = json!({ "metaData": {
        "id": uuid(table.id),
        "name": table.topic,
        "format": { "provider": "parquet", "options": {} },
        "schemaString": schema.text,
        "partitionColumns": partition,
        "configuration": {},
        "createdTime": millis(stamp.at),
    }});
    let operation = json!({ "isManaged": "false", "partitionBy": partition.to_string() });
    Ok(entry("CREATE TABLE", operation, stamp, [protocol(schema.has_naive), meta]))
}

/// Returns the entry that adds files.
pub fn added_entry<'a>(files: impl Iterator<Item = &'a DeltaFile>, stamp: &Stamp<'_>) -> String {
    let add = |file: &DeltaFile| {
        json!({ "add": {
            "path": file.path,
            "partitionValues": partition_values(file),
            "size": file.bytes,
            "modificationTime": millis(stamp.at),
            "dataChange": true,
            "stats": file.statistics,
        }})
    };
    entry("WRITE", json!({ "mode": "Append" }), stamp, files.map(add))
}

/// Returns the entry that removes files.
pub fn removed_entry<'a>(files: impl Iterator<Item = (&'a str, &'a LiveFile)>, stamp: &Stamp<'_>) -> String {
    let remove = |(path, file): (&str, &LiveFile)| {
        json!({ "remove": {
            "path": path,
            "deletionTimestamp": millis(stamp.at),
            "dataChange": true,
            "extendedFileMetadata": true,
            "partitionValues": file.partition,
            "size": file.bytes,
        }})
    };
    entry("DELETE", json!({ "predicate": "[]" }), stamp, files.map(remove))
}

fn entry(operation: &str, parameters: Value, stamp: &Stamp<'_>, actions: impl IntoIterator<Item = Value>) -> String {
    let info = json!({ "commitInfo": {
        "timestamp": millis(stamp.at),
        "operation": operation,
        "operationParameters": parameters,
        "isBlindAppend": operation == "WRITE",
        "engineInfo": ENGINE,
    }});
    let application = json!({ "txn": {
        "appId": stamp.application,
        "version": stamp.version,
        "lastUpdated": millis(stamp.at),
    }});
    [info, application].into_iter().chain(actions).map(|action| format!("{action}\n")).collect()
}

/// Returns the versions of the format that a table needs: the oldest ones, unless a feature needs to be named.
fn protocol(has_naive: bool) -> Value {
    if !has_naive {
        return json!({ "protocol": { "minReaderVersion": 1, "minWriterVersion": 2 } });
    }
    json!({ "protocol": {
        "minReaderVersion": 3,
        "minWriterVersion": 7,
        "readerFeatures": [NAIVE_FEATURE],
        "writerFeatures": [NAIVE_FEATURE],
    }})
}

fn partition_values(file: &DeltaFile) -> Map<String, Value> {
    let hour = file.hour.map(|hour| ("hour".to_owned(), hour.to_string().into()));
    [("dt".to_owned(), file.date.as_str().into())].into_iter().chain(hour).collect()
}

fn millis(at: VirtualTime) -> i64 {
    at.micros().div_euclid(MICROS)
}

fn uuid(id: u128) -> String {
    let hex = format!("{id:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
