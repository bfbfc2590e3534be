//! The integration tests of populace: one binary, a module a subject.
#![allow(clippy::unwrap_used, reason = "a test that meets a failure stops there")]

mod cli_errors;
mod contract;
mod crash;
mod forks;
mod golden;
mod house;
mod http;
mod kafka;
mod lake;
mod lives;
mod realism;
mod resume;
mod schema;
mod tools;
