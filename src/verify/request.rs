//! What `populace verify` is asked for.

use crate::config::{KafkaPlan, SinkChoice};
use populace_sim::{Stated, VirtualTime};
use std::path::PathBuf;

/// `populace verify`.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyRequest {
    /// Directory of the world, which must not be running.
    pub data_dir: PathBuf,
    /// The sink to check; `None` is the one that the world is attached to.
    pub sink: Option<SinkChoice>,
    /// How to use Kafka, where the sink is one.
    pub kafka: KafkaPlan,
    /// What was stated; what was left out is as the world had it last.
    pub stated: Stated,
    /// Threads for the replay, ≥ 1.
    pub threads: usize,
    /// What is asked for.
    pub task: VerifyTask,
    /// Wall now.
    pub now: VirtualTime,
    /// Answer with one JSON object.
    pub json: bool,
}

/// What `populace verify` is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyTask {
    /// Check, and write nothing.
    Check,
    /// Rewrite a lost progress record if the topics hold the records of the world.
    RebuildProgress,
}
