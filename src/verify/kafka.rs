//! The comparison of a cluster's topics with the world: all committed records are counted and digested by partition. If
//! that is not enough (the broker deleted records, or a digest differs), they are compared one by one with a replay.

mod compacted;
mod compare;
mod digests;
mod read;
mod rebuild;
mod report;
mod walk;

use super::replay::{Going, Life, replay};
use super::request::{VerifyRequest, VerifyTask};
use crate::config::KafkaPlan;
use crate::output::{acknowledge, print};
use crate::run::{RunError, StoredWorld};
use crate::sink::kafka::{Cluster, Layouts, Partitions, Progress, prefix_of};
use crate::sink::{Attachment, TopicNames, known_address};
use crate::status::Connectivity;
use compare::{Written, one_by_one, refuse_empty, refuse_new};
use digests::{add, expected};
use populace_sim::{Stream, Town, VirtualTime, format_time};
use read::{Found, Source};
use rebuild::{RebuildOptions, rebuild};
use report::ClusterReport;
use std::sync::Arc;

const REBUILD: &str = "`populace verify --rebuild-progress` compares the topics with the world and rewrites it";

/// Checks all topics, or rebuilds a lost progress record, and prints a report.
///
/// # Errors
/// The first difference, as text, or the reason why nothing could be checked.
pub(super) fn verify(
    world: &StoredWorld,
    town: &Arc<Town>,
    attachment: &Attachment,
    request: &VerifyRequest,
) -> Result<(), RunError> {
    let plan = cluster_plan(world, attachment, request)?;
    let rebuilt = match request.task {
        VerifyTask::Check => None,
        VerifyTask::RebuildProgress => {
            let options = RebuildOptions { plan: &plan, threads: request.threads, now: request.now };
            rebuild(world, town, attachment, options)?
        }
    };
    let (rebuilt, reports) = match rebuilt {
        Some((rebuilt, reports)) => (Some(rebuilt), reports),
        None => (None, check(world, town, attachment, &plan, request.threads)?),
    };
    let text = report::render(&reports, rebuilt.as_ref(), request);
    if rebuilt.is_some() {
        acknowledge(&text);
        return Ok(());
    }
    Ok(print(&text)?)
}

/// Returns the plan to reach the cluster: the last settings of the world, unless the request states others.
fn cluster_plan(world: &StoredWorld, attachment: &Attachment, request: &VerifyRequest) -> Result<KafkaPlan, RunError> {
    let mut plan = request.kafka.clone();
    if let Some(prefix) = prefix_of(&attachment.place) {
        prefix.clone_into(&mut plan.topic_prefix);
    }
    if let Some(brokers) = known_address(&world.store)?.filter(|_| !request.stated.contains("kafka.brokers")) {
        plan.brokers = brokers;
    }
    Ok(plan)
}

/// Checks all partitions of all topics.
///
/// # Errors
/// The first difference, as text, or the reason why nothing could be checked.
fn check(
    world: &StoredWorld,
    town: &Arc<Town>,
    attachment: &Attachment,
    plan: &KafkaPlan,
    threads: usize,
) -> Result<Vec<ClusterReport>, RunError> {
    let connectivity = Arc::new(Connectivity::default());
    let cluster = Cluster::reach(plan, &TopicNames::of_town(town), &connectivity, Box::new(|| false))?;
    let progress = progress_of(world, &cluster, attachment)?;
    from_checkpoint(world, &progress, attachment.since, threads)?;
    let layouts = Layouts::saved(&world.store, attachment.number)?;
    let from = Source { cluster: &cluster, topics: &progress.topics, layouts };
    let found = Found::read(from, &progress.partitions)?;
    let whole = |stream: Stream| found.of(stream).iter().zip(expected(&progress, stream)).all(|(one, all)| one.is(all));
    if !town.streams().all(whole) {
        refuse_empty(&cluster, &progress, &found)?;
        one_by_one(world, Written { since: attachment.since, progress: &progress, found: &found }, threads)?;
        refuse_new(&progress, &found)?;
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

fn progress_of(world: &StoredWorld, cluster: &Cluster, attachment: &Attachment) -> Result<Progress, RunError> {
    let name = format!("{:032x}", world.store.identity().world_id);
    let topic = cluster.progress_topic();
    let unequal = |why: String| Err(RunError::Unequal(why));
    let progress = match cluster.progress_by_world(&name)?.ours {
        Some(Ok(progress)) => progress,
        Some(Err(_)) => return unequal(format!("{topic}: this world's progress cannot be read; {REBUILD}")),
        None => return unequal(format!("{topic} does not have this world's progress; {REBUILD}")),
    };
    if progress.attachment != attachment.number {
        return unequal(format!(
            "{topic}: these topics were written before the world went on elsewhere: name the sink that it has now"
        ));
    }
    if progress.time < world.meta.time || progress.partitions.total() < Partitions::of_token(&world.token())?.total() {
        let (found, expected) = (format_time(progress.time), format_time(world.meta.time));
        return unequal(format!("the topics have this world up to {found}, its last checkpoint is at {expected}"));
    }
    Ok(progress)
}

/// Replays from the checkpoint to the time of the topics, and compares the result with the progress. Records before
/// `since` are in another sink.
fn from_checkpoint(
    world: &StoredWorld,
    progress: &Progress,
    since: VirtualTime,
    threads: usize,
) -> Result<(), RunError> {
    let counts = progress.partitions.counts();
    let before = Partitions::of_token(&world.token())?;
    let mut partitions = if before.counts() == counts { before } else { Partitions::empty(counts) };
    let mut left = progress.partitions.total() - partitions.total();
    if left > 0 {
        let life = Life::from_checkpoint(world, threads)?;
        replay(life, progress.time, |record| {
            if let Some(record) = record.filter(|record| left > 0 && record.time >= since) {
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
