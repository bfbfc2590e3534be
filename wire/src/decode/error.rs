//! What is wrong with a record that cannot be decoded. Must not depend on: single formats, single topics.

use crate::format::TopicFormat;

/// The reason why the bytes of a record are not what the encoder of its format writes for its columns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {} record does not hold {expected} at byte {offset}{}", .format.title(), place(.field))]
pub struct DecodeError {
    /// The format.
    pub format: TopicFormat,
    /// The name of the field; `None` behind the last one.
    pub field: Option<String>,
    /// The place in the record, in bytes from its beginning.
    pub offset: usize,
    /// What must be there.
    pub expected: &'static str,
}

fn place(field: &Option<String>) -> String {
    field.as_ref().map_or_else(|| ", behind its last field".to_owned(), |name| format!(", in its field \"{name}\""))
}

/// A place in a record, and what must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place of the column among all of the record; their number behind the last one.
    pub column: usize,
    /// The place, in bytes from the beginning of the record.
    pub at: usize,
    /// What must be there.
    pub expected: &'static str,
}

impl Fault {
    /// Returns a fault of a column that the caller sets.
    #[cold]
    pub fn new(at: usize, expected: &'static str) -> Self {
        Fault { column: 0, at, expected }
    }

    /// Returns the fault as one of a column.
    pub fn of_column(self, column: usize) -> Self {
        Fault { column, ..self }
    }
}
