//! `populace verify --rebuild-progress`: recovery for a world whose progress record is lost. The topics are compared
//! with the world, and the progress is rewritten only if all of them agree. No other process can write during that
//! time: the world's lock is held, and earlier producers are fenced before the topics are read.

use super::digests::expected;
use super::read::{Found, Read, Source};
use super::report::{ClusterReport, Rebuilt};
use super::walk::{Beginning, Reached, Walk};
use crate::config::KafkaPlan;
use crate::run::{RunError, StoredWorld, known_rules};
use crate::sink::Attachment;
use crate::sink::kafka::{BadProgress, Cluster, Layouts, Partitions, Progress, progress_retention_conflict};
use crate::sink::kafka::{KafkaRefusal, cluster_of};
use crate::sink::{Instance, SinkError, SinkRefusal, TopicNames};
use crate::status::Connectivity;
use crate::verify::replay::{Going, Life, replay_commands};
use populace_sim::{RULES_VERSION, Stream, Town, VirtualTime, format_time};
use populace_wire::Digest;
use std::sync::Arc;

/// The options of a rebuild.
#[derive(Clone, Copy)]
pub(super) struct RebuildOptions<'a> {
    pub(super) plan: &'a KafkaPlan,
    /// The number of threads for the replay, at least 1.
    pub(super) threads: usize,
    /// The wall time.
    pub(super) now: VirtualTime,
}

/// Rewrites the progress. Returns None if it exists and nothing was written.
///
/// # Errors
/// The reason why it must not be written: the first record that differs or is missing, as text; another process that
/// claimed the world; a topic or progress topic with the wrong properties; a broker that does not answer.
pub(super) fn rebuild(
    world: &StoredWorld,
    town: &Arc<Town>,
    attachment: &Attachment,
    options: RebuildOptions<'_>,
) -> Result<Option<(Rebuilt, Vec<ClusterReport>)>, RunError> {
    let connectivity = Arc::new(Connectivity::default());
    let cluster = Cluster::reach(options.plan, &TopicNames::of_town(town), &connectivity, Box::new(|| false))?;
    is_the_one(&cluster, attachment, options.plan)?;
    let name = format!("{:032x}", world.store.identity().world_id);
    // The claim is read before a producer is fenced.
    match cluster.progress_by_world(&name)?.ours {
        Some(Ok(_)) => return Ok(None),
        Some(Err(BadProgress::Version(version))) => return Err(of_another_release(&cluster, version)),
        Some(Err(BadProgress::Foreign(_))) | None => {}
    }
    keeps_progress(&cluster, options.plan)?;
    let mut fenced = cluster.fence(&name)?;
    let rebuilding = Rebuilding { world, attachment, cluster: &cluster, options };
    let (progress, reached) = rebuilding.compare(name)?;
    cluster.create_missing_progress()?;
    cluster.write_lost_progress(&mut fenced, &progress)?;
    let reports = town.streams().map(|stream| report(&progress, &reached, stream)).collect();
    Ok(Some((told(&cluster, &progress, &reached), reports)))
}

/// The common inputs of all steps.
struct Rebuilding<'a> {
    world: &'a StoredWorld,
    attachment: &'a Attachment,
    cluster: &'a Cluster,
    options: RebuildOptions<'a>,
}

impl Rebuilding<'_> {
    /// Returns the progress of the fenced topics, and the state that the walk determined.
    fn compare(&self, name: String) -> Result<(Progress, Reached), RunError> {
        let marks = self.marks()?;
        let layouts = Layouts::saved(&self.world.store, self.attachment.number)?;
        let from = Source { cluster: self.cluster, topics: self.cluster.topics(), layouts };
        let found = Found::read(from, &marks)?;
        refuse_emptied(self.cluster, &found)?;
        let reached = self.walk(&found, marks)?;
        let epoch = found.all().map(|read| read.epoch).max().unwrap_or_default();
        Ok((self.progress(name, &reached, epoch)?, reached))
    }

    /// Returns the partitions at the last checkpoint: empty if the world was attached to the topics after it.
    fn marks(&self) -> Result<Partitions, RunError> {
        let known = Partitions::of_token(&self.world.token())?;
        if known.counts().iter().any(|count| *count > 0) {
            return Ok(known);
        }
        let there = self.cluster.extents()?;
        Ok(Partitions::empty(there.map(|extents| extents.map_or(0, |extents| extents.len() as u32))))
    }

    /// Compares the topics with the world: from the last checkpoint if they begin with the records that it counts, else
    /// from the beginning.
    fn walk(&self, found: &Found, marks: Partitions) -> Result<Reached, RunError> {
        let (topics, threads) = (self.cluster.topics(), self.options.threads);
        let (checkpoint, delivery) = (self.world.meta.time, self.options.plan.delivery);
        if found.begins_with(&marks) {
            let from = Beginning { partitions: marks, commands: self.world.meta.commands, checkpoint };
            let walk = Walk::new(topics, found, from, delivery);
            // The records that the checkpoint counts need no replay, whatever rules made them.
            if walk.is_done() {
                return Ok(walk.reached());
            }
            same_rules(known_rules(&self.world.store)?)?;
            return go(walk, Life::from_checkpoint(self.world, threads)?, self.attachment.since);
        }
        same_rules(self.world.store.identity().rules_version)?;
        let from = Beginning { partitions: Partitions::empty(marks.counts()), commands: Digest::default(), checkpoint };
        let walk = Walk::new(topics, found, from, delivery);
        go(walk, Life::from_birth(self.world, threads)?, self.attachment.since)
    }

    fn progress(&self, name: String, reached: &Reached, epoch: u64) -> Result<Progress, RunError> {
        let (saved, acted) = (self.world.meta.time, self.world.meta.commands);
        Ok(Progress {
            world: name,
            instance: Instance::of_process(&self.world.data_dir, self.options.now),
            attachment: self.attachment.number,
            epoch,
            // The checkpoint was never ahead of the topics, which had no further records in between.
            time: reached.time.map_or(saved, |time| time.max(saved)),
            topics: self.cluster.topics().clone(),
            partitions: reached.partitions.clone(),
            commands: if reached.commands.count >= acted.count { reached.commands } else { acted },
            rules: known_rules(&self.world.store)?,
        })
    }
}

/// Replays until the topics end; records before `since` are in another sink.
fn go(mut walk: Walk<'_>, life: Life, since: VirtualTime) -> Result<Reached, RunError> {
    replay_commands(life, VirtualTime::NEVER, |record, commands| match record {
        Some(record) if record.time < since => Ok(Going::On),
        record => walk.meet(record, commands),
    })?;
    Ok(walk.reached())
}

fn of_another_release(cluster: &Cluster, version: u32) -> RunError {
    let topic = cluster.progress_topic();
    RunError::Unequal(format!("{topic}: this world's progress has version {version}: use the release that wrote it"))
}

/// Checks that the cluster is the one that the world is attached to.
fn is_the_one(cluster: &Cluster, attachment: &Attachment, plan: &KafkaPlan) -> Result<(), RunError> {
    let Some(known) = cluster_of(&attachment.place) else { return Ok(()) };
    if known == cluster.id() {
        return Ok(());
    }
    let (brokers, found) = (&plan.brokers, cluster.id());
    Err(RunError::Unequal(format!(
        "the cluster at {brokers} is {found}, and this world writes into {known}: name its brokers with --brokers"
    )))
}

/// Checks that the progress topic would keep the progress.
fn keeps_progress(cluster: &Cluster, plan: &KafkaPlan) -> Result<(), RunError> {
    let Some((why, setting)) = cluster.progress_retention()?.as_ref().and_then(progress_retention_conflict) else {
        return Ok(());
    };
    let (topic, brokers) = (cluster.progress_topic().to_owned(), plan.brokers.clone());
    Err(SinkError::from(SinkRefusal::from(KafkaRefusal::RetentionConflict { topic, why, setting, brokers })).into())
}

fn same_rules(rules: u32) -> Result<(), RunError> {
    if rules == RULES_VERSION {
        return Ok(());
    }
    Err(RunError::Unequal(format!(
        "what is in the topics was made by rules {rules}, and this program has rules {RULES_VERSION}: compare it with the \
         release that this world ran under"
    )))
}

/// Refuses a partition whose records were all deleted, since its position is unknown.
fn refuse_emptied(cluster: &Cluster, found: &Found) -> Result<(), RunError> {
    for (stream, topic) in cluster.topics().iter() {
        if let Some(number) = found.of(stream).iter().position(Read::was_emptied) {
            return Err(RunError::Unequal(format!(
                "{topic} partition {number} holds no record any more, and had some: how far it was cannot be told; give \
                 another kafka.topic_prefix, which starts at the last checkpoint"
            )));
        }
    }
    Ok(())
}

fn told(cluster: &Cluster, progress: &Progress, reached: &Reached) -> Rebuilt {
    Rebuilt {
        progress: cluster.progress_topic().to_owned(),
        time: format_time(progress.time),
        records: progress.partitions.total(),
        epoch: progress.epoch,
        repeated: reached.repeated,
    }
}

fn report(progress: &Progress, reached: &Reached, stream: Stream) -> ClusterReport {
    let digests = expected(progress, stream);
    let written: u64 = digests.iter().map(|one| one.count).sum();
    let expired = reached.expired[stream as usize];
    let topic = progress.topics.of(stream).to_owned();
    ClusterReport { topic, partitions: digests.len(), records: written - expired, expired }
}
