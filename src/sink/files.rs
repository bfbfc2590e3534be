//! The files sink: `<out>/<topic>/<YYYY-MM-DD>.jsonl`, one file for each UTC day of virtual time. Must not depend on:
//! the world, other than its id.

mod claim;
mod day;
mod decision;
mod extent;
mod lock;
mod manifest;
mod marker;
mod place;
mod refusal;
mod start;
mod syncer;
mod token;
mod topic;
mod unsynced;
mod writer;

pub use day::file_of_day;
pub(crate) use extent::days_in;
pub use manifest::AlteredDay;
pub use marker::{Owner, read_owner};
pub(crate) use start::Files;
pub use token::{Position, Positions};

#[cfg(test)]
pub(crate) use self::{
    claim::FolderClaim,
    decision::{FilesFacts, LastWriter},
    extent::{FilesExtent, OccupiedFolder},
    refusal::FilesRefusal,
};

#[cfg(test)]
mod tests;
