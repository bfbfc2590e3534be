//! Topics of a cluster against the world: every committed record of every partition is counted and digested, and where
//! that is not enough (records that the broker has deleted, or a difference) compared one by one with a replay.

use super::replay::{Going, Life, replay};
use crate::config::KafkaPlan;
use crate::run::{Attachment, RunError, StoredWorld, topic_names};
use crate::sink::kafka::{Cluster, Contact, Partitions, Progress, hash_on_the_wire, partition_of};
use populace_sim::{Digest, RULES_VERSION, Record, STREAMS, Stream, Town, format_time};
use serde::Serialize;
use std::sync::Arc;

/// What was checked in one topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ClusterReport {
    /// The topic.
    pub topic: String,
    /// Its partitions.
    pub partitions: usize,
    /// Records that were read and found right.
    pub records: u64,
    /// Records of which the broker's retention has left nothing to read.
    pub expired: u64,
}

/// Checks all partitions of all topics.
///
/// # Errors
/// The first difference, in words, or why nothing could be checked.
pub(super) fn check(
    world: &StoredWorld,
    town: &Arc<Town>,
    attachment: &Attachment,
    (plan, threads): (&KafkaPlan, usize),
) -> Result<Vec<ClusterReport>, RunError> {
    let contact = Arc::new(Contact::default());
    let cluster = Cluster::reach(plan, &topic_names(town), &contact, Box::new(|| false))?;
    let progress = progress_of(world, &cluster, attachment)?;
    from_checkpoint(world, &progress, threads)?;
    let found = read(&cluster, &progress)?;
    let whole = |stream: Stream| found.of(stream).iter().zip(expected(&progress, stream)).all(|(one, all)| one.is(all));
    if !town.streams().all(whole) {
        one_by_one(world, (attachment, &progress), &found, threads)?;
    }
    Ok(town.streams().map(|stream| report(&progress, &found, stream)).collect())
}

fn report(progress: &Progress, found: &Found, stream: Stream) -> ClusterReport {
    let partitions = found.of(stream);
    let records = partitions.iter().map(|one| one.digest.count).sum();
    let written: u64 = expected(progress, stream).iter().map(|one| one.count).sum();
    let topic = progress.topics.of(stream).to_owned();
    ClusterReport { topic, partitions: partitions.len(), records, expired: written - records }
}

fn expected(progress: &Progress, stream: Stream) -> &[Digest] {
    &progress.partitions.0[stream as usize]
}

fn progress_of(world: &StoredWorld, cluster: &Cluster, attachment: &Attachment) -> Result<Progress, RunError> {
    let name = format!("{:032x}", world.store.identity().world_id);
    let topic = cluster.progress_topic();
    let unequal = |why: String| Err(RunError::Unequal(why));
    let progress = match cluster.ledger(&name)?.ours {
        Some(Ok(progress)) => progress,
        Some(Err(_)) => return unequal(format!("{topic}: this world's progress cannot be read")),
        None => return unequal(format!("{topic} does not have this world's progress")),
    };
    if progress.attachment != attachment.number {
        return unequal(format!(
            "{topic}: these topics were written before the world went on elsewhere: name the sink that it has now"
        ));
    }
    if progress.time < world.meta.time || progress.partitions.total() < world.partitions().total() {
        let (found, expected) = (format_time(progress.time), format_time(world.meta.time));
        return unequal(format!("the topics have this world up to {found}, its last checkpoint is at {expected}"));
    }
    Ok(progress)
}

/// Lives from the checkpoint to where the topics are, and compares what that makes with the progress.
fn from_checkpoint(world: &StoredWorld, progress: &Progress, threads: usize) -> Result<(), RunError> {
    let counts = progress.partitions.counts();
    let before = world.partitions();
    let mut partitions = if before.counts() == counts { before } else { Partitions::empty(counts) };
    let mut left = progress.partitions.total() - partitions.total();
    if left > 0 {
        let life = Life::from_checkpoint(world, threads)?;
        replay(life, progress.time, |record| {
            if let Some(record) = record.filter(|_| left > 0) {
                add(&mut partitions, record);
                left -= 1;
            }
            Ok(if left > 0 { Going::On } else { Going::Enough })
        })?;
    }
    if partitions != progress.partitions {
        return Err(RunError::Unequal(
            "what this world makes from its last checkpoint on is not what its progress counts".into(),
        ));
    }
    Ok(())
}

fn add(partitions: &mut Partitions, record: &Record<'_>) {
    let digests = &mut partitions.0[record.stream as usize];
    let partition = partition_of(record.key, digests.len());
    digests[partition].add(hash_of(record));
}

fn hash_of(record: &Record<'_>) -> u128 {
    hash_on_the_wire(record.key, record.time.micros().div_euclid(1_000), record.value)
}

/// What was read of one partition.
#[derive(Default)]
struct Read {
    digest: Digest,
    /// Half of each record's hash, and its offset.
    records: Vec<(u64, i64)>,
}

impl Read {
    fn is(&self, expected: &Digest) -> bool {
        self.digest == *expected
    }
}

/// What was read of all partitions.
struct Found([Vec<Read>; STREAMS]);

impl Found {
    fn of(&self, stream: Stream) -> &[Read] {
        &self.0[stream as usize]
    }
}

fn read(cluster: &Cluster, progress: &Progress) -> Result<Found, RunError> {
    let mut found = Found(progress.partitions.counts().map(|count| (0..count).map(|_| Read::default()).collect()));
    for (stream, topic) in progress.topics.iter() {
        for (number, partition) in found.0[stream as usize].iter_mut().enumerate() {
            cluster.read(topic, number as i32, |message| {
                let hash = hash_on_the_wire(message.key, message.millis, message.value);
                partition.digest.add(hash);
                partition.records.push((hash as u64, message.offset));
            })?;
        }
    }
    Ok(found)
}

/// Lives the whole life of the world in these topics and compares every record that is left with its place.
fn one_by_one(
    world: &StoredWorld,
    (attachment, progress): (&Attachment, &Progress),
    found: &Found,
    threads: usize,
) -> Result<(), RunError> {
    if world.store.identity().rules_version != RULES_VERSION {
        let why = "the topics differ from what this world wrote; which record it is cannot be told, for older rules \
                   made it";
        return Err(RunError::Unequal(why.into()));
    }
    let mut places = Stream::ALL.map(|stream| {
        let all = found.of(stream).iter().zip(expected(progress, stream));
        all.map(|(read, expected)| Place { read, left: expected.count, expected: expected.count }).collect::<Vec<_>>()
    });
    for (stream, topic) in progress.topics.iter() {
        for (number, place) in places[stream as usize].iter().enumerate() {
            place.holds_no_more(topic, number)?;
        }
    }
    let life = Life::from_birth(world, threads)?;
    let since = attachment.since;
    replay(life, progress.time, |record| {
        if let Some(record) = record.filter(|record| record.time >= since) {
            let places = &mut places[record.stream as usize];
            let number = partition_of(record.key, places.len());
            places[number].meet(record, (progress.topics.of(record.stream), number))?;
        }
        Ok(Going::On)
    })
}

/// How far a partition was compared.
struct Place<'a> {
    read: &'a Read,
    /// Records of the partition still to come, and in all.
    left: u64,
    expected: u64,
}

impl Place<'_> {
    fn holds_no_more(&self, topic: &str, number: usize) -> Result<(), RunError> {
        let there = self.read.digest.count;
        if there <= self.expected {
            return Ok(());
        }
        let expected = self.expected;
        Err(RunError::Unequal(format!(
            "{topic} partition {number} holds {there} records, and this world wrote {expected}: something is there twice, \
             or somebody else wrote it"
        )))
    }

    fn meet(&mut self, record: &Record<'_>, (topic, number): (&str, usize)) -> Result<(), RunError> {
        if self.left == 0 {
            return Ok(());
        }
        let there = self.read.records.len() as u64;
        let at = there.checked_sub(self.left);
        self.left -= 1;
        // Before the first record that is left: the broker has deleted it.
        let Some(at) = at else { return Ok(()) };
        let (hash, offset) = self.read.records[at as usize];
        if hash == hash_of(record) as u64 {
            return Ok(());
        }
        let again = at > 0 && self.read.records[at as usize - 1].0 == hash;
        let what = if again { "a record is there twice" } else { "a record is missing or differs" };
        let key = String::from_utf8_lossy(record.key);
        let time = format_time(record.time);
        Err(RunError::Unequal(format!(
            "{topic} partition {number}, offset {offset}: {what}; expected was the one of {key} at {time}"
        )))
    }
}
