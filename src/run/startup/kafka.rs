//! The part of a start that concerns a cluster: connecting, fencing, reading the progress of the world, and claiming the
//! world. The order matters: only what is read after the fence is final. Must not depend on: the run loop.

use crate::config::{KafkaPlan, RunPlan};
use crate::pace::Pace;
use crate::run::attachment::{Attachment, SinkPlace};
use crate::run::decision::{KafkaFacts, Standing, kept};
use crate::run::error::RunError;
use crate::run::meta::Meta;
use crate::run::stored::topic_names;
use crate::sink::Instance;
use crate::sink::KafkaSink;
use crate::sink::kafka::{
    Cluster, FencedProducer, FirstClaim, Partitions, Progress, ProgressByWorld, TimestampRange, largest_batch,
};
use crate::status::Connectivity;
use populace_sim::{STREAMS, Town, VirtualTime};
use std::sync::Arc;

/// What a connection to a cluster is made from.
pub(super) struct ClusterContext<'a> {
    pub(super) plan: &'a RunPlan,
    pub(super) town: &'a Town,
    pub(super) connectivity: &'a Arc<Connectivity>,
    /// Returns whether a signal or request asked for a stop meanwhile.
    pub(super) stopped: Box<dyn Fn() -> bool>,
}

/// A cluster that answered.
pub(super) struct ReachedCluster {
    cluster: Cluster,
    plan: KafkaPlan,
    connectivity: Arc<Connectivity>,
}

/// What a claim continues from.
pub(super) struct ClaimFrom<'a> {
    /// The progress that the cluster has of the world; none where the world is new there.
    pub(super) found: Option<&'a Progress>,
    pub(super) attachment: &'a Attachment,
    pub(super) meta: &'a Meta,
    /// The version of the rules that the world runs by.
    pub(super) rules: u32,
}

/// A world that this process has claimed.
pub(super) struct Claimed {
    fenced: FencedProducer,
    progress: Progress,
    plan: KafkaPlan,
    connectivity: Arc<Connectivity>,
}

impl ReachedCluster {
    pub(super) fn new(context: ClusterContext<'_>) -> Result<Self, RunError> {
        let (plan, connectivity) = (context.plan.kafka.clone(), context.connectivity.clone());
        let cluster = Cluster::reach(&plan, &topic_names(context.town), &connectivity, context.stopped)?;
        Ok(ReachedCluster { cluster, plan, connectivity })
    }

    pub(super) fn place(&self) -> SinkPlace {
        SinkPlace::Kafka { cluster: self.cluster.id().to_owned(), prefix: self.plan.topic_prefix.clone() }
    }

    pub(super) fn fence(&self, world: &str) -> Result<FencedProducer, RunError> {
        Ok(self.cluster.fence(world)?)
    }

    /// Returns what the cluster holds; `checkpoint` is none where there is no world yet.
    pub(super) fn facts(
        &self,
        plan: &RunPlan,
        world: &str,
        start: VirtualTime,
        checkpoint: Option<Standing>,
    ) -> Result<KafkaFacts, RunError> {
        let progress_by_world = self.cluster.progress_by_world(world)?;
        Ok(KafkaFacts {
            place: self.place(),
            brokers: self.plan.brokers.clone(),
            topics: self.cluster.topics().clone(),
            progress: self.cluster.progress_topic().to_owned(),
            seen: self.cluster.describe_topics()?,
            planned: self.cluster.planned(),
            progress_retention: self.cluster.progress_retention()?,
            timestamps: timestamps(
                plan,
                &progress_by_world,
                checkpoint.as_ref().map_or(start, |checkpoint| checkpoint.time),
            ),
            expired: self.plan.expired,
            progress_by_world,
            checkpoint,
        })
    }

    /// Creates the topics that are missing, and checks them like those that were there: what the broker created counts, not
    /// what was requested. Returns the number of partitions of each topic.
    pub(super) fn create_missing(&self, found: &KafkaFacts) -> Result<[u32; STREAMS], RunError> {
        let made = self.cluster.create_missing()?;
        if made.any {
            let (seen, progress_retention) = (self.cluster.describe_topics()?, self.cluster.progress_retention()?);
            kept(&KafkaFacts { seen, progress_retention, ..found.clone() })?;
        }
        Ok(made.counts)
    }

    /// Claims the world from where the topics have it, or from the checkpoint on where it is new there.
    pub(super) fn claim(
        &self,
        mut fenced: FencedProducer,
        partitions: [u32; STREAMS],
        from: ClaimFrom<'_>,
        plan: &RunPlan,
    ) -> Result<Claimed, RunError> {
        let ClaimFrom { found, attachment, meta, rules } = from;
        let instance = Instance::of_process(&plan.data_dir, plan.now);
        let from = FirstClaim { attachment: attachment.number, time: meta.time, commands: meta.commands, rules };
        let claim = match found {
            Some(progress) => Progress { rules, ..FencedProducer::claim_of(&instance, progress) },
            None => fenced.first_claim(&instance, partitions, from),
        };
        self.cluster.claim(&mut fenced, &claim)?;
        tracing::info!(
            cluster = self.cluster.id(),
            brokers = self.plan.brokers,
            instance = instance.id,
            epoch = claim.epoch,
            "claimed topics"
        );
        Ok(Claimed { fenced, progress: claim, plan: self.plan.clone(), connectivity: self.connectivity.clone() })
    }
}

impl Claimed {
    /// Returns the instant up to which the topics have the world.
    pub(super) fn reached(&self) -> VirtualTime {
        self.progress.time
    }

    /// Opens the sink, from the checkpoint that `meta` describes.
    pub(super) fn open(self, meta: &Meta) -> KafkaSink {
        let (partitions, counts) = (&meta.partitions, self.progress.partitions.counts());
        let before = if partitions.counts() == counts { partitions.clone() } else { Partitions::empty(counts) };
        let elsewhere = meta.digests.total() - before.total();
        self.connectivity.delivery.open(&self.plan.brokers, elsewhere, self.progress.point());
        KafkaSink::new(&self.plan, &self.connectivity, self.fenced, self.progress, before)
    }
}

/// Returns the progress that a start goes on from, where it can be used.
pub(super) fn usable_progress(progress_by_world: &ProgressByWorld) -> Option<&Progress> {
    progress_by_world.ours.as_ref().and_then(|ours| ours.as_ref().ok())
}

/// Returns the times of the records to be sent: from where the topics are to where the clock can go.
fn timestamps(plan: &RunPlan, progress_by_world: &ProgressByWorld, from: VirtualTime) -> TimestampRange {
    let oldest = usable_progress(progress_by_world).map_or(from, |progress| progress.time.max(from));
    let follows = match plan.pace {
        Pace::CatchUp => true,
        Pace::Factor(factor) => factor <= 1.0 && oldest <= plan.now,
        Pace::Max | Pace::Rate(_) => false,
    };
    let end = plan.end.as_ref().map(|end| end.resolved);
    let newest = if follows { Some(end.map_or(plan.now, |end| end.min(plan.now))) } else { end };
    TimestampRange { oldest, newest, now: plan.now, batch_bytes: largest_batch(&plan.kafka) }
}
