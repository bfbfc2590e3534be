//! Several sinks of one world: files and topics of a cluster. Both take all records, or the files take those before the
//! seam and the topics those from it on. Each part keeps its own position, replay and promises. Must not depend on: the
//! inside of any one sink.

mod facts;
mod kind;
mod part;
mod start;
mod writer;

pub(crate) use kind::FilesAndKafka;
pub(crate) use part::division_of;

#[cfg(test)]
mod tests;
