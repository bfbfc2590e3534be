//! Delta Lake's transaction log: the entries of a table whose files are Parquet, as lines of JSON, and what such an entry
//! says.
//!
//! A table has one writer, which names itself in each entry by its application and a version of it that never falls. The
//! same table and files give the same bytes: the instants in an entry are virtual. The log is written directly, because
//! the libraries for it are several times as large as this program and choose names and instants by themselves. Must not
//! depend on: where entries lie, how they get there.

mod entry;
mod schema;
mod statistics;
#[cfg(test)]
mod tests;
mod write;

pub use entry::{DeltaEntry, LiveFile};
pub use statistics::delta_statistics;
pub use write::{DeltaFile, DeltaTable, Stamp, added_entry, first_entry, removed_entry};

/// The columns that files are divided by, whose values are in the log and not in the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeltaPartition {
    /// `dt`, a date.
    Day,
    /// `dt` and `hour`, an integer.
    Hour,
}

impl DeltaPartition {
    /// Returns the names of the columns.
    const fn names(self) -> &'static [&'static str] {
        match self {
            DeltaPartition::Day => &["dt"],
            DeltaPartition::Hour => &["dt", "hour"],
        }
    }
}
