//! Why a run must not start with topics of a cluster: each as one sentence that says what, where and what to do.

use crate::sink::{Instance, SinkRefusal};

/// Why not to start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KafkaRefusal {
    /// Topics without their world.
    #[error(
        "{topic} holds events of another world, {world}, which is not in this data directory ({by}): name its \
         --data-dir, or give another kafka.topic_prefix, or delete the topics and {progress}"
    )]
    OtherWorldsTopic {
        /// The topic.
        topic: String,
        /// The world that wrote it.
        world: String,
        /// Who wrote it last.
        by: Box<Instance>,
        /// The topic that says so.
        progress: String,
    },
    /// Records that this world did not write.
    #[error(
        "{topic} holds records that this world did not write: give another kafka.topic_prefix, or delete the topic"
    )]
    TopicInUse {
        /// The topic.
        topic: String,
    },
    /// A topic of this world is gone.
    #[error(
        "{topic}, which this world writes, is not there: restore it, or give another kafka.topic_prefix, which starts \
         at the last checkpoint"
    )]
    TopicGone {
        /// The topic.
        topic: String,
    },
    /// This world's progress is gone.
    #[error(
        "this world writes into this cluster, and its progress is gone from {progress}: run `populace verify \
         --rebuild-progress` with its --data-dir, which compares the topics with the world and rewrites it, or give \
         another kafka.topic_prefix, which starts at the last checkpoint"
    )]
    ProgressGone {
        /// The progress topic.
        progress: String,
    },
    /// The progress cannot be used.
    #[error("the progress of this world in {progress} cannot be used ({why}): {help}")]
    BadProgress {
        /// The progress topic.
        progress: String,
        /// Why.
        why: String,
        /// What to do.
        help: String,
    },
    /// Topics that the world left.
    #[error(
        "{topic} holds events that this world wrote before it went on elsewhere, so events would be missing in it: \
         choose the sink that it was attached to last, or another kafka.topic_prefix"
    )]
    TopicLeftBehind {
        /// The topic.
        topic: String,
    },
    /// A topic has another number of partitions than it had.
    #[error(
        "{topic} has {found} partitions, and this world began to write it with {expected}: keys would move to other \
         partitions; give another kafka.topic_prefix, which starts at the last checkpoint"
    )]
    OtherPartitions {
        /// The topic.
        topic: String,
        /// Partitions that it has.
        found: u32,
        /// Partitions that it had.
        expected: u32,
    },
    /// A topic cannot hold what was written into it.
    #[error(
        "{topic} partition {partition} ends at offset {found}, and this world wrote {expected} records into it: the topic \
         was deleted and made again, or lost records; restore it, or give another kafka.topic_prefix, which starts at the \
         last checkpoint"
    )]
    RecordsLost {
        /// The topic.
        topic: String,
        /// The partition.
        partition: usize,
        /// The offset after its last record.
        found: i64,
        /// Records that were written into it.
        expected: u64,
    },
    /// The checkpoint is ahead of the topics (C > K).
    #[error(
        "the topics have this world up to {found}, and its last checkpoint is at {expected}: the cluster lost what was \
         committed, or was restored from an older copy; give another kafka.topic_prefix, which starts at the checkpoint"
    )]
    TopicsBehind {
        /// How far the topics are.
        found: String,
        /// Where the checkpoint is.
        expected: String,
    },
    /// The topics were written by a world that knew more commands.
    #[error(
        "the topics were written with {found} commands, and this data directory knows {known}: it is an older copy; \
         use the one that wrote them last ({by})"
    )]
    UnknownCommands {
        /// Commands that had acted.
        found: u64,
        /// Commands of the log.
        known: u64,
        /// Who wrote last.
        by: Box<Instance>,
    },
    /// The topic would not keep what is sent.
    #[error(
        "{topic} {why}: nothing was sent. Mend it with `kafka-configs.sh --bootstrap-server {brokers} --alter \
         --entity-type topics --entity-name {topic} --add-config {setting}`, or go on all the same with --allow-expired"
    )]
    RetentionConflict {
        /// The topic.
        topic: String,
        /// What it would do, with the figures.
        why: String,
        /// The setting that mends it.
        setting: String,
        /// The brokers.
        brokers: String,
    },
    /// A topic that is still to be made would not keep what is sent.
    #[error(
        "with kafka.retention_ms as it is, {topic} {why}: nothing was sent. Leave kafka.retention_ms out, or go on all \
         the same with --allow-expired"
    )]
    PlannedRetentionConflict {
        /// The topic.
        topic: String,
        /// What it would do, with the figures.
        why: String,
    },
}

impl From<KafkaRefusal> for SinkRefusal {
    fn from(refusal: KafkaRefusal) -> Self {
        SinkRefusal::new(refusal)
    }
}
