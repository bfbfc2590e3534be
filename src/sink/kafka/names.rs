//! The names that a producer writes under: the world, its topics and its progress topic. Must not depend on: any producer.

use super::progress::{PROGRESS_TOPIC, Progress};
use crate::sink::TopicNames;

/// The names that a world's records are written under.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) world: String,
    pub(super) topics: TopicNames,
    pub(super) progress: String,
}

impl Names {
    /// Returns the transactional id, under which only one producer at a time may write this world.
    pub(super) fn transactional_id(&self) -> String {
        format!("populace-{}", Progress::key_of(&self.world).replace('/', "-"))
    }

    /// Returns the name of the progress topic with a prefix.
    pub(super) fn progress_topic(prefix: &str) -> String {
        format!("{prefix}{PROGRESS_TOPIC}")
    }
}
