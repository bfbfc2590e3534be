//! The ground of every domain: virtual time, random numbers, the event queue, identifiers, and the order of events.
//! Must not depend on: any other room.

mod curve;
mod identity;
mod prefetch;
mod queue;
mod random;
pub(crate) mod sample;
mod stream;
mod text;
mod time;

pub(crate) use curve::Curve;
pub use identity::{Id, IdKind, IdMaker};
pub(crate) use prefetch::prefetch;
pub use queue::EventQueue;
pub use random::{EntityKey, Purpose, RngStream, WorldKey};
pub(crate) use sample::AliasTable;
pub use stream::{OrderKey, STREAMS, Stream};
pub use text::TextBuffer;
pub use time::{MICROS_PER_SECOND, Span, VirtualTime, civil_date};
