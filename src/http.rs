//! HTTP of a running world: the page, the API, probes and metrics. Sends its requests to the same handler as the
//! control socket. `guard` authorizes requests; `routes` and `openapi` list them. Must not depend on: the run loop, the
//! rules of the world.

mod api;
mod bodies;
mod body;
mod events;
mod guard;
mod host;
mod limit;
mod listen;
mod metric;
mod metrics;
mod openapi;
mod page;
mod params;
mod places;
mod probes;
mod problem;
mod routes;
mod shared;
mod shown;
mod write_timeout;

pub use listen::{Serving, serve};
