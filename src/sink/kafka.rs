//! The Kafka sink: records in epochs, each committed together with the world's progress. Must not depend on: the world,
//! checkpoints.

mod advertised;
mod advice;
mod client;
mod cluster;
mod decision;
mod epoch;
mod fault;
mod framing;
mod missing;
mod names;
mod partitioner;
mod patience;
mod producer;
mod progress;
mod reader;
mod recovery;
mod refusal;
mod registry;
mod rejection;
mod retention;
mod retry;
mod schemas;
mod start;
mod token;
mod topic_config;
mod topic_name;
mod topics;
mod wait;
mod writer;

pub(crate) use cluster::Cluster;
pub(crate) use framing::{Layouts, json_alone};
pub(crate) use partitioner::partition_of;
pub(crate) use progress::BadProgress;
pub(crate) use progress::record_hash_on_wire;
pub use progress::{Partitions, Progress};
pub(crate) use reader::Extent;
pub use refusal::KafkaRefusal;
pub(crate) use retention::progress_retention_conflict;
pub(crate) use start::{Kafka, cluster_of, prefix_of};

#[cfg(test)]
pub(crate) mod facts {
    pub(crate) use super::cluster::ProgressByWorld;
    pub(crate) use super::decision::{CheckpointState, KafkaFacts};
    pub(crate) use super::retention::{Retention, TimestampRange};
    pub(crate) use super::topics::TopicState;
}
