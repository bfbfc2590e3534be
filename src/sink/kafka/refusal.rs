//! The reasons why a run must not start with topics of a cluster: each as one sentence with the problem, the place and
//! the remedy.

use crate::sink::{Instance, SinkRefusal};

/// The reason why a run must not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KafkaRefusal {
    /// The topic of another world.
    #[error(
        "{topic} holds events of another world, {world}, which is not in this data directory ({by}): name its \
         --data-dir, or give another kafka.topic_prefix, or delete the topics and {progress}"
    )]
    OtherWorldsTopic {
        /// The topic.
        topic: String,
        /// The world that wrote it.
        world: String,
        /// The process that wrote last.
        by: Box<Instance>,
        /// The progress topic that names the world.
        progress: String,
    },
    /// A topic with records that this world did not write.
    #[error(
        "{topic} holds records that this world did not write: give another kafka.topic_prefix, or delete the topic"
    )]
    TopicInUse {
        /// The topic.
        topic: String,
    },
    /// A topic whose records name their schema in another way than the plan.
    #[error(
        "the records of {topic} have {found}, and this run would write {planned}: set [kafka.registry] as it was when the \
         topic began, or give another kafka.topic_prefix, which starts at the last checkpoint"
    )]
    OtherLayout {
        /// The topic.
        topic: String,
        /// The layout of its values, in words.
        found: &'static str,
        /// The layout of the plan, in words.
        planned: &'static str,
    },
    /// A topic of this world is missing.
    #[error(
        "{topic}, which this world writes, is not there: restore it, or give another kafka.topic_prefix, which starts \
         at the last checkpoint"
    )]
    TopicGone {
        /// The topic.
        topic: String,
    },
    /// The progress of this world is missing.
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
        /// The reason.
        why: String,
        /// The remedy.
        help: String,
    },
    /// A topic from which the world has moved to another sink.
    #[error(
        "{topic} holds events that this world wrote before it went on elsewhere, so events would be missing in it: \
         choose the sink that it was attached to last, or another kafka.topic_prefix"
    )]
    TopicLeftBehind {
        /// The topic.
        topic: String,
    },
    /// A topic whose number of partitions has changed.
    #[error(
        "{topic} has {found} partitions, and this world began to write it with {expected}: keys would move to other \
         partitions; give another kafka.topic_prefix, which starts at the last checkpoint"
    )]
    OtherPartitions {
        /// The topic.
        topic: String,
        /// The current number of partitions.
        found: u32,
        /// The number of partitions at the first claim.
        expected: u32,
    },
    /// A topic that cannot hold the records that were written into it.
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
        /// The number of records that were written into it.
        expected: u64,
    },
    /// The checkpoint is ahead of the topics (C > K).
    #[error(
        "the topics have this world up to {found}, and its last checkpoint is at {expected}: the cluster lost what was \
         committed, or was restored from an older copy; give another kafka.topic_prefix, which starts at the checkpoint"
    )]
    TopicsBehind {
        /// The time of the progress.
        found: String,
        /// The time of the checkpoint.
        expected: String,
    },
    /// The topics contain the effects of commands that this data directory does not have.
    #[error(
        "the topics were written with {found} commands, and this data directory knows {known}: it is an older copy; \
         use the one that wrote them last ({by})"
    )]
    UnknownCommands {
        /// The number of commands that had acted.
        found: u64,
        /// The number of commands in the log.
        known: u64,
        /// The process that wrote last.
        by: Box<Instance>,
    },
    /// A topic that would not keep the records to be sent.
    #[error(
        "{topic} {why}: nothing was sent. Mend it with `kafka-configs.sh --bootstrap-server {brokers} --alter \
         --entity-type topics --entity-name {topic} --add-config {setting}`, or go on all the same with --allow-expired"
    )]
    RetentionConflict {
        /// The topic.
        topic: String,
        /// The conflict, with the figures.
        why: String,
        /// The setting that resolves it.
        setting: String,
        /// The brokers.
        brokers: String,
    },
    /// A topic that is still to be created and would not keep the records to be sent.
    #[error(
        "with kafka.retention_ms as it is, {topic} {why}: nothing was sent. Leave kafka.retention_ms out, or go on all \
         the same with --allow-expired"
    )]
    PlannedRetentionConflict {
        /// The topic.
        topic: String,
        /// The conflict, with the figures.
        why: String,
    },
}

impl From<KafkaRefusal> for SinkRefusal {
    fn from(refusal: KafkaRefusal) -> Self {
        SinkRefusal::new(refusal)
    }
}
