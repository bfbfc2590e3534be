//! HTTP of a running world: the page, the API, probes and metrics. Asks the desk what the control socket asks; knows
//! neither the run loop nor the world. Who may ask is in `guard`, what can be asked in `routes` and `openapi`.

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
mod write_timeout;

pub use listen::{Serving, serve};
