//! populace: keeps a synthetic town alive and streams what its people do as labelled events.

mod cli;
mod config;
mod control;
mod crash;
mod error;
mod inject;
mod inspect;
mod live;
mod pace;
mod progress;
mod run;
mod schema;
mod sink;
mod verify;

pub use cli::*;
pub use config::*;
pub use crash::CRASH_POINTS;
pub use error::{Complaint, UsageError};
pub use run::RunError;
