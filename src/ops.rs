//! The operations on a world: what can be asked of it, running or stopped, and what can be ordered. Each takes one typed
//! request, validates it once, and returns a typed error. Must not depend on: the command line, HTTP, the control socket.

pub(crate) mod campaigns;
pub(crate) mod drifts;
mod error;
pub(crate) mod fork;
mod handler;
pub(crate) mod inject;
pub(crate) mod inspect;
pub(crate) mod pagination;
pub(crate) mod queries;
pub(crate) mod schema;

pub use error::{Reason, RequestError};
pub use handler::RequestHandler;
