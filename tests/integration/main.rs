//! The integration tests of populace: one binary, a module a subject.

mod complaints;
mod contract;
mod golden;
mod house;
mod lives;
