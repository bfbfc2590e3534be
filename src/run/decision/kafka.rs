//! The decision for topics of a cluster. Pure; knows the cluster by what was found of it.

use super::{Decision, Refusal, WorldFacts};
use crate::config::Expired;
use crate::run::attachment::{Attachment, Phase, SinkPlace};
use crate::sink::TopicNames;
use crate::sink::kafka::{
    BadProgress, Partitions, Progress, ProgressByWorld, Retention, TimestampRange, TopicState,
    progress_retention_conflict, retention_conflict,
};
use populace_sim::{Digest, STREAMS, Stream, VirtualTime, format_time};

/// What was found in a cluster.
#[derive(Clone, Debug)]
pub struct KafkaFacts {
    /// The cluster as the attachment would have it.
    pub(crate) place: SinkPlace,
    /// Its addresses.
    pub(crate) brokers: String,
    /// Names of the topics.
    pub(crate) topics: TopicNames,
    /// Name of the progress topic.
    pub(crate) progress: String,
    /// Whose progress is there.
    pub(crate) progress_by_world: ProgressByWorld,
    /// The topics that are there, by stream.
    pub(crate) seen: [Option<TopicState>; STREAMS],
    /// How those that are missing would keep records.
    pub(crate) planned: Retention,
    /// How the progress topic keeps records, where it is there.
    pub(crate) progress_retention: Option<Retention>,
    /// The times of what is about to be sent.
    pub(crate) timestamps: TimestampRange,
    /// What to do about topics that would not keep it.
    pub(crate) expired: Expired,
    /// Where the checkpoint is; none where there is no world.
    pub(crate) checkpoint: Option<Standing>,
}

/// Where a checkpoint is, as seen by the sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its instant.
    pub(crate) time: VirtualTime,
    /// What the partitions held; empty lists before the world was attached to them.
    pub(crate) partitions: Partitions,
    /// The commands that had acted.
    pub(crate) commands: Digest,
    /// The commands of the log, acted or not.
    pub(crate) logged: u64,
}

/// For a world that is there.
pub(super) fn with_topics(world: &WorldFacts, kafka: &KafkaFacts) -> Result<Decision, Refusal> {
    let here = world.attachment.as_ref().filter(|attachment| attachment.place == kafka.place);
    let decision = match (here, &kafka.progress_by_world.ours) {
        (_, Some(Err(bad))) => return Err(unusable(kafka, bad)),
        (Some(attachment), Some(Ok(progress))) if progress.attachment == attachment.number => {
            resume(kafka, attachment, progress)?
        }
        (_, Some(Ok(progress))) => {
            return Err(Refusal::TopicLeftBehind { topic: progress.topics.of(Stream::Transactions).to_owned() });
        }
        (Some(attachment), None) if attachment.phase == Phase::Attached => {
            return Err(Refusal::ProgressGone { progress: kafka.progress.clone() });
        }
        (Some(_), None) => free(kafka).map(|()| Decision::FinishAttaching)?,
        (None, None) => free(kafka).map(|()| Decision::Attach)?,
    };
    kept(kafka).map(|()| decision)
}

/// Whether a new world may write the topics.
pub(super) fn unclaimed(kafka: &KafkaFacts) -> Result<(), Refusal> {
    free(kafka).and_then(|()| kept(kafka))
}

fn resume(kafka: &KafkaFacts, attachment: &Attachment, progress: &Progress) -> Result<Decision, Refusal> {
    for (stream, name) in kafka.topics.iter() {
        holds(name, kafka.seen[stream as usize].as_ref(), &progress.partitions.0[stream as usize])?;
    }
    let checkpoint = kafka.checkpoint.as_ref().expect("a world that is there has a checkpoint");
    let (before, reached) = (checkpoint.partitions.total(), progress.partitions.total());
    if progress.time < checkpoint.time || reached < before || progress.commands.count < checkpoint.commands.count {
        let (found, expected) = (format_time(progress.time), format_time(checkpoint.time));
        return Err(Refusal::TopicsBehind { found, expected });
    }
    if progress.commands.count > checkpoint.logged {
        let (found, known) = (progress.commands.count, checkpoint.logged);
        return Err(Refusal::UnknownCommands { found, known, by: Box::new(progress.instance.clone()) });
    }
    let replay = progress.time > checkpoint.time || reached > before;
    match attachment.phase {
        Phase::Announced if !replay => Ok(Decision::FinishAttaching),
        Phase::Announced | Phase::Attached => Ok(Decision::Resume { replay, moved: false }),
    }
}

/// Whether a topic can hold what the progress counts. Offsets are never given twice, so that a partition that ends before as
/// many records as were written into it is not the one that they were written into, whatever retention has deleted.
fn holds(name: &str, seen: Option<&TopicState>, written: &[Digest]) -> Result<(), Refusal> {
    let (topic, expected) = (name.to_owned(), written.len() as u32);
    let Some(seen) = seen else { return Err(Refusal::TopicGone { topic }) };
    if seen.partitions != expected {
        return Err(Refusal::OtherPartitions { topic, found: seen.partitions, expected });
    }
    let mut ends = seen.ends.iter().zip(written);
    match ends.position(|(end, written)| end.unsigned_abs() < written.count) {
        Some(partition) => {
            let (found, expected) = (seen.ends[partition], written[partition].count);
            Err(Refusal::RecordsLost { topic, partition, found, expected })
        }
        None => Ok(()),
    }
}

/// Whether nobody else has written the topics.
fn free(kafka: &KafkaFacts) -> Result<(), Refusal> {
    for (stream, topic) in kafka.topics.iter() {
        let writes = |other: &&Progress| other.topics.names().any(|name| name == topic);
        if let Some(other) = kafka.progress_by_world.others.iter().find(writes) {
            return Err(Refusal::OtherWorldsTopic {
                topic: topic.to_owned(),
                world: other.world.clone(),
                by: Box::new(other.instance.clone()),
                progress: kafka.progress.clone(),
            });
        }
        if kafka.seen[stream as usize].as_ref().is_some_and(|seen| seen.has_records) {
            return Err(Refusal::TopicInUse { topic: topic.to_owned() });
        }
    }
    Ok(())
}

/// Whether the topics would keep what is about to be sent, and the progress topic what is written with it.
pub(in crate::run) fn kept(kafka: &KafkaFacts) -> Result<(), Refusal> {
    if kafka.expired == Expired::Allow {
        return Ok(());
    }
    let refuse = |topic: &str, (why, setting): (String, String)| {
        let (topic, brokers) = (topic.to_owned(), kafka.brokers.clone());
        Err(Refusal::RetentionConflict { topic, why, setting, brokers })
    };
    for (stream, name) in kafka.topics.iter() {
        match &kafka.seen[stream as usize] {
            Some(seen) => {
                retention_conflict(&seen.retention, &kafka.timestamps).map_or(Ok(()), |found| refuse(name, found))?
            }
            None => {
                if let Some((why, _)) = retention_conflict(&kafka.planned, &kafka.timestamps) {
                    return Err(Refusal::PlannedRetentionConflict { topic: name.to_owned(), why });
                }
            }
        }
    }
    let progress = kafka.progress_retention.as_ref().and_then(progress_retention_conflict);
    progress.map_or(Ok(()), |found| refuse(&kafka.progress, found))
}

fn unusable(kafka: &KafkaFacts, bad: &BadProgress) -> Refusal {
    let (why, help) = match bad {
        BadProgress::Foreign(why) => (
            why.clone(),
            "run `populace verify --rebuild-progress`, which compares the topics with the world and writes it anew, or give \
             another kafka.topic_prefix",
        ),
        BadProgress::Version(version) => (format!("its format has version {version}"), "use the release that wrote it"),
    };
    let help = help.to_owned();
    Refusal::BadProgress { progress: kafka.progress.clone(), why, help }
}
