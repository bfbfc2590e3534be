//! The ground of every domain: virtual time, random numbers, the event queue, identifiers, and the order of events.
//! Must not depend on: any other room.

mod batch;
pub mod by_stream;
mod identity;
mod queue;
mod random;
pub(crate) mod sample;
mod time;

pub use batch::{Batch, Digest, Digests, Merged, OrderKey, Record, STREAMS, Stream, WrittenRecord, record_hash};
pub use identity::{Id, IdKind, IdMaker};
pub use queue::EventQueue;
pub use random::{Draws, Purpose, WorldKey};
pub(crate) use sample::AliasTable;
pub use time::{MICROS_PER_SECOND, Span, VirtualTime};
