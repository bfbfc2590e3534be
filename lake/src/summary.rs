//! What is known of a file once it is whole. Must not depend on: single file formats.

use populace_sim::VirtualTime;

/// What is known of a file once it is whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileSummary {
    /// The number of rows.
    pub rows: u64,
    /// The number of bytes.
    pub bytes: u64,
    /// The instants of the first and the last row, if there are rows and the records hold their instant.
    pub instants: Option<[VirtualTime; 2]>,
    /// The statistics of the leaves: the columns, with the parts of nested values one by one. Lists are left out, and
    /// files whose rows are copied have none.
    pub statistics: Vec<LeafStatistics>,
}

/// The statistics of a column, or of a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct LeafStatistics {
    /// The name of the column, and that of the part behind it, if it is one.
    pub path: Vec<String>,
    /// The number of rows without a value.
    pub null_count: u64,
    /// The least and the greatest value, if there is any. Texts are compared byte by byte.
    pub range: Option<[LeafValue; 2]>,
}

/// A value of a leaf.
#[derive(Clone, Debug, PartialEq)]
pub enum LeafValue {
    /// A text, or a word of a closed list.
    Text(String),
    /// An instant, in UTC.
    Timestamp(VirtualTime),
    /// An instant in UTC that is written without an offset.
    NaiveTimestamp(VirtualTime),
    /// An integer.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
}
