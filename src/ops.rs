//! The operations on a world: queries and orders to it, running or stopped. Each takes one typed request, validates it
//! once, and returns a typed error. Must not depend on: the command line, HTTP, the control socket.

pub mod campaigns;
pub mod drifts;
mod error;
pub mod fork;
mod handler;
pub mod inject;
pub mod inspect;
mod operation;
pub mod pagination;
mod queries;
mod reason;
mod regions;
mod reports;
pub mod schema;
mod stored;
pub mod tables;

pub use error::RequestError;
pub use handler::RequestHandler;
pub use operation::OperationError;
pub use reason::Reason;
pub use reports::ForkReport;
pub use stored::{WorldSources, has_world};
