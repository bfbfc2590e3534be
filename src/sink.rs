//! Where records go: one trait, and its implementations for Kafka, files, standard output and nothing at all.
//! A sink knows bytes, streams and places; not the world, its checkpoints or its clock.

mod error;
pub mod files;
mod instance;
pub mod kafka;
mod lines;
mod names;
mod nothing;

use populace_sim::{Digest, Record, STREAMS, Stream, VirtualTime};
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub use error::SinkError;
pub(crate) use error::is_for_want_of_files;
pub use files::FilesSink;
pub use instance::Instance;
pub use kafka::KafkaSink;
pub use lines::LinesSink;
pub use names::TopicNames;
pub use nothing::NullSink;

/// Something that takes the records of a world in their order.
pub trait Sink: Send {
    /// The records that follow come after these commands have acted: how many, and their chained hash.
    fn after(&mut self, _commands: Digest) {}

    /// Takes the next record.
    ///
    /// # Errors
    /// Where it cannot be written, or differs from what lies there already.
    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError>;

    /// Lets readers see everything taken so far, which is all that happened before `at`.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn flush(&mut self, at: VirtualTime) -> Result<(), SinkError>;

    /// Longest wall time that records wait for a flush.
    fn flush_every(&self) -> Duration {
        Duration::from_millis(200)
    }

    /// Flushes, and says how far the sink is, with what makes that durable. The sink may take records meanwhile.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError>;

    /// Whether all that an earlier run left in the sink has been met again, byte for byte.
    fn caught_up(&self) -> bool {
        true
    }

    /// How many of the records taken so far were there already, whole. Does not grow once it has caught up.
    fn known(&self) -> u64 {
        0
    }
}

/// How far a sink is.
pub struct Mark {
    /// Where the next record of each stream goes, in files.
    pub positions: Positions,
    /// What each partition holds, in Kafka.
    pub partitions: kafka::Partitions,
    /// Makes everything before the mark durable; may be run on another thread.
    pub sync: Box<dyn FnOnce() -> Result<(), SinkError> + Send>,
}

impl Mark {
    /// The mark of a sink that keeps nothing.
    pub fn of_nothing() -> Self {
        Mark { positions: Positions::default(), partitions: kafka::Partitions::default(), sync: Box::new(|| Ok(())) }
    }
}

/// Where the next record of one stream goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// UTC day of the last record, in days since the Unix epoch; none before the first.
    pub day: Option<i32>,
    /// Bytes of that day's file.
    pub offset: u64,
}

/// The positions of all streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions(#[serde(with = "populace_sim::by_stream")] pub [Position; STREAMS]);

impl Positions {
    /// The position of one stream.
    pub fn of(&self, stream: Stream) -> Position {
        self.0[stream as usize]
    }
}
