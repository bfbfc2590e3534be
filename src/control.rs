//! The control socket of a running world, `<data-dir>/control.sock`: one JSON object per line, each answered by one
//! line. HTTP takes the same requests. Must not depend on: the command line, HTTP.

mod answer;
mod client;
mod dispatch;
mod request;
mod server;
mod signals;
mod socket;

pub use answer::Answer;
pub use client::{Client, connect};
pub use request::{Request, Whom};
pub use server::{Serving, serve};
pub use signals::Outside;
