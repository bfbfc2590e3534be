//! The real program killed at every crash point, at random instants and in random company, and what it makes of files
//! that a power loss or somebody else changed: always the same bytes, or a refusal that names the file.

mod adoption;
mod commands;
mod compaction;
pub mod daemon;
mod drifting;
mod goals;
mod kills;
mod labels;
pub mod oracle;
pub mod points;
mod simulation;
pub mod topics;
mod torn;
