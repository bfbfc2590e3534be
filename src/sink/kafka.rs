//! The Kafka sink: records in epochs, each committed together with the world's progress. Must not depend on: the world,
//! checkpoints.

mod advertised;
mod advice;
mod client;
mod cluster;
mod decision;
mod epoch;
mod fault;
mod missing;
mod partitioner;
mod producer;
mod progress;
mod reader;
mod recovery;
mod refusal;
mod rejection;
mod retention;
mod retry;
mod start;
mod token;
mod topic_config;
mod topic_name;
mod topics;
mod wait;
mod writer;

use populace_sim::{VirtualTime, record_hash};

pub(crate) use cluster::Cluster;
pub(crate) use partitioner::partition_of;
pub(crate) use progress::BadProgress;
pub use progress::{Partitions, Progress};
pub(crate) use reader::Extent;
pub use refusal::KafkaRefusal;
pub(crate) use retention::progress_retention_conflict;
pub(crate) use start::{Kafka, cluster_of, prefix_of};

use cluster::ProgressByWorld;
use retention::{Retention, TimestampRange, retention_conflict};
use topics::TopicState;

#[cfg(test)]
pub(crate) mod facts {
    pub(crate) use super::cluster::ProgressByWorld;
    pub(crate) use super::decision::{CheckpointState, KafkaFacts};
    pub(crate) use super::retention::{Retention, TimestampRange};
    pub(crate) use super::topics::TopicState;
}

/// Name of this kind of sink.
const NAME: &str = "kafka";

/// Returns the hash of a record as a partition's digest takes it: over the bytes that any reader of the topic sees.
pub(crate) fn record_hash_on_wire(key: &[u8], millis: i64, value: &[u8]) -> u128 {
    record_hash(key, VirtualTime::from_micros(millis.saturating_mul(1_000)), value)
}
