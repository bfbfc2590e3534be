//! The relation of a cluster's topics to a world at a start. Pure: the results follow from facts that were read before.

use super::cluster::ProgressByWorld;
use super::progress::{BadProgress, Partitions, Progress};
use super::refusal::KafkaRefusal;
use super::retention::{Retention, TimestampRange, progress_retention_conflict, retention_conflict};
use super::topics::TopicState;
use crate::config::Expired;
use crate::sink::{Attachment, Phase, SinkFacts, SinkPlace, SinkRefusal, Standing, TopicNames};
use populace_sim::{STREAMS, Stream, VirtualTime, format_time};
use populace_wire::Digest;

/// The facts about a cluster.
#[derive(Clone, Debug)]
pub(crate) struct KafkaFacts {
    /// The cluster as the attachment would save it.
    pub(crate) place: SinkPlace,
    /// The addresses of the cluster.
    pub(crate) brokers: String,
    /// The names of the topics.
    pub(crate) topics: TopicNames,
    /// The name of the progress topic.
    pub(crate) progress: String,
    /// The progress of each world in the cluster.
    pub(crate) progress_by_world: ProgressByWorld,
    /// The topics that exist, by stream.
    pub(crate) seen: [Option<TopicState>; STREAMS],
    /// The retention of topics that are still to be created.
    pub(crate) planned: Retention,
    /// The retention of the progress topic; None if it does not exist or is unknown.
    pub(crate) progress_retention: Option<Retention>,
    /// The times of the records to be sent.
    pub(crate) timestamps: TimestampRange,
    /// The policy for topics that would not keep the records.
    pub(crate) expired: Expired,
    /// The checkpoint; None if the world is not stored yet.
    pub(crate) checkpoint: Option<CheckpointState>,
}

/// A checkpoint as seen by the sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CheckpointState {
    /// The instant of the checkpoint.
    pub(crate) time: VirtualTime,
    /// The counts and digests of the partitions; empty lists before the world was attached to them.
    pub(crate) partitions: Partitions,
    /// The commands that had acted at the checkpoint.
    pub(crate) commands: Digest,
    /// The number of commands in the log, including those that have not acted.
    pub(crate) logged: u64,
}

impl SinkFacts for KafkaFacts {
    fn check_free(&self) -> Result<(), SinkRefusal> {
        Ok(free(self).and_then(|()| kept(self))?)
    }

    fn standing(&self, _: u128, attachment: Option<&Attachment>) -> Result<Standing, SinkRefusal> {
        Ok(with_topics(self, attachment)?)
    }
}

fn with_topics(kafka: &KafkaFacts, attachment: Option<&Attachment>) -> Result<Standing, KafkaRefusal> {
    let here = attachment.filter(|attachment| attachment.place == kafka.place);
    let standing = match (here, &kafka.progress_by_world.ours) {
        (_, Some(Err(bad))) => return Err(unusable(kafka, bad)),
        (Some(attachment), Some(Ok(progress))) if progress.attachment == attachment.number => {
            resume(kafka, attachment, progress)?
        }
        (_, Some(Ok(progress))) => {
            return Err(KafkaRefusal::TopicLeftBehind { topic: progress.topics.of(Stream::Transactions).to_owned() });
        }
        (Some(attachment), None) if attachment.phase == Phase::Attached => {
            return Err(KafkaRefusal::ProgressGone { progress: kafka.progress.clone() });
        }
        (Some(_), None) => free(kafka).map(|()| Standing::HalfAttached)?,
        (None, None) => free(kafka).map(|()| Standing::Free)?,
    };
    kept(kafka).map(|()| standing)
}

fn resume(kafka: &KafkaFacts, attachment: &Attachment, progress: &Progress) -> Result<Standing, KafkaRefusal> {
    for (stream, name) in kafka.topics.iter() {
        holds(name, kafka.seen[stream as usize].as_ref(), &progress.partitions.0[stream as usize])?;
    }
    let checkpoint = kafka.checkpoint.as_ref().expect("a world that is there has a checkpoint");
    let (before, reached) = (checkpoint.partitions.total(), progress.partitions.total());
    if progress.time < checkpoint.time || reached < before || progress.commands.count < checkpoint.commands.count {
        let (found, expected) = (format_time(progress.time), format_time(checkpoint.time));
        return Err(KafkaRefusal::TopicsBehind { found, expected });
    }
    if progress.commands.count > checkpoint.logged {
        let (found, known) = (progress.commands.count, checkpoint.logged);
        return Err(KafkaRefusal::UnknownCommands { found, known, by: Box::new(progress.instance.clone()) });
    }
    let ahead = progress.time > checkpoint.time || reached > before;
    match attachment.phase {
        Phase::Announced if !ahead => Ok(Standing::HalfAttached),
        Phase::Announced | Phase::Attached => Ok(Standing::Own { ahead, moved: false }),
    }
}

/// Checks that a topic can hold the records that the progress counts. Offsets are never reused: a partition whose end
/// offset is below the number of records written into it was created again, regardless of deletions by retention.
fn holds(name: &str, seen: Option<&TopicState>, written: &[Digest]) -> Result<(), KafkaRefusal> {
    let (topic, expected) = (name.to_owned(), written.len() as u32);
    let Some(seen) = seen else { return Err(KafkaRefusal::TopicGone { topic }) };
    if seen.partitions != expected {
        return Err(KafkaRefusal::OtherPartitions { topic, found: seen.partitions, expected });
    }
    let mut ends = seen.ends.iter().zip(written);
    match ends.position(|(end, written)| end.unsigned_abs() < written.count) {
        Some(partition) => {
            let (found, expected) = (seen.ends[partition], written[partition].count);
            Err(KafkaRefusal::RecordsLost { topic, partition, found, expected })
        }
        None => Ok(()),
    }
}

/// Checks that no other world has written the topics.
fn free(kafka: &KafkaFacts) -> Result<(), KafkaRefusal> {
    for (stream, topic) in kafka.topics.iter() {
        let writes = |other: &&Progress| other.topics.names().any(|name| name == topic);
        if let Some(other) = kafka.progress_by_world.others.iter().find(writes) {
            return Err(KafkaRefusal::OtherWorldsTopic {
                topic: topic.to_owned(),
                world: other.world.clone(),
                by: Box::new(other.instance.clone()),
                progress: kafka.progress.clone(),
            });
        }
        if kafka.seen[stream as usize].as_ref().is_some_and(|seen| seen.has_records) {
            return Err(KafkaRefusal::TopicInUse { topic: topic.to_owned() });
        }
    }
    Ok(())
}

/// Checks that the topics would keep the records to be sent, and that the progress topic would keep the progress.
pub(super) fn kept(kafka: &KafkaFacts) -> Result<(), KafkaRefusal> {
    if kafka.expired == Expired::Allow {
        return Ok(());
    }
    let refuse = |topic: &str, (why, setting): (String, String)| {
        let (topic, brokers) = (topic.to_owned(), kafka.brokers.clone());
        Err(KafkaRefusal::RetentionConflict { topic, why, setting, brokers })
    };
    for (stream, name) in kafka.topics.iter() {
        match &kafka.seen[stream as usize] {
            Some(seen) => {
                let retention = if stream.is_table() { seen.retention.of_table() } else { seen.retention.clone() };
                retention_conflict(&retention, &kafka.timestamps).map_or(Ok(()), |found| refuse(name, found))?
            }
            // The topics of tables are made without a limit.
            None if stream.is_table() => {}
            None => {
                if let Some((why, _)) = retention_conflict(&kafka.planned, &kafka.timestamps) {
                    return Err(KafkaRefusal::PlannedRetentionConflict { topic: name.to_owned(), why });
                }
            }
        }
    }
    let progress = kafka.progress_retention.as_ref().and_then(progress_retention_conflict);
    progress.map_or(Ok(()), |found| refuse(&kafka.progress, found))
}

fn unusable(kafka: &KafkaFacts, bad: &BadProgress) -> KafkaRefusal {
    let (why, help) = match bad {
        BadProgress::Foreign(why) => (
            why.clone(),
            "run `populace verify --rebuild-progress`, which compares the topics with the world and rewrites it, or give \
             another kafka.topic_prefix",
        ),
        BadProgress::Version(version) => (format!("its format has version {version}"), "use the release that wrote it"),
    };
    let help = help.to_owned();
    KafkaRefusal::BadProgress { progress: kafka.progress.clone(), why, help }
}
