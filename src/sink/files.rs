//! The files sink: `<out>/<topic>/<YYYY-MM-DD>.jsonl`, one file for each UTC day of virtual time, which grows record by
//! record; or whole files of other formats and spans (`whole`). Must not depend on: the world, other than its id.

mod appended;
mod claim;
mod day;
mod decision;
mod extent;
mod growing;
mod list;
mod lock;
mod manifest;
mod marker;
mod place;
mod refusal;
mod retire;
mod start;
mod syncer;
mod token;
mod topic;
mod unsynced;
mod whole;
mod writer;

pub use day::file_of_day;
pub(crate) use extent::{days_in, days_of};
pub(crate) use growing::Growing;
pub(crate) use list::{FileList, Listed, ListedFile};
pub use manifest::AlteredDay;
pub use marker::{Owner, read_owner};
pub(crate) use place::shape_at;
pub(crate) use start::Files;
pub use token::{Position, Positions};
pub(crate) use whole::{LOG_FOLDER, Part, PartWriter, Piece, RowFormat, TableState, Tally, read_table, staging_in};

#[cfg(test)]
pub(crate) use self::{
    claim::FolderClaim,
    decision::{FilesFacts, LastWriter},
    extent::{FilesExtent, OccupiedFolder},
    refusal::FilesRefusal,
};

#[cfg(test)]
mod tests;
