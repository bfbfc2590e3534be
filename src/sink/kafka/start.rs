//! The start of a run with a cluster: reaches it, fences, reads the progress, and claims the world. The order matters:
//! only facts that are read after the fence are final. Must not depend on: the run loop.

use super::cluster::{Cluster, FencedProducer, FirstClaim, ProgressByWorld};
use super::decision::{CheckpointState, KafkaFacts, kept};
use super::framing::{Framings, Layouts};
use super::progress::{Partitions, Progress};
use super::refusal::KafkaRefusal;
use super::registry::Registry;
use super::retention::{TimestampRange, largest_batch};
use super::schemas::TopicSchemas;
use super::writer::KafkaSink;
use crate::UsageError;
use crate::config::{RunPlan, SinkChoice};
use crate::pace::Pace;
use crate::sink::{
    Claim, Instance, Phase, ResumePoint, Sink, SinkError, SinkFacts, SinkKind, SinkPlace, SinkRefusal, SinkStart,
    SinkWorld, StartContext, TopicNames, known_address, set_known_address,
};
use crate::status::Connectivity;
use populace_sim::{STREAMS, VirtualTime};
use populace_state::Store;
use std::sync::Arc;

/// The name of this kind of sink.
const NAME: &str = "kafka";

/// The details of a place: the cluster's id, since its addresses may change, and the prefix of the topics.
const CLUSTER: &str = "cluster";
const PREFIX: &str = "prefix";

/// The Kafka kind of sink.
pub(crate) struct Kafka;

impl SinkKind for Kafka {
    fn name(&self) -> &'static str {
        NAME
    }

    fn place(&self, plan: &RunPlan) -> SinkPlace {
        place("", &plan.kafka.topic_prefix)
    }

    fn adopt(&self, place: &SinkPlace, store: &Store, plan: &mut RunPlan) -> Result<(), SinkError> {
        plan.sink = SinkChoice::named(NAME).expect("it is a kind of the plan");
        if let Some(prefix) = prefix_of(place).filter(|_| !plan.stated.contains("kafka.topic_prefix")) {
            prefix.clone_into(&mut plan.kafka.topic_prefix);
        }
        if let Some(brokers) = known_address(store)?.filter(|_| !plan.stated.contains("kafka.brokers")) {
            plan.kafka.brokers = brokers;
        }
        Ok(())
    }

    fn reach(&self, context: StartContext<'_>) -> Result<Box<dyn SinkStart>, SinkError> {
        let StartContext { plan, town, connectivity, records_from, stopped } = context;
        // Before the cluster, so that what no registry could mend is reported at once.
        let names = TopicNames::of_town(town);
        let schemas = TopicSchemas::of(plan, &names)?;
        let registry = schemas.registry()?;
        let cluster = Cluster::reach(&plan.kafka, &names, connectivity, stopped)?;
        Ok(Box::new(KafkaStart {
            cluster,
            plan: plan.clone(),
            start: records_from.map_or(town.start(), |from| from.max(town.start())),
            connectivity: connectivity.clone(),
            world: String::new(),
            fenced: None,
            facts: None,
            counts: [0; STREAMS],
            claimed: None,
            layouts: schemas.layouts(),
            registry,
            framings: Framings::default(),
        }))
    }

    fn is_readable(&self) -> bool {
        true
    }

    fn forked(&self, place: &SinkPlace, prefix: Option<&str>) -> Result<SinkPlace, UsageError> {
        if prefix.is_none() {
            let error = UsageError::new("the world writes to topics of Kafka, which a fork of it must not write, too");
            return Err(error.help("give the fork topics of its own, as in --topic-prefix twin-"));
        }
        Ok(place.clone())
    }
}

fn place(cluster: &str, prefix: &str) -> SinkPlace {
    SinkPlace::new(NAME).with(CLUSTER, cluster).with(PREFIX, prefix)
}

/// Returns the prefix of the topics; None if the place is not, and has not, a cluster.
pub(crate) fn prefix_of(place: &SinkPlace) -> Option<&str> {
    place.detail_of(NAME, PREFIX)
}

/// Returns the cluster's id; None if the place is not, and has not, a cluster.
pub(crate) fn cluster_of(place: &SinkPlace) -> Option<&str> {
    place.detail_of(NAME, CLUSTER)
}

/// The start of a sink that writes to a cluster, which has answered.
struct KafkaStart {
    cluster: Cluster,
    plan: RunPlan,
    /// The instant at which a new world begins.
    start: VirtualTime,
    connectivity: Arc<Connectivity>,
    /// The world's name in the cluster.
    world: String,
    fenced: Option<FencedProducer>,
    facts: Option<KafkaFacts>,
    /// The number of partitions of each topic, by stream.
    counts: [u32; STREAMS],
    claimed: Option<Progress>,
    /// The layouts of the values that this run would write.
    layouts: Layouts,
    /// The schema registry; None if no topic needs one.
    registry: Option<Registry>,
    framings: Framings,
}

impl KafkaStart {
    fn read_facts(
        &self,
        checkpoint: Option<CheckpointState>,
        records_from: Option<VirtualTime>,
    ) -> Result<KafkaFacts, SinkError> {
        let (cluster, plan) = (&self.cluster, &self.plan);
        let progress_by_world = cluster.progress_by_world(&self.world)?;
        let reached = checkpoint.as_ref().map_or(self.start, |checkpoint| checkpoint.time);
        let from = records_from.map_or(reached, |from| from.max(reached));
        Ok(KafkaFacts {
            place: self.place(),
            brokers: plan.kafka.brokers.clone(),
            topics: cluster.topics().clone(),
            progress: cluster.progress_topic().to_owned(),
            seen: cluster.describe_topics()?,
            planned: cluster.planned(),
            progress_retention: cluster.progress_retention()?,
            timestamps: timestamps(plan, &progress_by_world, from),
            expired: plan.kafka.expired,
            progress_by_world,
            checkpoint,
        })
    }

    /// Checks that the topics of an attached world have the layouts that this run would write.
    fn check_layouts(&self, world: &SinkWorld<'_>) -> Result<(), SinkError> {
        let attached = world.attachment.filter(|one| one.place == self.place() && one.phase == Phase::Attached);
        let Some(attachment) = attached else { return Ok(()) };
        let (saved, topics) = (Layouts::saved(world.store, attachment.number)?, self.cluster.topics());
        match saved.difference(self.layouts, topics.iter().map(|(stream, _)| stream)) {
            None => Ok(()),
            Some((stream, [found, planned])) => {
                let topic = topics.of(stream).to_owned();
                Err(SinkRefusal::from(KafkaRefusal::OtherLayout { topic, found, planned }).into())
            }
        }
    }

    /// Checks created topics like existing ones: the settings that the broker chose are decisive, not the requested ones.
    fn check_created(&self) -> Result<(), SinkError> {
        let Some(facts) = &self.facts else { return Ok(()) };
        let (seen, progress_retention) = (self.cluster.describe_topics()?, self.cluster.progress_retention()?);
        kept(&KafkaFacts { seen, progress_retention, ..facts.clone() })
            .map_err(|refusal| SinkRefusal::from(refusal).into())
    }
}

impl SinkStart for KafkaStart {
    fn place(&self) -> SinkPlace {
        place(self.cluster.id(), &self.plan.kafka.topic_prefix)
    }

    fn inspect(&mut self, id: u128, world: Option<&SinkWorld<'_>>) -> Result<Box<dyn SinkFacts>, SinkError> {
        self.world = format!("{id:032x}");
        let checkpoint = match world {
            None => None,
            Some(world) => {
                self.fenced = Some(self.cluster.fence(&self.world)?);
                let partitions = Partitions::of_token(&world.token)?;
                let SinkWorld { time, commands, logged, .. } = *world;
                Some(CheckpointState { time, partitions, commands, logged })
            }
        };
        let records_from = world.and_then(|world| world.records_from);
        world.map_or(Ok(()), |world| self.check_layouts(world))?;
        let facts = self.read_facts(checkpoint, records_from)?;
        self.facts = Some(facts.clone());
        if let Some(registry) = &mut self.registry {
            registry.check(self.cluster.patience())?;
        }
        Ok(Box::new(facts))
    }

    fn create_missing(&mut self) -> Result<(), SinkError> {
        if let Some(registry) = &self.registry {
            self.framings = registry.register(self.cluster.patience())?;
        }
        let ensured = self.cluster.create_missing()?;
        self.counts = ensured.counts;
        if ensured.any { self.check_created() } else { Ok(()) }
    }

    fn claim(&mut self, wanted: &Claim<'_>) -> Result<(), SinkError> {
        set_known_address(wanted.store, &self.plan.kafka.brokers)?;
        self.layouts.save(wanted.store, wanted.attachment.number)?;
        let mut fenced = match self.fenced.take() {
            Some(fenced) => fenced,
            None => self.cluster.fence(&self.world)?,
        };
        let instance = Instance::of_process(&self.plan.data_dir, self.plan.now);
        let claim = match self.facts.as_ref().and_then(|facts| own(&facts.progress_by_world)) {
            Some(found) => Progress { rules: wanted.rules, ..FencedProducer::claim_of(&instance, found) },
            None => fenced.first_claim(&instance, self.counts, FirstClaim::of(wanted)),
        };
        self.cluster.claim(&mut fenced, &claim)?;
        tracing::info!(
            cluster = self.cluster.id(),
            brokers = self.plan.kafka.brokers,
            instance = instance.id,
            epoch = claim.epoch,
            "claimed topics"
        );
        (self.fenced, self.claimed) = (Some(fenced), Some(claim));
        Ok(())
    }

    fn reached(&self) -> Option<VirtualTime> {
        self.claimed.as_ref().map(|claimed| claimed.time)
    }

    fn open(self: Box<Self>, from: ResumePoint<'_>) -> Result<Box<dyn Sink>, SinkError> {
        let KafkaStart { plan, connectivity, fenced, claimed, framings, .. } = *self;
        let (fenced, claimed) = fenced.zip(claimed).expect("topics are claimed before they are opened");
        let (before, counts) = (Partitions::of_token(from.token)?, claimed.partitions.counts());
        let before = if before.counts() == counts { before } else { Partitions::empty(counts) };
        let elsewhere = from.produced - before.total();
        connectivity.delivery.open(&plan.kafka.brokers, elsewhere, claimed.point());
        Ok(Box::new(KafkaSink::new(&plan.kafka, &connectivity, fenced, (claimed, before), framings)))
    }
}

/// Returns the progress that a start resumes from; None if it is missing or cannot be used.
fn own(progress: &ProgressByWorld) -> Option<&Progress> {
    progress.ours.as_ref().and_then(|ours| ours.as_ref().ok())
}

/// Returns the times of the records to be sent: from the time of the topics to the end, or to the wall clock if the
/// pace follows it.
fn timestamps(plan: &RunPlan, progress: &ProgressByWorld, from: VirtualTime) -> TimestampRange {
    let oldest = own(progress).map_or(from, |progress| progress.time.max(from));
    let follows = match plan.pace {
        Pace::CatchUp => true,
        Pace::Factor(factor) => factor <= 1.0 && oldest <= plan.now,
        Pace::Max | Pace::Rate(_) => false,
    };
    let end = plan.end.as_ref().map(|end| end.resolved);
    let newest = if follows { Some(end.map_or(plan.now, |end| end.min(plan.now))) } else { end };
    TimestampRange { oldest, newest, now: plan.now, batch_bytes: largest_batch(&plan.kafka) }
}
