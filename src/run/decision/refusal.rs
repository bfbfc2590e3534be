//! Why a run must not start: each as one sentence that says what, where and what to do.

use super::Versions;
use crate::sink::Instance;
use crate::sink::files::Folder;
use std::path::PathBuf;

/// Why not to start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Topics without their world.
    #[error(
        "{} holds the topics of world {id:032x}, which is not in this data directory: name its --data-dir, or choose \
         another --out",
        out.display()
    )]
    NoWorldForTopics {
        /// The output folder.
        out: PathBuf,
        /// The world that its marker names.
        id: u128,
    },
    /// Topics of another world.
    #[error("{} holds the topics of another world ({id:032x}): choose another --out", out.display())]
    OtherWorld {
        /// The output folder.
        out: PathBuf,
        /// The world that its marker names.
        id: u128,
    },
    /// A marker that is none.
    #[error("{}/.populace does not say whose topics these are: put it back as it was, or choose another --out", out.display())]
    UnknownOwner {
        /// The output folder.
        out: PathBuf,
    },
    /// Files that this world did not write.
    #[error("{} holds {:?}, which this world did not write: choose another --out, or move it away", folder.path.display(), folder.holds)]
    InUse {
        /// The topic folder.
        folder: Folder,
    },
    /// The output folder is something else.
    #[error("--out {} is a file and no folder: choose another --out", out.display())]
    NotAFolder {
        /// What was given.
        out: PathBuf,
    },
    /// A day file that cannot be this world's.
    #[error("{} was not written by this world ({why}): move it away, and run the same command again", file.display())]
    Stranger {
        /// The day file.
        file: PathBuf,
        /// How that is known.
        why: &'static str,
    },
    /// This world's topics are gone.
    #[error("this world writes its topics into {}, and they are not there: put the folder back, or choose another --out, which \
             starts at the last checkpoint", out.display())]
    TopicsGone {
        /// The output folder.
        out: PathBuf,
    },
    /// The topics are there, and nothing says whose they are.
    #[error(
        "{} holds topics, and not the file .populace, which says that they are this world's: put that file back, or choose \
         an empty --out, which starts at the last checkpoint",
        out.display()
    )]
    MarkerGone {
        /// The output folder.
        out: PathBuf,
    },
    /// A sink that the world left.
    #[error("{} holds topics that this world wrote before it went on elsewhere, so records would be missing in them: choose \
             the sink that it was attached to last, or an empty --out", out.display())]
    LeftBehind {
        /// The output folder.
        out: PathBuf,
    },
    /// Topics that another copy of this world has written since.
    #[error(
        "{} was written last by another copy of this world ({by}): go on with that one. To let this copy live on, too, make \
         a world of its own of it with `populace fork`, or give another --out, which starts at its last checkpoint. If that \
         one is gone, put this data directory in its place",
        out.display()
    )]
    OtherCopy {
        /// The output folder.
        out: PathBuf,
        /// The process that wrote last.
        by: Box<Instance>,
    },
    /// A finished day's file that has another size.
    #[error(
        "{} holds {found} bytes, and this world finished that day with {expected}: put the file back as it was, or move it \
         away, as any finished day may be, and run the same command again",
        file.display()
    )]
    DayAltered {
        /// The day file.
        file: PathBuf,
        /// Bytes that it has.
        found: u64,
        /// Bytes that it had when the day was finished.
        expected: u64,
    },
    /// The checkpoint is ahead of the sink (C > K).
    #[error("{} holds {found} bytes, and this world wrote {expected} before its last checkpoint: put the file back, or choose an \
             empty --out, which starts at the last checkpoint", file.display())]
    SinkBehind {
        /// The day file.
        file: PathBuf,
        /// Bytes that it has.
        found: u64,
        /// Bytes that it had.
        expected: u64,
    },
    /// Other rules, and events to be repeated under the old ones.
    #[error("this world lives by rules {}, this program has rules {}, and the last run was cut off: start the release that \
             it ran under once and stop it, then this one", versions.world, versions.program)]
    OtherRules {
        /// Both versions.
        versions: Versions,
    },
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
         --rebuild-progress` with its --data-dir, which compares the topics with the world and writes it anew, or give \
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
