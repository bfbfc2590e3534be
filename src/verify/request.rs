//! The request of `populace verify`. Must not depend on: the checks.

use crate::config::{KafkaPlan, SinkChoice};
use populace_sim::{Stated, VirtualTime};
use std::path::PathBuf;

/// A request of `populace verify`.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyRequest {
    /// The directory of the world, which must not be running.
    pub data_dir: PathBuf,
    /// The sink to check; None is the one that the world is attached to.
    pub sink: Option<SinkChoice>,
    /// The settings of Kafka, if the sink is a cluster.
    pub kafka: KafkaPlan,
    /// The stated keys; every other key has its last value in the world.
    pub stated: Stated,
    /// The number of threads for the replay, at least 1.
    pub threads: usize,
    /// The task.
    pub task: VerifyTask,
    /// The wall time.
    pub now: VirtualTime,
    /// True if the report is one JSON object.
    pub json: bool,
}

/// The task of `populace verify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyTask {
    /// Check, and write nothing.
    Check,
    /// Rewrite a lost progress record if the topics hold the records of the world.
    RebuildProgress,
}
