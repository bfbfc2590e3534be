//! What a start does with a cluster: reaches it, fences, reads how far it has the world, and claims the world. The order
//! matters: only after the fence is what is read final.

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

/// What every step needs to know of the run.
pub(super) struct Surroundings<'a> {
    pub(super) plan: &'a RunPlan,
    pub(super) town: &'a Town,
    pub(super) connectivity: &'a Arc<Connectivity>,
    /// Whether a signal asked for an end meanwhile.
    pub(super) stopped: Box<dyn Fn() -> bool>,
}

/// A cluster that answered.
pub(super) struct ReachedCluster {
    cluster: Cluster,
    plan: KafkaPlan,
    connectivity: Arc<Connectivity>,
}

/// The only producer of a world, and how many partitions each of its topics has, by stream.
pub(super) struct Writer {
    pub(super) fenced: FencedProducer,
    pub(super) counts: [u32; STREAMS],
}

/// A world that this process has claimed.
pub(super) struct Claimed {
    fenced: FencedProducer,
    progress: Progress,
    plan: KafkaPlan,
    connectivity: Arc<Connectivity>,
}

impl ReachedCluster {
    pub(super) fn new(around: Surroundings<'_>) -> Result<Self, RunError> {
        let (plan, connectivity) = (around.plan.kafka.clone(), around.connectivity.clone());
        let cluster = Cluster::reach(&plan, &topic_names(around.town), &connectivity, around.stopped)?;
        Ok(ReachedCluster { cluster, plan, connectivity })
    }

    pub(super) fn place(&self) -> SinkPlace {
        SinkPlace::Kafka { cluster: self.cluster.id().to_owned(), prefix: self.plan.topic_prefix.clone() }
    }

    pub(super) fn fence(&self, world: &str) -> Result<FencedProducer, RunError> {
        Ok(self.cluster.fence(world)?)
    }

    /// What lies in the cluster; `checkpoint` is none where there is no world yet.
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

    /// Makes the topics that are missing, and looks at them as at those that were there: what the broker made decides, not
    /// what it was asked for. How many partitions each has.
    pub(super) fn create_missing(&self, found: &KafkaFacts) -> Result<[u32; STREAMS], RunError> {
        let made = self.cluster.create_missing()?;
        if made.any {
            let (seen, progress_retention) = (self.cluster.describe_topics()?, self.cluster.progress_retention()?);
            kept(&KafkaFacts { seen, progress_retention, ..found.clone() })?;
        }
        Ok(made.counts)
    }

    /// Claims the world from where the topics have it, or from `meta` on when it is new there.
    pub(super) fn claim(
        &self,
        writer: Writer,
        found: Option<&Progress>,
        (attachment, meta, rules): (&Attachment, &Meta, u32),
        plan: &RunPlan,
    ) -> Result<Claimed, RunError> {
        let Writer { mut fenced, counts } = writer;
        let instance = Instance::of_process(&plan.data_dir, plan.now);
        let from = FirstClaim { attachment: attachment.number, time: meta.time, commands: meta.commands, rules };
        let claim = match found {
            Some(progress) => Progress { rules, ..FencedProducer::claim_of(&instance, progress) },
            None => fenced.first_claim(&instance, counts, from),
        };
        self.cluster.claim(&mut fenced, &claim)?;
        tracing::info!(
            cluster = self.cluster.id(),
            brokers = self.plan.brokers,
            instance = instance.id,
            epoch = claim.epoch,
            "the world's topics are this process's to write"
        );
        Ok(Claimed { fenced, progress: claim, plan: self.plan.clone(), connectivity: self.connectivity.clone() })
    }
}

impl Claimed {
    /// The instant up to which the topics have the world.
    pub(super) fn reached(&self) -> VirtualTime {
        self.progress.time
    }

    /// The sink, from the checkpoint that `meta` describes.
    pub(super) fn open(self, meta: &Meta) -> KafkaSink {
        let (partitions, counts) = (&meta.partitions, self.progress.partitions.counts());
        let before = if partitions.counts() == counts { partitions.clone() } else { Partitions::empty(counts) };
        let elsewhere = meta.digests.total() - before.total();
        self.connectivity.delivery.open(&self.plan.brokers, elsewhere, self.progress.point());
        KafkaSink::new(&self.plan, &self.connectivity, self.fenced, self.progress, before)
    }
}

/// The progress that a start goes on from, where it can be used.
pub(super) fn own(progress_by_world: &ProgressByWorld) -> Option<&Progress> {
    progress_by_world.ours.as_ref().and_then(|ours| ours.as_ref().ok())
}

/// The times of what is about to be sent: from where the topics are, to where the clock can go.
fn timestamps(plan: &RunPlan, progress_by_world: &ProgressByWorld, from: VirtualTime) -> TimestampRange {
    let oldest = own(progress_by_world).map_or(from, |progress| progress.time.max(from));
    let follows = match plan.pace {
        Pace::CatchUp => true,
        Pace::Factor(factor) => factor <= 1.0 && oldest <= plan.now,
        Pace::Max | Pace::Rate(_) => false,
    };
    let end = plan.end.as_ref().map(|end| end.resolved);
    let newest = if follows { Some(end.map_or(plan.now, |end| end.min(plan.now))) } else { end };
    TimestampRange { oldest, newest, now: plan.now, batch_bytes: largest_batch(&plan.kafka) }
}
