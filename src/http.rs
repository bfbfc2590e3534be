//! HTTP of a running world: the page, the API, probes and metrics. Asks the desk what the control socket asks; knows
//! neither the run loop nor the world. Who may ask is in `guard`, what can be asked in `routes` and `openapi`.

mod api;
mod asked;
mod events;
mod guard;
mod host;
mod limit;
mod listen;
mod metric;
mod metrics;
mod openapi;
mod ordered;
mod page;
mod patience;
mod places;
mod probes;
mod problem;
mod routes;
mod shared;

pub use listen::{Serving, serve};
